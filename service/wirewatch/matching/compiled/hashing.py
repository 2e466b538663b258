"""Hashes of bytes: quick, since the table compares the bytes themselves."""

from typing import Any

import numpy as np

from wirewatch.matching.compiled.jit import int64, part

__all__ = ["hash_of", "mixed", "with_byte"]


@part
def with_byte(value: Any, byte: int) -> Any:
    """Return `value` with one more byte: letters of a short word all keep bits of their own."""
    return ((value << np.uint64(5)) | (value >> np.uint64(59))) ^ np.uint64(byte)


@part
def mixed(value: Any) -> int:
    """Return 31 bits of what `with_byte` gathered."""
    return int64((value * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(33))


@part
def hash_of(buffer: Any, start: int, end: int) -> int:
    """Return 31 bits that stand for some bytes."""
    value = np.uint64(0)
    for index in range(start, end):
        value = with_byte(value, buffer[index])
    return mixed(value)
