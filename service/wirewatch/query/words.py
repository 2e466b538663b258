"""One word of a query, from how it was written, with its wildcards checked."""

import re

from wirewatch.query.errors import QueryError
from wirewatch.query.slots import Form
from wirewatch.query.tree import Span, Word

__all__ = ["word_of"]

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MIN_PLAIN = 2
_MAX_WILD_LENGTH = 200


def word_of(text: str, written: str, span: Span, form: Form) -> Word:
    """Return the word that `written`, at `span` of the query `text`, stands for.

    Raises:
        QueryError: a wildcard with too little beside it, or one that has no meaning in this form.
    """
    is_wild = "*" in written or "?" in written
    if is_wild and len(written) > _MAX_WILD_LENGTH:
        message = f"a word with a wildcard has at most {_MAX_WILD_LENGTH} characters"
        raise QueryError(text, span, message, "shorten it")
    word = Word(_ESCAPE.sub(_kept, written) if "\\" in written else written, form, span)
    if is_wild and any(slot.is_wild for slot in word.slots):
        _check_wild(text, word)
    return word


def _kept(escape: re.Match[str]) -> str:
    """Return the character alone, unless it would then be wild or hide the next one."""
    return escape.group() if escape.group(1) in "*?\\" else escape.group(1)


def _check_wild(text: str, word: Word) -> None:
    if word.form is Form.INFLECTED:
        raise QueryError(
            text, word.span, "a wildcard can't be inflected", "leave out ~ or the wildcard: either finds more forms"
        )
    if all(not slot.is_wild or slot.plain_length >= _MIN_PLAIN for slot in word.slots):
        return
    if any(not slot.term.isascii() for slot in word.slots):
        hint = "leave it out: in scripts without spaces a word is found inside longer ones"
    elif word.text.strip("*?") == "":
        hint = "for any word between two, write NEAR/1 or BEFORE/1; for the character itself, \\* or \\?"
    else:
        hint = "write more of the word; for the character itself, \\* or \\?"
    raise QueryError(text, word.span, f"a wildcard needs {_MIN_PLAIN} plain characters beside it, in one word", hint)
