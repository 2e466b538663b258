"""The rule language: the text of a query becomes a tree, or an error that says what is wrong and where.

::

    query     = and { "OR" and }
    and       = not { "AND" not | not that begins with "NOT" }                    A NOT B is A AND NOT B
    not       = "NOT" not | [ "ATLEAST/n" ] proximity
    proximity = operand { ( "NEAR/n" | "BEFORE/n" | "SENTENCE" | "PARAGRAPH" ) operand }       from left to right
    operand   = field ":" operand | "(" query ")" | quoted | word { word }        adjacent words are one phrase
              | "$" list | ( "date" | "words" ) comparison value
    word, quoted may have "=" (exact) or "~" (inflected) right before them

Operators are upper case only. A tree is of frozen values that compare by meaning: two queries that differ only in
spaces, or in quotes around a word, have equal trees. Each node knows the span of the text it came from; what each
means stands beside it in `tree`.

A query that would hold for an article with none of its words is refused, since it would alert on everything. Forms of
other search languages are refused with ours as advice. `check` also returns what may be a mistake.
"""

from wirewatch.query.checked import Checked, check, parse
from wirewatch.query.errors import QueryError
from wirewatch.query.excerpt import underlined
from wirewatch.query.format import format_query
from wirewatch.query.limits import MAX_DEPTH, MAX_LENGTH, MAX_TERMS
from wirewatch.query.lists import names_in, parse_lists
from wirewatch.query.parser import Lists
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
from wirewatch.query.warned import QueryWarning

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "MAX_TERMS",
    "And",
    "AtLeast",
    "Checked",
    "Compare",
    "Comparison",
    "FieldName",
    "Form",
    "InField",
    "Lists",
    "Named",
    "Near",
    "Not",
    "Or",
    "Phrase",
    "Query",
    "QueryError",
    "QueryWarning",
    "Slot",
    "Span",
    "Unit",
    "Within",
    "Word",
    "check",
    "children_of",
    "format_query",
    "names_in",
    "parse",
    "parse_lists",
    "underlined",
]
