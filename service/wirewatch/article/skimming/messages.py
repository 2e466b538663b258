"""The kernel that reads messages: for each a row of numbers, which say where in the room its fields' texts are."""

from typing import Any

import numpy as np

from wirewatch.article.skimming.instants import day_of
from wirewatch.article.skimming.strings import FIRST_PRINTED, QUOTE, string
from wirewatch.article.skimming.values import (
    LIST,
    LIST_END,
    OBJECT,
    OBJECT_END,
    next_value,
    past_colon,
    past_name,
    past_null,
    past_space,
    past_value,
)
from wirewatch.kernels.copying import copy_block, copy_from
from wirewatch.kernels.jit import int64, jit, part
from wirewatch.kernels.vectors import BLOCK, members_of
from wirewatch.kernels.views import Fixed, eight_at, row_from, row_of, zeros_below

__all__ = ["ABSENT", "COLUMNS", "DAY", "FIELDS", "IS_READ", "OTHERS", "ROOM_BESIDE", "VALUE_END", "read_messages"]

FIELDS = ("title", "body", "published_at", "id", "source", "url", "language", "authors", "countries", "tags")
"""Of each a row has where its text begins and ends; a list's values have a VALUE_END between them."""
OTHERS = (
    *("uri", "versioncreated", "versionCreated", "headline", "headlines", "bodies", "body_text", "body_html"),
    "standard",
)
"""What tells other forms than ours: a message with any of it is not read here."""
ABSENT = -1
"""Instead of where a text begins: there is none."""
DAY = 2 * len(FIELDS)
"""Where a row has the day of publication as Python's ordinal, 0 if unknown."""
IS_READ = DAY + 1
"""Where a row has 1 if the message was read; else nothing in the row means anything."""
COLUMNS = IS_READ + 1
VALUE_END = 0
ROOM_BESIDE = 2 * BLOCK
"""Bytes that a room has beside two for each of a message and one more."""

_TITLE, _BODY, _PUBLISHED = range(3)
_FIRST_LIST = FIELDS.index("authors")
_UNKNOWN, _FIELDS = -1, len(FIELDS)
_EIGHT, _LONGEST_NAME = 8, 16


def _eight(name: str, half: int) -> int:
    return int.from_bytes(name.encode()[_EIGHT * half :][:_EIGHT], "little")


_NAMES = tuple(Fixed(_eight(name, half) for name in FIELDS + OTHERS) for half in range(2))
_FIRST_HALVES, _SECOND_HALVES = _NAMES
_BITS = 8
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_NONE, _LOWEST = np.uint64(0), np.uint64(1)
_REFERENCE, _REFERENCE_END = ord("&"), ord(";")
_IN_REFERENCE = Fixed(int(bytes((byte,)).isalnum() or byte == ord("#")) for byte in range(256))
_LAST_CONTINUING, _MAY_BE_SPACE = 0xC2, (0xE1, 0xE2, 0xE3)
"""First bytes of characters that are spaces, and of others."""
_DELETE = 0x7F

_to_clean_in_title, _to_clean_in_body = members_of(b"<&\r\n"), members_of(b"<&\r")


@part
def _half(room: Any, start: int, size: int) -> int:
    """Return the first of up to eight bytes there, of which there are so many, as a number."""
    if size <= 0:
        return 0
    value = eight_at(room, start)
    return int64(value & _ALL >> np.uint64(_BITS * (_EIGHT - size)) if size < _EIGHT else value)


@part
def _name(room: Any, start: int, size: int) -> int:
    """Return the number of a name among all that we know."""
    if size > _LONGEST_NAME:
        return _UNKNOWN
    first, second = _half(room, start, size), _half(room, start + _EIGHT, size - _EIGHT)
    for number in range(len(_FIRST_HALVES)):
        if _FIRST_HALVES[number] == first and _SECOND_HALVES[number] == second:
            return number
    return _UNKNOWN


@part
def _list(room: Any, index: int, used: int) -> tuple[int, int]:
    """Put the strings of the list at `index` from `used` on, a VALUE_END after each.

    Return where the list ends, and up to where the room is used then; 0 for the first if it is no list of strings.
    """
    index = past_space(room, index + 1)
    if room[index] == LIST_END:
        return index + 1, used
    while room[index] == QUOTE:
        index, first, last, used_then = string(room, index + 1, used)
        if index == 0:
            return 0, 0
        if first < used:
            for place in range(0, last - first, BLOCK):
                copy_block(room, first + place, used + place)
            used += last - first
            room[used] = VALUE_END
            used_then = used + 1
        used = used_then
        index = next_value(room, index, LIST_END)
        if index <= 0:
            return -index, used
    return 0, 0


