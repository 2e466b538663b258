"""The words of an article that make a query hold."""

from collections.abc import Iterable

from wirewatch.matching.document import Document, Hit
from wirewatch.matching.holds import holds
from wirewatch.matching.part import Part, Span
from wirewatch.matching.proximity import count, found, taking_part
from wirewatch.query import And, AtLeast, FieldName, InField, Named, Near, Not, Or, Phrase, Query, Within

__all__ = ["Hits", "hits_of"]

Hits = dict[str, list[tuple[int, int]]]
"""By field, the characters (start, end) of what was found."""

_FIELDS = [name.value for name in FieldName]


def hits_of(query: Query, document: Document, field: FieldName | None = None) -> Hits:
    """Return, by field, the characters (start, end) of what makes `query` hold, in order, each place once.

    Of an OR only the branches that hold are there, of a proximity only the words of its matches; what a NOT excludes is
    not in the article. Where `query` does not hold there are none.
    """
    hits: Hits = {}
    for name, start, end in sorted(set(_support(query, document, field, wanted=True) or ())):
        hits.setdefault(name, []).append((start, end))
    return hits if len(hits) == 1 else {name: hits[name] for name in _FIELDS if name in hits}


def _support(  # noqa: PLR0911 - a case a node
    query: Query, document: Document, field: FieldName | None, *, wanted: bool
) -> list[Hit] | None:
    """Return what makes `query` hold (or, if not `wanted`, fail to hold), None where it doesn't.

    Each part of a query is looked for once, as `holds` would, and what was found is kept.
    """
    match query:
        case Phrase() if wanted:
            return document.hits(query, field) or None
        case And() | Or():
            return _of_operands(query, document, field, wanted=wanted)
        case Not():
            return _support(query.operand, document, field, wanted=not wanted)
        case Named():
            return _support(query.operand, document, field, wanted=wanted)
        case InField():
            return _support(query.operand, document, query.name, wanted=wanted)
        case Phrase() if field is None:
            return None if document.hits(query, field) else []
        case Near() | Within() if wanted:
            return _hits((part, taking_part(query, part)) for part in document.parts(field)) or None
        case AtLeast() if wanted:
            return _of_enough(query, document, field)
        case _:
            return [] if holds(query, document, field) is wanted else None


def _of_operands(query: And | Or, document: Document, field: FieldName | None, *, wanted: bool) -> list[Hit] | None:
    needs_all = isinstance(query, And) is wanted
    hits: list[Hit] = []
    is_any = False
    for operand in query.operands:
        found_here = _support(operand, document, field, wanted=wanted)
        if found_here is not None:
            is_any = True
            hits += found_here
        elif needs_all:
            return None
    return hits if is_any else None


def _of_enough(query: AtLeast, document: Document, field: FieldName | None) -> list[Hit] | None:
    matches = [(part, found(query.operand, part)) for part in document.parts(field)]
    if sum(count(of_part) for _, of_part in matches) < query.count:
        return None
    return _hits((part, (span for match in of_part for span in match)) for part, of_part in matches)


def _hits(spans: Iterable[tuple[Part, Iterable[Span]]]) -> list[Hit]:
    return [(part.name, *offsets) for part, of_part in spans for offsets in part.offsets({*of_part})]
