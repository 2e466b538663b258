"""What every format shows of an alert: a few texts, cleaned and bounded, the hits marked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from wirewatch.alert import Alert, SnippetText
from wirewatch.alert.delivery import Delivery
from wirewatch.rule import Severity

__all__ = ["Notice", "Run", "notice_of", "shortened"]

_MAX_EXTRACTS = 4
_MAX_URL = 1_000
_STEERING = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")
"""Controls, line separators, marks that turn the direction of writing round, and halves of characters."""
_LINK = re.compile(r"https?://[^\s\\<>\"]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a text, of one style."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """An alert for people's eyes.

    `title` is the article's, `byline` where and when it was published, `url` its address if it is one that may be
    clicked. `extracts` are the places that matched, their hits bold. No text has a line break or a control character.
    """

    alert_id: str
    time: datetime
    rule_id: str
    rule_name: str
    severity: Severity
    title: str
    byline: str
    url: str | None
    extracts: tuple[tuple[Run, ...], ...]

    @property
    def headline(self) -> str:
        """One line that says what happened."""
        return f"{self.rule_name}: {self.title}"


def notice_of(delivery: Delivery) -> Notice:
    """Return what to show of `delivery`; an alert of a shape that is not known here is shown by its id alone."""
    try:
        alert = Alert.model_validate(delivery.alert)
    except ValidationError:
        return Notice(
            delivery.alert_id,
            delivery.created_at,
            rule_id="",
            rule_name="Wirewatch",
            severity=Severity.MEDIUM,
            title=f"alert {delivery.alert_id}",
            byline="",
            url=None,
            extracts=(),
        )
    rule, article = alert.data.rule, alert.data.article
    published = article.published_at.strftime("%Y-%m-%d %H:%M %Z") if article.published_at else ""
    return Notice(
        delivery.alert_id,
        alert.time,
        rule_id=_clean(rule.id),
        rule_name=_clean(rule.name),
        severity=rule.severity,
        title=_clean(article.title) or _clean(article.id),
        byline=" · ".join(part for part in (_clean(article.source or ""), published) if part),
        url=_link(article.url),
        extracts=tuple(_runs(each) for each in alert.data.snippets if each.field != "title")[:_MAX_EXTRACTS],
    )


def shortened(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, ending in an ellipsis where it was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _clean(text: str) -> str:
    return " ".join(_STEERING.sub(" ", text).split())


def _link(url: str | None) -> str | None:
    return url if url and len(url) <= _MAX_URL and _LINK.fullmatch(url) else None


def _runs(snippet: SnippetText) -> tuple[Run, ...]:
    return tuple(Run(text, bold) for text, bold in _pieces(snippet) if text)


def _pieces(snippet: SnippetText) -> Iterator[tuple[str, bool]]:
    """Split at the hits, which may overlap or be nonsense; a control character becomes a space of its own."""
    text = _STEERING.sub(" ", snippet.text)
    done = 0
    for start, end in sorted(snippet.hits):
        if done <= start < end <= len(text):
            yield text[done:start], False
            yield text[start:end], True
            done = end
    yield text[done:], False
