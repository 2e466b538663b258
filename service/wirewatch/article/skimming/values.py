"""How a kernel finds its way through JSON (RFC 8259): where a value ends, whatever it is."""

from typing import Any

import numpy as np

from wirewatch.article.skimming.strings import QUOTE, string
from wirewatch.kernels.jit import part
from wirewatch.kernels.views import Fixed

__all__ = [
    "LIST",
    "LIST_END",
    "OBJECT",
    "OBJECT_END",
    "next_value",
    "past_colon",
    "past_name",
    "past_null",
    "past_space",
    "past_value",
]

OBJECT, OBJECT_END, LIST, LIST_END, _COLON, _COMMA = (ord(mark) for mark in "{}[]:,")
_IS_SPACE = Fixed(int(chr(byte) in " \t\n\r") for byte in range(256))
_IN_NAME = Fixed(int(chr(byte).isprintable() and chr(byte).isascii() and chr(byte) not in '"\\') for byte in range(256))
_IS_DIGIT = Fixed(int(byte in b"0123456789") for byte in range(256))
_MINUS, _ZERO, _POINT = ord("-"), ord("0"), ord(".")
_LONGEST_NUMBER = 18
"""Characters: longer ones, and those with exponents, are left to who knows what becomes of them."""
_DEEPEST = 60
"""Objects and lists inside one another, a bit each."""
_N, _T, _F = (ord(mark) for mark in "ntf")
_NONE, _LOWEST = np.uint64(0), np.uint64(1)


@part
def past_space(room: Any, index: int) -> int:
    """Return where something else than space is, from `index` on."""
    while _IS_SPACE[room[index]] != 0:
        index += 1
    return index


@part
def next_value(room: Any, index: int, end: int) -> int:
    """Return where the next value of a list, or member of an object, begins after one that ended before `index`.

    After the last, at the mark `end`, the place after that as a negative number; 0 where there is neither.
    """
    index = past_space(room, index)
    if room[index] == end:
        return -1 - index
    return past_space(room, index + 1) if room[index] == _COMMA else 0


@part
def _past(room: Any, index: int, letters: Any) -> int:
    """Return the place after these letters; 0 if others stand there."""
    for number in range(len(letters)):
        if room[index + number] != letters[number]:
            return 0
    return index + len(letters)


_NULL, _TRUE, _FALSE = (Fixed(letters) for letters in (b"null", b"true", b"false"))


@part
def past_null(room: Any, index: int) -> int:
    """Return the place after a `null`; 0 if there is none."""
    return _past(room, index, _NULL)


@part
def _past_number(room: Any, index: int) -> int:
    start = index
    if room[index] == _MINUS:
        index += 1
    if _IS_DIGIT[room[index]] == 0:
        return 0
    index += 1
    if room[index - 1] != _ZERO:
        while _IS_DIGIT[room[index]] != 0:
            index += 1
    if room[index] == _POINT:
        index += 1
        if _IS_DIGIT[room[index]] == 0:
            return 0
        while _IS_DIGIT[room[index]] != 0:
            index += 1
    return index if index - start <= _LONGEST_NUMBER else 0


@part
def past_name(room: Any, index: int) -> int:
    """Return where the name ends, before its quote, that begins at `index`; 0 if not all of it is printed ASCII."""
    while _IN_NAME[room[index]] != 0:
        index += 1
    return index if room[index] == QUOTE else 0


@part
def past_colon(room: Any, index: int) -> int:
    """Return where the value begins whose name has ended, with its quote, before `index`; 0 if there is none."""
    index = past_space(room, index)
    return past_space(room, index + 1) if room[index] == _COLON else 0


@part
def _past_member(room: Any, index: int) -> int:
    """Return where the value of a member of an object begins whose name is at `index`; 0 if there is none."""
    if room[index] != QUOTE:
        return 0
    index = past_name(room, index + 1)
    return past_colon(room, index + 1) if index != 0 else 0


@part
def _past_simple(room: Any, index: int, used: int) -> int:
    """Return where a value ends that has no others in it; 0 if it is none."""
    first = room[index]
    if first == QUOTE:
        index, _, _, _ = string(room, index + 1, used)
        return index
    if first == _N:
        return past_null(room, index)
    if first == _T:
        return _past(room, index, _TRUE)
    if first == _F:
        return _past(room, index, _FALSE)
    return _past_number(room, index)


@part
def past_value(room: Any, index: int, used: int) -> int:
    """Return where the value at `index` ends; 0 if there is none, or one that JSON's readers may not agree on.

    From `used` on the room is used for what is in it.
    """
    depth, are_objects = 0, _NONE
    while True:
        first = room[index]
        is_open = first in (OBJECT, LIST)
        if is_open:
            if depth == _DEEPEST:
                return 0
            index = past_space(room, index + 1)
            is_object = first == OBJECT
            are_objects = are_objects << _LOWEST | np.uint64(is_object)
            depth += 1
            if room[index] != OBJECT_END and room[index] != LIST_END:
                if is_object:
                    index = _past_member(room, index)
                    if index == 0:
                        return 0
                continue
        else:
            index = _past_simple(room, index, used)
            if index == 0:
                return 0
        while True:
            if depth == 0:
                return index
            index = past_space(room, index)
            is_object = are_objects & _LOWEST != _NONE
            if room[index] == _COMMA and not is_open:
                index = past_space(room, index + 1)
                if is_object:
                    index = _past_member(room, index)
                    if index == 0:
                        return 0
                break
            if room[index] != (OBJECT_END if is_object else LIST_END):
                return 0
            index += 1
            depth -= 1
            are_objects >>= _LOWEST
            is_open = False
