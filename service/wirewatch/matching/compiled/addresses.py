"""Where texts are in memory, for a kernel that makes UTF-8 of them: Python would take longer than all that follows.

CPython keeps a text as its characters, one after the other, after a head of one size for ASCII and of another for all
else: in one byte each if none is beyond U+00FF, in two if none is beyond U+FFFF. How many it says by the size that it
has in memory; where that says anything else, as it does of a text that has its UTF-8 beside it, Python makes bytes.
Whoever has addresses keeps the objects that they came with for as long as they are used.
"""

from collections.abc import Sequence
from sys import getsizeof

__all__ = ["WIDTH_BITS", "Placed", "placed"]

WIDTH_BITS = 2
"""Of a size: the bytes of each character, 0 where they are UTF-8 already."""

_HEAD_OF_ASCII, _HEAD_OF_BYTES = getsizeof("") - 1, getsizeof(b"") - 1
_HEAD = getsizeof("\u0100") - 2 * 2
"""Less the characters, and the zero at their end."""
_WIDEST = 2
"""Four bytes each could also be two, with UTF-8 beside them."""

Placed = tuple[list[int], list[int], Sequence[str | bytes]]
"""Of each text its address, `characters << WIDTH_BITS | width`, and what is there."""


def placed(texts: Sequence[str]) -> Placed:
    """Return where `texts` are; half of a character is as if it were one."""
    addresses: list[int] = []
    sizes: list[int] = []
    owners: list[str | bytes] = []
    for text in texts:
        owner: str | bytes = text
        if type(text) is str and text.isascii():
            address, size = id(text) + _HEAD_OF_ASCII, len(text) << WIDTH_BITS
        elif type(text) is str and (width := _width(text)):
            address, size = id(text) + _HEAD, len(text) << WIDTH_BITS | width
        else:
            owner = text.encode("utf-8", "surrogatepass")
            address, size = id(owner) + _HEAD_OF_BYTES, len(owner) << WIDTH_BITS
        addresses.append(address)
        sizes.append(size)
        owners.append(owner)
    return addresses, sizes, owners


def _width(text: str) -> int:
    """Return how many bytes each character of `text` has, not all of which are ASCII; 0 where that can't be told."""
    width, rest = divmod(getsizeof(text) - _HEAD, len(text) + 1)
    return width if rest == 0 and width <= _WIDEST else 0
