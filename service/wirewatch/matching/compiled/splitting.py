"""The kernel that splits a text, as bytes, into plain words and other pieces.

A plain word is one of ASCII letters and digits, or a number with its separators, that has nothing but quotes, brackets,
hyphens, marks of punctuation or a possessive between it and the next space or plain word. What analysis (`text`) says
of it is known beforehand: its term is its letters in lower case, without the commas of a number. All else between two
spaces is for `pieces` to look at. That is right since no token reaches over a space, or depends on what is beyond one.
"""

from typing import Any

import numpy as np

from wirewatch.kernels.jit import part
from wirewatch.kernels.views import Fixed
from wirewatch.matching.compiled.asked import LOWER
from wirewatch.matching.compiled.hashing import EIGHT, hash_of_word, mixed, plain_from, with_eight
from wirewatch.matching.compiled.outlining import AFTER, BEFORE, LAST_SPACE, NONE_LEFT, outline
from wirewatch.matching.compiled.pieces import with_pieces
from wirewatch.matching.compiled.tables import Desk
from wirewatch.matching.compiled.wording import ENDS_PIECE

__all__ = ["end_of_word", "split"]

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
        is_plain = ENDS_PIECE[buffer[index]] != 0
    if not is_plain:
        return with_pieces(buffer, piece, first, desk)
    return index, number


@part
def split(buffer: Any, start: int, end: int, number: int, desk: Desk) -> int:
    """Put the words and pieces of the zone `buffer[start:end]`, which ZONE_END follows, into `space`, after `number`.

    Return their number then. A word is its hash, its start and its end without a possessive. Of what is not plain see
    `pieces`; the end of a zone has a negative start.
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
            if ENDS_PIECE[buffer[strange]] != 0:  # just after it
                strange -= 1
            while strange > index and ENDS_PIECE[buffer[strange - 1]] == 0:
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
        while ENDS_PIECE[buffer[index]] == 0:
            index, number = _split_piece(buffer, index, number, desk)
        while odd[oddity] <= index:
            oddity += 1
        while begins[word] < index:
            word += 1
    starts[number] = -1
    return number + 1
