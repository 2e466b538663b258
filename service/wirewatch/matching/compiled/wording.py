"""How a kernel tells the words of a piece that is not plain, as analysis does (`text.analysis`), and folds them.

It goes by what `characters` knows of each character. A piece in which that is not all there is to say is left to
analysis. A word's term is written to `folded`, with the symbol that stood directly before the word before it; a zero is
between each two. The entry of such a word has its whole token as a piece has, and a hash with where its term begins.
"""

from typing import Any

import numpy as np

from wirewatch.matching.compiled.characters import About, Kind, about, size_of
from wirewatch.matching.compiled.hashing import hash_of
from wirewatch.matching.compiled.jit import int64, part
from wirewatch.matching.compiled.tables import Desk, State

__all__ = ["FIRST_FOLDED", "FOLDED_PER_BYTE", "IS_OTHERWISE", "end_of_term", "hash_in", "term_in", "with_words"]

FOLDED_PER_BYTE = 3
"""No word takes more than so many bytes for each of its own, with the zero after it."""
FIRST_FOLDED = 1
"""Before the first term there is a zero too."""
_TERM_AT = 32
IS_OTHERWISE = np.uint64(1 << 63)
"""Of a word's hash: normalised it is written otherwise, or has a mark in it."""
_PLACE = (1 << 31) - 1
_HASH = np.uint64(0xFFFFFFFF)

_FOLDED = State.FOLDED
_KIND, _COMPOSES, _COMPOSED, _CLASS_AT = About.KIND, About.COMPOSES, About.COMPOSED, About.CLASS_AT
_FOLDED_AT, _SIZE_AT, _SIZE, _SAME_SIZE = About.FOLDED_AT, About.FOLDED_SIZE_AT, 15, 0
_OTHER, _VANISHING, _MARK, _NUMBER, _DIGIT = Kind.OTHER, Kind.VANISHING, Kind.MARK, Kind.NUMBER, Kind.DIGIT
_LETTER, _CHARACTER, _SYMBOL, _APOSTROPHE = Kind.LETTER, Kind.CHARACTER, Kind.SYMBOL, Kind.APOSTROPHE
_PERIOD, _COMMA, _COMPLEX_KIND = Kind.PERIOD, Kind.COMMA, Kind.COMPLEX
_S, _OTHERWISE = About.IS_S, About.IS_OTHERWISE


@part
def term_in(hashed: Any) -> int:
    """Return where in `folded` the term of a word begins that has been told here; 0 of a piece."""
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
def _needs_analysis(buffer: Any, start: int, end: int, characters: Any) -> bool:
    """Say whether it matters in this piece what stands beside what, or how a character is normalised."""
    base = last_class = 0
    while start < end:
        info = about(buffer, start, characters)
        start += size_of(buffer[start])
        kind = info & _KIND
        if kind == _COMPLEX_KIND or (info & _COMPOSES != 0 and base & _COMPOSED != 0):
            return True
        if kind == _VANISHING or (kind == _MARK and info >> _SIZE_AT & _SIZE == 1):  # nothing is left of it
            continue
        order = info >> _CLASS_AT & 0xFF
        if order == 0:
            base = info
        elif order < last_class:
            return True
        last_class = order
    return False


@part
def _next(buffer: Any, index: int, end: int, characters: Any) -> int:
    """Return where the first character is from `index` on that does not vanish, `end` if there is none."""
    while index < end and about(buffer, index, characters) & _KIND == _VANISHING:
        index += size_of(buffer[index])
    return index


@part
def _at(buffer: Any, index: int, end: int, characters: Any) -> int:
    """Return the number of the character at `index`; that of no character at the piece's end."""
    return about(buffer, index, characters) if index < end else _OTHER


@part
def _kind_after(buffer: Any, index: int, end: int, characters: Any) -> int:
    """Return the kind of the character after the one at `index`."""
    return _at(buffer, _next(buffer, index + size_of(buffer[index]), end, characters), end, characters) & _KIND


@part
def _fold(buffer: Any, index: int, info: int, used: int, desk: Desk) -> int:
    """Write what is left of the character at `index` to `folded`, from `used` on; return the place after that."""
    folded, foldings = desk.space.folded, desk.known.foldings
    size = info >> _SIZE_AT & _SIZE
    if size == _SAME_SIZE:
        for place in range(index, index + size_of(buffer[index])):
            folded[used] = buffer[place]
            used += 1
    else:
        first = info >> _FOLDED_AT
        for place in range(first, first + size - 1):
            folded[used] = foldings[place]
            used += 1
    return used


@part
def _past_marks(buffer: Any, index: int, end: int, used: int, desk: Desk) -> tuple[int, int]:
    """Fold the marks that follow from `index` on; return where they end, and the place after what is left of them."""
    characters = desk.known.characters
    while True:
        place = _next(buffer, index, end, characters)
        info = _at(buffer, place, end, characters)
        if info & _KIND != _MARK:
            return index, used
        used = _fold(buffer, place, info, used, desk)
        index = place + size_of(buffer[place])


