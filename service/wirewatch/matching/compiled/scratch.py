"""What one thread writes while it matches an article; used again and again, since little of it need be cleared."""

import numpy as np

from wirewatch.matching.compiled.reading import GAP, RECORD
from wirewatch.matching.compiled.tables import Ints, Space, State

__all__ = ["Scratch"]

_LAST_EPOCH = 1 << 29
_FIRST_ROOM = 1 << 13


class Scratch:
    """The space of one thread, and for each part of an index what was seen of its rules."""

    def __init__(self) -> None:
        nothing = np.zeros(0, np.int32)
        self.space = Space(
            state=np.zeros(State.ZONES + 64, np.int64),
            forms=nothing,
            records=nothing,
            occurrences=np.zeros(_FIRST_ROOM, np.int32),
            bits=np.zeros(0, np.uint32),
            present=nothing,
            missed=nothing,
            found=nothing,
            left_marks=np.zeros((2, 0), np.uint64),
            right_marks=np.zeros((2, 0), np.uint64),
            shortest=nothing,
            counts=nothing,
        )
        self.matched = nothing
        self._seen: list[Ints] = []

    def make_room(self, *, positions: int, zones: int, keys: int, phrases: int) -> None:
        """Make room for an article of so many positions and zones, under rules with so many keys and phrases."""
        space = self.space
        if space.state[State.EPOCH] >= _LAST_EPOCH:
            self._begin_again()
        if State.ZONES + 2 * zones + 1 > len(space.state):
            grown = np.concatenate((space.state, np.zeros(2 * zones + 1, np.int64)))
            self.space = space = space._replace(state=grown)
        positions += (zones + 1) * GAP
        if positions > len(space.forms):
            room = np.zeros(2 * positions, np.int32)
            self.space = space = space._replace(
                forms=room,
                missed=np.zeros(len(room), np.int32),
                left_marks=np.zeros((2, len(room) // 64 + 2), np.uint64),
                right_marks=np.zeros((2, len(room) // 64 + 2), np.uint64),
                shortest=np.zeros(len(room), np.int32),
            )
        if keys * RECORD > len(space.records):
            self._make_room_for_keys(keys + keys // 4 + 64)
        if phrases > len(space.found):
            self.space = self.space._replace(found=np.zeros(phrases + phrases // 4 + 64, np.int32))

    def make_room_for_occurrences(self, needed: int) -> None:
        """Make room for so many numbers."""
        self.space = self.space._replace(occurrences=np.zeros(2 * needed, np.int32))

    def seen_of(self, part: int, rules: int) -> Ints:
        """Return the epochs in which the rules of a part of the index were last seen."""
        while len(self._seen) <= part:
            self._seen.append(np.zeros(0, np.int32))
        if rules > len(self._seen[part]):
            self._seen[part] = np.zeros(rules + rules // 4, np.int32)
        if rules > len(self.matched):
            self.matched = np.zeros(rules + rules // 4, np.int32)
        return self._seen[part]

    def _make_room_for_keys(self, keys: int) -> None:
        counts = np.zeros(keys, np.int32)
        counts[: len(self.space.counts)] = self.space.counts
        self.space.state[State.PRESENT] = 0
        self.space = self.space._replace(
            records=np.zeros(keys * RECORD, np.int32),
            bits=np.zeros(2 * (keys // 32 + 1), np.uint32),
            present=np.zeros(keys, np.int32),
            counts=counts,
        )

    def _begin_again(self) -> None:
        self.space.state[State.EPOCH] = 0
        for array in (self.space.records, self.space.found, *self._seen):
            array[:] = 0
