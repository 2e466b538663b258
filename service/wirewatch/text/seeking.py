"""Where plain words stand in a text that hardly differs from ASCII, without analysing all of it.

To look for a few words as they are written is much faster than to find out what every word is. What surrounds a find is
then analysed, as always; words whose term is not written in the text as it is (`U.S.`, `O'Brien`, `1,000`) are few, and
are analysed once.
"""

import re
from collections.abc import Sequence

from wirewatch.text.analysis import ASCII_TOKEN, term_of
from wirewatch.text.characters import SYMBOLS
from wirewatch.text.fold import fold
from wirewatch.text.normal import beyond_ascii

__all__ = ["AROUND", "MARKS", "SMALL_ALIKE", "STOPS", "UNLIKE", "Seeker", "is_sought"]

_LONGEST_PIECE = 100
"""Characters between two spaces that are analysed for one word in them."""

AROUND = ' "()?!:;/-'
"""Between one of these, or the text's end, and another a word is as it is written."""

STOPS = ".,"
"""What a word may end before, if a space follows."""

MARKS = ".',"
"""What may stand inside a word and is no part of its term; the comma only with digits around it."""

_INSIDE = {
    has_digits: [re.compile(mark + after) for mark, after in marks.items()]
    for has_digits, marks in (
        (False, {r"\.": "[a-z]", "'": "(?!s(?![a-z0-9']))[a-z]"}),
        (True, {r"\.": "[a-z0-9]", "'": "(?!s(?![a-z0-9']))[a-z0-9]", ",": "[a-z0-9]"}),
    )
}
"""Where each mark may stand inside a word, but for the apostrophe of a possessive: the term ends there."""

_SPACES = "\n\r\t\xa0"

UNLIKE = 0xFF
"""Stands for a character that is like none of ASCII."""


def _alike() -> dict[str, str]:
    """Return, for characters of news in Latin script, one of ASCII that analysis takes for the same in any text."""
    alike = dict.fromkeys(_SPACES, " ") | dict.fromkeys("\u2018\u201c\u201d\u2013\u2014", '"') | {"\u2019": "'"}
    for letter in map(chr, range(0xC0, 0x180)):
        plain = fold(letter)
        if len(plain) == 1 and plain.isascii() and plain.isalpha() and plain != "s":  # an `s` may be a possessive
            alike[letter] = plain
    return alike


_ALIKE = _alike()
_COMMON = [(char, _ALIKE[char]) for char in "\u2019\u201c\u201d\u2013\u2014\u2018"]
"""Most of what is beyond Latin-1 in news."""


def _small_alike() -> bytes:
    small = bytearray([UNLIKE]) * 0x10000
    small[:0x80] = bytes(range(0x80)).lower()
    for char, alike in _ALIKE.items():
        small[ord(char)] = ord(alike)
    return bytes(small)


SMALL_ALIKE = _small_alike()
"""For each character below U+10000 that of ASCII which it is like, as a small letter."""
_OF_LATIN_1 = SMALL_ALIKE[:0x100]


def is_sought(terms: tuple[str, ...]) -> bool:
    """Say whether a `Seeker` finds these terms."""
    joined = "".join(terms)
    return joined.isascii() and joined.isalnum()


