"""Folding: what is left of a word when case and diacritics don't count."""

import re
from unicodedata import normalize

__all__ = ["fold"]

_DIACRITICS = re.compile(
    "["
    "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # Latin, Greek, Cyrillic
    "\u0483-\u0487"  # old Cyrillic
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew points
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"  # Arabic vowels
    "]+"
)
"""Marks that a reader may leave out. Those of Indian and other scripts are vowels: taking them off changes the word."""

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "\u0131": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
"""Letters that differ from plain ones as a diacritic does, though Unicode does not take them apart."""


def fold(word: str) -> str:
    """Return `word` in NFKC, case folded, without diacritics: `São` and `SAO` are both `sao`.

    Folding what is folded changes nothing.
    """
    if word.isascii():
        return word.lower()
    caseless = normalize("NFKC", normalize("NFKC", word).casefold()).casefold()
    bare = _DIACRITICS.sub("", normalize("NFKD", caseless))
    return normalize("NFKC", bare).translate(_LETTERS)
