"""Where phrases stand in an article, and which of their places are near one another; parts of the kernel that decides.

A span is `where << LENGTH_BITS | length`, where it begins or, to count what does not overlap, where it ends.
"""

from typing import Any

from wirewatch.matching.compiled.jit import ONE, ZERO, int64, jit
from wirewatch.matching.compiled.reading import RECORD, has_bit, has_key
from wirewatch.matching.compiled.tables import Known, Space, State, Tables

__all__ = ["apart", "are_near", "gather"]

_LENGTH_BITS = 20
_LENGTH = (1 << _LENGTH_BITS) - 1
_EPOCH = State.EPOCH


@jit
def _rarest(start: int, size: int, tables: Tables, space: Space) -> int:
    """Return which of `phrase_keys[start:start + size]` occurs least, or -1 where one does not."""
    best = -1
    fewest = ZERO
    for index in range(size):
        record = tables.phrase_keys[start + index] * RECORD
        if space.records[record] != space.state[_EPOCH]:
            return -1
        if best < 0 or space.records[record + 3] < fewest:
            best = index
            fewest = int64(space.records[record + 3])
    return best


@jit
def _next_at(
    occurrence: int, rarest: int, start: int, size: int, low: int, high: int, tables: Tables, known: Known, space: Space
) -> int:
    """Return the first occurrence from `occurrence` on at which a phrase stands between `low` and `high`, or -1."""
    while occurrence >= 0:
        begin = space.occurrences[2 * occurrence] - rarest
        if low <= begin and begin + size <= high:
            fits = True
            for index in range(size):
                if index != rarest:
                    form = int64(space.forms[begin + index])
                    if not has_key(form, int64(tables.phrase_keys[start + index]), known):
                        fits = False
                        break
            if fits:
                return occurrence
        occurrence = int64(space.occurrences[2 * occurrence + 1])
    return -1


@jit
def gather(
    first: int, last: int, low: int, high: int, by_end: int, spans: Any, tables: Tables, known: Known, space: Space
) -> int:
    """Put where the phrases `code[first:last]` stand into `spans`, in order; return how many, -1 where too many.

    Where `spans` has no room at all, return 1 as soon as there is one.
    """
    number = 0
    for argument in range(first, last, 2):
        if not has_bit(space.bits, int64(tables.code[argument + 1]), ONE):
            continue
        phrase = int64(tables.code[argument])
        start = ZERO
        size = ONE
        rarest = ZERO
        if phrase < 0:
            record = (-1 - phrase) * RECORD
        else:
            start = int64(tables.phrase_starts[phrase])
            size = int64(tables.phrase_starts[phrase + 1] - start)
            rarest = _rarest(start, size, tables, space)
            if rarest < 0:
                continue
            record = int64(tables.phrase_keys[start + rarest] * RECORD)
        occurrence = int64(space.records[record + 1])
        while True:
            occurrence = _next_at(occurrence, rarest, start, size, low, high, tables, known, space)
            if occurrence < 0:
                break
            if len(spans) == 0:
                return 1
            if number == len(spans):
                return -1
            begin = int64(space.occurrences[2 * occurrence] - rarest)
            spans[number] = (begin + size - 1 if by_end else begin) << _LENGTH_BITS | size
            number += 1
            occurrence = int64(space.occurrences[2 * occurrence + 1])
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
def are_near(left_number: int, right_number: int, distance: int, ordered: int, space: Space) -> bool:
    """Say whether a span of `lefts` and one of `rights`, both by their begin, are at most `distance` apart."""
    longest = ZERO
    for index in range(right_number):
        longest = max(longest, space.rights[index] & _LENGTH)
    first = 0
    for left in range(left_number):
        begin = space.lefts[left] >> _LENGTH_BITS
        end = begin + (space.lefts[left] & _LENGTH) - 1
        while first < right_number and (space.rights[first] >> _LENGTH_BITS) < begin - distance - longest:
            first += 1
        right = first
        while right < right_number:
            other = space.rights[right] >> _LENGTH_BITS
            if other > end + distance + 1:
                break
            if other > end:
                return True
            other_end = other + (space.rights[right] & _LENGTH) - 1
            if ordered == 0 and other_end < begin and begin - other_end - 1 <= distance:
                return True
            right += 1
    return False


@jit
def apart(number: int, space: Space) -> int:
    """Return how many of `lefts`, sorted by their end, don't overlap."""
    count = 0
    last = ZERO - 1
    for index in range(number):
        end = space.lefts[index] >> _LENGTH_BITS
        if end - (space.lefts[index] & _LENGTH) + 1 > last:
            count += 1
            last = end
    return count
