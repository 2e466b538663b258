"""An alert for a person's eyes: a few lines, the hits in bold, nothing that could steer the terminal."""

import re
from collections.abc import Iterator

import click

from wirewatch.alert import Alert, SnippetText

__all__ = ["plain", "readable_alert"]

_SPACE_OR_STEERS_A_TERMINAL = re.compile("[\\s\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]+")


def readable_alert(alert: Alert, head: str) -> str:
    """Return the alert in a few lines, the first of which begins with `head` (a time, say, and what happened)."""
    return "\n".join(_lines(alert, head))


def plain(text: str) -> str:
    """Return `text` in one line, without what could steer a terminal: it comes from an article, so from anybody."""
    return _SPACE_OR_STEERS_A_TERMINAL.sub(" ", text)


def _lines(alert: Alert, head: str) -> Iterator[str]:
    rule, article = alert.data.rule, alert.data.article
    yield f"{head}  {click.style(plain(rule.name), bold=True)} [{rule.severity}]  {alert.id}"
    source = f" ({plain(article.source)})" if article.source else ""
    yield f"    {plain(article.title or article.id)}{source}"
    for snippet in alert.data.snippets:
        if snippet.field != "title":
            yield f"    {_highlighted(snippet)}"
    if article.url:
        yield f"    {plain(article.url)}"


def _highlighted(snippet: SnippetText) -> str:
    """Return the snippet with its hits in bold, where the terminal can; overlapping hits count once."""
    parts: list[str] = []
    done = 0
    for start, end in sorted(snippet.hits):
        if start >= done:
            parts += [plain(snippet.text[done:start]), click.style(plain(snippet.text[start:end]), bold=True)]
            done = end
    return "".join((*parts, plain(snippet.text[done:])))
