"""Terms that rules ask for, each with its key, to be looked up by kernels: an article's words are mostly none of them.

For a word whose term a kernel can tell (see `splitting`, `wording`) it needs no more than this table. A term of which
more is asked than itself (`=US` beside `us`) is marked: its words have to be analysed.

Arrays only ever gain entries that nobody who has an older view of them can reach; where one must grow, all are copied.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from wirewatch.kernels.jit import int64, jit, part
from wirewatch.kernels.views import row_of
from wirewatch.matching.compiled.asked import LOWER, NOTHING_ASKED, with_pattern
from wirewatch.matching.compiled.bits import bit_at, set_bit
from wirewatch.matching.compiled.hashing import EIGHT, hash_of, is_same_word
from wirewatch.matching.compiled.room import with_room
from wirewatch.matching.compiled.tables import TermTable
from wirewatch.query import Form, Slot

__all__ = ["HAS_MORE", "Terms", "is_sieved", "key_at", "key_of_term", "place_of"]

HAS_MORE = 1 << 31
_HASH_BITS = 32
_FIRST_SLOTS = 1 << 4
_BITS_A_SLOT = 8
"""Of the sieve. At most half of the slots are taken: of words that nobody asks for it lets one in sixteen through."""
_COMMA, _LAST_DIGIT = ord(","), ord("9")


class Terms:
    """The terms asked for so far; one thread at a time puts some in or asks for the table."""

    def __init__(self) -> None:
        self._number = 0
        self._texts_used = 0
        self._new: list[tuple[bytes, int]] = []
        self._table = TermTable(
            np.zeros(_FIRST_SLOTS, np.uint64),
            np.zeros(1 << 12, np.uint8),
            np.zeros(1 << 10, np.int32),
            _empty_sieve(_FIRST_SLOTS),
            NOTHING_ASKED,
        )

    def put(self, slot: Slot, key: int) -> None:
        """Have it that a rule asks for `slot`, whose key is new."""
        if slot.is_wild or slot.form is Form.INFLECTED:
            self._table = self._table._replace(asked=with_pattern(self._table.asked, slot))
        else:
            more = slot.form is Form.EXACT
            self._new.append((slot.term.encode("utf-8", "surrogatepass"), key | HAS_MORE * more))

    @property
    def table(self) -> TermTable:
        """What kernels look up."""
        if self._new:
            self._enter()
        return self._table

    def _enter(self) -> None:
        sizes, keys = [len(raw) for raw, _ in self._new], [key for _, key in self._new]
        text = b"".join([raw for raw, _ in self._new])
        self._new.clear()
        start, self._texts_used = self._texts_used, self._texts_used + len(text)
        slots, texts, places, sieve, asked = self._table
        texts = with_room(texts, self._texts_used + 2 * EIGHT)
        texts[start : self._texts_used] = np.frombuffer(text, np.uint8)
        places = with_room(places, 2 * (keys[-1] & (HAS_MORE - 1)) + 2)  # the largest: they are given out in order
        if 2 * (self._number + len(keys)) > len(slots):
            grown = np.zeros(1 << (2 * (self._number + len(keys))).bit_length(), np.uint64)
            sieve = _empty_sieve(len(grown))
            _put_again(slots, grown, sieve)
            slots = grown
        elif texts is not self._table.texts or places is not self._table.places:
            slots = slots.copy()
        self._number += _put(slots, texts, places, sieve, start, np.array(sizes), np.array(keys))
        self._table = TermTable(slots, texts, places, sieve, asked)


def _empty_sieve(slots: int) -> npt.NDArray[np.uint64]:
    return np.zeros(slots * _BITS_A_SLOT // 64, np.uint64)


@part
def place_of(hashed: int, slots: Any) -> int:
    """Return where in `slots` the search for a term with this hash begins."""
    return hashed & (len(slots) - 1)


@part
def is_sieved(hashed: int, sieve: Any) -> int:
    """Return 1 if a term may have this hash, else 0."""
    return bit_at(sieve, hashed & (64 * len(sieve) - 1))


@part
def _put_into_sieve(hashed: int, sieve: Any) -> None:
    set_bit(sieve, hashed & (64 * len(sieve) - 1))


@part
def _is_same(buffer: Any, start: int, end: int, key: int, texts: Any, places: Any) -> bool:
    """Say whether the term of a plain word is that of `key`."""
    text = places[2 * key]
    after = text + places[2 * key + 1]
    if after - text == end - start:
        return is_same_word(buffer, start, end, texts, text)
    if LOWER[buffer[start]] > _LAST_DIGIT:
        return False
    for index in range(start, end):
        if buffer[index] == _COMMA:  # of a number
            continue
        byte = buffer[index]
        if LOWER[byte] != 0:
            byte = LOWER[byte]
        if text == after or texts[text] != byte:
            return False
        text += 1
    return text == after


@part
def key_at(found: Any, buffer: Any, start: int, end: int, hashed: int, slots: Any, texts: Any, places: Any) -> int:
    """Return the key, perhaps with HAS_MORE, of the plain word `buffer[start:end]`; 0 where no rule asks for it.

    `found` is what stands where the search begins.
    """
    place = place_of(hashed, slots)
    while found != 0:
        if int64(found >> np.uint64(_HASH_BITS)) == hashed:
            key = int64(found & np.uint64(0xFFFFFFFF))
            if _is_same(buffer, start, end, key & (HAS_MORE - 1), texts, places):
                return key
        place = (place + 1) & (len(slots) - 1)
        found = slots[place]
    return 0


@part
def key_of_term(found: Any, folded: Any, term: int, hashed: int, slots: Any, texts: Any, places: Any) -> int:
    """Return the same of the term that stands at `folded[term]`, up to a zero."""
    place = place_of(hashed, slots)
    while found != 0:
        if int64(found >> np.uint64(_HASH_BITS)) == hashed:
            key = int64(found & np.uint64(0xFFFFFFFF))
            text, size = places[2 * (key & (HAS_MORE - 1))], places[2 * (key & (HAS_MORE - 1)) + 1]
            offset = 0
            while offset < size and folded[term + offset] == texts[text + offset]:
                offset += 1
            if offset == size and folded[term + size] == 0:
                return key
        place = (place + 1) & (len(slots) - 1)
        found = slots[place]
    return 0


@jit
def _put(slots: Any, texts: Any, places: Any, sieve: Any, start: int, sizes: Any, keys: Any) -> int:
    """Enter keys with their terms, which follow each other from `start` on; return how many slots that took."""
    slots, texts, places, sieve = row_of(slots), row_of(texts), row_of(places), row_of(sieve)
    number = 0
    for index in range(len(keys)):
        end = start + sizes[index]
        key = keys[index] & (HAS_MORE - 1)
        places[2 * key] = start
        places[2 * key + 1] = sizes[index]
        hashed = hash_of(texts, start, end)
        place = place_of(hashed, slots)
        while slots[place] != 0:
            other = int64(slots[place] & np.uint64(HAS_MORE - 1))
            if int64(slots[place] >> np.uint64(_HASH_BITS)) == hashed and places[2 * other + 1] == end - start:
                same = True
                for offset in range(end - start):
                    if texts[places[2 * other] + offset] != texts[start + offset]:
                        same = False
                        break
                if same:  # what one key alone says of it is no longer all
                    slots[place] |= np.uint64(HAS_MORE)
                    break
            place = (place + 1) & (len(slots) - 1)
        if slots[place] == 0:
            _put_into_sieve(hashed, sieve)
            slots[place] = np.uint64(hashed) << np.uint64(_HASH_BITS) | np.uint64(keys[index])
            number += 1
        start = end
    return number


@jit
def _put_again(before: Any, after: Any, sieve: Any) -> None:
    """Enter all of one table's terms into a larger one."""
    before, after, sieve = row_of(before), row_of(after), row_of(sieve)
    for index in range(len(before)):
        slot = before[index]
        if slot != 0:
            hashed = int64(slot >> np.uint64(_HASH_BITS))
            _put_into_sieve(hashed, sieve)
            place = place_of(hashed, after)
            while after[place] != 0:
                place = (place + 1) & (len(after) - 1)
            after[place] = slot
