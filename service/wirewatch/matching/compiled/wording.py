"""How a kernel tells the words of a piece that is not plain, as analysis does (`text.analysis`), and folds them.

It goes by what `characters` knows of each character; nothing else may matter in the piece. A word's term is written to
`folded`, with the symbol that stood directly before the word before it; a zero is between each two. The entry of such a
word has its whole token, and of its hash the lower half is its term's, the upper one tells where the term begins.
"""

from typing import Any

import numpy as np

from wirewatch.kernels.jit import int64, part
from wirewatch.kernels.views import Fixed, put_eight
from wirewatch.matching.compiled.characters import About, Kind, character_at
from wirewatch.matching.compiled.hashing import hash_of
from wirewatch.matching.compiled.outlining import LAST_SPACE, ZONE_END
from wirewatch.matching.compiled.tables import Desk, State

__all__ = [
    "ENDS_PIECE",
    "FIRST_FOLDED",
    "FOLDED_PER_BYTE",
    "IS_NOTABLE",
    "IS_OTHERWISE",
    "end_of_term",
    "hash_in",
    "term_in",
    "with_words",
]

ENDS_PIECE = Fixed(int(byte <= LAST_SPACE or byte == ZONE_END) for byte in range(256))
"""1 for each byte before which a piece ends."""
FOLDED_PER_BYTE = 3
"""No word takes more than so many bytes for each of its own, with the zero after it."""
FIRST_FOLDED = 1
"""Before the first term there is a zero too."""
IS_NOTABLE, IS_OTHERWISE = np.uint64(1 << 62), np.uint64(1 << 63)
"""Of a hash: the term alone does not say what is asked of a word; normalised it is written otherwise, or has marks."""
_TERM_AT = 32
_PLACE = (1 << 30) - 1
_HASH = np.uint64(0xFFFFFFFF)

_FOLDED = State.FOLDED
_KIND, _S, _OTHERWISE = About.KIND, About.IS_S, About.IS_OTHERWISE
_FOLDED_AT, _SIZE_AT, _SIZE = About.FOLDED_AT, About.FOLDED_SIZE_AT, About.FOLDED_SIZE
_OTHER, _VANISHING, _MARK, _NUMBER, _DIGIT = Kind.OTHER, Kind.VANISHING, Kind.MARK, Kind.NUMBER, Kind.DIGIT
_LETTER, _CHARACTER, _SYMBOL, _APOSTROPHE = Kind.LETTER, Kind.CHARACTER, Kind.SYMBOL, Kind.APOSTROPHE
_PERIOD, _COMMA = Kind.PERIOD, Kind.COMMA


@part
def term_in(hashed: Any) -> int:
    """Return where in `folded` the term of a word begins that has been told here; 0 of all else."""
    return int64(hashed >> np.uint64(_TERM_AT)) & _PLACE


@part
def hash_in(hashed: Any) -> int:
    """Return the hash of such a word's term."""
    return int64(hashed & _HASH)


@part
def end_of_term(folded: Any, term: int) -> int:
    """Return where the term ends that begins at `term`."""
    while folded[term] != 0:
        term += 1
    return term


@part
def _next(buffer: Any, index: int, characters: Any) -> tuple[int, int]:
    """Return the number of the first character from `index` on that does not vanish, and where the next one begins.

    That may be beyond the piece: what comes after it is in no word of it.
    """
    while True:
        info, index = character_at(buffer, index, characters)
        if info & _KIND != _VANISHING:
            return info, index


@part
def _fold(info: int, used: int, folded: Any) -> int:
    """Write what is left of a character to `folded`, from `used` on; return the place after that."""
    put_eight(folded, used, info >> _FOLDED_AT)
    return used + (info >> _SIZE_AT & _SIZE)


@part
def _past_marks(buffer: Any, index: int, used: int, desk: Desk) -> tuple[int, int]:
    """Fold the marks that follow from `index` on; return where they end, and the place after what is left of them."""
    while True:
        info, after = _next(buffer, index, desk.known.characters)
        if info & _KIND != _MARK:
            return index, used
        used = _fold(info, used, desk.space.folded)
        index = after


