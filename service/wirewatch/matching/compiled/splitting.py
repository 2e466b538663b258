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
from wirewatch.matching.compiled.hashing import EIGHT, hash_of_word, mixed, plain_from, with_eight
from wirewatch.matching.compiled.jit import part
from wirewatch.matching.compiled.outlining import AFTER, BEFORE, LAST_SPACE, NONE_LEFT, ZONE_END, outline
from wirewatch.matching.compiled.tables import Desk
from wirewatch.matching.compiled.views import Fixed
from wirewatch.matching.compiled.wording import with_words

__all__ = ["end_of_word", "split"]

_CONTINUES, _LEAD_OF_3, _LEAD_OF_4 = 0x80, 0xE0, 0xF0
"""Of bytes in UTF-8."""
_OTHER, _SOLO = 0, 2
"""Kinds of characters, see `text.KINDS`."""
_ENDS_PIECE, _MAY_BE_ALONE = 1, 2
_ENDS = Fixed(
    _ENDS_PIECE if byte <= LAST_SPACE or byte == ZONE_END else _MAY_BE_ALONE * (byte >= _LEAD_OF_3)
    for byte in range(256)
)
"""What a byte says: the piece before it ends, or a character begins that may be a piece of its own."""

_BEFORE, _AFTER, _DIGIT, _WITHIN_NUMBER = 1, 2, 4, 8
_WHERE = {_BEFORE: BEFORE, _AFTER: AFTER, _DIGIT: b"0123456789", _WITHIN_NUMBER: b".,"}
_IS = Fixed(sum(where for where, those in _WHERE.items() if byte in those) for byte in range(256))
"""Where a byte may stand around or in a plain word."""
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
def _split_piece(buffer: Any, piece: int, first: int, desk: Desk) -> tuple[int, int]:
    """Put the words of the piece that begins at `piece`, or where it stands, into `space` from number `first` on.

    Return where it ends, and the number that is next.
    """
    space = desk.space
    hashes, starts, ends = space.hashes, space.starts, space.ends
    index, number, is_plain = piece, first, True
    if LOWER[buffer[index]] == 0:
        index = _end_of_marks(buffer, index, _BEFORE)
    while True:
        start = index
        index, value = plain_from(buffer, start)
        if index == start:
            is_plain = False
            break
        end = index
        if buffer[index] > LAST_SPACE:
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
        index = _end_of_piece(buffer, piece, desk.known.kinds)
        number = with_words(buffer, piece, index, first, desk)
        if number < 0:
            number = first
            hashes[number] = 0
            starts[number] = piece
            ends[number] = -index
            number += 1
    return index, number


@part
def split(buffer: Any, start: int, end: int, number: int, desk: Desk) -> int:
    """Put the words and pieces of the zone `buffer[start:end]`, which ZONE_END follows, into `space`, after `number`.

    Return their number then. A word is its hash, its start and its end without a possessive. A piece has its end as a
    negative number, and 0 for a hash, a word from one has more there (see `wording`); the end of a zone has a negative
    start.
    """
    space = desk.space
    hashes, starts, ends = space.hashes, space.starts, space.ends
    begins, finishes, odd = space.begins, space.finishes, space.odd
    outline(buffer, start, end, space)
    word = oddity = 0
    index = start
    while True:
        strange = odd[oddity]
        if strange < NONE_LEFT:
            if _ENDS[buffer[strange]] == _ENDS_PIECE:  # just after it
                strange -= 1
            while strange > index and _ENDS[buffer[strange - 1]] != _ENDS_PIECE:
                strange -= 1
        while begins[word] < strange:
            begin, finish = begins[word], finishes[word]
            hashes[number] = hash_of_word(buffer, begin, finish)
            starts[number] = begin
            ends[number] = finish
            number += 1
            word += 1
        if strange == NONE_LEFT:
            break
        index = strange
        while _ENDS[buffer[index]] != _ENDS_PIECE:
            index, number = _split_piece(buffer, index, number, desk)
        while odd[oddity] <= index:
            oddity += 1
        while begins[word] < index:
            word += 1
    starts[number] = -1
    return number + 1
