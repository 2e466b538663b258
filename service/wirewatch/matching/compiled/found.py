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
    """Of each part of an index its rules, and the numbers of those that match; no array of these changes any more."""

    __slots__ = ("_parts",)

    def __init__(self, parts: list[tuple[Rules, Ints]]) -> None:
        self._parts = parts

    def __len__(self) -> int:
        return sum([len(numbers) for _, numbers in self._parts])

    def __iter__(self) -> Iterator[Rule]:
        for rules, numbers in self._parts:
            yield from rules[numbers].tolist()

    @overload
    def __getitem__(self, index: int) -> Rule: ...

    @overload
    def __getitem__(self, index: slice) -> list[Rule]: ...

    def __getitem__(self, index: int | slice) -> Rule | list[Rule]:
        return [*self][index]
