"""Whether a pattern that a rule asks for may fit a word; words that none may fit need not be looked at.

A set of bits by hashes, as a Bloom filter has: the first (else the last) few characters of each pattern are in it. What
was put in is always found; other words seldom are, and are then looked at properly. After them come bits by the first
two bytes of patterns, and by the last two: of most words those say at once that none fits.
"""

from itertools import takewhile
from typing import Any

import numpy as np
import numpy.typing as npt

from wirewatch.kernels.jit import int64, jit, part
from wirewatch.kernels.views import Fixed, eight_at, row_of
from wirewatch.matching.compiled.bits import bit_at, set_bit
from wirewatch.matching.compiled.hashing import mixed, with_byte
from wirewatch.query import Form, Slot

__all__ = ["LOWER", "NOTHING_ASKED", "is_exact_asked", "may_fit", "may_fit_by_its_ends", "may_fit_term", "with_pattern"]

_BITS = 1 << 19
_SMALL = np.uint64(0x2020)
"""Makes two letters small, and leaves digits as they are."""
_FIRST, _LAST = 1, 2
"""Stand before the beginning and the end of a pattern."""
_NUMBER, _EXACT = "\x03", "\x04"
"""Are in the set if a pattern may fit a number, and if it matters how a word is written."""
_SHORTEST, _LONGEST = 2, 4
_PAIRS = 1 << 16
_FIRST_PAIRS, _LAST_PAIRS = _BITS, _BITS + _PAIRS
"""Where the bits begin for each two bytes, the first of which is the lower."""
_DIGITS = np.arange(ord("0"), ord("9") + 1)
_ANY = np.arange(256)
_CONTINUING_BITS, _CONTINUES = 0xC0, 0x80
"""Of bytes in UTF-8 that begin no character."""

NOTHING_ASKED = np.zeros(0, np.uint64)
"""The set for no pattern: it has no bits, and is not to be asked."""

_lower = bytearray(256)
for _byte in b"0123456789abcdefghijklmnopqrstuvwxyz":
    _lower[_byte] = _lower[ord(chr(_byte).upper())] = _byte
LOWER = Fixed(_lower)
"""ASCII letters in lower case, and digits; 0 for all other bytes."""


