"""Named lists: texts that may use one another, read in the order they need."""

from collections.abc import Mapping
from itertools import pairwise

from wirewatch.query.errors import QueryError
from wirewatch.query.lexer import Kind, lexemes
from wirewatch.query.parser import Reader
from wirewatch.query.tree import Query, Span

__all__ = ["names_in", "parse_lists"]


def parse_lists(texts: Mapping[str, str]) -> dict[str, Query | QueryError]:
    """Return, for each name, the tree of its text, or what is wrong with that; never raises.

    A list may use others, in any order, but not itself by way of them. What a rule is refused for on its own (only
    NOT, only a comparison) is allowed: it depends on the rule.
    """
    used = {name: _uses(text) for name, text in texts.items()}
    read: dict[str, Query | QueryError] = {}
    for start in texts:
        path = [start]
        while path:
            name = path[-1]
            uses = used[name]
            following = None
            if name not in read and not isinstance(uses, QueryError):
                following = next((use for use in uses if use in used and use not in read), None)
            if following is None:
                read.setdefault(name, uses if isinstance(uses, QueryError) else _read(texts[name], read))
                path.pop()
            elif following in path:
                circle = [*path[path.index(following) :], following]
                for member, next_member in pairwise(circle):
                    read[member] = _circular(texts[member], used[member], next_member, circle)
            else:
                path.append(following)
    return {name: read[name] for name in texts}


def names_in(text: str) -> tuple[str, ...]:
    """Return the lists that a query's text uses by itself, each once; none if it can't be read."""
    uses = _uses(text)
    return () if isinstance(uses, QueryError) else tuple(uses)


def _uses(text: str) -> dict[str, Span] | QueryError:
    try:
        found = lexemes(text)
    except QueryError as error:
        return error
    spans: dict[str, Span] = {}
    for lexeme in found:
        if lexeme.kind is Kind.LIST:
            spans.setdefault(lexeme.text, lexeme.span)
    return spans


def _read(text: str, lists: Mapping[str, Query | QueryError]) -> Query | QueryError:
    try:
        return Reader(text, lists).query()
    except QueryError as error:
        return error


def _circular(text: str, uses: dict[str, Span] | QueryError, following: str, circle: list[str]) -> QueryError:
    span = (0, len(text)) if isinstance(uses, QueryError) else uses[following]
    way = " → ".join(f"${name}" for name in circle)
    return QueryError(text, span, f"the list uses itself: {way}", "write out one of them")
