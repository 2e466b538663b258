"""The rule language: the text of a query becomes a tree, or an error that says what is wrong and where.

::

    query   = or_expr
    or_expr = and_expr { "OR" and_expr }
    and_expr = not_expr { "AND" not_expr | not_expr that begins with "NOT" }      A NOT B is A AND NOT B
    not_expr = "NOT" not_expr | operand
    operand = "(" or_expr ")" | quoted | word { word }                            adjacent words are one phrase

Operators are upper case only. A tree is of frozen values that compare by meaning: two queries that differ only in
spaces, or in quotes around a word, have equal trees. Each node knows the span of the text it came from.

The meaning: a phrase holds where its terms stand one after the other in one field (title or body); AND, OR and NOT are
those of logic. A query that would hold for an article with none of its words is refused, since it would alert on
everything.
"""

from wirewatch.query.errors import QueryError
from wirewatch.query.excerpt import underlined
from wirewatch.query.format import format_query
from wirewatch.query.parser import MAX_DEPTH, MAX_LENGTH, MAX_TERMS, parse
from wirewatch.query.slots import Form, Slot
from wirewatch.query.tree import (
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
    Span,
    Unit,
    Within,
    Word,
    children_of,
)

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "MAX_TERMS",
    "And",
    "AtLeast",
    "Compare",
    "Comparison",
    "FieldName",
    "Form",
    "InField",
    "Named",
    "Near",
    "Not",
    "Or",
    "Phrase",
    "Query",
    "QueryError",
    "Slot",
    "Span",
    "Unit",
    "Within",
    "Word",
    "children_of",
    "format_query",
    "parse",
    "underlined",
]
