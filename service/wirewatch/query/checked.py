"""A query's text as a tree, with or without the warnings that who writes it should see."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from wirewatch.query.errors import QueryError
from wirewatch.query.parser import Lists, Reader
from wirewatch.query.quick import quickly_read
from wirewatch.query.tree import And, Compare, Not, Or, Phrase, Query, children_of
from wirewatch.query.warned import QueryWarning, warnings_of

__all__ = ["Checked", "check", "parse"]

_NO_LISTS: Lists = MappingProxyType({})
_NEEDS_A_WORD = MappingProxyType({True: False, False: True})


@dataclass(frozen=True, slots=True)
class Checked:
    """A query that can be used, and what may be a mistake in it, in the order of the text."""

    query: Query
    warnings: tuple[QueryWarning, ...]


def parse(text: str, lists: Lists = _NO_LISTS) -> Query:
    """Return the tree of a query, in time linear in its length; its nodes need not know where they come from.

    Raises:
        QueryError: it can't be understood, is too large, or would match an article with none of its words.
    """
    quickly = quickly_read(text)
    if quickly is not None and not ("NOT" in text and _without_words(quickly)[True]):
        return quickly
    query = Reader(text, lists).query()
    _refuse_what_needs_no_word(text, query)
    return query


def check(text: str, lists: Lists = _NO_LISTS) -> Checked:
    """Return the tree of a query, with where its nodes come from, and its warnings.

    Raises:
        QueryError: as of `parse`.
    """
    reader = Reader(text, lists)
    query = reader.query()
    _refuse_what_needs_no_word(text, query)
    return Checked(query, warnings_of(query, reader.bare_phrases, reader.mixed))


def _refuse_what_needs_no_word(text: str, query: Query) -> None:
    if _without_words(query)[True]:
        raise QueryError(
            text,
            query.span,
            "this matches articles that contain none of its words, so it would alert on nearly everything",
            "add a term that must be there: term AND NOT ...",
        )


def _without_words(query: Query) -> Mapping[bool, bool]:
    """Say whether `query` can hold (True) and can fail (False) in an article that has none of its words."""
    match query:
        case Phrase():
            return _NEEDS_A_WORD
        case Compare():
            return {True: True, False: True}
        case Not(operand):
            of_operand = _without_words(operand)
            return {True: of_operand[False], False: of_operand[True]}
        case And(operands):
            of_operands = [_without_words(operand) for operand in operands]
            return {True: all(can[True] for can in of_operands), False: any(can[False] for can in of_operands)}
        case Or(operands):
            of_operands = [_without_words(operand) for operand in operands]
            return {True: any(can[True] for can in of_operands), False: all(can[False] for can in of_operands)}
        case _:
            operands = tuple(children_of(query))
            return _without_words(operands[0]) if len(operands) == 1 else _NEEDS_A_WORD
