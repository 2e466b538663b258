"""A tree as text again."""

from wirewatch.query.lexer import bare_or_quoted
from wirewatch.query.tree import And, Not, Or, Phrase, Query

__all__ = ["format_query"]


def format_query(query: Query) -> str:
    """Return a text that parses to an equal tree, with no more parentheses and quotes than it needs."""
    match query:
        case Phrase(words):
            return bare_or_quoted(tuple(word.text for word in words))
        case Not(operand):
            return f"NOT {_grouped(operand, And, Or)}"
        case And(operands):
            return " AND ".join(_grouped(operand, And, Or) for operand in operands)
        case Or(operands):
            return " OR ".join(_grouped(operand, Or) for operand in operands)


def _grouped(query: Query, *kinds: type[And | Or]) -> str:
    text = format_query(query)
    return f"({text})" if isinstance(query, kinds) else text
