"""The words of an article that make a query hold."""

from collections.abc import Iterator

from wirewatch.matching.document import Document
from wirewatch.matching.holds import holds
from wirewatch.matching.part import Part, Span
from wirewatch.matching.proximity import count, found, taking_part
from wirewatch.query import And, AtLeast, FieldName, InField, Named, Near, Not, Or, Phrase, Query, Within

__all__ = ["hits_of"]

_Place = tuple[Part, Span]
_Hits = dict[str, list[tuple[int, int]]]
_ORDER: dict[str, int] = {name.value: number for number, name in enumerate(FieldName)}


def hits_of(query: Query, document: Document, field: FieldName | None = None) -> _Hits:
    """Return, by field, the characters (start, end) of what makes `query` hold, in order, each place once.

    Of an OR only the branches that hold are there, of a proximity only the words of its matches; what a NOT excludes is
    not in the article. Where `query` does not hold there are none.
    """
    hits: dict[str, set[tuple[int, int]]] = {}
    by_part: dict[Part, set[Span]] = {}
    for part, span in _support(query, document, field, wanted=True) or ():
        by_part.setdefault(part, set()).add(span)
    for part, spans in by_part.items():
        hits.setdefault(part.name, set()).update(part.offsets(spans))
    return {str(name): sorted(hits[name]) for name in sorted(hits, key=_ORDER.__getitem__)}


def _support(query: Query, document: Document, field: FieldName | None, *, wanted: bool) -> list[_Place] | None:
    """Return what makes `query` hold (or, if not `wanted`, fail to hold), None where it doesn't.

    Each part of a query is looked for once, as `holds` would, and what was found is kept.
    """
    match query:
        case And() | Or():
            each = (_support(operand, document, field, wanted=wanted) for operand in query.operands)
            return _of_all(each) if isinstance(query, And) is wanted else _of_any(each)
        case Not():
            return _support(query.operand, document, field, wanted=not wanted)
        case Named():
            return _support(query.operand, document, field, wanted=wanted)
        case InField():
            return _support(query.operand, document, query.name, wanted=wanted)
        case Phrase() | Near() | Within() | AtLeast() if wanted:
            return _found(query, document, field)
        case _:
            return [] if holds(query, document, field) is wanted else None


def _of_all(each: Iterator[list[_Place] | None]) -> list[_Place] | None:
    places: list[_Place] = []
    for found_here in each:
        if found_here is None:
            return None
        places += found_here
    return places


def _of_any(each: Iterator[list[_Place] | None]) -> list[_Place] | None:
    holding = [found_here for found_here in each if found_here is not None]
    return [place for found_here in holding for place in found_here] if holding else None


def _found(query: Phrase | Near | Within | AtLeast, document: Document, field: FieldName | None) -> list[_Place] | None:
    if isinstance(query, AtLeast):
        matches = [(part, found(query.operand, part)) for part in document.parts(field)]
        if sum(count(of_part) for _, of_part in matches) < query.count:
            return None
        return [(part, span) for part, of_part in matches for match in of_part for span in match]
    if isinstance(query, Phrase):
        if field is None and query.is_plain and not document.terms.issuperset(query.terms):
            return None
        return [(part, span) for part in document.parts(field) for span in part.spans(query)] or None
    return [(part, span) for part in document.parts(field) for span in taking_part(query, part)] or None
