"""The rules that an article matches, taken from the index when somebody asks for them.

Of a million rules most are in no cache of the processor: to take one costs more than to find that it matches, and who
counts matches, or looks at a few, need not take them all.
"""

from collections.abc import Iterator, Sequence
from typing import overload

from wirewatch.matching.compiled.segment import Rules
from wirewatch.matching.compiled.tables import Ints
from wirewatch.rule import Rule

__all__ = ["Found"]


class Found(Sequence[Rule]):
    """Of each part of an index its rules, and where those that match stand among `numbers`, which never change."""

    __slots__ = ("_numbers", "_parts")

    def __init__(self, numbers: Ints, parts: Sequence[tuple[Rules, int, int]]) -> None:
        self._numbers = numbers
        self._parts = parts

    def with_more(self, part: tuple[Rules, int, int]) -> "Found":
        """Return these rules and those of one more part."""
        return Found(self._numbers, (*self._parts, part))

    def __len__(self) -> int:
        return sum([last - first for _, first, last in self._parts])

    def __iter__(self) -> Iterator[Rule]:
        for rules, first, last in self._parts:
            yield from rules[self._numbers[first:last]].tolist()

    @overload
    def __getitem__(self, index: int) -> Rule: ...

    @overload
    def __getitem__(self, index: slice) -> list[Rule]: ...

    def __getitem__(self, index: int | slice) -> Rule | list[Rule]:
        return [*self][index]
