"""Parts of an index: rules as arrays, with what says where to look for which."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from wirewatch.matching.compiled.segment import Bytes, Segment
from wirewatch.matching.compiled.tables import Tables

__all__ = ["Part"]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A segment with its tables; of them `dead[rule]` is 1 where a later part or nothing has taken the rule's place."""

    segment: Segment
    tables: Tables
    alive: int

    @property
    def dead(self) -> Bytes:
        """1 for each rule that is passed over."""
        return self.tables.dead

    def without(self, ids: AbstractSet[str]) -> "Part":
        """Return this part with the rules of these ids dead."""
        numbers = [number for number in self.segment.numbers_of(ids) if not self.dead[number]] if ids else []
        if not numbers:
            return self
        dead = self.dead.copy()
        dead[numbers] = 1
        return Part(self.segment, self.tables._replace(dead=dead), self.alive - len(numbers))
