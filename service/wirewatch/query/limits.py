"""How large a query may be; within these limits it is parsed in time linear in its length."""

import re

from wirewatch.query.errors import QueryError
from wirewatch.query.tree import Compare, Phrase, Query, Span, children_of

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "MAX_TERMS", "check_length", "check_terms", "check_tree_depth", "terms_in"]

MAX_LENGTH = 10_000
"""Characters of a query."""
MAX_DEPTH = 64
"""Parentheses and NOTs inside one another."""
MAX_TERMS = 1_000
"""Terms of a query, those of phrases counted one by one, those of a list each time it is used."""

_MAX_TREE_DEPTH = 3 * MAX_DEPTH
"""Nodes inside one another: a level of parentheses may hold several, lists may hold lists, NEAR may follow NEAR."""

_SPLIT = "make several rules of it"
_NOT_TEXT = re.compile("[\ud800-\udfff]")


def check_length(text: str) -> None:
    """Refuse a text that is too long, or that no file in UTF-8 can hold."""
    if len(text) > MAX_LENGTH:
        message = f"a query of {len(text):,} characters; at most {MAX_LENGTH:,} are read"
        raise QueryError(text, (MAX_LENGTH, len(text)), message, _SPLIT)
    broken = _NOT_TEXT.search(text)
    if broken:
        raise QueryError(text, broken.span(), "bytes that are not UTF-8", "save the query as UTF-8")


def check_terms(text: str, terms: int, span: Span) -> None:
    """Refuse the part at `span`, with which there are too many `terms`."""
    if terms > MAX_TERMS:
        raise QueryError(text, span, f"over {MAX_TERMS:,} terms", _SPLIT)


def check_tree_depth(text: str, query: Query) -> None:
    """Refuse a tree that is too deep for whoever walks it."""
    level = [query]
    for _ in range(_MAX_TREE_DEPTH):
        level = [child for node in level if not isinstance(node, Phrase) for child in children_of(node)]
        if not level:
            return
    message = f"over {_MAX_TREE_DEPTH} operators inside one another"
    raise QueryError(text, query.span, message, "write it flatter, or split it")


def terms_in(query: Query) -> int:
    """Return how many terms a tree has."""
    count = 0
    left = [query]
    while left:
        node = left.pop()
        count += len(node.slots) if isinstance(node, Phrase) else isinstance(node, Compare)
        left.extend(children_of(node))
    return count
