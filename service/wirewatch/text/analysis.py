"""Tokens: where words begin and end, and the term that each one is searched by."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, chain

from wirewatch.text.characters import APOSTROPHES, BASE, CHARACTER, LETTER, MARK, SYMBOLS, WORD, within_plane_0
from wirewatch.text.fold import fold
from wirewatch.text.normal import Normalised, normalise

__all__ = [
    "ASCII_TOKEN",
    "Analysed",
    "TokenSpans",
    "analyse",
    "exact_forms",
    "normal_spans",
    "term_of",
    "terms_of",
    "token_spans",
    "without_possessive",
]

_MAX_REMEMBERED = 100_000
"""Words kept with their terms: some 30 MB at most, and more than most of a day's news consists of."""

_MAX_REMEMBERED_LENGTH = 30
"""Characters of what is kept: a text without spaces is no word that will be seen again."""


def _pattern(*, base: str, word: str, letter: str, mark: str, character: str) -> re.Pattern[str]:
    """Return the pattern of a token, from sets of characters; `mark` and `character` may be without members.

    In this order: an abbreviation (`U.S.`, with its possessive), a word or number with what is inside it, one
    character of a script without spaces. A symbol directly before belongs to it.
    """
    marks = f"[{mark}]*" if mark else ""
    one = f"[{letter}]{marks}"
    apostrophe = f"[{APOSTROPHES}]"
    inside = rf"(?:{apostrophe}(?=[{base}])|[.,](?<=\d[.,])(?=\d))"
    kinds = [
        r"[0-9A-Za-z]+(?=[ \n\"()?!:;/-])",  # by far the most, and quick to tell
        rf"{one}(?:\.{one})+(?![{word}])\.?(?:{apostrophe}[sS](?![{word}]))?",
        f"[{base}][{word}]*(?:{inside}[{word}]+)*",
    ]
    if character:
        kinds.append(f"[{character}]{marks}")
    return re.compile(f"[{SYMBOLS}]?(?:{'|'.join(kinds)})")


ASCII_TOKEN = _pattern(base="0-9A-Za-z", word="0-9A-Za-z", letter="A-Za-z", mark="", character="")
_UNICODE = _pattern(base=BASE, word=WORD, letter=LETTER, mark=MARK, character=CHARACTER)
_PLANE_0 = _pattern(
    base=within_plane_0(BASE),
    word=within_plane_0(WORD),
    letter=within_plane_0(LETTER),
    mark=within_plane_0(MARK),
    character=within_plane_0(CHARACTER),
)
_BEYOND_PLANE_0 = re.compile("[\U00010000-\U0010ffff]")

_POSSESSIVE = re.compile(f"[{APOSTROPHES}][sS]$")
_APOSTROPHES = re.compile(f"[{APOSTROPHES}]")
_PERIOD_OF_ABBREVIATION = re.compile(r"(?<!\d)\.|\.(?!\d)")


class _Terms(dict[str, str]):
    """The term of each token seen so far: folding is slow, and the news repeats its words."""

    def __missing__(self, token: str) -> str:
        """Fold a new token, forgetting everything when too much is kept."""
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        term = self[token] = _term(token)
        return term


def _exact(token: str) -> str:
    if token.isascii() and token.isalnum():
        return token
    return _PERIOD_OF_ABBREVIATION.sub("", _APOSTROPHES.sub("'", token)).replace(",", "")


def _term(token: str) -> str:
    if token.isascii() and token.isalnum():
        return token.lower()
    return fold(_PERIOD_OF_ABBREVIATION.sub("", without_possessive(token)).replace(",", ""))


def without_possessive(word: str) -> str:
    """Return `word` without its apostrophes, and without the `s` after the last if it ends with one."""
    return _APOSTROPHES.sub("", _POSSESSIVE.sub("", word))


_terms = _Terms()


def term_of(token: str) -> str:
    """Return the term of a token, with the symbol before it if it has one."""
    return token.lower() if token.isascii() and token.isalnum() else _terms[token]


