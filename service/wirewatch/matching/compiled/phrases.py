"""Phrases as rules ask for them: their keys, and numbers that all rules share."""

from typing import NamedTuple

import numpy as np

from wirewatch.matching.compiled.keys import Keys
from wirewatch.matching.compiled.room import with_room
from wirewatch.query import Phrase

__all__ = ["Asked", "Phrases"]


class Asked(NamedTuple):
    """What is asked of an article for a phrase: its `keys`, each once.

    `number` is the phrase's own, for a word alone `-1 - key`; `rarest` is the key that the fewest articles have.
    """

    keys: tuple[int, ...]
    number: int
    rarest: int


class Phrases:
    """Numbers for sequences of keys, given out once and never taken back, by one thread at a time.

    The keys of phrase p are `keys[starts[p]:starts[p + 1]]`; whoever has an older view of the arrays can use it.
    """

    def __init__(self, keys: Keys) -> None:
        self._asked_keys = keys
        self._plain: dict[tuple[str, ...], Asked] = {}
        self._numbers: dict[tuple[int, ...], int] = {}
        self._used = 0
        self.starts = np.zeros(1 << 10, np.int32)
        self.keys = np.zeros(1 << 11, np.int32)

    def __len__(self) -> int:
        return len(self._numbers)

    def of(self, phrase: Phrase) -> Asked:
        """Return what is asked for `phrase`."""
        asked = self._plain.get(phrase.terms) if phrase.is_plain else None
        if asked is None:
            asked = self._asked(phrase)
            if phrase.is_plain:
                self._plain[phrase.terms] = asked
        return asked

    def _asked(self, phrase: Phrase) -> Asked:
        keys = tuple([self._asked_keys.of_slot(slot) for slot in phrase.slots])
        number = self._number(keys) if len(keys) > 1 else -1 - keys[0]
        return Asked(tuple(dict.fromkeys(keys)), number, min(keys, key=self._asked_keys.shares.__getitem__))

    def _number(self, keys: tuple[int, ...]) -> int:
        number = self._numbers.get(keys)
        if number is None:
            number = self._numbers[keys] = len(self._numbers)
            used = self._used + len(keys)
            self.starts = with_room(self.starts, number + 2)
            self.keys = with_room(self.keys, used)
            self.keys[self._used : used] = keys
            self.starts[number + 1] = self._used = used
        return number
