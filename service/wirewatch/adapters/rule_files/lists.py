"""The named lists of all files: any rule, and any other list, may use them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from wirewatch.adapters.rule_files.source import Source
from wirewatch.query import Lists, QueryError, check, names_in, parse_lists

__all__ = ["ListsReader"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class _Place:
    source: Source
    key: yaml.Node
    value: yaml.ScalarNode


@dataclass(slots=True)
class ListsReader:
    """Collects lists; once all are there, `trees` has what a query that uses them is parsed with."""

    trees: Lists = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)
    _places: dict[str, _Place] = field(default_factory=dict)

    def read(self, source: Source, node: yaml.Node) -> None:
        """Take in the lists of a file; what is wrong with their form is noted in `source`."""
        for key, value in source.pairs(node, "lists"):
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            read = source.scalar(value, f"the list {name}")
            if _NAME.fullmatch(name) is None:
                source.error(
                    key, f"{name!r} can't name a list", "use letters, digits, _ and -, beginning with a letter"
                )
            elif name in self._places:
                first = self._places[name]
                source.error(key, f"a list {name} is at {first.source.place(first.key)} already", "keep one of the two")
            elif read is not None:
                self._places[name] = _Place(source, key, read[0])
                self._texts[name] = read[1]

    def finish(self) -> None:
        """Parse all lists; what is wrong with their words is noted in the files that they are from."""
        self.trees = parse_lists(self._texts)
        for name, tree in self.trees.items():
            source, node = self._places[name].source, self._places[name].value
            if isinstance(tree, QueryError):
                source.error_in(node, tree.span, tree.message, tree.hint)
            else:
                self._warn(name)

    def used_by(self, query: str) -> Mapping[str, str]:
        """Return the texts of the lists that a query uses, with those that they use, by name."""
        found: dict[str, str] = {}
        left = list(names_in(query))
        while left:
            name = left.pop()
            if name not in found and name in self._texts:
                found[name] = self._texts[name]
                left += names_in(self._texts[name])
        return dict(sorted(found.items()))

    def _warn(self, name: str) -> None:
        place = self._places[name]
        try:
            warnings = check(self._texts[name], self.trees).warnings
        except QueryError:  # such as NOT alone, which is for the rules that use it to make something of
            return
        for warning in warnings:
            place.source.warning_in(place.value, warning.span, warning.message, warning.hint)
