"""One YAML file: its nodes, and a problem for each of them that is not what it should be."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import yaml

from wirewatch.adapters.rule_files.places import source_offsets
from wirewatch.adapters.rule_files.problem import Gravity, Problem
from wirewatch.query import underlined

__all__ = ["Source", "read_source"]

_KINDS = {
    "tag:yaml.org,2002:str": "text",
    "tag:yaml.org,2002:int": "a whole number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:bool": "true or false",
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:timestamp": "a date",
    "tag:yaml.org,2002:seq": "a list",
    "tag:yaml.org,2002:map": "a mapping",
}
_TEXT = "tag:yaml.org,2002:str"
_TRUE_OR_FALSE = "tag:yaml.org,2002:bool"
_TRUE = frozenset({"true", "yes", "on"})


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text and what was found wrong in it so far; a method that can't read a node notes it, returning None."""

    path: Path
    text: str
    problems: list[Problem] = field(default_factory=list)

    def error(self, node: yaml.Node, message: str, hint: str = "") -> None:
        """Note that `node` is wrong."""
        self.error_at(node.start_mark.index, node.end_mark.index, message, hint)

    def error_in(self, node: yaml.ScalarNode, span: tuple[int, int], message: str, hint: str) -> None:
        """Note that characters `span` of the text that `node` holds are wrong."""
        offsets = source_offsets(node, self.text)
        start, end = offsets[span[0]], offsets[span[1]]
        self.error_at(start, max(start, end), message, hint)

    def warning_in(self, node: yaml.ScalarNode, span: tuple[int, int], message: str, hint: str) -> None:
        """Note that characters `span` of the text that `node` holds may not mean what was meant."""
        offsets = source_offsets(node, self.text)
        start, end = offsets[span[0]], offsets[span[1]]
        self._note(start, max(start, end), message, hint, Gravity.WARNING)

    def error_at(self, start: int, end: int, message: str, hint: str) -> None:
        """Note that the file's characters `start` to `end` are wrong; the line of the first is shown."""
        self._note(start, end, message, hint, Gravity.ERROR)

    def _note(self, start: int, end: int, message: str, hint: str, severity: Gravity) -> None:
        line_start = self.text.rfind("\n", 0, start) + 1
        line = self.text[line_start:].split("\n", 1)[0].rstrip()
        dedented = line.lstrip()
        indent = len(line) - len(dedented)
        excerpt = underlined(dedented, start - line_start - indent, end - line_start - indent)
        number, column = self.text.count("\n", 0, start) + 1, start - line_start + 1
        end_line, end_column = self.text.count("\n", 0, end) + 1, end - self.text.rfind("\n", 0, end)
        place = (number, column, severity, message, hint, excerpt, end_line, end_column)
        self.problems.append(Problem(self.path, *place))

    @property
    def error_count(self) -> int:
        """How many errors were found so far."""
        return sum(problem.severity is Gravity.ERROR for problem in self.problems)

    def place(self, node: yaml.Node) -> str:
        """Return `file:line` of a node."""
        return f"{self.path}:{node.start_mark.line + 1}"

    def mapping(self, node: yaml.Node, what: str, known: tuple[str, ...]) -> dict[str, yaml.Node] | None:
        """Return the values by key; a key that is not `known`, or is there twice, is a problem and left out."""
        if not isinstance(node, yaml.MappingNode):
            self.error(node, f"{what} must be a mapping, not {_kind(node)}", "write key: value")
            return None
        values: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            if key in values:
                self.error(key_node, f"{key} is there twice in {what}", "keep one of the two")
            elif key not in known:
                self.error(key_node, f"{what} has no key {key!r}", _nearest(key, known))
            else:
                values[key] = value
        return values

    def pairs(self, node: yaml.Node, what: str) -> list[tuple[yaml.Node, yaml.Node]]:
        """Return the keys and values of a mapping whose keys are names."""
        if not isinstance(node, yaml.MappingNode):
            self.error(node, f"{what} must be a mapping, not {_kind(node)}", "write name: words, a line for each")
            return []
        return list(node.value)

    def items(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        """Return the nodes of a list."""
        if not isinstance(node, yaml.SequenceNode):
            self.error(
                node, f"{what} must be a list, not {_kind(node)}", "write [one, another], or a line with - for each"
            )
            return []
        return list(node.value)

    def texts(self, node: yaml.Node, what: str) -> list[tuple[yaml.ScalarNode, str]]:
        """Return the texts of a list, each with its node."""
        found = []
        for item in self.items(node, what):
            text = self.scalar(item, f"each of {what}")
            if text is not None:
                found.append(text)
        return found

    def scalar(self, node: yaml.Node, what: str) -> tuple[yaml.ScalarNode, str] | None:
        """Return a text that is not blank; what YAML takes for a number or a boolean is a problem."""
        if not isinstance(node, yaml.ScalarNode) or node.tag != _TEXT:
            self.error(node, f"{what} must be text, not {_kind(node)}", "put it in quotes" if _is_scalar(node) else "")
            return None
        if not node.value.strip():
            self.error(node, f"{what} is empty", "write something, or take the key out")
            return None
        return node, node.value

    def boolean(self, node: yaml.Node, what: str) -> bool | None:
        """Return true or false."""
        if not isinstance(node, yaml.ScalarNode) or node.tag != _TRUE_OR_FALSE:
            self.error(node, f"{what} must be true or false, not {_kind(node)}", "write true or false, without quotes")
            return None
        return node.value.lower() in _TRUE


def read_source(path: Path) -> tuple[Source, yaml.Node | None]:
    """Return the file and its document; None, with the problem noted, when there is none."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return _unreadable(path, f"the file can't be read: {error.strerror}", "correct its path or its mode")
    except UnicodeDecodeError as error:
        return _unreadable(path, f"byte {error.start} is not UTF-8 text", "save the file as UTF-8")
    source = Source(path, text.replace("\r\n", "\n"))
    try:
        node = yaml.compose(source.text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = mark.index if mark is not None else 0
        source.error_at(at, at, f"not YAML: {error.problem or error.context}", _advice(source.text, at))
        return source, None
    except yaml.reader.ReaderError as error:
        source.error_at(error.position, error.position + 1, "not YAML: a character it does not allow", "take it out")
        return source, None
    except RecursionError:
        source.error_at(0, 0, "not a rule file: its values are nested far too deep", "")
        return source, None
    if node is None:
        source.problems.append(
            Problem(path, 1, 1, Gravity.ERROR, "the file is empty", "write rules: and a line with - id: for each")
        )
    return source, node


def _advice(text: str, at: int) -> str:
    """Return what to do about YAML that can't be read at `at`."""
    if text.startswith("\t", at):
        return "indent with spaces"
    if text.startswith("---", at):
        return "write each --- and what follows into a file of its own"
    return "quote text that holds : # or brackets"


def _unreadable(path: Path, message: str, hint: str) -> tuple[Source, None]:
    return Source(path, "", [Problem(path, 0, 0, Gravity.ERROR, message, hint)]), None


def _kind(node: yaml.Node) -> str:
    return _KINDS.get(node.tag, "a kind of value that is not read here")


def _is_scalar(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and bool(node.value)


def _nearest(key: str, known: tuple[str, ...]) -> str:
    found = get_close_matches(key, known, n=1, cutoff=0.6)
    return f"did you mean {found[0]}?" if found else f"the keys are {', '.join(known)}"
