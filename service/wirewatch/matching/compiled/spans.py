"""Where phrases stand in an article, and which of their places are near one another; parts of the kernel that decides.

Whether two of them are near is asked of rows of bits, one for each place: only where something ends, and where
something else begins, counts for that. So it takes time linear in the text, however often the words stand in it.
"""

from typing import Any

import numpy as np

from wirewatch.kernels.jit import part
from wirewatch.kernels.views import row_from
from wirewatch.matching.compiled.arrangements import GROUPS
from wirewatch.matching.compiled.bits import bit_at, set_bit
from wirewatch.matching.compiled.occurring import RECORD, link
from wirewatch.matching.compiled.reading import has_bit, has_key
from wirewatch.matching.compiled.tables import Desk, State

__all__ = ["apart", "begins_of", "ends_of", "is_before", "mark", "stands"]

_EPOCH = State.EPOCH


@part
def _rarest(start: int, size: int, epoch: int, phrase_keys: Any, records: Any) -> int:
    """Return which of `phrase_keys[start:start + size]` occurs least, or -1 where one does not."""
    best = -1
    fewest = 0
    for index in range(size):
        record = phrase_keys[start + index] * RECORD
        if records[record] != epoch:
            return -1
        if best < 0 or records[record + 3] < fewest:
            best = index
            fewest = records[record + 3]
    return best


@part
def _fits(begin: int, rarest: int, start: int, size: int, phrase_keys: Any, forms: Any, runs: Any, keys: Any) -> bool:
    """Say whether the words of a phrase other than its rarest stand where it would begin."""
    for index in range(size):
        if index != rarest:
            form = forms[begin + index]
            if not has_key(form, phrase_keys[start + index], runs, keys):
                return False
    return True


@part
def _first(phrase: int, epoch: int, phrase_starts: Any, phrase_keys: Any, records: Any) -> tuple[int, int, int, int]:
    """Return of a phrase (a word alone is `-1 - key`) where its keys begin, their number, the rarest, and its place.

    The place is the first occurrence of the rarest, or -1 where one of the keys does not occur.
    """
    start = 0
    size = 1
    rarest = 0
    record = (-1 - phrase) * RECORD
    if phrase >= 0:
        start = phrase_starts[phrase]
        size = phrase_starts[phrase + 1] - start
        rarest = _rarest(start, size, epoch, phrase_keys, records)
        record = phrase_keys[start + rarest] * RECORD if rarest >= 0 else 0
    if rarest < 0 or records[record] != epoch:
        return start, size, rarest, -1
    return start, size, rarest, records[record + 1]


@part
def stands(phrase: int, low: int, high: int, desk: Desk) -> bool:
    """Say whether a phrase (a word alone is `-1 - key`) stands between positions `low` and `high`."""
    link(desk)
    tables, known, space = desk.tables, desk.known, desk.space
    phrase_starts, phrase_keys, runs, keys = tables.phrase_starts, tables.phrase_keys, known.runs, known.keys
    records, occurrences, forms, epoch = space.records, space.occurrences, space.forms, space.state[_EPOCH]
    start, size, rarest, occurrence = _first(phrase, epoch, phrase_starts, phrase_keys, records)
    while occurrence >= 0:
        begin = occurrences[2 * occurrence] - rarest
        if low <= begin and begin + size <= high and _fits(begin, rarest, start, size, phrase_keys, forms, runs, keys):
            return True
        occurrence = occurrences[2 * occurrence + 1]
    return False


@part
def begins_of(group: int, desk: Desk) -> Any:
    """Return a bit for each place: whether a phrase of the group begins there."""
    marks = desk.space.marks
    return row_from(marks, 2 * group * (len(marks) // (2 * GROUPS)))


@part
def ends_of(group: int, desk: Desk) -> Any:
    """Return a bit for each place: whether a phrase of the group ends there."""
    marks = desk.space.marks
    return row_from(marks, (2 * group + 1) * (len(marks) // (2 * GROUPS)))


@part
def mark(first: int, last: int, low: int, high: int, group: int, desk: Desk) -> bool:
    """Mark for `group`, from `low` on, where the phrases `code[first:last]` begin and end; say whether there are any.

    For each marked end `space.shortest` has then the length of the shortest that ends there.
    """
    link(desk)
    tables, known, space = desk.tables, desk.known, desk.space
    code, phrase_starts, phrase_keys = tables.code, tables.phrase_starts, tables.phrase_keys
    records, occurrences, forms, bits = space.records, space.occurrences, space.forms, space.bits
    runs, keys = known.runs, known.keys
    epoch = space.state[_EPOCH]
    begins, ends, shortest = begins_of(group, desk), ends_of(group, desk), space.shortest
    for word in range((high - low >> 6) + 1):
        begins[word] = ends[word] = 0
    is_any = False
    for argument in range(first, last, 2):
        if not has_bit(bits, code[argument + 1], 1):
            continue
        phrase = code[argument]
        start, size, rarest, occurrence = _first(phrase, epoch, phrase_starts, phrase_keys, records)
        while occurrence >= 0:
            begin = occurrences[2 * occurrence] - rarest
            occurrence = occurrences[2 * occurrence + 1]
            if begin < low or begin + size > high:
                continue
            if not _fits(begin, rarest, start, size, phrase_keys, forms, runs, keys):
                continue
            is_any = True
            begin -= low
            end = begin + size - 1
            set_bit(begins, begin)
            if bit_at(ends, end) == 0 or shortest[end] > size:
                shortest[end] = size
            set_bit(ends, end)
    return is_any


@part
def is_before(ends: Any, begins: Any, places: int, distance: int) -> bool:
    """Say whether something begins after something else has ended, with at most `distance` places between."""
    last_end = -distance - 2
    for word in range((places >> 6) + 1):
        either = ends[word] | begins[word]
        if either == 0:
            continue
        for bit in range(64):
            if (either >> np.uint64(bit)) & np.uint64(1) != 0:
                place = word << 6 | bit
                if place - last_end - 1 <= distance and bit_at(begins, place) != 0:
                    return True
                if bit_at(ends, place) != 0:
                    last_end = place
    return False


@part
def apart(ends: Any, shortest: Any, places: int, enough: int) -> bool:
    """Say whether `enough` spans don't overlap: the first to end, the first to end of those after it, and so on."""
    count = 0
    last = -1
    for word in range((places >> 6) + 1):
        if ends[word] == 0:
            continue
        for bit in range(64):
            place = word << 6 | bit
            if (ends[word] >> np.uint64(bit)) & np.uint64(1) != 0 and place - shortest[place] + 1 > last:
                count += 1
                last = place
                if count == enough:
                    return True
    return False