def with_pattern(asked: npt.NDArray[np.uint64], slot: Slot) -> npt.NDArray[np.uint64]:
    """Return the set with what `slot` asks for in it; everything, where that can't be told from a word's characters."""
    if not len(asked):
        asked = np.zeros((_LAST_PAIRS + _PAIRS) // 64, np.uint64)
    if slot.form is Form.INFLECTED:
        asked[:] = ~np.uint64(0)
        return asked
    if slot.form is Form.EXACT:
        _put(asked, _EXACT)
    first = "".join(takewhile(_is_plain, slot.term))[:_LONGEST]
    last = "".join(takewhile(_is_plain, reversed(slot.term)))[:_LONGEST][::-1]
    if len(first) >= _SHORTEST:
        _put(asked, chr(_FIRST) + first)
        _put_pairs(asked, _FIRST_PAIRS, *first.encode("utf-8", "surrogatepass")[:2])
    elif len(last) >= _SHORTEST:
        _put(asked, chr(_LAST) + last)
        _put_pairs(asked, _LAST_PAIRS, *last.encode("utf-8", "surrogatepass")[-2:])
    else:
        asked[:] = ~np.uint64(0)
    if not (first or last)[:1].isalpha():
        _put(asked, _NUMBER)
        _put_pairs(asked, _FIRST_PAIRS, _DIGITS, _ANY[:, np.newaxis])
        _put_pairs(asked, _LAST_PAIRS, _ANY, _DIGITS[:, np.newaxis])
    return asked


def _put_pairs(asked: npt.NDArray[np.uint64], pairs: int, first: Any, second: Any) -> None:
    bits = np.ravel(pairs + (first | second << 8)).astype(np.uint64)
    np.bitwise_or.at(asked, (bits >> np.uint64(6)).astype(np.int64), np.uint64(1) << (bits & np.uint64(63)))


def _is_plain(char: str) -> bool:
    return char not in "*?"


def _put(asked: npt.NDArray[np.uint64], text: str) -> None:
    _put_bytes(asked, text.encode("utf-8", "surrogatepass"))


@jit
def _put_bytes(asked: npt.NDArray[np.uint64], text: bytes) -> None:
    bits = row_of(asked)
    value, raw = np.uint64(0), row_of(text)
    for place in range(len(raw)):
        value = with_byte(value, raw[place])
    set_bit(bits, mixed(value) & (_BITS - 1))


@part
def _has(value: Any, asked: Any) -> bool:
    return bit_at(asked, mixed(value) & (_BITS - 1)) != 0


@part
def _has_pair(buffer: Any, place: int, small: Any, pairs: int, asked: Any) -> int:
    return bit_at(asked, pairs + int64(eight_at(buffer, place) & np.uint64(_PAIRS - 1) | small))


@part
def may_fit_by_its_ends(buffer: Any, start: int, end: int, asked: Any) -> int:
    """Return 1 if a pattern may fit the plain word `buffer[start:end]` by its first and last two bytes, else 0.

    What is no word (see `splitting`) may be handed over too.
    """
    last = max(abs(end), 2) - 2
    first = _has_pair(buffer, max(start, 0), _SMALL, _FIRST_PAIRS, asked)
    return first | _has_pair(buffer, last, _SMALL, _LAST_PAIRS, asked)


@part
def may_fit(buffer: Any, start: int, end: int, asked: Any) -> bool:
    """Say whether a pattern may fit the plain word `buffer[start:end]`, one of ASCII letters and digits or a number."""
    if may_fit_by_its_ends(buffer, start, end, asked) == 0:
        return False
    first = with_byte(np.uint64(0), _FIRST)
    whole = np.uint64(0)
    for index in range(start, end):
        byte = LOWER[buffer[index]]
        if byte == 0:  # a number with its separators
            return _has(with_byte(np.uint64(0), ord(_NUMBER)), asked)
        whole = with_byte(whole, byte)
        if index - start < _LONGEST:
            first = with_byte(first, byte)
            if index - start >= _SHORTEST - 1 and _has(first, asked):
                return True
    for length in range(_SHORTEST, min(_LONGEST, end - start) + 1):
        last = with_byte(np.uint64(0), _LAST)
        for index in range(end - length, end):
            last = with_byte(last, LOWER[buffer[index]])
        if _has(last, asked):
            return True
    return _has(whole, asked)  # the set of everything has it


@part
def may_fit_term(folded: Any, term: int, end: int, asked: Any) -> bool:
    """Say the same of the term `folded[term:end]`, of any characters."""
    by_first = _has_pair(folded, term, np.uint64(0), _FIRST_PAIRS, asked)
    if by_first | _has_pair(folded, end - 2, np.uint64(0), _LAST_PAIRS, asked) == 0:
        return False
    first = with_byte(np.uint64(0), _FIRST)
    whole = np.uint64(0)
    characters = 0
    for index in range(term, end):
        byte = folded[index]
        whole = with_byte(whole, byte)
        if characters > _LONGEST:
            continue
        if byte & _CONTINUING_BITS != _CONTINUES:
            if characters >= _SHORTEST and _has(first, asked):
                return True
            characters += 1
        if characters <= _LONGEST:
            first = with_byte(first, byte)
    if _SHORTEST <= characters <= _LONGEST and _has(first, asked):
        return True
    begin = end
    for length in range(1, min(_LONGEST, characters) + 1):
        begin -= 1
        while folded[begin] & _CONTINUING_BITS == _CONTINUES:
            begin -= 1
        if length >= _SHORTEST:
            last = with_byte(np.uint64(0), _LAST)
            for index in range(begin, end):
                last = with_byte(last, folded[index])
            if _has(last, asked):
                return True
    return _has(whole, asked)  # the set of everything has it


@part
def is_exact_asked(asked: Any) -> bool:
    """Say whether a pattern may ask how a word is written."""
    return _has(with_byte(np.uint64(0), ord(_EXACT)), asked)
