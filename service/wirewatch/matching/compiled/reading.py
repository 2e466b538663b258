"""The kernel that reads an article: bytes in, positions with their forms and the occurrences of keys out.

It looks up what stands between spaces, as bytes, in a table of pieces seen before (see `lexicon`), and never works out
what a word is: what it does not know it reports, and is called again when the table knows it.
"""

from typing import Any

import numpy as np

from wirewatch.matching.compiled.asked import may_be_asked
from wirewatch.matching.compiled.hashing import mixed, with_byte
from wirewatch.matching.compiled.jit import ZERO, int64, jit
from wirewatch.matching.compiled.tables import RUN_BITS, Known, Space, State

__all__ = ["GAP", "LONGEST_KEPT", "RECORD", "SLOT", "ZONE_END", "find", "has_bit", "has_key", "read"]

RECORD = 4
SLOT = 4
LONGEST_KEPT = 60
"""Bytes of a piece that may be in the table; what is longer will hardly be met again."""
GAP = 104
"""Positions between two zones: more than any proximity reaches over."""
ZONE_END = 0xFF
"""Stands after each zone of an article; no text in UTF-8 has this byte."""

_RUN_LENGTH = (1 << RUN_BITS) - 1
_TEXT_ZONES = 2
_LAST_SPACE = 32
"""No control character is a part of a word, and the space is the last of them."""
_CONTINUES, _LEAD_OF_3, _LEAD_OF_4 = 0x80, 0xE0, 0xF0
"""Of bytes in UTF-8."""
_OTHER, _SOLO = 0, 2
_ENDS_PIECE, _MAY_BE_ALONE = 1, 2
_ENDS = np.array([_MAY_BE_ALONE * (byte >= _LEAD_OF_3) for byte in range(256)], np.uint8)
_ENDS[[*range(_LAST_SPACE + 1), ZONE_END]] = _ENDS_PIECE
"""What a byte says: the piece before it ends, or a character begins that may be a piece of its own."""

