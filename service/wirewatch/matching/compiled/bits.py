"""Rows of bits, 64 to a number."""

from typing import Any

import numpy as np

from wirewatch.kernels.jit import int64, part

__all__ = ["bit_at", "set_bit"]


@part
def bit_at(row: Any, place: int) -> int:
    """Return the bit at `place`: 1 or 0."""
    return int64(row[place >> 6] >> np.uint64(place & 63) & np.uint64(1))


@part
def set_bit(row: Any, place: int) -> None:
    """Make the bit at `place` 1."""
    row[place >> 6] |= np.uint64(1) << np.uint64(place & 63)
