"""What an article must contain for a query to have a chance.

Both functions work on the query and, below a NOT, on its negation: NOT (a OR b) is NOT a AND NOT b, and so on. What is
negated promises nothing about the article, nor does a comparison, so they have nothing to look for.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from wirewatch.query import (
    And,
    AtLeast,
    FieldName,
    Form,
    InField,
    Named,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Slot,
    Within,
    children_of,
)

__all__ = ["Anchor", "anchors_of", "phrases_of", "required_terms"]

_NO_TERMS: frozenset[str] = frozenset()
_IN_TEXT = frozenset({None, FieldName.TITLE, FieldName.BODY, FieldName.LEAD})


@dataclass(frozen=True, slots=True)
class Anchor:
    """A word that an article must have: in `field`, or without one in its text (title and body)."""

    slot: Slot
    field: FieldName | None = None


Cost = Callable[[Anchor], float]


def anchors_of(  # noqa: PLR0911 - a case a node
    query: Query, cost: Cost, *, field: FieldName | None = None, negated: bool = False
) -> frozenset[Anchor] | None:
    """Return anchors of which every article that matches has at least one; None if there are no such anchors.

    Where there is a choice (one word of a phrase, one operand of an AND) the set with the least total `cost` is
    taken. A query that `parse` returned always has such anchors.
    """
    match query:
        case Phrase() if not negated:
            # The first label of a domain may be one token with what is before it in the host: a.t.co, 2.1.com.
            slots = query.slots[1:] if field is FieldName.SITE and len(query.slots) > 1 else query.slots
            anchors = [Anchor(slot, _looked_up(field)) for slot in slots]
            return frozenset((min(anchors, key=lambda anchor: (cost(anchor), anchor.slot.term)),))
        case Not():
            return anchors_of(query.operand, cost, field=field, negated=not negated)
        case InField():
            return anchors_of(query.operand, cost, field=query.name, negated=negated)
        case Named():
            return anchors_of(query.operand, cost, field=field, negated=negated)
        case AtLeast() if not negated:
            return anchors_of(query.operand, cost, field=field)
        case Near() | Within() if not negated:
            return _cheapest([anchors_of(operand, cost, field=field) for operand in children_of(query)], cost)
        case And() | Or():
            of_operands = [anchors_of(operand, cost, field=field, negated=negated) for operand in query.operands]
            if _all_must_hold(query, negated=negated):
                return _cheapest(of_operands, cost)
            known = [anchors for anchors in of_operands if anchors is not None]
            return frozenset[Anchor]().union(*known) if len(known) == len(of_operands) else None
        case _:
            return None


def required_terms(  # noqa: PLR0911 - the same
    query: Query, *, field: FieldName | None = None, negated: bool = False
) -> frozenset[str]:
    """Return terms all of which every article that matches has in its text: a cheap test before an exact one."""
    match query:
        case Phrase() if not negated and field in _IN_TEXT:
            return frozenset(slot.term for slot in query.slots if _has_its_term(slot))
        case Not():
            return required_terms(query.operand, field=field, negated=not negated)
        case InField():
            return required_terms(query.operand, field=query.name, negated=negated)
        case Named():
            return required_terms(query.operand, field=field, negated=negated)
        case AtLeast() if not negated:
            return required_terms(query.operand, field=field)
        case Near() | Within() if not negated:
            return _NO_TERMS.union(*(required_terms(operand, field=field) for operand in children_of(query)))
        case And() | Or():
            of_operands = [required_terms(operand, field=field, negated=negated) for operand in query.operands]
            if _all_must_hold(query, negated=negated):
                return _NO_TERMS.union(*of_operands)
            return of_operands[0].intersection(*of_operands[1:])
        case _:
            return _NO_TERMS


def phrases_of(query: Query) -> Iterator[Phrase]:
    """Yield every phrase in `query`, negated ones too."""
    if isinstance(query, Phrase):
        yield query
    for operand in children_of(query):
        yield from phrases_of(operand)


def _cheapest(sets: Iterable[frozenset[Anchor] | None], cost: Cost) -> frozenset[Anchor] | None:
    known = [anchors for anchors in sets if anchors is not None]
    return min(known, key=lambda anchors: (sum(map(cost, anchors)), _names(anchors)), default=None)


def _names(anchors: frozenset[Anchor]) -> list[str]:
    return sorted(anchor.slot.exact for anchor in anchors)


def _all_must_hold(query: And | Or, *, negated: bool) -> bool:
    return isinstance(query, And) is not negated


def _has_its_term(slot: Slot) -> bool:
    return slot.form is not Form.INFLECTED and not slot.is_wild


def _looked_up(field: FieldName | None) -> FieldName | None:
    """Return the field whose words are looked up for `field`: a host's are among its address's."""
    if field in _IN_TEXT:
        return None
    return FieldName.URL if field is FieldName.SITE else field
