"""The kernel that makes UTF-8 of a text where it is in memory (see `addresses`)."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.typing import signature
from numba.extending import intrinsic

from wirewatch.kernels.addresses import WIDTH_BITS
from wirewatch.kernels.copying import copy_from
from wirewatch.kernels.jit import part
from wirewatch.kernels.views import zeros_below

__all__ = ["character_of", "most_bytes", "put_utf8"]

_AT_ONCE = 32
"""Characters, of which most texts have no other than ASCII."""
_PAIRS_AT_ONCE = 16
"""Characters, of which words in Greek, Cyrillic, Hebrew and Arabic have no others than such as take two bytes."""
_NO_MORE_PAIRS = np.uint64(1 << _PAIRS_AT_ONCE)
_WIDTH = (1 << WIDTH_BITS) - 1
_LAST_OF_1, _LAST_OF_2 = 0x7F, 0x7FF
"""The last characters that take so many bytes."""


def _place_of(builder: Any, address: Any, index: Any, kind: Any) -> Any:
    return builder.gep(builder.inttoptr(address, kind.as_pointer()), [index])


def _ascii_from(width: int) -> Callable[[int, int, Any, int], np.uint64]:
    """Return what puts _AT_ONCE characters of `width` bytes into a row of bytes, and says which are not ASCII."""
    each = ir.IntType(8 * width)
    many = ir.VectorType(each, _AT_ONCE)

    @intrinsic  # type: ignore[untyped-decorator]  # Numba has no types
    def put(_: Any, _address: Any, _index: Any, row: Any, _place: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            address, index, to, place = args
            source = builder.bitcast(_place_of(builder, address, index, each), many.as_pointer())
            characters = builder.load(source, align=width)
            last = ir.Constant(many, [_LAST_OF_1] * _AT_ONCE)
            others = builder.bitcast(builder.icmp_unsigned(">", characters, last), ir.IntType(_AT_ONCE))
            narrow = ir.VectorType(ir.IntType(8), _AT_ONCE)
            target = builder.bitcast(builder.gep(builder.extract_value(to, 0), [place]), narrow.as_pointer())
            builder.store(builder.trunc(characters, narrow) if width > 1 else characters, target, align=1)
            return builder.zext(others, ir.IntType(64))

        return signature(types.uint64, types.int64, types.int64, row, types.int64), generate

    return cast("Callable[[int, int, Any, int], np.uint64]", put)


@intrinsic  # type: ignore[untyped-decorator]  # the same
def _put_pairs(_: Any, _address: Any, _index: Any, row: Any, _place: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        address, index, to, place = args
        each = ir.IntType(16)
        many = ir.VectorType(each, _PAIRS_AT_ONCE)

        def all_of(number: int) -> Any:
            return ir.Constant(many, [number] * _PAIRS_AT_ONCE)

        source = builder.bitcast(_place_of(builder, address, index, each), many.as_pointer())
        characters = builder.load(source, align=2)
        beyond_ascii = builder.sub(characters, all_of(_LAST_OF_1 + 1))
        others = builder.bitcast(
            builder.icmp_unsigned(">", beyond_ascii, all_of(_LAST_OF_2 - _LAST_OF_1 - 1)), ir.IntType(_PAIRS_AT_ONCE)
        )
        first = builder.or_(builder.lshr(characters, all_of(6)), all_of(0xC0))
        second = builder.or_(builder.and_(characters, all_of(0x3F)), all_of(0x80))
        target = builder.bitcast(builder.gep(builder.extract_value(to, 0), [place]), many.as_pointer())
        builder.store(builder.or_(first, builder.shl(second, all_of(8))), target, align=1)
        return builder.zext(others, ir.IntType(64))

    return signature(types.uint64, types.int64, types.int64, row, types.int64), generate


_put_pairs = cast("Callable[[int, int, Any, int], np.uint64]", _put_pairs)
"""Puts _PAIRS_AT_ONCE characters into a row of bytes as if each took two in UTF-8, and says which do not."""


def character_of(width: int) -> Callable[[int, int], int]:
    """Return what gives a character of `width` bytes."""

    @intrinsic  # type: ignore[untyped-decorator]  # the same
    def get(_: Any, _address: Any, _index: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            address, index = args
            place = _place_of(builder, address, index, ir.IntType(8 * width))
            return builder.zext(builder.load(place, align=width), ir.IntType(64))

        return signature(types.int64, types.int64, types.int64), generate

    return cast("Callable[[int, int], int]", get)


def _transcoder(width: int) -> Callable[[int, int, Any, int], int]:
    """Return the part for texts with so many bytes a character."""
    put_ascii, character_at, is_wide = _ascii_from(width), character_of(width), width > 1

    @part
    def transcode(address: int, number: int, text: Any, place: int) -> int:
        index = 0
        while index < number:
            if number - index >= _AT_ONCE:
                others = put_ascii(address, index, text, place)
                ascii_first = _AT_ONCE if others == np.uint64(0) else zeros_below(others)
                index += ascii_first
                place += ascii_first
                if ascii_first == _AT_ONCE:
                    continue
            character = character_at(address, index)
            index += 1
            if character <= _LAST_OF_1:
                text[place] = character
                place += 1
            elif character <= _LAST_OF_2 and is_wide and number - index >= _PAIRS_AT_ONCE:
                others = _put_pairs(address, index - 1, text, place) | _NO_MORE_PAIRS
                pairs = zeros_below(others)
                index += pairs - 1
                place += 2 * pairs
            elif character <= _LAST_OF_2:
                text[place] = 0xC0 | character >> 6
                text[place + 1] = 0x80 | character & 0x3F
                place += 2
            else:
                text[place] = 0xE0 | character >> 12
                text[place + 1] = 0x80 | character >> 6 & 0x3F
                text[place + 2] = 0x80 | character & 0x3F
                place += 3
        return place

    return transcode


_from_one, _from_two = _transcoder(1), _transcoder(2)


@part
def most_bytes(size: int) -> int:
    """Return how many bytes of UTF-8 a text of this size, as `placed` has it, takes at most."""
    return (size >> WIDTH_BITS) * ((size & _WIDTH) + 1)


@part
def put_utf8(address: int, size: int, text: Any, place: int) -> int:
    """Put what is at an address, of this size, into `text` from `place` on as UTF-8; return the place after it."""
    number, width = size >> WIDTH_BITS, size & _WIDTH
    if width == 1:
        return _from_one(address, number, text, place)
    if width > 1:
        return _from_two(address, number, text, place)
    copy_from(address, number, text, place)
    return place + number
