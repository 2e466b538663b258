"""What kernels know of each character, as a number: of what kind it is, what folding leaves of it, and what ends there.

All of it is worked out from `text` when it is first needed (some 50 ms), so that there is one definition. It is what
holds of a character wherever it stands: for most it is all that analysis looks at. Of the others those are marked that
another before them may change, and those that have to be analysed with what is around them.

A character that normalisation makes another one is taken for that.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from functools import cache, partial
from typing import Any
from unicodedata import combining, is_normalized, normalize

import numpy as np
import numpy.typing as npt

from wirewatch.kernels.jit import part
from wirewatch.text import CATEGORIES, SYMBOLS, Gap, fold, gap, gaps

__all__ = ["LINE", "About", "Kind", "character_at", "characters"]


class Kind:
    """What a character is to the pattern of a token; from MARK to LETTER a word goes on, from NUMBER one begins."""

    OTHER = 0
    VANISHING = 1
    MARK = 2
    NUMBER = 3
    DIGIT = 4
    LETTER = 5
    CHARACTER = 6
    SYMBOL = 7
    APOSTROPHE = 8
    PERIOD = 9
    COMMA = 10
    COMPLEX = 11
    """Has to be analysed."""


class About:
    """Of the number of a character: the places of numbers, and the bits that say yes.

    The lowest four bits are its `Kind`. The bytes that folding leaves, FOLDED_SIZE of them (three bits), are from
    FOLDED_AT on, the first is the lowest; of what is in no word they say nothing.
    """

    KIND = 15
    CLASS_AT = 4
    """Of a mark that folding keeps, its combining class (eight bits): they come in the order of these."""
    LETTER_ONCE_FOLDED = 0xFF
    """Instead of its class: folded, the mark is no longer one, and should have no other beside it; of a letter, that it
    has such a mark."""
    IS_UPPER = 1 << 12
    IS_LOWER = 1 << 13
    IS_S = 1 << 14
    """May be the last letter of a possessive."""
    IS_OTHERWISE = 1 << 15
    """Is not written so once it is normalised."""
    COMPOSES = 1 << 16
    """May become one character with an earlier one which COMPOSED says may; that is another one for folding too."""
    COMPOSED = 1 << 17
    GAP_AT = 18
    """What it is between two words, nine bits: see `text.Gap` and `units`."""
    FOLDED_SIZE_AT = 27
    FOLDED_SIZE = 7
    FOLDED_AT = 30

    INTRICATE = COMPOSES | 0xFF << CLASS_AT
    """Has one of these bits: what is around it may matter."""


_PLANES = 4
_PER_PLANE, _BLOCK = 0x10000, 0x100
_HAN = slice(2 * _PER_PLANE, _PLANES * _PER_PLANE - 2)
_INVISIBLE, _AFTER_INVISIBLE = 0xE0000, 0xE1000
"""Of what is beyond these planes, what vanishes; the rest is nothing to analysis."""
_CONTINUES, _LEAD_OF_3, _LEAD_OF_4 = 0x80, 0xE0, 0xF0
"""Of bytes in UTF-8."""
LINE = Gap.LONG << 1
"""The flag of a line's end, see `units`."""
_KIND_OF_CATEGORY = {
    "o": Kind.OTHER,
    "v": Kind.VANISHING,
    "m": Kind.MARK,
    "n": Kind.NUMBER,
    "l": Kind.LETTER,
    "c": Kind.CHARACTER,
    "a": Kind.APOSTROPHE,
}
_COMPLEX, _OTHER = Kind.COMPLEX | About.COMPOSES, Gap.OTHER << About.GAP_AT
_VANISHING = Kind.VANISHING
_KIND_OF = {".": Kind.PERIOD, ",": Kind.COMMA} | dict.fromkeys(SYMBOLS, Kind.SYMBOL)
_APART = (Kind.OTHER, Kind.PERIOD, Kind.MARK)
"""What stands between words, if it begins with none of a word; several periods are no more than that."""

_Table = npt.NDArray[np.int64]


@cache
def characters() -> _Table:
    """Return the number of each code point of the planes 0 to 3, see `About`."""
    kinds = np.array([_KIND_OF_CATEGORY.get(chr(byte), 0) for byte in range(128)], np.int64)
    table = _as_they_are()
    table[: len(CATEGORIES)] |= kinds[np.frombuffer(CATEGORIES.encode(), np.uint8)]
    table[_HAN] |= Kind.CHARACTER
    for char, kind in _KIND_OF.items():
        table[ord(char)] |= kind
    changing = dict(_changing())
    _describe_words(table, changing)
    _describe_gaps(table)
    _describe_composites(table)
    _describe_changing(table, changing)
    return table


