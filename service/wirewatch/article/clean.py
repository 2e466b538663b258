"""From a publisher's text to ours: no HTML, no control characters, one kind of line end.

Plain text that has none of these comes out unchanged, character by character.
"""

import re

from wirewatch.article.html_text import html_to_text

__all__ = ["clean_body", "clean_title", "without_controls"]

_CONTROL_OR_SURROGATE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def clean_body(text: str) -> str:
    """Return `text` without HTML and with LF as its line end; lines and paragraphs stay."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return html_to_text(text) if "<" in text or "&" in text else text


def clean_title(text: str) -> str:
    """Return `text` without HTML, as one line."""
    text = clean_body(text)
    return " ".join(text.split()) if "\n" in text else text


def without_controls(text: str) -> str:
    """Return `text` in a form that anything downstream can encode, print and store.

    NUL vanishes; other control characters (not tab, LF, CR) become a space, since they stand between words in old
    wire formats; half a surrogate pair, which no UTF-8 can hold, becomes U+FFFD.
    """
    return _CONTROL_OR_SURROGATE.sub(_harmless, text)


def _harmless(found: re.Match[str]) -> str:
    character = found[0]
    if character == "\0":
        return ""
    return " " if character < " " else "\N{REPLACEMENT CHARACTER}"
