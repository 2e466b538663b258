"""What may be a mistake in a query that can be used."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wirewatch.query.format import format_query
from wirewatch.query.lexer import Lexeme
from wirewatch.query.narrower import is_narrower
from wirewatch.query.slots import Slot
from wirewatch.query.tree import And, FieldName, InField, Named, Not, Or, Phrase, Query, Span, children_of

__all__ = ["QueryWarning", "warnings_of"]

_SMALL = frozenset({"and", "or", "not"})
_MAX_SHOWN = 80
_MAX_PARTS_OF = 8
"""Slots of the longest phrase whose parts are looked for: they grow with the square of it."""
_MAX_PAIRS = 50_000
"""Parts of one AND or OR are compared with one another up to here: more is for a list that no person wrote."""


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
    left: list[tuple[Query, bool]] = [(query, False)]
    while left:
        node, is_whole = left.pop()
        parts: Iterable[Query] = children_of(node)
        match node:
            case Phrase():
                yield from _removed_words(node)
            case And():
                parts = operands = _flat(node)
                yield from _of_and(node, operands, is_whole=is_whole)
            case Or():
                parts = operands = _flat(node)
                yield from _of_or(operands, is_whole=is_whole)
            case InField(name):
                is_whole = name.is_whole or name is FieldName.SITE
            case Named():  # a list is looked at where it is defined
                parts = ()
            case _:
                pass
        left.extend((part, is_whole) for part in parts)


def _of_and(conjunction: And, operands: tuple[Query, ...], *, is_whole: bool) -> Iterator[QueryWarning]:
    yield from _repeated(operands, "AND")
    yield from _never(conjunction, operands, is_whole=is_whole)
    yield from _absorbed(operands, Or, "has no effect: {} is asked for anyway", "take this part out")


def _of_or(operands: tuple[Query, ...], *, is_whole: bool) -> Iterator[QueryWarning]:
    """Yield what is wrong with an OR; where values are whole, what has a phrase in it does not match by it."""
    yield from _repeated(operands, "OR")
    yield from _absorbed(operands, And, "can never add a match: {} matches already", "take this part out")
    if not is_whole:
        yield from _longer_phrases(operands)
        yield from _narrower(operands)


def _flat(query: And | Or) -> tuple[Query, ...]:
    """Return its operands, with those of operands of its own kind in their places: parentheses don't count."""
    found: list[Query] = []
    left: list[Query] = [*reversed(query.operands)]
    while left:
        operand = left.pop()
        if isinstance(operand, And | Or) and type(operand) is type(query):
            left.extend(reversed(operand.operands))
        else:
            found.append(operand)
    return tuple(found)


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


def _never(conjunction: And, operands: tuple[Query, ...], *, is_whole: bool) -> Iterator[QueryWarning]:
    excluded = [operand.operand for operand in operands if isinstance(operand, Not)]
    wanted = set(operands)
    for query in excluded:
        narrower = query if query in wanted else None
        if narrower is None and not is_whole and len(excluded) * len(operands) <= _MAX_PAIRS:
            narrower = next((operand for operand in operands if is_narrower(operand, query)), None)
        if narrower is not None:
            needs = (
                "must be there and must not" if narrower == query else f"has {_short(query)}, which must not be there"
            )
            yield QueryWarning(
                conjunction.span, f"this can never match: {_short(narrower)} {needs}", "take one of them out"
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
    plain = [operand for operand in operands if isinstance(operand, Phrase) and operand.is_plain]
    shorter = {operand.slots: operand for operand in plain}
    for operand in plain:
        if len(operand.slots) <= _MAX_PARTS_OF:
            found = next((shorter[part] for part in _parts(operand) if part in shorter), None)
            if found is not None:
                message = f"this can never add a match: {_short(found)} matches already"
                yield QueryWarning(operand.span, message, "take this part out")


def _narrower(operands: tuple[Query, ...]) -> Iterator[QueryWarning]:
    """Yield those that another one makes useless, but for the pairs of plain phrases, which are many."""
    special = [operand for operand in operands if not (isinstance(operand, Phrase) and operand.is_plain)]
    if len(special) * len(operands) > _MAX_PAIRS:
        return
    for operand in operands:
        others = operands if any(operand is other for other in special) else special
        wider = next((other for other in others if is_narrower(operand, other)), None)
        if wider is not None:
            message = f"this can never add a match: {_short(wider)} matches already"
            yield QueryWarning(operand.span, message, "take this part out")


def _parts(phrase: Phrase) -> Iterator[tuple[Slot, ...]]:
    slots = phrase.slots
    for length in range(1, len(slots)):
        for start in range(len(slots) - length + 1):
            yield slots[start : start + length]


def _short(query: Query) -> str:
    shown = format_query(query)
    return shown if len(shown) <= _MAX_SHOWN else "a part of it"
