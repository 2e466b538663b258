"""Where keys occur in an article: kept as they are met, and put in order by key when a rule first asks for places.

Most articles are decided by which keys are there at all.
"""

from typing import Any

from wirewatch.kernels.jit import part
from wirewatch.matching.compiled.tables import Desk, State

__all__ = ["RECORD", "link", "meet"]

RECORD = 4

_EPOCH, _LINKED, _MET = State.EPOCH, State.LINKED, State.MET


@part
def meet(key: int, position: int, used: int, met: int, is_text: bool, occurrences: Any, present: Any, bits: Any) -> int:
    """Keep an occurrence of `key`, the one numbered `used`; return how many keys have been met then."""
    word, shift = key >> 5 << 1, key & 31
    before, mask = bits[word + 1], 1 << shift
    bits[word + 1] = before | mask
    if is_text:
        bits[word] |= mask
    occurrences[2 * used] = position
    occurrences[2 * used + 1] = key
    present[met] = key
    return met + 1 - (before >> shift & 1)  # no branch: whether it is new can't be guessed


@part
def link(desk: Desk) -> None:
    """Have `records`, and in `occurrences` the next of the same key beside each, for the article that has been read."""
    space = desk.space
    state, records, occurrences = space.state, space.records, space.occurrences
    epoch = state[_EPOCH]
    if state[_LINKED] == epoch:
        return
    state[_LINKED] = epoch
    for used in range(state[_MET]):
        record = occurrences[2 * used + 1] * RECORD
        occurrences[2 * used + 1] = -1
        is_new = records[record] != epoch
        first, last, number = records[record + 1], records[record + 2], records[record + 3]
        if not is_new:
            occurrences[2 * last + 1] = used
        records[record] = epoch
        records[record + 1] = used if is_new else first
        records[record + 2] = used
        records[record + 3] = 1 if is_new else number + 1
