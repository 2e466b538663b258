"""Where the bytes of texts are in memory, so that a kernel can take a copy: Python's own would be made one by one.

CPython keeps a text of ASCII alone as its bytes, after a head of one size, and so it does bytes. Whoever has addresses
keeps the objects that they came with for as long as they are used.
"""

import sys
from collections.abc import Sequence

__all__ = ["Placed", "placed"]

_HEAD_OF_TEXT, _HEAD_OF_BYTES = sys.getsizeof("") - 1, sys.getsizeof(b"") - 1
"""Of what is empty all is head, but for the zero at its end."""

Placed = tuple[list[int], list[int], Sequence[str | bytes]]
"""Of each text the address of its UTF-8 and how many bytes there are, and what they belong to."""


def placed(texts: Sequence[str]) -> Placed:
    """Return where `texts` are; half of a character is as if it were one."""
    kept = [text if text.isascii() and type(text) is str else text.encode("utf-8", "surrogatepass") for text in texts]
    heads = [id(each) + (_HEAD_OF_TEXT if type(each) is str else _HEAD_OF_BYTES) for each in kept]
    return heads, [*map(len, kept)], kept
