"""The kernel that splits a text, as bytes, into plain words and other pieces.

A plain word is one of ASCII letters and digits, or a number with its separators, that has nothing but quotes, brackets,
hyphens, marks of punctuation or a possessive between it and the next space or plain word. What analysis (`text`) says
of it is known beforehand: its term is its letters in lower case, without the commas of a number. All else between two
spaces is a piece, whose words `wording` tells, or analysis has to. That is right since no token reaches over a space,
or depends on what is beyond one, nor does a character of a script without spaces between two calm ones.
"""

from typing import Any

import numpy as np

from wirewatch.matching.compiled.asked import LOWER
from wirewatch.matching.compiled.hashing import EIGHT, mixed, plain_from, with_eight
from wirewatch.matching.compiled.jit import part
from wirewatch.matching.compiled.tables import Desk, State
from wirewatch.matching.compiled.views import Fixed
from wirewatch.matching.compiled.wording import FIRST_FOLDED, with_words

__all__ = ["ZONE_END", "end_of_word", "split"]

ZONE_END = 0xFF
"""Stands after each zone of an article; no text in UTF-8 has this byte."""

_LAST_SPACE = 32
"""No control character is a part of a word, and the space is the last of them."""
_CONTINUES, _LEAD_OF_3, _LEAD_OF_4 = 0x80, 0xE0, 0xF0
"""Of bytes in UTF-8."""
_OTHER, _SOLO = 0, 2
"""Kinds of characters, see `text.KINDS`."""
_ENDS_PIECE, _MAY_BE_ALONE = 1, 2
_ENDS = Fixed(
    _ENDS_PIECE if byte <= _LAST_SPACE or byte == ZONE_END else _MAY_BE_ALONE * (byte >= _LEAD_OF_3)
    for byte in range(256)
)
"""What a byte says: the piece before it ends, or a character begins that may be a piece of its own."""

_BEFORE, _AFTER, _DIGIT, _WITHIN_NUMBER = 1, 2, 4, 8
_WHERE = {_BEFORE: b"\"'([", _AFTER: b")]\"',.;:!?", _DIGIT: b"0123456789", _WITHIN_NUMBER: b".,"}
_IS = Fixed(sum(where for where, those in _WHERE.items() if byte in those) for byte in range(256))
"""Where a byte may stand around or in a plain word."""
_ENTRIES, _FOLDED = State.ENTRIES, State.FOLDED
_HYPHEN, _COMMA, _APOSTROPHE, _SMALL_S, _TO_SMALL = ord("-"), ord(","), ord("'"), ord("s"), 32
_QUOTE = (0xE2, 0x80)
"""The first bytes of curly quotes; the last tell which one."""
_OPENING, _CLOSING = (0x98, 0x9C), (0x99, 0x9D)
_CURLY_APOSTROPHE = _CLOSING[0]


@part
def _quote(buffer: Any, index: int) -> int:
    """Return the last byte of what may be a curly quote at `index`, 0 for all else."""
    if buffer[index] == _QUOTE[0] and buffer[index + 1] == _QUOTE[1]:
        return buffer[index + 2]
    return 0


@part
def end_of_word(buffer: Any, index: int) -> int:
    """Return where the word ends whose letters end at `index`: after its possessive if it has one."""
    if buffer[index] == _APOSTROPHE:
        after = index + 1
    elif _quote(buffer, index) == _CURLY_APOSTROPHE:
        after = index + 3
    else:
        return index
    if buffer[after] | _TO_SMALL == _SMALL_S and LOWER[buffer[after + 1]] == 0:
        return after + 1
    return index


@part
def _end_of_number(buffer: Any, start: int, index: int) -> int:
    """Return where the number ends whose first digits end at `index`, before a separator; 0 if it is none by itself."""
    for place in range(start, index):
        if _IS[buffer[place]] & _DIGIT == 0:
            return 0
    while _IS[buffer[index]] & _WITHIN_NUMBER != 0 and _IS[buffer[index + 1]] & _DIGIT != 0:
        index += 2
        while _IS[buffer[index]] & _DIGIT != 0:
            index += 1
    if LOWER[buffer[index]] != 0 or buffer[index] == _APOSTROPHE or buffer[index] == _QUOTE[0]:
        return 0
    return index


@part
def _end_of_marks(buffer: Any, index: int, where: int) -> int:
    """Return where the marks end that begin at `index`, of those that stand before a word or after one (`where`)."""
    quotes = _OPENING if where == _BEFORE else _CLOSING
    while True:
        if _IS[buffer[index]] & where != 0:
            index += 1
        elif _quote(buffer, index) in quotes:
            index += 3
        else:
            return index


