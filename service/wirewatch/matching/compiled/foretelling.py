"""Hits of plain phrases found for a document beforehand, all at once: it looks for each by itself otherwise."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from wirewatch.kernels.addresses import WIDTH_BITS, placed
from wirewatch.kernels.jit import compile_for
from wirewatch.matching.compiled.seeking import FOUND, ROOM_BESIDE, SIZES, seek_phrases
from wirewatch.matching.document import Document
from wirewatch.query import And, Named, Not, Or, Phrase, Query
from wirewatch.rule import Rule
from wirewatch.text import SMALL_ALIKE, is_sought

__all__ = ["Foreteller", "compile_seeking"]

_MAX_REMEMBERED = 100_000
"""Phrases of rules: some 20 MB at most."""
_MOST_PHRASES = 100
_MOST_FINDS = 1_000
_MOST_WORK = 20_000_000
"""Characters of a text times those of phrases: some tens of milliseconds where all that can be is in vain."""
_LONGEST_TERM = _MOST_TERMS = SIZES - 1
_AFTER_PHRASES = bytes(8)

_ALIKE = np.frombuffer(SMALL_ALIKE, np.uint8)
_Terms = tuple[str, ...]


class _Wanted(NamedTuple):
    """Phrases by their terms, and the same as the kernel takes them."""

    terms: tuple[_Terms, ...]
    packed: bytes


class Foreteller:
    """Remembers what rules that have matched ask for; safe for several threads at once."""

    def __init__(self) -> None:
        self._wanted: dict[int, tuple[Rule, _Wanted]] = {}
        """By the `id` of the rule, which is kept: it is nobody else's."""
        self._remembered = 0

    def foretell(self, document: Document, rules: Sequence[Rule]) -> None:
        """Let `document` know where the plain phrases of `rules` stand in its title and body, as far as it is clear.

        Not if there are so many that it is quicker to analyse the text.
        """
        wanted: list[_Wanted] = []
        number = 0
        for rule in rules:
            wanted.append(self._wanted_by(rule))
            number += len(wanted[-1].terms)
            if number > _MOST_PHRASES:
                return
        terms, packed = wanted[0]
        if len(wanted) > 1:
            terms = tuple([each for of_rule in wanted for each in of_rule.terms])
            packed = b"".join([of_rule.packed for of_rule in wanted])
        text = f"{document.article.title}\n{document.article.body}"
        if not terms or len(packed) * len(text) > _MOST_WORK:
            return
        (address,), (size,), _owner = placed((text,))
        width = size & ((1 << WIDTH_BITS) - 1)
        if width == 0 and not text.isascii():
            return
        room = np.empty(len(text) + ROOM_BESIDE, np.uint8)
        places = np.empty(SIZES + 4 * (len(text) // 2 + 2), np.int32)
        found = np.empty(FOUND * (len(terms) + _MOST_FINDS), np.int32)
        packed += _AFTER_PHRASES
        number = seek_phrases(address, len(text), width, packed, len(terms), _ALIKE, room, places, found)
        if number >= 0:
            document.foretell(terms, found[: FOUND * number].tolist())

    def _wanted_by(self, rule: Rule) -> _Wanted:
        known = self._wanted.get(id(rule))
        if known is None:
            terms = tuple(dict.fromkeys(_plain_terms(rule.expression)))
            self._remembered += len(terms) + 1
            if self._remembered > _MAX_REMEMBERED:
                self._wanted.clear()
                self._remembered = len(terms) + 1
            known = self._wanted[id(rule)] = rule, _Wanted(terms, b"".join(map(_packed, terms)))
        return known[1]


def compile_seeking() -> None:
    """Have the kernel compiled, if no cache on disk has it: a second of a processor."""
    few, numbers = np.zeros(0, np.uint8), np.zeros(0, np.int32)
    compile_for(seek_phrases, 0, 0, 0, b"", 0, _ALIKE, few, numbers, numbers)


def _plain_terms(query: Query) -> Iterator[_Terms]:
    """Yield the terms of each plain phrase that a query asks of title and body together."""
    match query:
        case Phrase() if query.is_plain and is_sought(query.terms) and len(query.terms) <= _MOST_TERMS:
            if all(len(term) <= _LONGEST_TERM for term in query.terms):
                yield query.terms
        case And() | Or():
            for operand in query.operands:
                yield from _plain_terms(operand)
        case Not() | Named():
            yield from _plain_terms(query.operand)


def _packed(terms: _Terms) -> bytes:
    return bytes((len(terms),)) + b"".join([bytes((len(term),)) + term.encode() for term in terms])
