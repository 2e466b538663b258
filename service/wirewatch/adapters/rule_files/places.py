"""Where in a file the characters of a YAML text stand, so that an error can point at them."""

import yaml

__all__ = ["source_offsets"]

_ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}


def source_offsets(node: yaml.ScalarNode, source: str) -> list[int]:
    """Return, for each character of the node's value and for its end, the offset in `source` it was read from.

    Quotes, escapes, folded lines and the indentation of blocks are followed. A character that can't be found again is
    given the place of the one before it: an error's marker may then be off, and nothing worse.
    """
    at, last = _content(node, source)
    offsets: list[int] = []
    for char in node.value:
        start, at = _find(char, source, at, last, node.style)
        offsets.append(start)
    return [*offsets, min(at, last)]


def _content(node: yaml.ScalarNode, source: str) -> tuple[int, int]:
    start, end = node.start_mark.index, node.end_mark.index
    if node.style in {"|", ">"}:
        return source.find("\n", start, end) + 1 or end, end
    if node.style in {"'", '"'}:
        return start + 1, end - 1
    return start, end


def _find(char: str, source: str, at: int, last: int, style: str | None) -> tuple[int, int]:
    """Return where `char` stands, looking from `at`, and where to go on."""
    if style == '"' and source.startswith("\\", at):
        return _find_escaped(char, source, at, last)
    if source.startswith(char, at) and at < last:
        doubled = style == "'" and char == "'"
        return at, at + 1 + doubled
    if char.isspace():
        return at, _past_space(source, at, last)
    found = _past_space(source, at, last)
    return (found, found + 1) if source.startswith(char, found) and found < last else (at, at)


def _find_escaped(char: str, source: str, at: int, last: int) -> tuple[int, int]:
    if source.startswith("\n", at + 1):  # an escaped line end stands for nothing
        return _find(char, source, _past_space(source, at + 1, last), last, '"')
    return at, min(last, at + _ESCAPE_LENGTHS.get(source[at + 1 : at + 2], 2))


def _past_space(source: str, at: int, last: int) -> int:
    while at < last and source[at].isspace():
        at += 1
    return at
