"""What to say where a term is missing, or where an operator is."""

from wirewatch.query.errors import QueryError
from wirewatch.query.forms import FIELD_NAMES, advice_for_field
from wirewatch.query.lexer import Kind, Lexeme

__all__ = ["missing_operand", "unexpected_operand"]

_TO_SEARCH = "put the word in quotes to search for it"


def missing_operand(text: str, lexemes: list[Lexeme], place: int) -> QueryError:
    """Return the error for a place where a term should be and something else is."""
    lexeme = lexemes[place]
    before = lexemes[place - 1] if place else None
    if before is not None and before.kind is Kind.FIELD:
        return _after_field(text, before, lexeme)
    if before is not None and before.kind.is_operator:
        return _after_operator(text, before, lexeme)
    if lexeme.kind.is_operator:
        written = _written(text, lexeme)
        hint = f'write a term before {written}, or {_TO_SEARCH}: "{written}"'
        return QueryError(text, lexeme.span, f"expected a term before {written}", hint)
    if lexeme.kind is Kind.CLOSE:
        return QueryError(text, lexeme.span, "a closing parenthesis without an opening one", "take it out")
    return QueryError(text, lexeme.span, f"expected a term, found {lexeme.kind.value}", "write a word or a phrase")


def _after_operator(text: str, operator: Lexeme, lexeme: Lexeme) -> QueryError:
    written = _written(text, operator)
    message = f"expected a term after {written}"
    if not lexeme.kind.is_operator:
        span = operator.span if lexeme.kind is Kind.END else lexeme.span
        return QueryError(text, span, message, f'write one, or {_TO_SEARCH}: "{written}"')
    found = _written(text, lexeme)
    if found == "NOT" and operator.kind is not Kind.LOGIC:
        outside = f"a {written} b AND NOT c" if operator.kind is Kind.PROXIMITY else f"NOT {written} a"
        return QueryError(text, lexeme.span, f"{written} has no NOT inside", f"move it out: {outside}")
    if lexeme.kind is Kind.AT_LEAST:
        return QueryError(text, lexeme.span, f"{written} has no ATLEAST inside", "move it out: ATLEAST/3 (a NEAR/5 b)")
    remove = f"remove one {found}" if found == written else f"remove {found}"
    return QueryError(text, lexeme.span, message, f'{remove}, or {_TO_SEARCH}: "{found}"')


def _after_field(text: str, field: Lexeme, lexeme: Lexeme) -> QueryError:
    message = f"expected a term after {field.text}:"
    if lexeme.kind is Kind.FIELD:
        hint = "join the two with AND, each in its own field"
        return QueryError(text, lexeme.span, f"{lexeme.text}: inside {field.text}:", hint)
    if lexeme.kind.is_operator:
        written = _written(text, lexeme)
        hint = f'group it: {field.text}:({written} ...), or {_TO_SEARCH}: "{written}"'
        return QueryError(text, lexeme.span, message, hint)
    span = field.span if lexeme.kind is Kind.END else lexeme.span
    return QueryError(text, span, message, f'write {field.text}:term, or "{field.text}" to search for the word')


def unexpected_operand(text: str, lexemes: list[Lexeme], place: int) -> QueryError:
    """Return the error for an operand right after another: only bare words make a phrase without quotes around it."""
    lexeme = lexemes[place]
    before = lexemes[place - 1]
    if before.kind is Kind.WORD and lexeme.kind is Kind.OPEN and before.span[1] == lexeme.span[0]:
        hint = advice_for_field(before.text, "")[1]
        ours = before.text.lower()
        if "write" in hint or ours in FIELD_NAMES:
            hint = hint if "write" in hint else f"write {ours}:(...)"
            return QueryError(text, before.span, f"a field is not written {before.text}( here", hint)
    if lexeme.kind.is_operator:
        written = _written(text, lexeme)
        return QueryError(text, lexeme.span, f"expected AND or OR before {written}", f'to search for it: "{written}"')
    hint = "write AND or OR before it"
    if lexeme.kind in {Kind.WORD, Kind.QUOTED}:
        hint += ", or put the whole phrase in one pair of quotes"
    return QueryError(text, lexeme.span, f"expected an operator before {lexeme.kind.value}", hint)


def _written(text: str, lexeme: Lexeme) -> str:
    return text[slice(*lexeme.span)]
