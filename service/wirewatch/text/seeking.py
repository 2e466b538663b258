"""Where plain words stand in a text that hardly differs from ASCII, without analysing all of it.

To look for a few words as they are written is much faster than to find out what every word is. What surrounds a find is
then analysed, as always; words whose term is not written in the text as it is (`U.S.`, `O'Brien`, `1,000`) are few, and
are analysed once.
"""

import re
from collections.abc import Iterator
from itertools import chain

from wirewatch.text.analysis import ASCII_TOKEN, term_of
from wirewatch.text.characters import SYMBOLS
from wirewatch.text.fold import fold
from wirewatch.text.normal import beyond_ascii

__all__ = ["Seeker", "is_sought"]

_LONGEST_PIECE = 100
"""Characters between two spaces that are analysed for one word in them."""

_BEFORE = ' "()?!:;/-'
_AFTER = ' "()?!:;/-'
"""Between one of these, or the text's end, and another is a word as it is written."""

_SPACES = "\n\r\t\xa0"


def _alike() -> dict[str, str]:
    """Return, for characters of news in Latin script, one of ASCII that analysis takes for the same in any text."""
    alike = dict.fromkeys(_SPACES, " ") | dict.fromkeys("\u2018\u201c\u201d\u2013\u2014", '"') | {"\u2019": "'"}
    for letter in map(chr, range(0xC0, 0x180)):
        plain = fold(letter)
        if len(plain) == 1 and plain.isascii() and plain.isalpha() and plain != "s":  # an `s` may be a possessive
            alike[letter] = plain
    return alike


_ALIKE = _alike()


def is_sought(terms: tuple[str, ...]) -> bool:
    """Say whether a `Seeker` finds these terms."""
    joined = "".join(terms)
    return joined.isascii() and joined.isalnum()


class Seeker:
    """A text in which phrases are found; `ValueError` for one that has to be analysed."""

    def __init__(self, text: str) -> None:
        others = "" if text.isascii() else beyond_ascii(text)
        for char in {*others, "\n", "\r", "\t"}:
            if char not in _ALIKE:
                raise ValueError("a character that is like none of ASCII")
            text = text.replace(char, _ALIKE[char])
        self._text = text.lower()
        self._differing = self._find_differing()

    def spans(self, terms: tuple[str, ...]) -> list[tuple[int, int]]:
        """Return where these terms stand one after the other, in characters, in no order, some perhaps twice.

        `ValueError` where what has to be looked at for that is long.
        """
        text, term = self._text, terms[0]
        place = text.find(term)
        found = [self._span(differing, terms) for differing in self._differing.get(term, ())]
        while place >= 0:
            end = place + len(term)
            before, after = text[place - 1 : place], text[end : end + 1]
            if len(terms) == 1 and before in _BEFORE and after in _AFTER:
                found.append((place, end))
            elif not after.isalnum() and not before.isalnum():
                found.append(self._span(place, terms))
            place = text.find(term, end)
        return [span for span in found if span is not None]

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

    def _find_differing(self) -> dict[str, list[int]]:
        differing: dict[str, list[int]] = {}
        for place in chain.from_iterable(map(self._inside, ".,'")):
            tokens = ASCII_TOKEN.finditer(self._text, self._piece_at(place))
            token = next((token for token in tokens if token.end() > place), None)
            if token is not None and token.start() < place:
                differing.setdefault(_term(token), []).append(place)
        return differing

    def _inside(self, mark: str) -> Iterator[int]:
        """Yield where `mark` may stand inside a word, but for the apostrophe of a possessive: the term ends there."""
        text = self._text
        place = text.find(mark)
        while place >= 0:
            after = text[place + 1 : place + 3]
            if after[:1].isalnum() and (mark != "'" or after[0] != "s" or after[1:].isalnum()):
                yield place
            place = text.find(mark, place + 1)


def _term(token: re.Match[str]) -> str:
    return term_of(token.group()).lstrip(SYMBOLS)
