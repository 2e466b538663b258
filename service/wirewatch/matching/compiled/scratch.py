"""What one thread writes while it matches an article; used again and again, since little of it need be cleared."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from wirewatch.kernels.views import Pinned
from wirewatch.matching.compiled.arrangements import GROUPS, SPOTS
from wirewatch.matching.compiled.occurring import RECORD
from wirewatch.matching.compiled.parts import Part
from wirewatch.matching.compiled.reading import GAP
from wirewatch.matching.compiled.tables import CANDIDATES, Desk, Ints, Known, Space, State, TermTable
from wirewatch.matching.compiled.wording import FOLDED_PER_BYTE

__all__ = ["Scratch"]

_LAST_EPOCH = 1 << 29
_FIRST_ROOM = 1 << 13


class Desks:
    """A desk for each part of an index; they share all but what is about the part."""

    def __init__(
        self, parts: tuple[Part, ...], terms: TermTable, known: Known, space: Space, seen: Sequence[Ints]
    ) -> None:
        self._made_of = parts, terms, known, space
        self._pinned = [
            Pinned(Desk(terms, known, part.tables, space, of_part)) for part, of_part in zip(parts, seen, strict=False)
        ]
        self.addresses = np.array([desk.address for desk in self._pinned], np.int64)
        """What the kernels take."""

    def is_of(self, parts: tuple[Part, ...], terms: TermTable, known: Known, space: Space) -> bool:
        """Say whether they were made of just these; what was seen of rules is another array only when `parts` are."""
        before, terms_before, known_before, space_before = self._made_of
        return before is parts and terms_before is terms and known_before is known and space_before is space

    @property
    def first(self) -> Pinned[Desk]:
        """What is enough for what is not about rules."""
        return self._pinned[0]


class Scratch:
    """The space of one thread, and for each part of an index what was seen of its rules."""

    def __init__(self) -> None:
        nothing = np.zeros(0, np.int32)
        self.space = Space(
            state=np.zeros(State.ZONES, np.int64),
            text=np.zeros(0, np.uint8),
            begins=nothing,
            finishes=nothing,
            odd=nothing,
            hashes=np.zeros(0, np.uint64),
            starts=nothing,
            ends=nothing,
            folded=np.zeros(0, np.uint8),
            notable=nothing,
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
            heads=np.zeros(_FIRST_ROOM, np.int32),
            answers=np.zeros(_FIRST_ROOM, np.int32),
        )
        self._seen: list[Ints] = []
        self._desks: Desks | None = None
        self._room = (0, 0, 0, 0)
        """Positions, zones, keys, phrases that there is room for."""
        self._uses = 0

    def desks(self, parts: tuple[Part, ...], terms: TermTable, known: Known) -> Desks:
        """Return all that a kernel needs for an index of these parts."""
        before = self._desks
        if before is not None and before.is_of(parts, terms, known, self.space):
            return before
        for number, part in enumerate(parts):
            self._make_room_for_rules(number, len(part.dead))
        self._desks = Desks(parts, terms, known, self.space, self._seen)
        return self._desks

    def make_room(self, positions: int, zones: int, keys: int, phrases: int, *, articles: int = 1) -> None:
        """Make room for articles of so many positions and zones at most, under rules with so many keys and phrases."""
        self._uses += articles
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
            if positions > has_positions:
                has_positions = positions + positions // 4 + _FIRST_ROOM
            if zones > has_zones:
                has_zones = zones + 8
            self._set(state=np.concatenate((self.space.state[: State.ZONES], np.zeros(2 * has_zones + 1, np.int64))))
            self.space.state[[State.LARGEST, State.MOST_ZONES]] = has_positions, has_zones
            # The gap after the last zone is room, too, for what kernels read and write past the end: a block and a few.
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

    def make_room_for_answers(self) -> None:
        """Make room for twice as many answers, beside those that are there."""
        for name in ("heads", "answers"):
            before = getattr(self.space, name)
            self._set(**{name: np.concatenate((before, np.zeros(len(before), np.int32)))})

    def _make_room_for_rules(self, part: int, rules: int) -> None:
        while len(self._seen) <= part:
            self._seen.append(np.zeros(0, np.int32))
        if rules > len(self._seen[part]):
            self._seen[part] = np.zeros(rules + rules // 4, np.int32)
        if rules > len(self.space.matched):
            self._set(matched=np.zeros(rules + rules // 4, np.int32))

    def _set(self, **arrays: npt.NDArray[Any]) -> None:
        self.space = self.space._replace(**arrays)

    def _make_room_for_positions(self, positions: int) -> None:
        self._set(
            text=np.zeros(positions, np.uint8),
            begins=np.zeros(positions, np.int32),
            finishes=np.zeros(positions, np.int32),
            odd=np.zeros(positions, np.int32),
            hashes=np.zeros(positions, np.uint64),
            starts=np.zeros(positions, np.int32),
            ends=np.zeros(positions, np.int32),
            folded=np.zeros(FOLDED_PER_BYTE * positions, np.uint8),
            notable=np.zeros(positions, np.int32),
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
            present=np.zeros(keys + 1, np.int32),
            counts=counts,
        )

    def _begin_again(self) -> None:
        self._uses = 0
        self.space.state[[State.EPOCH, State.UNITS, State.LINKED]] = 0
        for array in (self.space.records, self.space.found, *self._seen):
            array[:] = 0