@part
def _abbreviation(buffer: Any, index: int, end: int, used: int, desk: Desk) -> tuple[int, int]:
    """Fold the abbreviation that begins at `index`; return as `_past_marks` does, 0 first if none begins there."""
    characters = desk.known.characters
    used = _fold(buffer, index, about(buffer, index, characters), used, desk)
    after, used = _past_marks(buffer, index + size_of(buffer[index]), end, used, desk)
    letters = 1
    while True:
        period = _next(buffer, after, end, characters)
        is_period = _at(buffer, period, end, characters) & _KIND == _PERIOD
        if not is_period or _kind_after(buffer, period, end, characters) != _LETTER:
            break
        letter = _next(buffer, period + size_of(buffer[period]), end, characters)
        used_then = _fold(buffer, letter, about(buffer, letter, characters), used, desk)
        after_then, used_then = _past_marks(buffer, letter + size_of(buffer[letter]), end, used_then, desk)
        following = _at(buffer, _next(buffer, after_then, end, characters), end, characters) & _KIND
        if _NUMBER <= following <= _LETTER:
            break
        after, used = after_then, used_then
        letters += 1
    if letters == 1:
        return 0, used
    if is_period:
        after = period + size_of(buffer[period])
    apostrophe = _next(buffer, after, end, characters)
    if _at(buffer, apostrophe, end, characters) & _KIND == _APOSTROPHE:
        place = _next(buffer, apostrophe + size_of(buffer[apostrophe]), end, characters)
        if _at(buffer, place, end, characters) & _S != 0:
            following = _kind_after(buffer, place, end, characters)
            if not _MARK <= following <= _LETTER:
                after = place + size_of(buffer[place])
    return after, used


@part
def _word(buffer: Any, index: int, end: int, used: int, desk: Desk) -> tuple[int, int, int]:
    """Fold the word or number that begins at `index`; return as `_past_marks` does, and _OTHERWISE or 0."""
    characters = desk.known.characters
    after, was, otherwise, possessive = index, _OTHER, 0, -1
    while True:
        place = _next(buffer, after, end, characters)
        info = _at(buffer, place, end, characters)
        kind = info & _KIND
        if _MARK <= kind <= _LETTER:
            possessive = used if was == _APOSTROPHE and info & _S != 0 else -1
            used = _fold(buffer, place, info, used, desk)
        elif kind == _APOSTROPHE:
            following = _kind_after(buffer, place, end, characters)
            if not _NUMBER <= following <= _LETTER:
                break
        elif kind in (_PERIOD, _COMMA):
            if was != _DIGIT or _kind_after(buffer, place, end, characters) != _DIGIT:
                break
            if kind == _PERIOD:
                used = _fold(buffer, place, info, used, desk)
        else:
            break
        if kind == _MARK or place != after:
            otherwise = _OTHERWISE
        otherwise |= info & _OTHERWISE
        was = kind
        after = place + size_of(buffer[place])
    if possessive >= 0:
        used = possessive
    return after, used, otherwise


@part
def with_words(buffer: Any, start: int, end: int, number: int, desk: Desk) -> int:
    """Enter the words of the piece `buffer[start:end]`; return the number of entries then, -1 if it is for analysis."""
    characters, space = desk.known.characters, desk.space
    if _needs_analysis(buffer, start, end, characters):
        return -1
    state, folded, hashes, starts, ends = space.state, space.folded, space.hashes, space.starts, space.ends
    used = state[_FOLDED]
    index, symbol = start, -1
    while index < end:
        info = about(buffer, index, characters)
        kind = info & _KIND
        if not _NUMBER <= kind <= _CHARACTER:
            if kind != _VANISHING:
                symbol = index if kind == _SYMBOL else -1
            index += size_of(buffer[index])
            continue
        first = index
        if symbol >= 0:
            first = symbol
            used = _fold(buffer, symbol, about(buffer, symbol, characters), used, desk)
            symbol = -1
        term, after, otherwise = used, 0, 0
        if kind == _CHARACTER:
            used = _fold(buffer, index, info, used, desk)
            after, used = _past_marks(buffer, index + size_of(buffer[index]), end, used, desk)
        elif kind == _LETTER:
            following = _kind_after(buffer, index, end, characters)
            if following in (_PERIOD, _MARK):
                after, used = _abbreviation(buffer, index, end, used, desk)
        if after == 0:
            after, used, otherwise = _word(buffer, index, end, term, desk)
        about_term = np.uint64(term) << np.uint64(_TERM_AT) | np.uint64(hash_of(folded, term, used))
        hashes[number] = about_term | IS_OTHERWISE if otherwise != 0 else about_term
        starts[number] = first
        ends[number] = -after
        number += 1
        folded[used] = 0
        used += 1
        index = after
    state[_FOLDED] = used
    return number
