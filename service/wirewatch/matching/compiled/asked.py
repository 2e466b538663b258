"""Whether any rule may ask for a word: what none asks for need not be known, only counted as a position.

A set of bits by hashes, as a Bloom filter has: what was put in is always found, other words seldom are, and are then
looked at properly. Terms are in it, and the first (else the last) few characters of patterns.
"""

from itertools import takewhile
from typing import Any

import numpy as np
import numpy.typing as npt

from wirewatch.matching.compiled.hashing import hash_of, mixed, with_byte
from wirewatch.matching.compiled.jit import int64, jit
from wirewatch.query import Form, Slot

__all__ = ["ask", "may_be_asked", "nothing_asked"]

_BITS = 1 << 21
_FIRST, _LAST = 1, 2
"""Stand before the beginning and the end of a pattern: they are not terms."""
_SHORTEST, _LONGEST = 2, 4
_TO_SMALL = 32


def nothing_asked() -> npt.NDArray[np.uint64]:
    """Return the set for no rules."""
    return np.zeros(_BITS // 64, np.uint64)


def ask(asked: npt.NDArray[np.uint64], slot: Slot) -> None:
    """Put what `slot` asks for into the set; everything, where that can't be told from a word's characters."""
    if slot.form is Form.INFLECTED:
        asked[:] = ~np.uint64(0)
    elif not slot.is_wild:
        _put(asked, slot.term)
    else:
        first = "".join(takewhile(_is_plain, slot.term))[:_LONGEST]
        last = "".join(takewhile(_is_plain, reversed(slot.term)))[:_LONGEST][::-1]
        if len(first) >= _SHORTEST:
            _put(asked, chr(_FIRST) + first)
        elif len(last) >= _SHORTEST:
            _put(asked, chr(_LAST) + last)
        else:
            asked[:] = ~np.uint64(0)


def _is_plain(char: str) -> bool:
    return char not in "*?"


def _put(asked: npt.NDArray[np.uint64], text: str) -> None:
    raw = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
    bit = hash_of(raw, 0, len(raw)) & (_BITS - 1)
    asked[bit >> 6] |= np.uint64(1 << (bit & 63))


@jit
def _has(value: Any, asked: Any) -> bool:
    bit = mixed(value) & (_BITS - 1)
    return (asked[bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1) != 0


@jit
def _small(byte: int) -> int:
    return byte | _TO_SMALL if 65 <= byte <= 90 else byte  # noqa: PLR2004 - A to Z


@jit
def may_be_asked(buffer: Any, start: int, end: int, asked: Any) -> bool:
    """Say whether a rule may ask for the word of ASCII letters and digits in `buffer[start:end]`."""
    whole = np.uint64(0)
    first = with_byte(np.uint64(0), _FIRST)
    for index in range(start, end):
        byte = _small(int64(buffer[index]))
        whole = with_byte(whole, byte)
        if index - start < _LONGEST:
            first = with_byte(first, byte)
            if index - start >= _SHORTEST - 1 and _has(first, asked):
                return True
    for length in range(_SHORTEST, min(_LONGEST, end - start) + 1):
        last = with_byte(np.uint64(0), _LAST)
        for index in range(end - length, end):
            last = with_byte(last, _small(int64(buffer[index])))
        if _has(last, asked):
            return True
    return _has(whole, asked)
