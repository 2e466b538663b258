"""The kernel that finds the words of ASCII letters and digits in a text, and where it is not as simple as that.

It looks at BLOCK bytes together, each a bit of a number, with no branches that depend on them. A text is simple where
there are spaces between two words, with marks before them that may stand after a word, and marks after them that may
stand before one; or a hyphen alone.
"""

from typing import Any

import numpy as np

from wirewatch.kernels.jit import part
from wirewatch.kernels.vectors import BLOCK, members_of, ones_in
from wirewatch.kernels.views import zeros_below
from wirewatch.matching.compiled.asked import LOWER
from wirewatch.matching.compiled.tables import Space

__all__ = ["AFTER", "BEFORE", "LAST_SPACE", "NONE_LEFT", "ZONE_END", "outline"]

BEFORE, AFTER = b"\"'([", b")]\"',.;:!?"
"""Marks that may stand before a word, and after one."""
LAST_SPACE = 32
"""No control character is a part of a word, and the space is the last of them."""
ZONE_END = 0xFF
"""Stands after each zone of an article; no text in UTF-8 has this byte."""
NONE_LEFT = 1 << 30
"""Stands after the last of what is found."""

_letters_in = members_of(bytes(byte for byte in range(128) if chr(byte).isalnum()))
_spaces_in = members_of(bytes((*range(LAST_SPACE + 1), ZONE_END)))
_before_in, _after_in, _hyphens_in = members_of(BEFORE), members_of(AFTER), members_of(b"-")
_NO_BIT, _LOWEST, _ALL = np.uint64(0), np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF)
_HIGHEST_AT = np.uint64(BLOCK - 1)
_AT_ONCE = 8


@part
def _put_places(bits: Any, first: int, places: Any, number: int) -> int:
    """Put where there are bits, counted from `first`, into `places` from `number` on; return their number then.

    Eight at once, whether there are so many or not: a processor guesses wrongly where each of a few may be the last.
    """
    after = number + ones_in(bits)
    while True:
        for _ in range(_AT_ONCE):
            places[number] = first + zeros_below(bits)
            bits &= bits - _LOWEST
            number += 1
        if number >= after:
            return after


@part
def outline(buffer: Any, start: int, end: int, space: Space) -> None:
    """Put where words begin and end in `buffer[start:end]`, which ZONE_END follows, into `begins` and `finishes`.

    The pieces between spaces that are not simple have a place in `odd` each, or several: inside, or just after them.
    BLOCK bytes after the end may be read, whatever they are.
    """
    begins, finishes, odd = space.begins, space.finishes, space.odd
    begun = finished = oddities = 0
    word_before, space_before = _NO_BIT, _LOWEST
    marks_before = marks_after = _NO_BIT
    for place in range(start, end + 1, BLOCK):
        inside = _ALL
        if end - place < BLOCK:
            inside = (_LOWEST << np.uint64(end - place)) - _LOWEST
        letters = _letters_in(buffer, place) & inside
        spaces = _spaces_in(buffer, place) | ~inside
        after_letter = letters << _LOWEST | word_before
        # To add a bit where a run of ones begins is to clear the run, and to set the bit after it.
        after = _after_in(buffer, place) & inside
        past_after = after + (after & after_letter) + marks_after
        before = _before_in(buffer, place) & inside
        past_before = before + (before & (spaces << _LOWEST | space_before)) + marks_before
        next_is_letter = np.uint64(LOWER[buffer[place + BLOCK]] != 0)
        hyphens = _hyphens_in(buffer, place) & after_letter & (letters >> _LOWEST | next_is_letter << _HIGHEST_AT)
        simple = letters | spaces | hyphens | (after & ~past_after) | (before & ~past_before)
        strange = ~simple | (past_after & ~after & ~spaces) | (past_before & ~before & ~letters)
        begun = _put_places(letters & ~after_letter, place, begins, begun)
        finished = _put_places(after_letter & ~letters, place, finishes, finished)
        if strange != _NO_BIT:
            first = strange & ~((strange & ~spaces) << _LOWEST)  # of several side by side in a piece
            oddities = _put_places(first, place, odd, oddities)
        word_before, space_before = letters >> _HIGHEST_AT, spaces >> _HIGHEST_AT
        marks_after = (after & ~past_after) >> _HIGHEST_AT
        marks_before = (before & ~past_before) >> _HIGHEST_AT
    begins[begun] = odd[oddities] = NONE_LEFT
