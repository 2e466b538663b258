"""Numbers for phrases, shared by all rules."""

import numpy as np

from wirewatch.matching.compiled.room import with_room

__all__ = ["Phrases"]


class Phrases:
    """Numbers for sequences of keys, given out once and never taken back.

    The keys of phrase p are `keys[starts[p]:starts[p + 1]]`; whoever has an older view of the arrays can use it.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, ...], int] = {}
        self._used = 0
        self.starts = np.zeros(1 << 10, np.int32)
        self.keys = np.zeros(1 << 11, np.int32)

    def __len__(self) -> int:
        return len(self._numbers)

    def of(self, keys: tuple[int, ...]) -> int:
        """Return the number of the phrase of these keys."""
        number = self._numbers.get(keys)
        if number is None:
            number = self._numbers[keys] = len(self._numbers)
            used = self._used + len(keys)
            self.starts = with_room(self.starts, number + 2)
            self.keys = with_room(self.keys, used)
            self.keys[self._used : used] = keys
            self.starts[number + 1] = self._used = used
        return number