class Seeker:
    """A text in which phrases are found; `ValueError` for one that has to be analysed."""

    def __init__(self, text: str) -> None:
        small = _in_latin_1(text).translate(_OF_LATIN_1)
        if UNLIKE in small:
            raise ValueError("a character that is like none of ASCII")
        self._text = small.decode("ascii")
        self._joined: dict[bool, str] = {}
        self._otherwise: dict[bool, dict[str, list[int]]] = {}

    def spans(self, terms: tuple[str, ...]) -> list[tuple[int, int]]:
        """Return where these terms stand one after the other, in characters, in no order, some perhaps twice.

        `ValueError` where what has to be looked at for that is long.
        """
        text, first, written = self._text, terms[0], " ".join(terms)
        length = len(written)
        found: list[tuple[int, int] | None] = []
        place = text.find(first)
        while place >= 0:
            before, end, next_place = text[place - 1 : place], place + length, place + len(first)
            if before in AROUND and text.startswith(written, place) and self._ends_word(end):
                found.append((place, end))
            elif not before.isalnum() and not text[next_place : next_place + 1].isalnum():
                found.append(self._span(place, terms))
            place = text.find(first, next_place)
        found += [self._span(each, terms) for each in self._places_otherwise(first)]
        return [span for span in found if span is not None]

    def _ends_word(self, end: int) -> bool:
        """Say whether a word that has nothing inside it clearly ends at `end`."""
        after = self._text[end : end + 1]
        return after in AROUND or (after in STOPS and self._text[end + 1 : end + 2] == " ")

    def _span(self, place: int, terms: tuple[str, ...]) -> tuple[int, int] | None:
        """Return where `terms` stand, the first in the word that has `place`."""
        tokens = ASCII_TOKEN.finditer(self._text, self._piece_at(place))
        token = next(token for token in tokens if token.end() > place)
        start = token.start()
        if _term(token) != terms[0]:
            return None
        for term in terms[1:]:
            following = next(tokens, None)
            if following is None or _term(following) != term:
                return None
            token = following
        return start, token.end()

    def _piece_at(self, place: int) -> int:
        """Return where the piece between spaces begins that has `place`."""
        start = self._text.rfind(" ", max(0, place - _LONGEST_PIECE), place) + 1
        if start == 0 and place > _LONGEST_PIECE:
            raise ValueError("a long piece")
        return start

    def _places_otherwise(self, term: str) -> Sequence[int]:
        """Return places in words with `term` that are not written so: it is there once marks are taken out of them."""
        has_digits = not term.isalpha()
        if has_digits not in self._joined:
            self._joined[has_digits] = self._join(has_digits=has_digits)
        if term not in self._joined[has_digits]:
            return ()
        if has_digits not in self._otherwise:
            self._otherwise[has_digits] = self._find_otherwise(has_digits=has_digits)
        return self._otherwise[has_digits].get(term, ())

    def _join(self, *, has_digits: bool) -> str:
        """Return the pieces between spaces that have something inside a word, without it."""
        text = self._text
        pieces: list[str] = []
        for inside in _INSIDE[has_digits]:
            end = 0
            for found in inside.finditer(text):
                place = found.start()
                if place >= end:
                    start = max(end, text.rfind(" ", end, place) + 1)
                    end = text.find(" ", place)
                    end = len(text) if end < 0 else end
                    pieces.append(text[start:end])
        joined = " ".join(pieces)
        for mark in MARKS:
            joined = joined.replace(mark, "")
        return joined

    def _find_otherwise(self, *, has_digits: bool) -> dict[str, list[int]]:
        """Return a place in each word with something inside it, by term: all words, or only those without digits."""
        places: dict[str, list[int]] = {}
        for inside in _INSIDE[has_digits]:
            for place in [found.start() for found in inside.finditer(self._text)]:
                tokens = ASCII_TOKEN.finditer(self._text, self._piece_at(place))
                token = next((token for token in tokens if token.end() > place), None)
                if token is not None and token.start() < place:
                    places.setdefault(_term(token), []).append(place)
        return places


def _in_latin_1(text: str) -> bytes:
    """Return `text` with something alike for what Latin-1 has not; `ValueError` where there is nothing alike."""
    if not text.isascii():
        for char, alike in _COMMON:
            text = text.replace(char, alike)
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        for char in {*beyond_ascii(text)}:
            text = text.replace(char, _ALIKE.get(char, char))
        return text.encode("latin-1")


def _term(token: re.Match[str]) -> str:
    return term_of(token.group()).lstrip(SYMBOLS)
