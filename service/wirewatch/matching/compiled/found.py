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
    """Rules by their numbers, part by part."""

    __slots__ = ("_number", "_parts")

    def __init__(self) -> None:
        self._parts: list[tuple[Rules, Ints]] = []
        self._number = 0

    def add(self, rules: Rules, numbers: Ints) -> None:
        """Add those of `rules` with these numbers; neither array changes any more."""
        self._parts.append((rules, numbers))
        self._number += len(numbers)

    def __len__(self) -> int:
        return self._number

    def __iter__(self) -> Iterator[Rule]:
        for rules, numbers in self._parts:
            yield from rules[numbers].tolist()

    @overload
    def __getitem__(self, index: int) -> Rule: ...

    @overload
    def __getitem__(self, index: slice) -> list[Rule]: ...

    def __getitem__(self, index: int | slice) -> Rule | list[Rule]:
        return [*self][index]
