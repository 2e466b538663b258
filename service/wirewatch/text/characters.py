"""Classes of characters, as the insides of regular-expression sets, made from Unicode's own data.

They are computed once at import (some 40 ms) rather than written down, so that they are those of the Python that runs.
"""

import re
from collections.abc import Iterable
from unicodedata import category, combining, is_normalized, normalize

__all__ = [
    "APOSTROPHES",
    "BASE",
    "CATEGORIES",
    "CHARACTER",
    "CONTINUING",
    "INERT",
    "JOINING",
    "LETTER",
    "MARK",
    "STACKED",
    "SYMBOLS",
    "VANISHING",
    "WORD",
    "within_plane_0",
]

APOSTROPHES = "'\u2019\u02bc"
"""Straight, curly, and the modifier letter: dropped inside a word."""

SYMBOLS = "&@#$"
"""Stay with the word they stand before when a query asks for them."""

_SCANNED = 0x20000
"""Planes 0 and 1; planes 2 and 3 hold Han alone, plane 14 only characters that vanish."""

_INVISIBLE = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x061C, 0x061C),  # Arabic letter mark
    (0x0640, 0x0640),  # Arabic tatweel: stretches a word on paper
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian variation selectors
    (0x200B, 0x200F),  # zero-width characters, direction marks
    (0x202A, 0x202E),  # directions
    (0x2060, 0x206F),  # word joiner, invisible operators
    (0x3164, 0x3164),  # Hangul filler
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFA0, 0xFFA0),  # half-width Hangul filler
    (0x1D173, 0x1D17A),  # musical controls
    (0xE0000, 0xE0FFF),  # tags, variation selectors
)

_WITHOUT_SPACES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # Hangul jamo
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # Han radicals
    (0x3005, 0x3007),  # Han iteration mark, closing mark, zero
    (0x3021, 0x3029),  # Hangzhou numerals
    (0x3031, 0x3035),  # kana repeat marks
    (0x3038, 0x303C),
    (0x3041, 0x318F),  # Hiragana, Katakana, Bopomofo, Hangul compatibility jamo
    (0x31A0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xA960, 0xA97F),  # Hangul jamo
    (0xA9E0, 0xA9FE),  # Myanmar
    (0xAA60, 0xAA7F),
    (0xAC00, 0xD7FF),  # Hangul syllables, jamo
    (0xF900, 0xFAFF),  # Han
    (0xFF66, 0xFFDC),  # half-width Katakana and Hangul
    (0x16FE3, 0x16FE3),  # old Chinese iteration mark
    (0x1AFF0, 0x1B16F),  # kana
    (0x20000, 0x3FFFD),  # Han
)

_BEYOND_PLANE_0 = re.compile(r"\\U(?!0000)[0-9a-f]{8}-\\U[0-9a-f]{8}")
_HAN_PLANES = ((0x20000, 0x3FFFD),)
_MARKS_BEYOND = ((0xE0100, 0xE01EF),)


def _set(ranges: Iterable[tuple[int, int]]) -> str:
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


def within_plane_0(members: str) -> str:
    """Return the inside of a set with what is beyond plane 0 left out: that is searched range by range."""
    return _BEYOND_PLANE_0.sub("", members)


def _kinds() -> str:
    """Return one letter for each code point of planes 0 and 1.

    v vanishes, a apostrophe, c a letter that is a token, l another letter, n number, m mark, o anything else.
    """
    categories = [category(chr(code)) for code in range(_SCANNED)]
    kinds = [name[0].lower() if name[0] in "LNM" else "o" for name in categories]
    for first, last in _WITHOUT_SPACES:
        for code in range(first, min(last + 1, _SCANNED)):
            if kinds[code] == "l" or categories[code] == "Nl":
                kinds[code] = "c"
    for first, last in _INVISIBLE:
        for code in range(first, min(last + 1, _SCANNED)):
            kinds[code] = "v"
    for mark in APOSTROPHES:
        kinds[ord(mark)] = "a"
    return "".join(kinds)


def _ranges(kinds: str, wanted: str) -> Iterable[tuple[int, int]]:
    """Yield (first, last) of each run of code points that are of a `wanted` kind, a regular expression's set."""
    return ((run.start(), run.end() - 1) for run in re.finditer(f"[{wanted}]+", kinds))


def _changes(code: int) -> bool:
    return not is_normalized("NFKC", chr(code))


def _is_stacked(code: int) -> bool:
    return combining(normalize("NFKD", chr(code))[0]) > 0


_of = _kinds()
_continuing = ((0x1160, 0x11FF), (0xD7B0, 0xD7FF), (0xFF9E, 0xFFDC))
"""No marks by category, yet they may compose with the one before: jamo, half-width voice marks and half-width jamo."""

CATEGORIES = _of
"""For each code point of planes 0 and 1: v vanishes, a apostrophe, c a letter that is a token, l another letter, n
number, m mark, o anything else.
"""

VANISHING = _set(_INVISIBLE)
"""Soft hyphens, zero-width and other invisible characters: as if they were not there."""

CHARACTER = _set((*_ranges(_of, "c"), *_HAN_PLANES))
"""A letter that is a token of its own: Han, kana, Hangul, Thai, Lao, Khmer, Myanmar."""

LETTER = _set(_ranges(_of, "l"))
"""A letter of a script with spaces between words."""

BASE = _set(_ranges(_of, "ln"))
"""What a word can begin with: a letter or a digit."""

WORD = _set(_ranges(_of, "lnm"))
"""What a word goes on with: letters, digits, marks."""

MARK = _set(_ranges(_of, "m"))
"""A combining mark."""

STACKED = _set(_ranges("".join(kind if _is_stacked(code) else "o" for code, kind in enumerate(_of)), "mlc"))
"""A mark, perhaps once normalised, that is put in order with others beside it: that takes long where there are many."""

CONTINUING = _set((*_ranges(_of, "m"), *_continuing, *_MARKS_BEYOND))
"""What normalisation may merge with the character before it."""


def _inert_kinds() -> str:
    kinds = list(_of)
    for code in range(_SCANNED):
        if kinds[code] in "vm" or _changes(code):
            kinds[code] = "x"
    for first, last in _continuing:
        kinds[first : last + 1] = "x" * (last + 1 - first)
    return "".join(kinds)


_inert = _inert_kinds()

INERT = _set(_ranges(_inert, "^x"))
"""What NFKC leaves alone, unless something continuing follows."""


def _is_continuing(code: int) -> bool:
    return any(first <= code <= last for first, last in _continuing)


def _is_joining(code: int) -> bool:
    return not _is_continuing(code) and _is_continuing(ord(normalize("NFKC", chr(code))[0]))


JOINING = _set(
    _ranges("".join("j" if kind == "x" and _is_joining(code) else "o" for code, kind in enumerate(_inert)), "j")
)
"""Jamo of an older standard, each shown alone: normalised by itself, it could become one with what is before it."""
