"""A line of text with a part of it underlined, for a terminal."""

from unicodedata import category, east_asian_width

__all__ = ["underlined"]

_MAX_COLUMNS = 100
_BEFORE = 60
_CUT = "..."


def underlined(line: str, start: int, end: int) -> tuple[str, str]:
    """Return `line`, and a second one with `~~~^` below its characters `start` to `end`.

    The caret stands right after the part, or where it would be when it is empty. A long line is cut around it, and
    characters that take two columns, or none, are allowed for.
    """
    start = min(max(start, 0), len(line))
    end = min(max(end, start), len(line))
    first = start - _BEFORE if len(line) > _MAX_COLUMNS and start > _BEFORE else 0
    last = min(len(line), first + _MAX_COLUMNS)
    shown_end = min(end, last)
    head = _CUT if first else ""
    shown = head + _plain(line[first:last]) + (_CUT if last < len(line) else "")
    indent = " " * (len(head) + _columns(line[first:start]))
    return shown, f"{indent}{'~' * _columns(line[start:shown_end])}^"


def _plain(text: str) -> str:
    return "".join(" " if category(char) == "Cc" else char for char in text)


def _columns(text: str) -> int:
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if east_asian_width(char) in "WF" else 1