def _as_they_are() -> _Table:
    """Return numbers that say no more than that folding leaves all as it is."""
    table = np.zeros(_PLANES * _PER_PLANE, np.int64)
    first = 0
    for size, end in enumerate((1 << 7, 1 << 11, 1 << 16, len(table)), 1):
        codes = np.arange(first, end, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
        raw = np.zeros((end - first, 4), np.uint8)
        raw[:, :size] = np.frombuffer(codes.encode("utf-8", "surrogatepass"), np.uint8).reshape(-1, size)
        table[first:end] = raw.view("<u4")[:, 0].astype(np.int64) << About.FOLDED_AT | size << About.FOLDED_SIZE_AT
        first = end
    return table


def _with_folded(about: int, folded: str) -> int:
    """Return the number of a character of which folding leaves `folded`."""
    raw = folded.encode()
    return (
        about & ~(-1 << About.FOLDED_SIZE_AT)
        | len(raw) << About.FOLDED_SIZE_AT
        | int.from_bytes(raw, "little") << About.FOLDED_AT
    )


def _of_category(wanted: str) -> list[str]:
    return [chr(code) for code, category in enumerate(CATEGORIES) if category in wanted]


def _describe_words(table: _Table, changing: Container[str]) -> None:
    """Put in what words consist of."""
    letters = [char for char in _of_category("lnm") if char not in changing]
    for char, folded in zip(letters, _each("\n".join(letters), fold), strict=True):
        code = ord(char)
        if char != folded:
            table[code] = _with_folded(int(table[code]), folded)
        if folded and CATEGORIES[code] == "m":
            table[code] |= (combining(char) if folded == char else About.LETTER_ONCE_FOLDED) << About.CLASS_AT
        if char.isupper() or char.islower():
            table[code] |= About.IS_UPPER if char.isupper() else About.IS_LOWER
        elif char.isdecimal():
            table[code] += Kind.DIGIT - Kind.NUMBER
    table[[ord("s"), ord("S")]] |= About.IS_S


def _each(lines: str, change: Callable[[str], str]) -> list[str]:
    """Return each line, changed; all are changed at once, since what stands in one does nothing to another."""
    return change(lines).split("\n")


def _describe_gaps(table: _Table) -> None:
    """Put in what a character is between words."""
    others = _of_category("oam")
    table[[*map(ord, others)]] |= Gap.OTHER << About.GAP_AT
    for char, what in gaps("".join(others)).items():
        table[ord(char)] += (what - Gap.OTHER) << About.GAP_AT
    table[ord("\n")] |= LINE << About.GAP_AT


def _describe_composites(table: _Table) -> None:
    """Mark what may compose to something that folds otherwise than its parts do."""
    letters = _of_category("lmc")
    decompose = partial(normalize, "NFD")
    composing: set[str] = set()
    composed: set[str] = set()
    for char, parts in zip(letters, _each("\n".join(letters), decompose), strict=True):
        if len(parts) == 1 or normalize("NFC", char) != char:
            continue
        if any(table[ord(part)] >> About.CLASS_AT & 0xFF == About.LETTER_ONCE_FOLDED for part in parts[1:]):
            table[ord(char)] |= About.LETTER_ONCE_FOLDED << About.CLASS_AT
        if CATEGORIES[ord(char)] == "c" or fold(char) != "".join(map(fold, parts)):
            composing.update(parts[1:])
            composed.update(parts[:-1], normalize("NFC", parts[:-1]))
    table[[*map(ord, composing)]] |= About.COMPOSES
    table[[*map(ord, composed)]] |= About.COMPOSED


def _changing() -> Iterator[tuple[str, str]]:
    """Yield each character that normalisation changes with what it makes of it."""
    some: list[str] = []
    for first in range(0, _PLANES * _PER_PLANE, _BLOCK):
        block = "".join(map(chr, range(first, first + _BLOCK))).replace("\n", "")
        some += [] if is_normalized("NFKC", block) else block
    for char, normal in zip(some, _each("\n".join(some), partial(normalize, "NFKC")), strict=True):
        if char != normal:
            yield char, normal


def _describe_changing(table: _Table, changing: Mapping[str, str]) -> None:
    """Put in those that normalisation changes, from what was put in of others."""
    for char, normal in changing.items():
        code = ord(char)
        if table[code] & About.KIND == Kind.VANISHING:
            continue
        kinds = table[[*map(ord, normal)]] & About.KIND
        if len(normal) == 1:
            table[code] = table[ord(normal)] | About.IS_OTHERWISE
        elif kinds[0] != Kind.MARK and all(kind in _APART for kind in kinds):
            table[code] = gap(normal) << About.GAP_AT | About.IS_OTHERWISE
        else:
            table[code] = _COMPLEX


@part
def character_at(buffer: Any, index: int, characters: Any) -> tuple[int, int]:
    """Return the number of the character at `index`, and where the next one begins."""
    first = buffer[index]
    if first < _CONTINUES:
        return characters[first], index + 1
    second = buffer[index + 1] & 0x3F
    if first < _LEAD_OF_3:
        return characters[(first & 0x1F) << 6 | second], index + 2
    third = buffer[index + 2] & 0x3F
    if first < _LEAD_OF_4:
        return characters[(first & 0x0F) << 12 | second << 6 | third], index + 3
    code = (first & 0x07) << 18 | second << 12 | third << 6 | (buffer[index + 3] & 0x3F)
    if code < len(characters):
        return characters[code], index + 4
    return (_VANISHING if _INVISIBLE <= code < _AFTER_INVISIBLE else _OTHER), index + 4
