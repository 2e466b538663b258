"""What may stand where: inside proximity and ATLEAST, and inside a field."""

from wirewatch.query.errors import QueryError
from wirewatch.query.slots import Form
from wirewatch.query.tree import (
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
    Span,
    Within,
    children_of,
)

__all__ = ["check_in_field", "check_operand"]


def check_operand(text: str, query: Query, operator: str, *, within: Span | None = None) -> None:
    """Refuse what `operator` (of proximity, or ATLEAST) can't be asked of; `within` is the list that it came from.

    Nested proximity was checked when it was read, so that no node is looked at twice for its place.
    """
    match query:
        case Phrase() | Near() | Within():
            return
        case Or(operands):
            for operand in operands:
                check_operand(text, operand, operator, within=within)
        case Named(_, operand):
            check_operand(text, operand, operator, within=within or query.span)
        case _:
            message, hint = _refusal(query, operator)
            if within is not None:
                message += ", which this list has"
            raise QueryError(text, within or query.span, message, hint)


def _refusal(query: Query, operator: str) -> tuple[str, str]:
    first = "" if operator.startswith("ATLEAST") else "a "
    one, other = f"{first}{operator} b", f"{first}{operator} c"
    match query:
        case And():
            return f"{operator} has no AND inside", f"repeat it: {one} AND {other}"
        case Not():
            return f"{operator} has no NOT inside", f"move it out: {one} AND NOT d"
        case InField(name):
            hint = f"put the field around all of it: {name.value}:({one})"
            return f"{operator} has no field inside", hint
        case AtLeast():
            return f"{operator} has no ATLEAST inside", "move it out: ATLEAST/3 (a NEAR/5 b)"
        case _:
            return f"{operator} has no comparison inside", "join it with AND"


def check_in_field(text: str, query: Query, name: FieldName) -> None:
    """Refuse what can't be looked for in the field `name`."""
    left: list[tuple[Query, Span | None]] = [(query, None)]
    while left:
        node, in_list = left.pop()
        if isinstance(node, Named):
            in_list = in_list or node.span
        problem = _problem_in_field(node, name)
        if problem is not None:
            message, hint = problem
            raise QueryError(text, in_list or node.span, f"in this list: {message}" if in_list else message, hint)
        left.extend((child, in_list) for child in children_of(node))


def _problem_in_field(query: Query, name: FieldName) -> tuple[str, str] | None:
    match query:
        case InField(inner):
            return f"{inner.value}: inside {name.value}:", "join the two with AND, each in its own field"
        case Compare():
            return f"{query.subject} inside {name.value}:", f"move it out of {name.value}: and join it with AND"
        case Near() | Within() | AtLeast() if name.is_whole or name is FieldName.SITE:
            return f"{name.value}: has whole values, with nothing near another", "write AND or OR"
        case Phrase(words) if name.is_whole and any(word.form is Form.INFLECTED for word in words):
            return f"{name.value}: has whole values, which have no inflections", "leave out ~, or write a wildcard"
        case Phrase(words) if name is FieldName.SITE:
            return _problem_of_host(words[0].text if len(words) == 1 else "", plain=query.is_plain)
        case _:
            return None


def _problem_of_host(text: str, *, plain: bool) -> tuple[str, str] | None:
    if plain and text.strip(".") and all(char.isalnum() or char in ".-_" for char in text):
        return None
    return "site: takes the name of a host", "write site:example.com, which also finds www.example.com"
