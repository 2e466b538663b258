"""Where texts and bytes are in memory: kernels read them there, as to make others of them takes longer than the rest.

CPython keeps a text as its characters, one after the other, after a head of one size for ASCII and of another for all
else: in one byte each if none is beyond U+00FF, in two if none is beyond U+FFFF. The size that it has in memory tells
how many. Where that is any other, as of a text that has its UTF-8 beside it (four bytes each could be that), or the
text is of a class of its own, Python makes bytes. Whoever has addresses keeps the objects that they came with for as
long as they are used.
"""

from collections.abc import Sequence
from sys import getsizeof

__all__ = ["WIDTH_BITS", "address_of", "placed"]

WIDTH_BITS = 2
"""Of a size: the bytes of each character, 0 where they are UTF-8 already."""

_HEAD_OF_ASCII, _HEAD = getsizeof("") - 1, getsizeof("\u0100") - 2 * 2
"""Less the characters, and the zero at their end."""
_HEAD_OF_BYTES = getsizeof(b"") - 1
_AS_ASCII, _ONE_EACH, _TWO_EACH, _AS_BYTES = (_HEAD_OF_ASCII, 0), (_HEAD, 1), (_HEAD, 2), (_HEAD_OF_BYTES, 0)
"""The size of a head, and the bytes of each character."""

Placed = tuple[list[int], list[int], Sequence[str | bytes]]
"""Of each text its address, `characters << WIDTH_BITS | width`, and what is there."""


def address_of(value: bytes) -> int:
    """Return where the bytes of `value` are."""
    return id(value) + _HEAD_OF_BYTES


def placed(texts: Sequence[str]) -> Placed:
    """Return where `texts` are; half of a character is as if it were one."""
    addresses: list[int] = []
    sizes: list[int] = []
    owners: list[str | bytes] = []
    for text in texts:
        owner: str | bytes = text
        laid_out = _laid_out(text)
        if laid_out is None:
            owner, laid_out = text.encode("utf-8", "surrogatepass"), _AS_BYTES
        head, width = laid_out
        addresses.append(id(owner) + head)
        sizes.append(len(owner) << WIDTH_BITS | width)
        owners.append(owner)
    return addresses, sizes, owners


def _laid_out(text: str) -> tuple[int, int] | None:
    """Return the size of the head of `text` and the bytes of each character, 0 for UTF-8; None if it can't be told."""
    if type(text) is str:
        end, in_memory = len(text) + 1, getsizeof(text)
        if text.isascii():
            return _AS_ASCII if in_memory == _HEAD_OF_ASCII + end else None
        if in_memory == _HEAD + end:
            return _ONE_EACH
        if in_memory == _HEAD + 2 * end:
            return _TWO_EACH
    return None