_BEFORE, _AFTER, _INSIDE = 1, 2, 4
_AROUND = np.zeros(256, np.uint8)
for _places, _bytes in (
    (_BEFORE, b"\"'(["),
    (_AFTER, b")]\"',.;:!?"),
    (_INSIDE, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
):
    _AROUND[list(_bytes)] |= _places
"""Where in a piece with one word of ASCII a byte may stand, if that is to be known without analysis."""

# The places of `State` by themselves, since a kernel knows no classes.
_EPOCH, _PRESENT, _MISSES = State.EPOCH, State.PRESENT, State.MISSES
_NEEDED, _WORDS, _ZONES = State.NEEDED, State.WORDS, State.ZONES


@jit
def find(buffer: Any, start: int, end: int, hashed: int, slots: Any, texts: Any) -> int:
    """Return where in `slots` these bytes are; `-1 - place` of the free slot for them where they aren't."""
    mask = len(slots) // SLOT - 1
    size = end - start
    place = hashed & mask
    while True:
        slot = place * SLOT
        text = slots[slot + 1] - 1
        if text < 0:
            return -1 - slot
        if slots[slot] == hashed and slots[slot + 2] & 0xFF == size:
            same = True
            for offset in range(size):
                if texts[text + offset] != buffer[start + offset]:
                    same = False
                    break
            if same:
                return slot
        place = (place + 1) & mask


@jit
def has_bit(bits: Any, key: int, anywhere: int) -> bool:
    """Say whether `key` stands in title or body; with 1 for `anywhere`, in any zone or as a fact."""
    return (bits[(key >> 5 << 1) + anywhere] >> np.uint32(key & 31)) & np.uint32(1) != 0


@jit
def has_key(form: int, key: int, runs: Any, keys: Any) -> bool:
    """Say whether `key` is among those of `form`."""
    run = runs[form]
    start = run >> RUN_BITS
    for index in range(start, start + (run & _RUN_LENGTH)):
        if keys[index] == key:
            return True
    return False


@jit
def _kind(buffer: Any, index: int, kinds: Any) -> int:
    """Return the kind of the character whose first byte is at `index`."""
    first = int64(buffer[index])
    if first < _CONTINUES:
        code = first
    elif first < _LEAD_OF_3:
        code = ((first & 0x1F) << 6) | (int64(buffer[index + 1]) & 0x3F)
    elif first < _LEAD_OF_4:
        code = (first & 0x0F) << 12
        code |= (int64(buffer[index + 1]) & 0x3F) << 6 | (int64(buffer[index + 2]) & 0x3F)
    else:
        code = (first & 0x07) << 18 | (int64(buffer[index + 1]) & 0x3F) << 12
        code |= (int64(buffer[index + 2]) & 0x3F) << 6 | (int64(buffer[index + 3]) & 0x3F)
    return int64(kinds[code]) if code < len(kinds) else _OTHER


@jit
def _is_alone(buffer: Any, start: int, index: int, size: int, kinds: Any) -> bool:
    """Say whether the character at `index`, of a piece that began at `start`, is a word by itself, come what may."""
    around = index
    for _ in range(3):
        kind = _kind(buffer, around, kinds)
        if kind == _OTHER or (around == index and kind != _SOLO):
            return False
        if around > index or (around < index and _ENDS[buffer[index + size]] == _ENDS_PIECE):
            return True
        if around == index and index > start:
            around -= 1
            while buffer[around] & 0xC0 == _CONTINUES:
                around -= 1
        elif _ENDS[buffer[index + size]] == _ENDS_PIECE:
            return True
        else:
            around = index + size
    return True


@jit
def _is_of_no_interest(buffer: Any, start: int, end: int, asked: Any) -> bool:
    """Say whether a piece is one plain word, with nothing but punctuation around it, that no rule asks for."""
    while start < end and _AROUND[buffer[start]] & _BEFORE != 0:
        start += 1
    while start < end and _AROUND[buffer[end - 1]] & _AFTER != 0:
        end -= 1
    for index in range(start, end):
        if _AROUND[buffer[index]] & _INSIDE == 0:
            return False
    return start < end and not may_be_asked(buffer, start, end, asked)


@jit
def _begin(spill: Any, state: Any, records: Any, bits: Any, present: Any) -> None:
    """Forget the last article; the facts of this one, and what holds always, are there from the start."""
    for index in range(state[_PRESENT]):
        place = present[index] >> 5 << 1
        bits[place] = 0
        bits[place + 1] = 0
    state[_EPOCH] += 1
    state[_MISSES] = 0
    state[_NEEDED] = 0
    state[_ZONES] = 0
    state[_PRESENT] = spill[0] + 1
    for index in range(spill[0] + 1):
        key = int64(spill[index] if index > 0 else 0)
        records[key * RECORD] = state[_EPOCH]
        records[key * RECORD + 1] = -1
        present[index] = key
        mask = np.uint32(1) << np.uint32(key & 31)
        bits[key >> 5 << 1] |= mask
        bits[(key >> 5 << 1) + 1] |= mask


@jit
def read(buffer: Any, kinds: Any, spill: Any, known: Known, space: Space) -> bool:
    """Read the zones of `buffer`, each with ZONE_END after it; return False when not all was known or had room.

    `spill` has the number of the article's facts (keys that hold for it as a whole) and those; then, if they are known,
    for each piece that is too long to be kept the number of its forms and those.

    The places of unknown pieces go to `space.missed`. Where the occurrences have no room, `state[NEEDED]` is more than
    what there is.
    """
    slots, texts, tokens, runs, keys = known.slots, known.texts, known.tokens, known.runs, known.keys
    state, forms, records, occurrences = space.state, space.forms, space.records, space.occurrences
    bits, present, missed, counts = space.bits, space.present, space.missed, space.counts
    _begin(spill, state, records, bits, present)
    epoch = state[_EPOCH]
    room = len(occurrences) // 2
    known_keys = len(records) // RECORD
    met = state[_PRESENT]
    spilled = int64(1 + spill[0])
    position = used = zone = index = ZERO
    last = len(buffer) - 1
    while True:
        while buffer[index] <= _LAST_SPACE:
            index += 1
        if buffer[index] == ZONE_END:
            state[_ZONES + 2 * zone + 1] = position
            for _ in range(GAP):
                forms[position] = 0
                position += 1
            zone += 1
            state[_ZONES + 2 * zone] = position
            if index == last:
                break
            index += 1
            continue
        start = index
        value = np.uint64(0)
        while True:
            byte = buffer[index]
            ends = _ENDS[byte]
            if ends != 0:
                if ends == _ENDS_PIECE:
                    break
                size = 3 if byte < _LEAD_OF_4 else 4
                if _is_alone(buffer, start, index, size, kinds):
                    if index == start:
                        for offset in range(size):
                            value = with_byte(value, buffer[index + offset])
                        index += size
                    break
            value = with_byte(value, byte)
            index += 1
        slot = -1
        is_kept = index - start <= LONGEST_KEPT
        if is_kept:
            slot = find(buffer, start, index, mixed(value), slots, texts)
        if slot < 0 and is_kept and _is_of_no_interest(buffer, start, index, known.asked):
            forms[position] = 0
            position += 1
            continue
        if slot < 0 and (is_kept or spilled == len(spill)):
            missed[2 * state[_MISSES]] = start
            missed[2 * state[_MISSES] + 1] = index
            state[_MISSES] += 1
            continue
        number = int64(slots[slot + 2] >> 8 if slot >= 0 else spill[spilled])
        first = int64(slots[slot + 3] if slot >= 0 else spilled + 1)
        for token in range(number):
            from_table = first if number == 1 or slot < 0 else tokens[first + token]
            form = int64(spill[first + token] if slot < 0 else from_table)
            forms[position] = form
            run = runs[form]
            run_start = run >> RUN_BITS
            run_length = run & _RUN_LENGTH
            if used + run_length > room:
                state[_NEEDED] = 2 * (used + run_length)
                state[_PRESENT] = met
                return False
            for place in range(run_start, run_start + run_length):
                key = int64(keys[place])
                if key >= known_keys:  # another thread has just added it, for rules that are not asked about here
                    continue
                record = key * RECORD
                if records[record] != epoch:
                    records[record] = epoch
                    records[record + 1] = used
                    records[record + 3] = 1
                    present[met] = key
                    met += 1
                else:
                    occurrences[2 * records[record + 2] + 1] = used
                    records[record + 3] += 1
                records[record + 2] = used
                occurrences[2 * used] = position
                occurrences[2 * used + 1] = -1
                used += 1
                mask = np.uint32(1) << np.uint32(key & 31)
                word = key >> 5 << 1
                if zone < _TEXT_ZONES:
                    bits[word] |= mask
                bits[word + 1] |= mask
            position += 1
        if slot < 0:
            spilled += 1 + number
    state[_PRESENT] = met
    if state[_MISSES] == 0:
        for index in range(met):
            counts[present[index]] += 1
    state[_WORDS] = state[_ZONES + 1] - state[_ZONES] + state[_ZONES + 3] - state[_ZONES + 2]
    return state[_MISSES] == 0
