"""What an article must contain for a query to have a chance.

Both functions work on the query and, below a NOT, on its negation: NOT (a OR b) is NOT a AND NOT b, and so on. A
negated phrase promises nothing about the article, so it has no terms to look for.
"""

from collections.abc import Callable, Iterable

from wirewatch.query import And, Not, Or, Phrase, Query

__all__ = ["anchor_terms", "phrases_of", "required_terms"]

Terms = frozenset[str]
_NOTHING: Terms = frozenset()


def anchor_terms(query: Query, cost: Callable[[str], float], *, negated: bool = False) -> Terms | None:
    """Return terms of which every article that matches has at least one; None if there are no such terms.

    Where there is a choice (one term of a phrase, one operand of an AND) the set with the least total `cost` is
    taken. A query that `parse` returned always has such terms.
    """
    match query:
        case Phrase():
            return None if negated else frozenset((min(query.terms, key=lambda term: (cost(term), term)),))
        case Not():
            return anchor_terms(query.operand, cost, negated=not negated)
        case And() | Or():
            of_operands = [anchor_terms(operand, cost, negated=negated) for operand in query.operands]
            known = [terms for terms in of_operands if terms is not None]
            if _all_must_hold(query, negated=negated):
                return min(known, key=lambda terms: (sum(map(cost, terms)), sorted(terms))) if known else None
            return _NOTHING.union(*known) if len(known) == len(of_operands) else None


def required_terms(query: Query, *, negated: bool = False) -> Terms:
    """Return terms all of which every article that matches has: a cheap test before an exact one."""
    match query:
        case Phrase():
            return _NOTHING if negated else frozenset(query.terms)
        case Not():
            return required_terms(query.operand, negated=not negated)
        case And() | Or():
            of_operands = [required_terms(operand, negated=negated) for operand in query.operands]
            if _all_must_hold(query, negated=negated):
                return _NOTHING.union(*of_operands)
            return of_operands[0].intersection(*of_operands[1:])


def phrases_of(query: Query) -> Iterable[Phrase]:
    """Yield every phrase in `query`, negated ones too."""
    match query:
        case Phrase():
            yield query
        case Not():
            yield from phrases_of(query.operand)
        case And() | Or():
            for operand in query.operands:
                yield from phrases_of(operand)


def _all_must_hold(query: And | Or, *, negated: bool) -> bool:
    return isinstance(query, And) is not negated