class _TermsOfPieces(dict[str, tuple[str, ...]]):
    """The terms of what stands between spaces: to look up `(Kim's` is quicker than to find the word in it once more.

    No token has a space in it, and none depends on what is beyond one, so a text is the sum of its pieces.
    """

    def __missing__(self, piece: str) -> tuple[str, ...]:
        """Find the terms of a new piece, forgetting everything when too much is kept."""
        terms = tuple([_terms[token] for token in _tokens_of(piece).findall(piece)])
        if len(piece) <= _MAX_REMEMBERED_LENGTH:
            if len(self) >= _MAX_REMEMBERED:
                self.clear()
            self[piece] = terms
        return terms


_terms_of_pieces = _TermsOfPieces()


@dataclass(frozen=True, slots=True)
class Analysed:
    """A text as its terms in order; a term's index is its position.

    `marked` has, by position, the term with the symbol that stood directly before it: `#quad` beside `quad`.
    """

    normal: Normalised
    terms: list[str]
    marked: dict[int, str]

    def has(self, term: str, position: int) -> bool:
        """Say whether `term` stands at `position`, which may be anything."""
        if not 0 <= position < len(self.terms):
            return False
        return self.terms[position] == term or self.marked.get(position) == term


def analyse(text: str) -> Analysed:
    """Return the terms of `text`, in time linear in its length."""
    normal = normalise(text)
    terms = list(chain.from_iterable(map(_terms_of_pieces.__getitem__, _pieces_of(normal.text))))
    marked: dict[int, str] = {}
    if any(symbol in normal.text for symbol in SYMBOLS):
        marked = {position: term for position, term in enumerate(terms) if term[0] in SYMBOLS}
        for position, term in marked.items():
            terms[position] = term[1:]
    return Analysed(normal, terms, marked)


def terms_of(text: str) -> tuple[str, ...]:
    """Return the terms that a query asks for with `text`: with its symbols, if it has any."""
    analysed = analyse(text)
    return tuple(analysed.marked.get(position, term) for position, term in enumerate(analysed.terms))


def token_spans(analysed: Analysed) -> list[tuple[int, int]]:
    """Return the span in the original text of each position; a symbol before a token belongs to its span."""
    return [analysed.normal.original_span(*span) for span in normal_spans(analysed)]


class TokenSpans:
    """What `token_spans` returns, for a few positions: only their pieces are searched for words."""

    def __init__(self, analysed: Analysed) -> None:
        self._normal = analysed.normal
        self._pieces = _pieces_of(analysed.normal.text)
        self._tokens_until = list(accumulate(map(len, map(_terms_of_pieces.__getitem__, self._pieces))))
        self._characters_until = list(accumulate(map(len, self._pieces)))
        self._spans: dict[int, list[tuple[int, int]]] = {}

    def __getitem__(self, position: int) -> tuple[int, int]:
        """Return the span in the original text of `position`."""
        number = bisect_right(self._tokens_until, position)
        piece = self._pieces[number]
        spans = self._spans.get(number)
        if spans is None:
            spans = self._spans[number] = [token.span() for token in _tokens_of(piece).finditer(piece)]
        start, end = spans[position - self._tokens_until[number]]  # counted from the piece's end
        base = self._characters_until[number] - len(piece) + number  # a space after each piece before it
        return self._normal.original_span(base + start, base + end)


def normal_spans(analysed: Analysed) -> list[tuple[int, int]]:
    """Return the span in the normalised text of each position."""
    text = analysed.normal.text
    return [token.span() for token in _tokens_of(text).finditer(text)]


def exact_forms(analysed: Analysed) -> list[str]:
    """Return, for each position, its word with case, diacritics, possessive and the symbol before it, if there is one.

    Compatibility characters, kinds of apostrophes, periods of abbreviations and commas of numbers still don't count.
    """
    text = analysed.normal.text
    return [_exact(token) for token in _tokens_of(text).findall(text)]


def _pieces_of(text: str) -> list[str]:
    """Return what stands between spaces: some pieces empty, a few with a rare kind of space in them.

    Pieces and one space between each two are as long as `text`.
    """
    return text.replace("\n", " ").replace("\r", " ").replace("\t", " ").split(" ")


def _tokens_of(text: str) -> re.Pattern[str]:
    if text.isascii():
        return ASCII_TOKEN
    # The same tokens, found much faster: sets beyond plane 0 are searched range by range.
    return _PLANE_0 if _BEYOND_PLANE_0.search(text) is None else _UNICODE
