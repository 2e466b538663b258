"""The meaning of a query: whether it holds for a document."""

from collections.abc import Callable, Mapping
from datetime import date
from operator import eq, ge, gt, le, lt
from typing import Any

from wirewatch.matching.document import Document
from wirewatch.matching.proximity import count, found, is_met
from wirewatch.query import (
    And,
    AtLeast,
    Compare,
    Comparison,
    FieldName,
    InField,
    Named,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Within,
)

__all__ = ["holds"]

_COMPARES: Mapping[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.EQUAL: eq,
    Comparison.LESS: lt,
    Comparison.AT_MOST: le,
    Comparison.GREATER: gt,
    Comparison.AT_LEAST: ge,
}


def holds(query: Query, document: Document, field: FieldName | None = None) -> bool:  # noqa: PLR0911 - a case a node
    """Say whether `query` holds for `document`; phrases are looked for in `field`, without one in title and body."""
    match query:
        case Phrase():
            return document.has(query, field)
        case And():
            return all(holds(operand, document, field) for operand in query.operands)
        case Or():
            return any(holds(operand, document, field) for operand in query.operands)
        case Not():
            return not holds(query.operand, document, field)
        case Named():
            return holds(query.operand, document, field)
        case Near() | Within():
            return any(is_met(query, part) for part in document.parts(field))
        case AtLeast():
            return sum(count(found(query.operand, part)) for part in document.parts(field)) >= query.count
        case InField():
            return holds(query.operand, document, query.name)
        case Compare():
            return _compares(query, document)


def _compares(query: Compare, document: Document) -> bool:
    actual: date | int | None = document.day if isinstance(query.value, date) else document.words
    return actual is not None and _COMPARES[query.comparison](actual, query.value)