@part
def _abbreviation(buffer: Any, first: int, index: int, used: int, desk: Desk) -> tuple[int, int]:
    """Fold the abbreviation whose first letter, with the number `first`, ends at `index`; return as `_past_marks` does.

    Where there is none, that is 0 and anything.
    """
    characters, folded = desk.known.characters, desk.space.folded
    after, used = _past_marks(buffer, index, _fold(first, used, folded), desk)
    letters = 1
    while True:
        info, past_period = _next(buffer, after, characters)
        letter, past_letter = _next(buffer, past_period, characters)
        if info & _KIND != _PERIOD or letter & _KIND != _LETTER:
            break
        after_then, used_then = _past_marks(buffer, past_letter, _fold(letter, used, folded), desk)
        following, _ = _next(buffer, after_then, characters)
        if _NUMBER <= following & _KIND <= _LETTER:
            break
        after, used = after_then, used_then
        letters += 1
    if letters == 1:
        return 0, used
    if info & _KIND == _PERIOD:
        after = past_period
    info, index = _next(buffer, after, characters)
    if info & _KIND == _APOSTROPHE:
        info, index = _next(buffer, index, characters)
        following, _ = _next(buffer, index, characters)
        if info & _S != 0 and not _MARK <= following & _KIND <= _LETTER:
            after = index
    return after, used


@part
def _word(buffer: Any, index: int, used: int, desk: Desk) -> tuple[int, int, int]:
    """Fold the word or number that begins at `index`; return as `_past_marks` does, and the bits of its characters."""
    characters, folded = desk.known.characters, desk.space.folded
    was, bits, possessive = _OTHER, 0, -1
    while True:
        while True:  # most of a word
            info, after = character_at(buffer, index, characters)
            kind = info & _KIND
            if not _NUMBER <= kind <= _LETTER:
                break
            possessive = used if was == _APOSTROPHE and info & _S != 0 else -1
            used = _fold(info, used, folded)
            bits |= info
            was, index = kind, after
        info, after = _next(buffer, index, characters)
        kind = info & _KIND
        following, _ = _next(buffer, after, characters)
        following &= _KIND
        if _MARK <= kind <= _LETTER:  # a mark, or after what vanishes
            possessive = used if was == _APOSTROPHE and info & _S != 0 else -1
            used = _fold(info, used, folded)
            bits |= info | _OTHERWISE
        elif kind == _APOSTROPHE:
            if not _NUMBER <= following <= _LETTER:
                break
        elif _PERIOD <= kind <= _COMMA and was == _DIGIT and following == _DIGIT:
            if kind == _PERIOD:
                used = _fold(info, used, folded)
        else:
            break
        was, index = kind, after
    return index, used if possessive < 0 else possessive, bits


@part
def _bits_of(buffer: Any, index: int, end: int, characters: Any) -> int:
    """Return the bits of all characters in `buffer[index:end]` together."""
    bits = 0
    while index < end:
        info, index = character_at(buffer, index, characters)
        bits |= info
    return bits


@part
def with_words(buffer: Any, index: int, end: int, number: int, desk: Desk) -> tuple[int, int, int]:
    """Enter the words from `index` on until `end`, or the next space before that, from `number` on.

    Return where that is, the number of entries then, and the bits of all characters together.
    """
    characters, space = desk.known.characters, desk.space
    state, folded, hashes, starts, ends = space.state, space.folded, space.hashes, space.starts, space.ends
    used = state[_FOLDED]
    symbol, symbol_at, bits = 0, -1, 0
    while index < end and ENDS_PIECE[buffer[index]] == 0:
        info, after = character_at(buffer, index, characters)
        kind = info & _KIND
        if not _NUMBER <= kind <= _CHARACTER:
            bits |= info
            if kind != _VANISHING:
                symbol, symbol_at = info, index if kind == _SYMBOL else -1
            index = after
            continue
        first = start = index
        about_term = np.uint64(0)
        if symbol_at >= 0:
            start, about_term = symbol_at, IS_NOTABLE
            used = _fold(symbol, used, folded)
            symbol_at = -1
        term, index = used, 0
        if kind == _CHARACTER:
            index, used = _past_marks(buffer, after, _fold(info, used, folded), desk)
        elif kind == _LETTER:
            following, _ = _next(buffer, after, characters)
            if following & _KIND == _PERIOD or following & _KIND == _MARK:
                index, used = _abbreviation(buffer, info, after, used, desk)
        if index != 0:
            bits |= _bits_of(buffer, first, index, characters)
        else:
            index, used, of_word = _word(buffer, first, term, desk)
            bits |= of_word
            if of_word & _OTHERWISE != 0:
                about_term |= IS_OTHERWISE
        hashes[number] = about_term | np.uint64(term << _TERM_AT) | np.uint64(hash_of(folded, term, used))
        starts[number] = start
        ends[number] = -index
        number += 1
        folded[used] = 0
        used += 1
    state[_FOLDED] = used
    return index, number, bits
