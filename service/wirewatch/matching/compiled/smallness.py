"""The kernel that replaces each character of a text by the small one of ASCII that it is like (`text.SMALL_ALIKE`)."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.typing import signature
from numba.extending import intrinsic

from wirewatch.kernels.jit import part
from wirewatch.kernels.views import zeros_below
from wirewatch.matching.compiled.transcoding import character_of
from wirewatch.text import UNLIKE

__all__ = ["SPACES_AFTER", "make_small"]

SPACES_AFTER = 4
_AT_ONCE = 32
"""Characters, of which most texts have no other than ASCII."""
_LAST_OF_ASCII, _TO_SMALL, _SPACE = 0x7F, 0x20, ord(" ")
_NONE = np.uint64(0)


def _small_ascii_from(width: int) -> Callable[[int, int, Any, int], np.uint64]:
    """Return what puts _AT_ONCE characters of `width` bytes into a row as small ones, and says which are not ASCII."""
    each = ir.IntType(8 * width)
    many = ir.VectorType(each, _AT_ONCE)

    def all_of(number: int) -> Any:
        return ir.Constant(many, [number] * _AT_ONCE)

    @intrinsic  # type: ignore[untyped-decorator]  # Numba has no types
    def put(_: Any, _address: Any, _index: Any, row: Any, _place: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            address, index, to, place = args
            source = builder.gep(builder.inttoptr(address, each.as_pointer()), [index])
            characters = builder.load(builder.bitcast(source, many.as_pointer()), align=width)
            others = builder.icmp_unsigned(">", characters, all_of(_LAST_OF_ASCII))
            is_large = builder.icmp_unsigned("<", builder.sub(characters, all_of(ord("A"))), all_of(26))
            small = builder.select(is_large, builder.or_(characters, all_of(_TO_SMALL)), characters)
            for space in b"\t\n\r":
                small = builder.select(builder.icmp_unsigned("==", characters, all_of(space)), all_of(_SPACE), small)
            narrow = ir.VectorType(ir.IntType(8), _AT_ONCE)
            target = builder.bitcast(builder.gep(builder.extract_value(to, 0), [place]), narrow.as_pointer())
            builder.store(builder.trunc(small, narrow) if width > 1 else small, target, align=1)
            return builder.zext(builder.bitcast(others, ir.IntType(_AT_ONCE)), ir.IntType(64))

        return signature(types.uint64, types.int64, types.int64, row, types.int64), generate

    return cast("Callable[[int, int, Any, int], np.uint64]", put)


def _smaller(width: int) -> Callable[[int, int, Any, Any], bool]:
    """Return the part for texts with so many bytes a character."""
    put_ascii, character_at = _small_ascii_from(width), character_of(width)

    @part
    def make_small(address: int, characters: int, alike: Any, room: Any) -> bool:
        index = 0
        while index < characters:
            if characters - index >= _AT_ONCE:
                others = put_ascii(address, index, room, 1 + index)
                ascii_first = _AT_ONCE if others == _NONE else zeros_below(others)
                index += ascii_first
                if ascii_first == _AT_ONCE:
                    continue
            small = alike[character_at(address, index)]
            if small == UNLIKE:
                return False
            room[1 + index] = small
            index += 1
        return True

    return make_small


_from_one, _from_two = _smaller(1), _smaller(2)


@part
def make_small(address: int, characters: int, width: int, alike: Any, room: Any) -> bool:
    """Put the text into the room, with spaces around it; return False where a character is like none of ASCII."""
    is_alike = _from_two(address, characters, alike, room) if width > 1 else _from_one(address, characters, alike, room)
    room[0] = _SPACE
    for index in range(SPACES_AFTER):
        room[1 + characters + index] = _SPACE
    return is_alike
