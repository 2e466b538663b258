"""Forms of words that are refused: those that other search languages have, and those that are not read yet."""

import re

from wirewatch.query.errors import QueryError
from wirewatch.query.tree import Span

__all__ = ["check_form"]

_WILD = re.compile(r"[*?]")

_BARE: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"&&"), "AND is not written && here", "write AND"),
    (re.compile(r"\|\|?"), "OR is not written | here", "write OR"),
    (re.compile(r"!\w.*", re.DOTALL), "NOT is not written ! here", "write NOT before the word"),
    (re.compile(r"-\w.*", re.DOTALL), "NOT is not written - here", "write NOT before the word, or put it in quotes"),
    (re.compile(r"\+\w.*", re.DOTALL), "AND is not written + here", "write AND between the words"),
    (
        re.compile(r"(NEAR|BEFORE|SENTENCE|PARAGRAPH|ATLEAST)(/?\d*)?|[wn]/\d+|(adj|ADJ|onear|ONEAR)/?\d+"),
        "proximity operators are not read yet",
        "put the word in quotes to search for it",
    ),
    (re.compile(r"[=~].*", re.DOTALL), "exact terms and inflections are not read yet", "leave the sign out"),
    (re.compile(r"\$[A-Za-z_].*", re.DOTALL), "named lists are not read yet", "write the list's words out"),
    (
        re.compile(r".*[:<>=].*", re.DOTALL),
        "fields and comparisons are not read yet",
        "put it in quotes to search for it as text",
    ),
)


def check_form(text: str, word: str, span: Span, *, quoted: bool) -> None:
    """Refuse a word that means something else elsewhere, or will here; `word` is without its escaped characters.

    Raises:
        QueryError: about `span` of the query `text`.
    """
    if _WILD.search(word):
        raise QueryError(
            text, span, "wildcards are not read yet", r"write out the words, or \* and \? for the characters"
        )
    if quoted:
        return
    for form, message, hint in _BARE:
        if form.fullmatch(word):
            raise QueryError(text, span, message, hint)
