"""What it costs to test a part of a query, beside others: what is cheap is tried first."""

from wirewatch.query import (
    And,
    AtLeast,
    Compare,
    FieldName,
    InField,
    Named,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Within,
    children_of,
)

__all__ = ["effort", "phrases_of"]


def phrases_of(query: Query) -> list[Phrase] | None:
    """Return the phrases of an operand of a proximity, or None where there is a proximity in it."""
    match query:
        case Phrase():
            return [query]
        case Named():
            return phrases_of(query.operand)
        case Or():
            found = [phrases_of(operand) for operand in query.operands]
            return None if None in found else [phrase for each in found for phrase in each or ()]
        case _:
            return None


_EFFORTS: dict[type, int] = {Compare: 0, Phrase: 2, Or: 3, And: 3, Named: 3, InField: 4, AtLeast: 5, Near: 6, Within: 9}


def effort(query: Query) -> int:
    """Return a number by which parts of a query are put in order: the larger, the dearer."""
    if isinstance(query, Not):
        return effort(query.operand)
    if isinstance(query, Near | AtLeast) and any(phrases_of(operand) is None for operand in children_of(query)):
        return _EFFORTS[Within]
    if isinstance(query, InField) and query.name is FieldName.LEAD:
        return _EFFORTS[Within]
    return _EFFORTS[type(query)]
