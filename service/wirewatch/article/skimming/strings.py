"""How a kernel reads the strings of JSON (RFC 8259): in place, or without their escapes in room of their own.

Nothing is taken for a string in which `decode_article` would find something to complain of or to replace: what is not
UTF-8, control characters, halves of surrogate pairs. Where a message ends in the room there is a zero, which no string
may have in it: none is read beyond that. Then follow BLOCK bytes at least, whatever they are.
"""

from typing import Any

import numpy as np

from wirewatch.kernels.copying import copy_block
from wirewatch.kernels.jit import part
from wirewatch.kernels.vectors import BLOCK, members_of
from wirewatch.kernels.views import Fixed, zeros_below

__all__ = ["BACKSLASH", "FIRST_PRINTED", "QUOTE", "string"]

QUOTE, BACKSLASH = ord('"'), ord("\\")
FIRST_PRINTED = 0x20
"""All below are control characters."""
_UNICODE = ord("u")
_PLAIN = {'"': '"', "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t"}
_ESCAPES = Fixed(ord(_PLAIN.get(chr(byte), "\0")) for byte in range(256))
"""What stands behind a backslash for which character; of all else zero."""
_NO_DIGIT = 16
_DIGITS = Fixed(int(chr(byte), 16) if chr(byte) in "0123456789abcdefABCDEF" else _NO_DIGIT for byte in range(256))
_HIGH, _LOW, _AFTER_SURROGATES, _HALF = 0xD800, 0xDC00, 0xE000, 0x400
_FIRST_BEYOND = 0x10000
_LAST_OF_1, _LAST_OF_2, _LAST_OF_3 = 0x7F, 0x7FF, 0xFFFF
_CONTINUES, _CONTINUES_UNTIL = 0x80, 0xBF

_stops_in = members_of(bytes((*range(FIRST_PRINTED), QUOTE, BACKSLASH)))
_beyond_ascii_in = members_of(bytes(range(_LAST_OF_1 + 1, 256)))
_NONE, _LOWEST = np.uint64(0), np.uint64(1)


@part
def _end_of_character(room: Any, index: int) -> int:
    """Return where the character ends that begins at `index` and is not ASCII; 0 if it is not UTF-8 (RFC 3629)."""
    first = room[index]
    low, high = _CONTINUES, _CONTINUES_UNTIL
    if first < 0xC2 or first > 0xF4:  # noqa: PLR2004 - the table of the RFC
        return 0
    if first == 0xE0:  # noqa: PLR2004 - the same
        low = 0xA0
    elif first == 0xED:  # noqa: PLR2004 - the same
        high = 0x9F
    elif first == 0xF0:  # noqa: PLR2004 - the same
        low = 0x90
    elif first == 0xF4:  # noqa: PLR2004 - the same
        high = 0x8F
    if room[index + 1] < low or room[index + 1] > high:
        return 0
    size = 2 if first < 0xE0 else 3 if first < 0xF0 else 4  # noqa: PLR2004 - the same
    for place in range(index + 2, index + size):
        if room[place] < _CONTINUES or room[place] > _CONTINUES_UNTIL:
            return 0
    return index + size


@part
def _is_utf8(room: Any, index: int, end: int) -> bool:
    """Say whether all up to `end`, where there is ASCII, is UTF-8."""
    while index < end:
        beyond = _beyond_ascii_in(room, index)
        if beyond == _NONE:
            index += BLOCK
            continue
        index += zeros_below(beyond)
        while index < end and room[index] > _LAST_OF_1:
            index = _end_of_character(room, index)
            if index == 0:
                return False
    return True


@part
def _code_at(room: Any, index: int) -> int:
    """Return the number that four hexadecimal digits make; a negative one if they are none."""
    code = 0
    for place in range(index, index + 4):
        digit = _DIGITS[room[place]]
        if digit == _NO_DIGIT:
            return -1
        code = code << 4 | digit
    return code


@part
def _put_character(room: Any, place: int, code: int) -> int:
    """Put a character there as UTF-8; return the place after it."""
    if code <= _LAST_OF_1:
        room[place] = code
        return place + 1
    if code <= _LAST_OF_2:
        room[place] = 0xC0 | code >> 6
    else:
        if code <= _LAST_OF_3:
            room[place] = 0xE0 | code >> 12
        else:
            room[place] = 0xF0 | code >> 18
            place += 1
            room[place] = 0x80 | code >> 12 & 0x3F
        place += 1
        room[place] = 0x80 | code >> 6 & 0x3F
    room[place + 1] = 0x80 | code & 0x3F
    return place + 2


@part
def _unescape(room: Any, index: int, place: int) -> tuple[int, int]:
    """Put what the escape at `index` stands for at `place`; return what comes after both, two zeros if it is none."""
    escape = room[index + 1]
    if escape != _UNICODE:
        room[place] = _ESCAPES[escape]
        return (index + 2, place + 1) if _ESCAPES[escape] != 0 else (0, 0)
    code = _code_at(room, index + 2)
    index += 6
    if code < FIRST_PRINTED or _LOW <= code < _AFTER_SURROGATES:
        return 0, 0
    if _HIGH <= code < _LOW:
        low = _code_at(room, index + 2)
        if room[index] != BACKSLASH or room[index + 1] != _UNICODE or low < _LOW or low >= _AFTER_SURROGATES:
            return 0, 0
        code = _FIRST_BEYOND + (code - _HIGH) * _HALF + low - _LOW
        index += 6
    return index, _put_character(room, place, code)


@part
def _unescaped(room: Any, start: int, used: int) -> tuple[int, int]:
    """Put a string without its escapes from `used` on, and a zero after it; return where it ends here and there.

    Two zeros if it is none.
    """
    index, place = start, used
    beyond = _NONE
    while room[index] != QUOTE:
        if room[index] == BACKSLASH:
            index, place = _unescape(room, index, place)
            if index == 0:
                return 0, 0
            continue
        if room[index] < FIRST_PRINTED:
            return 0, 0
        stops = _stops_in(room, index)
        beyond |= _beyond_ascii_in(room, index)
        size = BLOCK if stops == _NONE else zeros_below(stops)
        copy_block(room, index, place)
        index += size
        place += size
    if beyond != _NONE and not _is_utf8(room, start, index):
        return 0, 0
    room[place] = 0
    return index, place


@part
def string(room: Any, start: int, used: int) -> tuple[int, int, int, int]:
    """Read the string whose first byte, after its quote, is at `start`.

    Return the place after its other quote, where its text begins and ends, and up to where the room is used then, if it
    was up to `used`. Zeros if it is none.
    """
    index = start
    beyond = _NONE
    while True:
        stops = _stops_in(room, index)
        if stops != _NONE:
            break
        beyond |= _beyond_ascii_in(room, index)
        index += BLOCK
    stop = zeros_below(stops)
    beyond |= _beyond_ascii_in(room, index) & ((_LOWEST << np.uint64(stop)) - _LOWEST)
    index += stop
    if room[index] == QUOTE:
        if beyond != _NONE and not _is_utf8(room, start, index):
            return 0, 0, 0, 0
        return index + 1, start, index, used
    if room[index] == BACKSLASH:
        end, place = _unescaped(room, start, used)
        if end != 0:
            return end + 1, used, place, place + 1
    return 0, 0, 0, 0
