"""What one thread writes while it matches an article; used again and again, since little of it need be cleared."""

from typing import Any, cast

import numpy as np
import numpy.typing as npt

from wirewatch.matching.compiled.arrangements import GROUPS, SPOTS
from wirewatch.matching.compiled.reading import GAP, RECORD
from wirewatch.matching.compiled.tables import CANDIDATES, Desk, Ints, Known, Space, State, Tables, TermTable
from wirewatch.matching.compiled.views import Pinned
from wirewatch.matching.compiled.wording import FOLDED_PER_BYTE

__all__ = ["Scratch"]

_LAST_EPOCH = 1 << 29
_FIRST_ROOM = 1 << 13


class Scratch:
    """The space of one thread, and for each part of an index what was seen of its rules."""

    def __init__(self) -> None:
        nothing = np.zeros(0, np.int32)
        self.space = Space(
            state=np.zeros(State.ZONES, np.int64),
            hashes=np.zeros(0, np.uint64),
            starts=nothing,
            ends=nothing,
            folded=np.zeros(0, np.uint8),
            firsts=np.zeros(0, np.uint64),
            forms=nothing,
            records=nothing,
            occurrences=np.zeros(_FIRST_ROOM, np.int32),
            bits=np.zeros(0, np.uint32),
            present=nothing,
            missed=nothing,
            found=nothing,
            marks=np.zeros((GROUPS, 2, 0), np.uint64),
            shortest=nothing,
            spots=np.zeros(SPOTS, np.int64),
            units=np.zeros((2, 0), np.int32),
            counts=nothing,
            candidates=np.zeros(2 * CANDIDATES, np.int32),
            matched=nothing,
        )
        self._seen: list[Ints] = []
        self._desks: list[tuple[Any, ...]] = []
        self._room = (0, 0, 0, 0)
        """Positions, zones, keys, phrases that there is room for."""
        self._uses = 0

    def desk(self, part: int, tables: Tables, terms: TermTable, known: Known) -> Pinned[Desk]:
        """Return all that a kernel needs for a part of an index, the one with this number."""
        while part >= len(self._desks):
            self._desks.append((None,) * 5)
        tables_before, terms_before, known_before, space_before, pinned = self._desks[part]
        if tables is tables_before and terms is terms_before and known is known_before and self.space is space_before:
            return cast("Pinned[Desk]", pinned)
        seen = self._seen_of(part, len(tables.dead))
        pinned = Pinned(Desk(terms, known, tables, self.space, seen))
        self._desks[part] = (tables, terms, known, self.space, pinned)
        return pinned

    def forget_desks(self, first: int) -> None:
        """Let go of the parts from this number on: no index has so many now."""
        del self._desks[first:]

    def make_room(self, positions: int, zones: int, keys: int, phrases: int) -> None:
        """Make room for an article of so many positions and zones, under rules with so many keys and phrases."""
        self._uses += 1
        room = self._room
        if (
            positions > room[0]
            or zones > room[1]
            or keys > room[2]
            or phrases > room[3]
            or self._uses >= _LAST_EPOCH // 2  # few articles are read more than once
        ):
            self._make_room(positions, zones, keys, phrases)

    def _make_room(self, positions: int, zones: int, keys: int, phrases: int) -> None:
        if self._uses >= _LAST_EPOCH // 2:
            self._begin_again()
        has_positions, has_zones, has_keys, has_phrases = self._room
        if positions > has_positions or zones > has_zones:
            has_positions, has_zones = positions + positions // 4 + _FIRST_ROOM, zones + 8
            self._set(state=np.concatenate((self.space.state[: State.ZONES], np.zeros(2 * has_zones + 1, np.int64))))
            self._make_room_for_positions(has_positions + (has_zones + 1) * GAP)
        if keys > has_keys:
            has_keys = keys + keys // 4 + 64
            self._make_room_for_keys(has_keys)
        if phrases > has_phrases:
            has_phrases = phrases + phrases // 4 + 64
            self._set(found=np.zeros(has_phrases, np.int32))
        self._room = (has_positions, has_zones, has_keys, has_phrases)

    def make_room_needed(self) -> bool:
        """Make the room that the article was found to need; say whether it needed any."""
        occurrences, positions = self.space.state[[State.NEEDED, State.POSITIONS]].tolist()
        if occurrences:
            self._set(occurrences=np.zeros(2 * occurrences, np.int32))
        if positions:
            self.make_room(2 * positions, *self._room[1:])
        return bool(occurrences or positions)

    def _seen_of(self, part: int, rules: int) -> Ints:
        while len(self._seen) <= part:
            self._seen.append(np.zeros(0, np.int32))
        if rules > len(self._seen[part]):
            self._seen[part] = np.zeros(rules + rules // 4, np.int32)
        if rules > len(self.space.matched):
            self._set(matched=np.zeros(rules + rules // 4, np.int32))
        return self._seen[part]

    def _set(self, **arrays: npt.NDArray[Any]) -> None:
        self.space = self.space._replace(**arrays)

    def _make_room_for_positions(self, positions: int) -> None:
        self._set(
            hashes=np.zeros(positions, np.uint64),
            starts=np.zeros(positions, np.int32),
            ends=np.zeros(positions, np.int32),
            folded=np.zeros(FOLDED_PER_BYTE * positions, np.uint8),
            firsts=np.zeros(positions, np.uint64),
            forms=np.zeros(positions, np.int32),
            missed=np.zeros(2 * positions, np.int32),
            marks=np.zeros((GROUPS, 2, positions // 64 + 2), np.uint64),
            shortest=np.zeros(positions, np.int32),
            units=np.zeros((2, positions), np.int32),
        )

    def _make_room_for_keys(self, keys: int) -> None:
        counts = np.zeros(keys, np.int32)
        counts[: len(self.space.counts)] = self.space.counts
        self.space.state[State.PRESENT] = 0
        self._set(
            records=np.zeros(keys * RECORD, np.int32),
            bits=np.zeros(2 * (keys // 32 + 1), np.uint32),
            present=np.zeros(keys, np.int32),
            counts=counts,
        )

    def _begin_again(self) -> None:
        self._uses = 0
        self.space.state[[State.EPOCH, State.UNITS]] = 0
        for array in (self.space.records, self.space.found, *self._seen):
            array[:] = 0
