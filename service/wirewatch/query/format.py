"""A tree as text again."""

import re

from wirewatch.query.errors import QueryError
from wirewatch.query.lexer import QUOTES, Kind, lexemes
from wirewatch.query.tree import (
    And,
    AtLeast,
    Compare,
    InField,
    Named,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Within,
    Word,
)

__all__ = ["format_query"]

_PIECE = re.compile(r"\\[*?\\]|.", re.DOTALL)
_MUST_ESCAPE_IN_QUOTES = re.compile(rf"[\s{QUOTES}]")
_NEED_NO_ESCAPE = re.compile(r"[*?]|\\[*?\\]")
_MAY_BE_COMPARED = frozenset({"date", "words"})


def format_query(query: Query) -> str:
    """Return a text that parses to an equal tree (with the same lists), with few more signs than it needs."""
    match query:
        case Phrase(words):
            text = _phrase(words)
        case Near(left, right) | Within(left, right):
            text = f"{_grouped(left, And, Or, Not, AtLeast)} {_name(query)} {_grouped(right, *_LOOSER_THAN_TERMS)}"
        case AtLeast(operand, count):
            text = f"ATLEAST/{count} {_grouped(operand, And, Or, Not, AtLeast)}"
        case InField(name, operand):
            text = f"{name.value}:{_of_field(operand)}"
        case Compare(comparison, value):
            text = f"{query.subject}{comparison.value}{value}"
        case Named(name):
            text = f"${name}"
        case Not(operand):
            text = f"NOT {_grouped(operand, And, Or)}"
        case And(operands):
            text = " AND ".join([_grouped(operand, And, Or) for operand in operands])
        case Or(operands):
            text = " OR ".join([_grouped(operand, Or) for operand in operands])
    return text


_LOOSER_THAN_TERMS = (And, Or, Not, AtLeast, Near, Within)


def _name(query: Near | Within) -> str:
    if isinstance(query, Within):
        return query.unit.value
    return f"{'BEFORE' if query.ordered else 'NEAR'}/{query.distance}"


def _grouped(query: Query, *kinds: type[Query]) -> str:
    text = format_query(query)
    return f"({text})" if isinstance(query, kinds) else text


def _of_field(operand: Query) -> str:
    if isinstance(operand, Phrase) and len(operand.words) > 1:
        return _in_quotes(operand.words) or _phrase(operand.words)
    return _grouped(operand, *_LOOSER_THAN_TERMS)


def _phrase(words: tuple[Word, ...]) -> str:
    """Return bare words if they can be read as such; else all in quotes; else, of different forms, with escapes."""
    bare = [_bare(word, alone=len(words) == 1) for word in words]
    if None not in bare:
        return " ".join(word for word in bare if word is not None)
    return _in_quotes(words) or " ".join(_escaped(word) for word in words)


def _bare(word: Word, *, alone: bool) -> str | None:
    text = f"{word.form.value}{word.text}"
    if not alone and word.text in _MAY_BE_COMPARED:
        return None
    try:
        found = lexemes(text)
    except QueryError:
        return None
    return text if len(found) > 1 and found[0].kind is Kind.WORD and found[0].words == (word,) else None


def _in_quotes(words: tuple[Word, ...]) -> str | None:
    form = words[0].form
    if any(word.form is not form for word in words):
        return None
    return f'{form.value}"{" ".join(_MUST_ESCAPE_IN_QUOTES.sub(_after_backslash, word.text) for word in words)}"'


def _escaped(word: Word) -> str:
    pieces = _PIECE.findall(word.text)
    return word.form.value + "".join(piece if _needs_none(piece) else f"\\{piece}" for piece in pieces)


def _needs_none(piece: str) -> bool:
    return _NEED_NO_ESCAPE.fullmatch(piece) is not None


def _after_backslash(special: re.Match[str]) -> str:
    return "\\" + special.group()
