"""Reading YAML for people: each value with its place, every problem noted and the reading going on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import yaml

from wirewatch.config.problems import Problem

__all__ = ["YamlReader"]

_KINDS = {
    "tag:yaml.org,2002:str": "text",
    "tag:yaml.org,2002:int": "a whole number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:bool": "true or false",
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:seq": "a list",
    "tag:yaml.org,2002:map": "a mapping",
}


@dataclass(frozen=True, slots=True)
class YamlReader:
    """Reads one file. A method that can't read what it is asked for notes a problem and returns None.

    No problem quotes a value: it might be a secret in the wrong place.
    """

    path: Path
    _found: list[tuple[tuple[int, int], Problem]] = field(default_factory=list)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong so far, in the order of the file."""
        return tuple(problem for _, problem in sorted(self._found, key=lambda found: found[0]))

    def root(self) -> yaml.Node | None:
        """Return the file's document."""
        try:
            node = yaml.compose(self.path.read_text("utf-8"), yaml.SafeLoader)
        except OSError as error:
            self._note(None, f"the file can't be read: {error.strerror}", "correct its path or its mode")
        except UnicodeDecodeError:
            self._note(None, "the file is not UTF-8 text", "save it as UTF-8")
        except yaml.MarkedYAMLError as error:
            self._note(error.problem_mark, f"not YAML: {error.problem or error.context}", "correct it there")
        except yaml.YAMLError:
            self._note(None, "not YAML: it has a character that YAML does not allow", "take it out")
        else:
            if node is None:
                self._note(None, "the file is empty", "see the example of a receivers' file")
            return node
        return None

    def place(self, node: yaml.Node) -> str:
        """Return `file:line:column` of a value, counted from 1."""
        return self._at(node.start_mark)

    def problem(self, node: yaml.Node, message: str, advice: str = "") -> None:
        """Note that something is wrong with a value."""
        self._note(node.start_mark, message, advice)

    def mapping(self, node: yaml.Node, what: str, known: Sequence[str] | None = None) -> dict[str, yaml.Node] | None:
        """Return the values by key; a key that is not `known` (when given) or there twice is a problem."""
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, f"{what} is {_kind(node)}", "write a mapping: key: value")
            return None
        values: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = self.text(key_node, f"a key of {what}")
            if key is None:
                continue
            if key in values:
                self.problem(key_node, f"{key!r} is there twice in {what}", "keep one of the two")
            elif known is not None and key not in known:
                self.problem(key_node, f"{what} has no key {key!r}", _nearest(key, known))
            else:
                values[key] = value
        return values

    def items(self, node: yaml.Node, what: str) -> list[yaml.Node] | None:
        """Return the nodes of a list."""
        if not isinstance(node, yaml.SequenceNode):
            self.problem(node, f"{what} is {_kind(node)}", "write a list: a line with - for each")
            return None
        return list(node.value)

    def text(self, node: yaml.Node, what: str) -> str | None:
        """Return a text; what YAML takes for a number or a boolean is a problem."""
        value = _scalar(node)
        if not isinstance(value, str):
            self.problem(node, f"{what} is {_kind(node)}", "write text, in quotes where YAML would take it otherwise")
            return None
        return value

    def boolean(self, node: yaml.Node, what: str) -> bool | None:
        """Return true or false."""
        value = _scalar(node)
        if not isinstance(value, bool):
            self.problem(node, f"{what} is {_kind(node)}", "write true or false")
            return None
        return value

    def integer(self, node: yaml.Node, what: str, least: int, most: int) -> int | None:
        """Return a whole number within its bounds."""
        value = _scalar(node)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.problem(node, f"{what} won't do", f"write a whole number from {least} to {most}")
            return None
        return value

    def number(self, node: yaml.Node, what: str, least: float, most: float) -> float | None:
        """Return a number within its bounds."""
        value = _scalar(node)
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            self.problem(node, f"{what} won't do", f"write a number from {least:g} to {most:g}")
            return None
        return float(value)

    def _at(self, mark: yaml.Mark) -> str:
        return f"{self.path}:{mark.line + 1}:{mark.column + 1}"

    def _note(self, mark: yaml.Mark | None, message: str, advice: str) -> None:
        where = self._at(mark) if mark else str(self.path)
        position = (mark.line, mark.column) if mark else (0, 0)
        self._found.append((position, Problem(where, message, advice)))


def _scalar(node: yaml.Node) -> object:
    """Return the value of a scalar as YAML's core types have it, None for anything else."""
    if not isinstance(node, yaml.ScalarNode) or node.tag not in _KINDS:
        return None
    try:
        value: object = yaml.constructor.SafeConstructor().construct_object(node)
    except (ValueError, yaml.YAMLError):  # what looks like a number to YAML but is none, such as 0o9 or 1__
        return None
    return value


def _kind(node: yaml.Node) -> str:
    return _KINDS.get(node.tag, "of a kind that is not read here")


def _nearest(key: str, known: Sequence[str]) -> str:
    found = get_close_matches(key, known, n=1, cutoff=0.6)
    return f"did you mean {found[0]}?" if found else f"known here: {', '.join(known)}"
