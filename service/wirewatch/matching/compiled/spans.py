"""Where phrases stand in an article, and which of their places are near one another; parts of the kernel that decides.

A span is `where << LENGTH_BITS | length`, where it begins or, to count what does not overlap, where it ends.
"""

from typing import Any

from wirewatch.matching.compiled.jit import ONE, ZERO, int64, jit
from wirewatch.matching.compiled.reading import RECORD, has_bit, has_key
from wirewatch.matching.compiled.tables import Known, Space, State, Tables

__all__ = ["apart", "are_near", "gather", "stands"]

_LENGTH_BITS = 20
_LENGTH = (1 << _LENGTH_BITS) - 1
_EPOCH = State.EPOCH


@jit
def _rarest(start: int, size: int, epoch: int, phrase_keys: Any, records: Any) -> int:
    """Return which of `phrase_keys[start:start + size]` occurs least, or -1 where one does not."""
    best = -1
    fewest = ZERO
    for index in range(size):
        record = phrase_keys[start + index] * RECORD
        if records[record] != epoch:
            return -1
        if best < 0 or records[record + 3] < fewest:
            best = index
            fewest = int64(records[record + 3])
    return best


@jit
def _fits(begin: int, rarest: int, start: int, size: int, phrase_keys: Any, forms: Any, runs: Any, keys: Any) -> bool:
    """Say whether the words of a phrase other than its rarest stand where it would begin."""
    for index in range(size):
        if index != rarest:
            form = int64(forms[begin + index])
            if not has_key(form, int64(phrase_keys[start + index]), runs, keys):
                return False
    return True


@jit
def stands(
    phrase: int,
    low: int,
    high: int,
    epoch: int,
    phrase_starts: Any,
    phrase_keys: Any,
    records: Any,
    occurrences: Any,
    forms: Any,
    runs: Any,
    keys: Any,
) -> bool:
    """Say whether a phrase (a word alone is `-1 - key`) stands between positions `low` and `high`."""
    start = ZERO
    size = ONE
    rarest = ZERO
    record = (-1 - phrase) * RECORD
    if phrase >= 0:
        start = int64(phrase_starts[phrase])
        size = phrase_starts[phrase + 1] - start
        rarest = int64(_rarest(start, size, epoch, phrase_keys, records))
        record = int64(phrase_keys[start + rarest] * RECORD) if rarest >= 0 else ZERO
    if rarest < 0 or records[record] != epoch:
        return False
    occurrence = int64(records[record + 1])
    while occurrence >= 0:
        begin = occurrences[2 * occurrence] - rarest
        if low <= begin and begin + size <= high and _fits(begin, rarest, start, size, phrase_keys, forms, runs, keys):
            return True
        occurrence = int64(occurrences[2 * occurrence + 1])
    return False


@jit
def gather(
    first: int, last: int, low: int, high: int, by_end: int, spans: Any, tables: Tables, known: Known, space: Space
) -> int:
    """Put where the phrases `code[first:last]` stand into `spans`, in order; return how many, -1 where too many."""
    code, phrase_starts, phrase_keys = tables.code, tables.phrase_starts, tables.phrase_keys
    records, occurrences, forms, bits = space.records, space.occurrences, space.forms, space.bits
    runs, keys = known.runs, known.keys
    epoch = int64(space.state[_EPOCH])
    number = 0
    for argument in range(first, last, 2):
        if not has_bit(bits, int64(code[argument + 1]), ONE):
            continue
        phrase = int64(code[argument])
        start = ZERO
        size = ONE
        rarest = ZERO
        record = (-1 - phrase) * RECORD
        if phrase >= 0:
            start = int64(phrase_starts[phrase])
            size = phrase_starts[phrase + 1] - start
            rarest = int64(_rarest(start, size, epoch, phrase_keys, records))
            if rarest < 0:
                continue
            record = int64(phrase_keys[start + rarest] * RECORD)
        occurrence = int64(records[record + 1])
        while occurrence >= 0:
            begin = occurrences[2 * occurrence] - rarest
            occurrence = int64(occurrences[2 * occurrence + 1])
            if begin < low or begin + size > high:
                continue
            if not _fits(begin, rarest, start, size, phrase_keys, forms, runs, keys):
                continue
            if number == len(spans):
                return -1
            spans[number] = (begin + size - 1 if by_end else begin) << _LENGTH_BITS | size
            number += 1
    if last - first > 2:  # noqa: PLR2004 - the two numbers of one
        _sort(spans, number)
    return number


@jit
def _sort(spans: Any, number: int) -> None:
    """Sort the first `number` in place (Shell 1959, the gaps of Knuth 1973)."""
    gap = 1
    while gap < number // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for index in range(gap, number):
            span = spans[index]
            place = index
            while place >= gap and spans[place - gap] > span:
                spans[place] = spans[place - gap]
                place -= gap
            spans[place] = span
        gap //= 3


@jit
def are_near(lefts: Any, left_number: int, rights: Any, right_number: int, distance: int, ordered: int) -> bool:
    """Say whether a span of `lefts` and one of `rights`, both by their begin, are at most `distance` apart."""
    longest = ZERO
    for index in range(right_number):
        longest = max(longest, rights[index] & _LENGTH)
    first = 0
    for left in range(left_number):
        begin = lefts[left] >> _LENGTH_BITS
        end = begin + (lefts[left] & _LENGTH) - 1
        while first < right_number and (rights[first] >> _LENGTH_BITS) < begin - distance - longest:
            first += 1
        right = first
        while right < right_number:
            other = rights[right] >> _LENGTH_BITS
            if other > end + distance + 1:
                break
            if other > end:
                return True
            other_end = other + (rights[right] & _LENGTH) - 1
            if ordered == 0 and other_end < begin and begin - other_end - 1 <= distance:
                return True
            right += 1
    return False


@jit
def apart(spans: Any, number: int) -> int:
    """Return how many spans, sorted by their end, don't overlap."""
    count = 0
    last = ZERO - 1
    for index in range(number):
        end = spans[index] >> _LENGTH_BITS
        if end - (spans[index] & _LENGTH) + 1 > last:
            count += 1
            last = end
    return count
