"""What may be a mistake in a query that can be used."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wirewatch.query.format import format_query
from wirewatch.query.lexer import Lexeme
from wirewatch.query.slots import Slot
from wirewatch.query.tree import And, Named, Not, Or, Phrase, Query, Span, children_of

__all__ = ["QueryWarning", "warnings_of"]

_SMALL = frozenset({"and", "or", "not"})
_MAX_SHOWN = 80
_MAX_PARTS_OF = 8
"""Slots of the longest phrase whose parts are looked for: they grow with the square of it."""


@dataclass(frozen=True, slots=True)
class QueryWarning:
    """`span` of the query's text may not mean what was meant; `hint` says what to do."""

    span: Span
    message: str
    hint: str


def warnings_of(query: Query, bare_phrases: list[list[Lexeme]], mixed: list[Query]) -> tuple[QueryWarning, ...]:
    """Return what may be wrong with `query`, read from the `bare_phrases` and `mixed` that its reader noted."""
    found = [
        *(warning for words in bare_phrases for warning in _small_operators(words)),
        *(_mixed(conjunction) for conjunction in mixed),
        *_of_tree(query),
    ]
    return tuple(sorted(found, key=lambda warning: warning.span))


def _small_operators(words: list[Lexeme]) -> Iterator[QueryWarning]:
    for word in words:
        if word.text.lower() in _SMALL:
            yield QueryWarning(
                word.span,
                f"{word.text} is searched for as a word of the phrase",
                f"write {word.text.upper()} for the operator, or put the whole phrase in quotes",
            )


def _mixed(conjunction: Query) -> QueryWarning:
    shown = format_query(conjunction)
    hint = f"AND is read first: ({shown})" if len(shown) <= _MAX_SHOWN else "AND is read first"
    return QueryWarning(
        conjunction.span, "AND and OR without parentheses", f"{hint}; write the parentheses that you mean"
    )


def _of_tree(query: Query) -> Iterator[QueryWarning]:
    left: list[Query] = [query]
    while left:
        node = left.pop()
        match node:
            case Phrase():
                yield from _removed_words(node)
            case And(operands):
                yield from _repeated(operands, "AND")
                yield from _never(node)
                yield from _absorbed(operands, Or, "has no effect: {} is asked for anyway", "take this part out")
            case Or(operands):
                yield from _repeated(operands, "OR")
                yield from _absorbed(operands, And, "can never add a match: {} matches already", "take this part out")
                yield from _longer_phrases(operands)
            case _:
                pass
        if not isinstance(node, Named):  # a list is looked at where it is defined
            left.extend(children_of(node))


def _removed_words(phrase: Phrase) -> Iterator[QueryWarning]:
    for word in phrase.words:
        if not word.slots:
            yield QueryWarning(
                word.span,
                f"{word.text} has no letter or digit, so it is not searched for",
                "leave it out of the phrase",
            )


def _repeated(operands: Iterable[Query], operator: str) -> Iterator[QueryWarning]:
    seen: set[object] = set()
    for operand in operands:
        meaning = operand.slots if isinstance(operand, Phrase) else operand
        if meaning in seen:
            yield QueryWarning(operand.span, f"the same term twice in this {operator}", "take one out")
        seen.add(meaning)


def _never(conjunction: And) -> Iterator[QueryWarning]:
    operands = set(conjunction.operands)
    for operand in conjunction.operands:
        if isinstance(operand, Not) and operand.operand in operands:
            shown = _short(operand.operand)
            yield QueryWarning(
                conjunction.span, f"this can never match: {shown} must be there and must not", "take one of them out"
            )


def _absorbed(operands: tuple[Query, ...], inner: type[And | Or], message: str, hint: str) -> Iterator[QueryWarning]:
    """Yield the operands that have another one as a part of them: a OR (a AND b), a AND (a OR b)."""
    others = set(operands)
    for operand in operands:
        if isinstance(operand, inner):
            same = next((part for part in operand.operands if part in others), None)
            if same is not None:
                yield QueryWarning(operand.span, f"this {message.format(_short(same))}", hint)


def _longer_phrases(operands: tuple[Query, ...]) -> Iterator[QueryWarning]:
    shorter = {operand.slots: operand for operand in operands if isinstance(operand, Phrase)}
    for operand in operands:
        if isinstance(operand, Phrase) and len(operand.slots) <= _MAX_PARTS_OF:
            found = next((shorter[part] for part in _parts(operand) if part in shorter), None)
            if found is not None:
                message = f"this can never add a match: {_short(found)} matches already"
                yield QueryWarning(operand.span, message, "take this part out")


def _parts(phrase: Phrase) -> Iterator[tuple[Slot, ...]]:
    slots = phrase.slots
    for length in range(1, len(slots)):
        for start in range(len(slots) - length + 1):
            yield slots[start : start + length]


def _short(query: Query) -> str:
    shown = format_query(query)
    return shown if len(shown) <= _MAX_SHOWN else "a part of it"
