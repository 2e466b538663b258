"""The meaning of a query: whether it holds for a document."""

from wirewatch.matching.document import Document
from wirewatch.query import And, Not, Or, Phrase, Query

__all__ = ["holds"]


def holds(query: Query, document: Document) -> bool:
    """Say whether `query` holds for `document`."""
    match query:
        case Phrase():
            return document.has_phrase(query.terms)
        case Not():
            return not holds(query.operand, document)
        case And():
            return all(holds(operand, document) for operand in query.operands)
        case Or():
            return any(holds(operand, document) for operand in query.operands)