@part
def _kind(buffer: Any, index: int, kinds: Any) -> int:
    """Return the kind of the character whose first byte is at `index`."""
    first = buffer[index]
    if first < _CONTINUES:
        code = first
    elif first < _LEAD_OF_3:
        code = ((first & 0x1F) << 6) | (buffer[index + 1] & 0x3F)
    elif first < _LEAD_OF_4:
        code = (first & 0x0F) << 12
        code |= (buffer[index + 1] & 0x3F) << 6 | (buffer[index + 2] & 0x3F)
    else:
        code = (first & 0x07) << 18 | (buffer[index + 1] & 0x3F) << 12
        code |= (buffer[index + 2] & 0x3F) << 6 | (buffer[index + 3] & 0x3F)
    return kinds[code] if code < len(kinds) else _OTHER


@part
def _is_alone(buffer: Any, start: int, index: int, size: int, kinds: Any) -> bool:
    """Say whether the character at `index`, of a piece that began at `start`, is a word by itself, come what may."""
    around = index
    for _ in range(3):
        kind = _kind(buffer, around, kinds)
        if kind == _OTHER or (around == index and kind != _SOLO):
            return False
        if around > index or (around < index and _ENDS[buffer[index + size]] == _ENDS_PIECE):
            return True
        if around == index and index > start:
            around -= 1
            while buffer[around] & 0xC0 == _CONTINUES:
                around -= 1
        elif _ENDS[buffer[index + size]] == _ENDS_PIECE:
            return True
        else:
            around = index + size
    return True


@part
def _end_of_piece(buffer: Any, start: int, kinds: Any) -> int:
    """Return where the piece ends that begins at `start`."""
    index = start
    while True:
        ends = _ENDS[buffer[index]]
        if ends == _ENDS_PIECE:
            return index
        if ends == _MAY_BE_ALONE:
            size = 3 if buffer[index] < _LEAD_OF_4 else 4
            if _is_alone(buffer, start, index, size, kinds):
                return index + size if index == start else index
        index += 1


@part
def _of_number(buffer: Any, start: int, end: int) -> Any:
    """Return what `hash_of` would gather of a number without its commas."""
    value = eight = np.uint64(0)
    size = 0
    for place in range(start, end):
        if buffer[place] == _COMMA:
            continue
        eight |= np.uint64(buffer[place]) << np.uint64(8 * size)
        size += 1
        if size == EIGHT:
            value, eight, size = with_eight(value, eight), np.uint64(0), 0
    return with_eight(value, eight)


@part
def split(buffer: Any, desk: Desk) -> None:
    """Put the words and pieces of `buffer`, whose zones each have ZONE_END after them, into `space`.

    After the last zone there are EIGHT bytes more, that any may be read with the seven after it.

    A word is its hash, its start and its end without a possessive. A piece has its end as a negative number, and 0 for
    a hash, a word from one has more there (see `wording`); the end of a zone has a negative start.
    """
    kinds, space = desk.known.kinds, desk.space
    state, hashes, starts, ends = space.state, space.hashes, space.starts, space.ends
    state[_FOLDED] = FIRST_FOLDED
    number = index = 0
    last = len(buffer) - 1 - EIGHT
    while True:
        while buffer[index] <= _LAST_SPACE:
            index += 1
        if buffer[index] == ZONE_END:
            starts[number] = -1
            number += 1
            if index == last:
                break
            index += 1
            continue
        piece, before = index, number
        if LOWER[buffer[index]] == 0:
            index = _end_of_marks(buffer, index, _BEFORE)
        is_plain = True
        while True:
            start = index
            index, value = plain_from(buffer, start)
            if index == start:
                is_plain = False
                break
            end = index
            if buffer[index] > _LAST_SPACE:
                if _IS[buffer[index]] & _WITHIN_NUMBER != 0 and _IS[buffer[index + 1]] & _DIGIT != 0:
                    index = end = _end_of_number(buffer, start, index)
                    if end == 0:
                        is_plain = False
                        break
                    value = _of_number(buffer, start, end)
                else:
                    index = end_of_word(buffer, index)
            hashes[number] = mixed(value)
            starts[number] = start
            ends[number] = end
            number += 1
            if buffer[index] != _HYPHEN:
                break
            index += 1
        if is_plain:
            index = _end_of_marks(buffer, index, _AFTER)
            is_plain = _ENDS[buffer[index]] == _ENDS_PIECE
        if not is_plain:
            index = _end_of_piece(buffer, piece, kinds)
            number = with_words(buffer, piece, index, before, desk)
            if number < 0:
                number = before
                hashes[number] = 0
                starts[number] = piece
                ends[number] = -index
                number += 1
    state[_ENTRIES] = number
