"""The pieces of a query's text: words, quoted phrases, parentheses, operators, fields, each with its span."""

import re
from datetime import date
from enum import Enum
from typing import NamedTuple

from wirewatch.query.errors import QueryError
from wirewatch.query.forms import FIELD_NAMES, advice_for_field, advice_for_word
from wirewatch.query.limits import check_terms
from wirewatch.query.slots import Form
from wirewatch.query.tree import Comparison, Span, Word
from wirewatch.query.words import word_of

__all__ = ["CLOSING", "OPENING", "QUOTES", "Kind", "Lexeme", "lexemes"]

QUOTES = '"\u201c\u201d\u201e\u201f\uff02'
OPENING = "(\uff08"
CLOSING = ")\uff09"
_OPERATORS = frozenset({"AND", "OR", "NOT"})
_NEAR = frozenset({"NEAR", "BEFORE"})
_UNITS = frozenset({"SENTENCE", "PARAGRAPH"})
_MAX_NUMBER = 100
_DEFAULT_DISTANCE = 10
_MAX_DIGITS = 9

_LEXEME = re.compile(
    rf"""
      (?P<subject> date | words ) \s* (?P<comparison> [<>=]+ ) \s* (?P<value> [^\s{QUOTES}{OPENING}{CLOSING}]* )
    | (?P<plain> [A-Za-z]+ (?= [ {CLOSING}] ) )
    | (?P<space> \s+ | \#(?=\s|$) [^\n]* )
    | (?P<sign> [=~] )? (?P<quoted> [{QUOTES}] (?P<inside> (?: [^\\{QUOTES}] | \\. )* ) (?P<closed> [{QUOTES}] )? )
    | (?P<open> [{OPENING}] )
    | (?P<close> [{CLOSING}] )
    | (?P<field> [A-Za-z_]+ ) : (?!//) \s*
    | (?P<word> (?: [^\s{QUOTES}{OPENING}{CLOSING}\\] | \\. )+ )
    | (?P<lone> \\ )
    """,
    re.VERBOSE | re.DOTALL,
)
_LIST = re.compile(r"\$([A-Za-z][A-Za-z0-9_-]*)")
_OPERATOR = re.compile(r"(NEAR|BEFORE|SENTENCE|PARAGRAPH|ATLEAST)(?:/(.*))?", re.DOTALL)
_SIGNED = re.compile(r"([=~])([^=~\d].*|\d.*[^\d].*)", re.DOTALL)
_EXACT_NUMBER = re.compile(r"(=)(\d+)")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_QUOTED_WORD = re.compile(r"(?:[^\s\\]|\\.)+", re.DOTALL)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(rf"[0-9]{{1,{_MAX_DIGITS}}}")


class Kind(Enum):
    """What a lexeme is; the value is its name in an error message."""

    WORD = "a word"
    QUOTED = "a phrase in quotes"
    OPEN = "an opening parenthesis"
    CLOSE = "a closing parenthesis"
    LOGIC = "an operator"
    PROXIMITY = "an operator of proximity"
    AT_LEAST = "ATLEAST"
    FIELD = "a field"
    COMPARE = "a comparison"
    LIST = "a named list"
    END = "the end of the query"

    @property
    def is_operator(self) -> bool:
        """Whether it wants a term after it."""
        return self in {Kind.LOGIC, Kind.PROXIMITY, Kind.AT_LEAST}


# Python 3.11 looks a member up ten times as slowly as a name, and there are many lexemes in a hundred thousand rules.
_WORD, _QUOTED, _OPEN, _CLOSE, _LOGIC, _END = Kind.WORD, Kind.QUOTED, Kind.OPEN, Kind.CLOSE, Kind.LOGIC, Kind.END
_FOLDED = Form.FOLDED


class Lexeme(NamedTuple):
    """A piece of the text.

    `text` is as written; of an operator, a field or a list only its name. `words` are those of a word or a quoted
    phrase, `number` is a distance or a count (None if none was written), `comparison` and `value` those of a COMPARE.
    """

    kind: Kind
    text: str
    span: Span
    words: tuple[Word, ...] = ()
    number: int | None = None
    comparison: Comparison = Comparison.EQUAL
    value: date | int = 0


def lexemes(text: str) -> list[Lexeme]:
    """Return the pieces of `text` and a last one for its end, in linear time.

    Raises:
        QueryError: quotes that are not closed, a backslash at the end, a form that is not of this language, or too many
            words.
    """
    found: list[Lexeme] = []
    words = 0
    for match in _LEXEME.finditer(text):
        group = match.lastgroup
        if group in {"plain", "word"}:
            lexeme = _bare(text, match.group(), match.span())
        elif group == "space":
            continue
        else:
            lexeme = _lexeme(text, match)
        if lexeme.words:
            words += len(lexeme.words)
            check_terms(text, words, lexeme.span)
        found.append(lexeme)
    return [*found, Lexeme(_END, "", (len(text), len(text)))]


