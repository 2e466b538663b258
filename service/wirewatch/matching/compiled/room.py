"""Arrays that grow."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["with_room"]

T = TypeVar("T", bound=np.generic)


def with_room(array: npt.NDArray[T], size: int) -> npt.NDArray[T]:
    """Return `array`, or a copy with at least twice the room where `size` does not fit."""
    if size <= len(array):
        return array
    grown = np.zeros(max(size, 2 * len(array)), array.dtype)
    grown[: len(array)] = array
    return grown
