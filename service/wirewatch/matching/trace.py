"""How a query was understood, and which of its parts an article meets: why something did, or did not, alert."""

from dataclasses import dataclass

from wirewatch.article import Article
from wirewatch.matching.anchors import Anchor, anchors_of
from wirewatch.matching.commonness import commonness
from wirewatch.matching.document import Document, field_text
from wirewatch.matching.holds import holds
from wirewatch.matching.match import TermHit
from wirewatch.matching.supporting import hits_of
from wirewatch.query import FieldName, InField, Phrase, Query, children_of

__all__ = ["Traced", "candidate_words", "fields_of", "trace"]


@dataclass(frozen=True, slots=True)
class Traced:
    """A part of a query; `hits` is what makes it hold, nothing where it does not, or holds by an absence."""

    query: Query
    holds: bool
    hits: tuple[TermHit, ...]
    parts: tuple["Traced", ...]


def trace(query: Query, article: Article) -> Traced:
    """Return what each part of `query` finds in `article`."""
    return _trace(query, Document(article), None)


def candidate_words(query: Query) -> tuple[str, ...]:
    """Return words of which an article must have at least one for `query` to be looked at, as a query writes them.

    Among many rules the choice may be another, since words that few rules ask for are taken first.
    """
    return tuple(sorted(map(_written, anchors_of(query, commonness) or ())))


def fields_of(query: Query) -> tuple[str, ...]:
    """Return the fields that are looked at, in their usual order."""
    found = _fields(query, None)
    return tuple(name.value for name in FieldName if name in found)


def _trace(query: Query, document: Document, field: FieldName | None) -> Traced:
    inside = query.name if isinstance(query, InField) else field
    hits = tuple(
        TermHit(name, start, end, field_text(document.article, name)[start:end])
        for name, spans in hits_of(query, document, field).items()
        for start, end in spans
    )
    parts = tuple(_trace(operand, document, inside) for operand in children_of(query))
    return Traced(query, holds(query, document, field), hits, parts)


def _fields(query: Query, field: FieldName | None) -> set[FieldName]:
    if isinstance(query, Phrase):
        return {field} if field is not None else {FieldName.TITLE, FieldName.BODY}
    inside = query.name if isinstance(query, InField) else field
    return {name for operand in children_of(query) for name in _fields(operand, inside)}


def _written(anchor: Anchor) -> str:
    slot = anchor.slot
    word = f"{slot.form.value}{slot.exact}" if slot.form.value else slot.term
    return word if anchor.field is None else f"{anchor.field}:{word}"
