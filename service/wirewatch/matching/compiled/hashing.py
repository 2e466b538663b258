"""Hashes of bytes, read eight at a time: quick, since the tables compare the bytes themselves.

What is hashed so has at least eight more bytes after it, which may be anything.
"""

from typing import Any

import numpy as np

from wirewatch.kernels.jit import int64, part
from wirewatch.kernels.views import eight_at, zeros_below

__all__ = [
    "EIGHT",
    "hash_of",
    "hash_of_word",
    "is_same_word",
    "mixed",
    "plain_from",
    "with_byte",
    "with_eight",
    "within",
]

EIGHT = 8
_LESS_THAN_EIGHT = EIGHT - 1
_EACH = 0x0101010101010101
"""A number times this stands in each of eight bytes."""
_LOW_7, _HIGH = np.uint64(0x7F * _EACH), np.uint64(0x80 * _EACH)
_TO_SMALL = np.uint64(0x20 * _EACH)
"""What makes letters small, and leaves digits as they are."""
_FROM_A, _PAST_Z = np.uint64((0x80 - ord("a")) * _EACH), np.uint64((0x7F - ord("z")) * _EACH)
_FROM_0, _PAST_9 = np.uint64((0x80 - ord("0")) * _EACH), np.uint64((0x7F - ord("9")) * _EACH)
_ODD = np.uint64(0x9E3779B97F4A7C15)


@part
def with_byte(value: Any, byte: int) -> Any:
    """Return `value` with one more byte: letters of a short word all keep bits of their own."""
    return ((value << np.uint64(5)) | (value >> np.uint64(59))) ^ np.uint64(byte)


@part
def with_eight(value: Any, eight: Any) -> Any:
    """Return `value` with eight more bytes."""
    return value * _ODD ^ eight


@part
def mixed(value: Any) -> int:
    """Return 31 bits of what was gathered: of all of it, since the last of eight bytes are folded in before."""
    return int64(((value ^ (value >> np.uint64(32))) * _ODD) >> np.uint64(33))


@part
def within(eight: Any, size: int) -> Any:
    """Return the first `size` of eight bytes, fewer than all of them, and 0 for the others."""
    return eight & ((np.uint64(1) << np.uint64(8 * size)) - np.uint64(1))


@part
def hash_of(buffer: Any, start: int, end: int) -> int:
    """Return 31 bits that stand for some bytes."""
    value = np.uint64(0)
    while end - start >= EIGHT:
        value = with_eight(value, eight_at(buffer, start))
        start += EIGHT
    return mixed(with_eight(value, within(eight_at(buffer, start), end - start)))


@part
def plain_from(buffer: Any, start: int) -> tuple[int, Any]:
    """Return where the ASCII letters and digits from `start` on end, and what `hash_of` gathers of them in lower case.

    Of each byte the highest bit of a sum says whether it is large enough.
    """
    value = np.uint64(0)
    while True:
        eight = eight_at(buffer, start)
        bare = eight & _LOW_7
        small = bare | _TO_SMALL
        letters = (small + _FROM_A) & ~(small + _PAST_Z)
        digits = (bare + _FROM_0) & ~(bare + _PAST_9)
        size = zeros_below(~((letters | digits) & ~eight) & _HIGH) >> 3
        if size < EIGHT:
            return start + size, with_eight(value, within(eight | _TO_SMALL, size))
        value = with_eight(value, eight | _TO_SMALL)
        start += EIGHT


@part
def hash_of_word(buffer: Any, start: int, end: int) -> int:
    """Return what `hash_of` would of all ASCII letters and digits from `start` on in lower case, mostly unbranched."""
    size = end - start
    if size >= 2 * EIGHT:
        _, value = plain_from(buffer, start)
        return mixed(value)
    first, second = eight_at(buffer, start) | _TO_SMALL, eight_at(buffer, start + EIGHT) | _TO_SMALL
    short = within(first, size & _LESS_THAN_EIGHT)
    long = with_eight(first, within(second, size & _LESS_THAN_EIGHT))
    return mixed(long if size >= EIGHT else short)


@part
def is_same_word(buffer: Any, start: int, end: int, texts: Any, text: int) -> bool:
    """Say whether a plain word, of letters, digits, commas and periods, is in lower case what stands at `text`."""
    size = end - start
    first = (eight_at(buffer, start) | _TO_SMALL) ^ eight_at(texts, text)
    second = (eight_at(buffer, start + EIGHT) | _TO_SMALL) ^ eight_at(texts, text + EIGHT)
    while size >= 2 * EIGHT:
        if first != np.uint64(0):
            return False
        first, start, text, size = second, start + EIGHT, text + EIGHT, size - EIGHT
        second = (eight_at(buffer, start + EIGHT) | _TO_SMALL) ^ eight_at(texts, text + EIGHT)
    rest = size & _LESS_THAN_EIGHT
    return (first | within(second, rest) if size >= EIGHT else within(first, rest)) == np.uint64(0)