@part
def _is_reference(room: Any, index: int) -> bool:
    """Say whether an ampersand may begin a character reference."""
    index += 1
    while _IN_REFERENCE[room[index]] != 0:
        index += 1
    return bool(room[index] == _REFERENCE_END)


@part
def _is_clean(room: Any, row: Any, field: int) -> bool:
    """Say whether a title or body surely has nothing in it that has to be cleaned."""
    start, end = row[2 * field], row[2 * field + 1]
    for place in range(start, end, BLOCK):
        found = _to_clean_in_title(room, place) if field == _TITLE else _to_clean_in_body(room, place)
        if end - place < BLOCK:
            found &= (_LOWEST << np.uint64(end - place)) - _LOWEST
        while found != _NONE:
            index = place + zeros_below(found)
            if room[index] != _REFERENCE or _is_reference(room, index):
                return False
            found &= found - _LOWEST
    return True


@part
def _shows(room: Any, row: Any, field: int) -> bool:
    """Say whether a text surely has something else than space in it."""
    for index in range(row[2 * field], row[2 * field + 1]):
        byte = room[index]
        if FIRST_PRINTED < byte < _DELETE or (byte > _LAST_CONTINUING and byte not in _MAY_BE_SPACE):
            return True
    return False


@part
def _fields(room: Any, index: int, used: int, row: Any) -> tuple[int, int]:
    """Find the fields of the object whose first member is at `index`; return where the object ends.

    And up to where the room is used then; 0 for the first if something is unclear.
    """
    while True:
        if room[index] != QUOTE:
            return 0, 0
        end = past_name(room, index + 1)
        name = _name(room, index + 1, end - index - 1)
        if end == 0 or name >= _FIELDS:
            return 0, 0
        index = past_colon(room, end + 1)
        if index == 0:
            return 0, 0
        if name == _UNKNOWN:
            index = past_value(room, index, used)
        elif row[2 * name] != ABSENT:
            return 0, 0
        elif room[index] == QUOTE and name < _FIRST_LIST:
            index, row[2 * name], row[2 * name + 1], used = string(room, index + 1, used)
        elif room[index] == LIST and name >= _FIRST_LIST:
            row[2 * name] = used
            index, used = _list(room, index, used)
            row[2 * name + 1] = used
        else:
            index = past_null(room, index)
        if index == 0:
            return 0, 0
        index = next_value(room, index, OBJECT_END)
        if index <= 0:
            return -index, used


@part
def _read_message(room: Any, start: int, end: int, used: int, row: Any) -> int:
    """Read the message that is there; return up to where the room is used then, 0 if something is unclear."""
    for column in range(COLUMNS):
        row[column] = ABSENT
    index = past_space(room, start)
    if room[index] != OBJECT:
        return 0
    index, used = _fields(room, past_space(room, index + 1), used, row)
    if index == 0 or past_space(room, index) != end:
        return 0
    if not (_shows(room, row, _TITLE) or _shows(room, row, _BODY)):
        return 0
    if not (_is_clean(room, row, _TITLE) and _is_clean(room, row, _BODY)):
        return 0
    first, last = row[2 * _PUBLISHED], row[2 * _PUBLISHED + 1]
    row[DAY] = day_of(room, first, last) if first < last else 0
    return used if row[DAY] >= 0 else 0


@jit
def read_messages(messages: Any, room: Any, rows: Any) -> None:
    """Read `messages`, the addresses of all and then their sizes; of each write one of `rows`, COLUMNS numbers.

    `room` has ROOM_BESIDE bytes beside two for each byte of the messages and for each message.
    """
    messages, room, rows = row_of(messages), row_of(room), row_of(rows)
    number = len(messages) // 2
    used = 0
    for message in range(number):
        used += messages[number + message] + 1
    start = 0
    for message in range(number):
        size = messages[number + message]
        end = start + size
        copy_from(messages[message], size, room, start)
        room[end] = 0
        row = row_from(rows, COLUMNS * message)
        used_then = _read_message(room, start, end, used, row)
        row[IS_READ] = int(used_then != 0)
        if used_then != 0:
            used = used_then
        start = end + 1
