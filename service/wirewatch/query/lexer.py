"""The pieces of a query's text: words, quoted phrases, parentheses and operators, each with its span."""

import re
from dataclasses import dataclass
from enum import Enum

from wirewatch.query.errors import QueryError
from wirewatch.query.forms import check_form
from wirewatch.query.tree import Span, Word

__all__ = ["Kind", "Lexeme", "bare_or_quoted", "lexemes"]

QUOTES = '"\u201c\u201d\u201e\u201f\uff02'
OPENING = "(\uff08"
CLOSING = ")\uff09"
OPERATORS = frozenset({"AND", "OR", "NOT"})

_LEXEME = re.compile(
    rf"""
      (?P<space> \s+ | \#(?=\s|$) [^\n]* )
    | (?P<quoted> [{QUOTES}] (?P<inside> (?: [^\\{QUOTES}] | \\. )* ) (?P<closed> [{QUOTES}] )? )
    | (?P<open> [{OPENING}] )
    | (?P<close> [{CLOSING}] )
    | (?P<word> (?: [^\s{QUOTES}{OPENING}{CLOSING}\\] | \\. )+ )
    | (?P<lone> \\ )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SPECIAL = re.compile(rf"[\s{QUOTES}]")
_BRACKETS = re.compile(f"[{OPENING}{CLOSING}]")
_QUOTED_WORD = re.compile(r"(?:[^\s\\]|\\.)+", re.DOTALL)


class Kind(Enum):
    """What a lexeme is; the value is its name in an error message."""

    WORD = "a word"
    QUOTED = "a phrase in quotes"
    OPEN = "an opening parenthesis"
    CLOSE = "a closing parenthesis"
    OPERATOR = "an operator"
    END = "the end of the query"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of the text; `words` are those of a word or of a quoted phrase."""

    kind: Kind
    text: str
    span: Span
    words: tuple[Word, ...] = ()


def lexemes(text: str) -> list[Lexeme]:
    """Return the pieces of `text` and a last one for its end, in linear time.

    Raises:
        QueryError: quotes that are not closed, a backslash at the end, or a form that is not read yet.
    """
    found = [_lexeme(text, match) for match in _LEXEME.finditer(text) if match.group("space") is None]
    return [*found, Lexeme(Kind.END, "", (len(text), len(text)))]


def _lexeme(text: str, match: re.Match[str]) -> Lexeme:
    span = match.span()
    if match.group("quoted") is not None:
        return _quoted(text, match)
    if match.group("open"):
        return Lexeme(Kind.OPEN, "(", span)
    if match.group("close"):
        return Lexeme(Kind.CLOSE, ")", span)
    if match.group("lone"):
        raise QueryError(text, span, "a backslash with nothing after it", "take it out, or write \\\\ to search for it")
    if match.group() in OPERATORS:
        return Lexeme(Kind.OPERATOR, match.group(), span)
    return Lexeme(Kind.WORD, match.group(), span, (_word(text, match.group(), span),))


def _quoted(text: str, match: re.Match[str]) -> Lexeme:
    start, end = match.span()
    if match.group("closed") is None:
        raise QueryError(text, (start, start + 1), "this quote is never closed", 'add a " where the phrase ends')
    inside_start = match.start("inside")
    words = tuple(
        _word(text, word.group(), (inside_start + word.start(), inside_start + word.end()), quoted=True)
        for word in _QUOTED_WORD.finditer(match.group("inside"))
    )
    return Lexeme(Kind.QUOTED, match.group(), (start, end), words)


def _word(text: str, written: str, span: Span, *, quoted: bool = False) -> Word:
    check_form(text, _ESCAPE.sub("", written), span, quoted=quoted)
    return Word(_ESCAPE.sub(_kept, written), span=span)


def _kept(escape: re.Match[str]) -> str:
    """Return the character alone, unless it would then be wild or hide the next one."""
    return escape.group() if escape.group(1) in "*?\\" else escape.group(1)


def bare_or_quoted(words: tuple[str, ...]) -> str:
    """Return `words` as they are written in a query: as bare words if they can be, else in quotes."""
    if all(_is_bare(word) for word in words):
        return " ".join(words)
    return f'"{" ".join(_SPECIAL.sub(_escaped, word) for word in words)}"'


def _is_bare(word: str) -> bool:
    if word in OPERATORS or word == "#" or _SPECIAL.search(word) or _BRACKETS.search(word):
        return False
    try:
        check_form(word, _ESCAPE.sub("", word), (0, len(word)), quoted=False)
    except QueryError:
        return False
    return True


def _escaped(special: re.Match[str]) -> str:
    return "\\" + special.group()
