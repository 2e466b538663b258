"""The words of an article that make a query hold."""

from collections.abc import Iterator

from wirewatch.matching.document import Document
from wirewatch.matching.holds import holds
from wirewatch.matching.part import Part, Span
from wirewatch.matching.proximity import found, taking_part
from wirewatch.query import And, AtLeast, FieldName, InField, Named, Near, Not, Or, Phrase, Query, Within

__all__ = ["hits_of"]

_Places = Iterator[tuple[Part, Span]]
_Hits = dict[str, list[tuple[int, int]]]


def hits_of(query: Query, document: Document, field: FieldName | None = None) -> _Hits:
    """Return, by field, the characters (start, end) of what makes `query` hold, in order, each place once.

    Of an OR only the branches that hold are there, of a proximity only the words of its matches; what a NOT excludes is
    not in the article. Where `query` does not hold there are none.
    """
    if not holds(query, document, field):
        return {}
    by_part: dict[Part, set[Span]] = {}
    for part, span in _places(query, document, field, wanted=True):
        by_part.setdefault(part, set()).add(span)
    hits: dict[str, set[tuple[int, int]]] = {}
    for part, spans in by_part.items():
        hits.setdefault(part.name, set()).update(part.offsets(spans))
    return {str(name): sorted(hits[name]) for name in sorted(hits, key=_order)}


def _places(query: Query, document: Document, field: FieldName | None, *, wanted: bool) -> _Places:
    """Yield what makes `query` hold (or, if not `wanted`, fail to hold)."""
    match query:
        case Not():
            yield from _places(query.operand, document, field, wanted=not wanted)
        case And() | Or():
            for operand in query.operands:
                if holds(operand, document, field) is wanted:
                    yield from _places(operand, document, field, wanted=wanted)
        case Named():
            yield from _places(query.operand, document, field, wanted=wanted)
        case InField():
            yield from _places(query.operand, document, query.name, wanted=wanted)
        case _ if wanted:
            for part in document.parts(field):
                yield from ((part, span) for span in _spans(query, part))


def _spans(query: Query, part: Part) -> Iterator[Span]:
    match query:
        case Phrase():
            yield from part.spans(query)
        case Near() | Within():
            yield from taking_part(query, part)
        case AtLeast():
            for match in found(query.operand, part):
                yield from match


def _order(name: str) -> int:
    return list(FieldName).index(FieldName(name))
