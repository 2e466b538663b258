"""Slots: what a word of a query asks of each position, by the same analysis that articles go through."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from wirewatch.text import analyse, exact_forms, fold

__all__ = ["Form", "Slot", "slots_of"]

_PIECE = re.compile(r"\\(?P<plain>.)|(?P<wild>[*?])|[^\\*?]+|\\", re.DOTALL)
_STAND_INS = tuple(chr(code) for code in range(0xA500, 0xA60C))
"""Letters of Vai, which news is hardly written in: two that a word lacks stand for its wild characters.

More than `word_of` lets a word with wild characters have.
"""
_WILD = re.compile(r"[*?]+")
_MAY_BE_POSSESSIVE = re.compile(r"'?\*'?[sS]\*?$|'[sS]?\*?$")
_MAX_REMEMBERED = 100_000


class Form(Enum):
    """How much of a word counts; the value is its sign in a query."""

    FOLDED = ""
    EXACT = "="
    INFLECTED = "~"


@dataclass(frozen=True, slots=True)
class Slot:
    """What one position must have.

    FOLDED: the position's term is `term` (`Analysed.has`), and `exact` is empty. EXACT: its exact form
    (`exact_forms`) is `exact`, with or without a symbol before it. INFLECTED: its stem is that of `exact` in the
    article's language. With `is_wild`, each `*` in `term` and `exact` stands for any run of characters, each `?` for
    one. `term` is never empty: what doesn't have the term can't have the exact form, so where an exact form is wild
    its term is wider.
    """

    term: str
    exact: str
    form: Form = Form.FOLDED
    is_wild: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the term alone decides."""
        return self.form is _FOLDED and not self.is_wild

    @property
    def plain_length(self) -> int:
        """The number of characters that aren't wild."""
        return sum(char not in "*?'" for char in self.exact or self.term)


_FOLDED = Form.FOLDED


@lru_cache(_MAX_REMEMBERED)
def slots_of(text: str, form: Form) -> tuple[Slot, ...]:
    """Return the slots of a word, in order; its wild characters count as letters."""
    if form is _FOLDED and text.isascii() and text.isalnum():  # by far the most
        return (Slot(text.lower(), ""),)
    pieces = list(_PIECE.finditer(text))
    if not any(piece["wild"] for piece in pieces):
        return tuple(_slots("".join(piece["plain"] or piece.group() for piece in pieces), form))
    free = [letter for letter in _STAND_INS if letter not in text]
    wild = {"*": free[0], "?": free[1]}
    stood_in = "".join(wild.get(piece["wild"] or "", piece["plain"] or piece.group()) for piece in pieces)
    back = str.maketrans({free[0]: "*", free[1]: "?"})
    return tuple(_restored(slot, back) for slot in _slots(stood_in, form))


def _restored(slot: Slot, back: dict[int, str]) -> Slot:
    term, exact = slot.term.translate(back), slot.exact.translate(back)
    is_wild = term != slot.term
    return Slot(_wider(exact) if is_wild and exact else term, exact, slot.form, is_wild)


def _wider(exact: str) -> str:
    """Return what the term of every word has whose exact form `exact` stands for.

    One character of a form may be two of its term (`ß`) or none (an apostrophe), and what looks like the end of the
    form may be a possessive that the term is without.
    """
    one_wild = _WILD.sub("*", exact)
    return _WILD.sub("*", fold(_MAY_BE_POSSESSIVE.sub("*", one_wild).replace("'", "")))


def _slots(text: str, form: Form) -> Iterator[Slot]:
    analysed = analyse(text)
    for position, (term, exact) in enumerate(zip(analysed.terms, exact_forms(analysed), strict=True)):
        yield Slot(analysed.marked.get(position, term), "" if form is Form.FOLDED else exact, form)
