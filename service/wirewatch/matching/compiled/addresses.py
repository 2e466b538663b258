"""Where the bytes of texts are in memory, so that a kernel can take a copy: Python's own would be made one by one.

CPython keeps a text of ASCII alone as its bytes, after a head of one size, and so it does bytes. Whoever has addresses
keeps the objects that they came with for as long as they are used.
"""

import sys
from array import array
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["Texts", "placed"]

_HEAD_OF_TEXT, _HEAD_OF_BYTES = sys.getsizeof("") - 1, sys.getsizeof(b"") - 1
"""Of what is empty all is head, but for the zero at its end."""

Texts = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Sequence[str | bytes]]
"""Of each text the address of its UTF-8 and how many bytes there are, and what they belong to."""


def placed(texts: Sequence[str]) -> Texts:
    """Return where `texts` are; half of a character is as if it were one."""
    if all(map(str.isascii, texts)) and {*map(type, texts)} <= {str}:
        return _numbers(map(id, texts)) + _HEAD_OF_TEXT, _numbers(map(len, texts)), texts
    raw = [text.encode("utf-8", "surrogatepass") for text in texts]
    return _numbers(map(id, raw)) + _HEAD_OF_BYTES, _numbers(map(len, raw)), raw


def _numbers(numbers: "map[int]") -> npt.NDArray[np.int64]:
    return np.frombuffer(array("q", numbers), np.int64)