def _lexeme(text: str, match: re.Match[str]) -> Lexeme:
    span = match.span()
    if match["open"]:
        return Lexeme(_OPEN, "(", span)
    if match["close"]:
        return Lexeme(_CLOSE, ")", span)
    if match["quoted"] is not None:
        return _quoted(text, match)
    if match["field"]:
        return _field(text, match)
    if match["subject"]:
        return _comparison(text, match)
    raise QueryError(text, span, "a backslash with nothing after it", "take it out, or write \\\\ to search for it")


def _bare(text: str, written: str, span: Span) -> Lexeme:
    if written in _OPERATORS:
        return Lexeme(_LOGIC, written, span)
    if written.isalpha() and not written.isupper():  # by far the most
        return Lexeme(_WORD, written, span, (_bare_word(text, written, span, _FOLDED),))
    operator = _OPERATOR.fullmatch(written)
    if operator:
        return _operator(text, operator, span)
    named = _LIST.fullmatch(written)
    if named:
        return Lexeme(Kind.LIST, named[1], span)
    signed = _SIGNED.fullmatch(written) or _EXACT_NUMBER.fullmatch(written)
    if signed:
        if _LIST.fullmatch(signed[2]):
            hint = f'write it in the list, or put it in quotes: {signed[1]}"{signed[2]}"'
            raise QueryError(text, span, f"{signed[1]} stands before a word, not before a list", hint)
        return Lexeme(Kind.WORD, written, span, (_bare_word(text, signed[2], span, Form(signed[1])),))
    return Lexeme(_WORD, written, span, (_bare_word(text, written, span, _FOLDED),))


def _bare_word(text: str, written: str, span: Span, form: Form) -> Word:
    advice = advice_for_word(written)
    if advice and (form is _FOLDED or written[:1] in "!+-<>"):
        raise QueryError(text, span, *advice)
    return word_of(text, written, span, form)


def _quoted(text: str, match: re.Match[str]) -> Lexeme:
    if match["closed"] is None:
        start = match.start("quoted")
        raise QueryError(text, (start, start + 1), "this quote is never closed", 'add a " where the phrase ends')
    form = Form(match["sign"]) if match["sign"] else _FOLDED
    found = list(_QUOTED_WORD.finditer(text, *match.span("inside")))
    check_terms(text, len(found), match.span())
    words = tuple(word_of(text, word.group(), word.span(), form) for word in found)
    return Lexeme(_QUOTED, match.group(), match.span(), words)


def _field(text: str, match: re.Match[str]) -> Lexeme:
    name = match["field"]
    start = match.start()
    if name not in FIELD_NAMES:
        rest = re.compile(rf"[^\s{QUOTES}{OPENING}{CLOSING}]*").match(text, match.end())
        raise QueryError(text, (start, start + len(name) + 1), *advice_for_field(name, rest.group() if rest else ""))
    return Lexeme(Kind.FIELD, name, (start, start + len(name) + 1))


def _operator(text: str, match: re.Match[str], span: Span) -> Lexeme:
    name, number = match[1], match[2]
    if name in _UNITS:
        if number is not None:
            raise QueryError(text, span, f"{name} takes no number", f"write {name}")
        return Lexeme(Kind.PROXIMITY, name, span)
    example = f"{name}/{_DEFAULT_DISTANCE if name in _NEAR else 3}"
    if number is None:
        if name in _NEAR:
            return Lexeme(Kind.PROXIMITY, name, span)
        raise QueryError(text, span, f"{name} needs a number", f'write {example}, or "{name}" to search for the word')
    if not _NUMBER.fullmatch(number) or not 1 <= int(number) <= _MAX_NUMBER:
        message = f"{name}/ takes a number from 1 to {_MAX_NUMBER}"
        raise QueryError(text, span, message, _advice_for_number(name, number, example))
    return Lexeme(Kind.PROXIMITY if name in _NEAR else Kind.AT_LEAST, name, span, number=int(number))


def _advice_for_number(name: str, number: str, example: str) -> str:
    if name in _NEAR and number == "0":
        return 'put adjacent words in quotes: "one two"'
    if name in _NEAR and number[-1:] == "f" and _NUMBER.fullmatch(number[:-1]):
        return f"write BEFORE/{number[:-1]}"
    return f"write {example}"


def _comparison(text: str, match: re.Match[str]) -> Lexeme:
    subject, sign, written = match["subject"], match["comparison"], match["value"]
    try:
        comparison = Comparison(sign)
    except ValueError:
        message = f"{sign} compares nothing here"
        raise QueryError(text, match.span("comparison"), message, "write one of = < <= > >=") from None
    value_span = match.span("value") if written else match.span()
    return Lexeme(
        Kind.COMPARE,
        subject,
        match.span(),
        comparison=comparison,
        value=_day(text, written, value_span) if subject == "date" else _count(text, written, value_span),
    )


def _day(text: str, written: str, span: Span) -> date:
    try:
        if _DAY.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise QueryError(text, span, "expected a day of the calendar", "write year-month-day: date>=2022-09-01")


def _count(text: str, written: str, span: Span) -> int:
    if _NUMBER.fullmatch(written):
        return int(written)
    raise QueryError(text, span, "expected a number of words", "write digits alone: words<200")
