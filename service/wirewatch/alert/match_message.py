"""The value of the `matches` topic: one rule, one article, and where they met.

An article's body does not travel on: a summary, the hits and a snippet a field are what an alert needs, and a match
of a 1 MB article must not be a 1 MB message. Texts are cut with an ellipsis, lists at a count, so that a match stays
below some 40 kB whatever the article was.
"""

from datetime import datetime
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from wirewatch.article import Article
from wirewatch.dedupe import alert_id
from wirewatch.matching import Match
from wirewatch.rule import Rule, Severity

__all__ = ["ArticleSummary", "Hit", "MatchMessage", "RuleSummary", "SnippetText", "match_message"]

_MAX_HITS = 50
_MAX_LIST = 20
_MAX_TITLE = 500
_MAX_NAME = 200
_MAX_SHORT = 100
_MAX_URL = 2_000
_MAX_QUERY = 1_000
_MAX_SNIPPET = 500


class _Wire(BaseModel):
    """A frozen part of a message; unknown fields are left for a later version to know."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="float")


class RuleSummary(_Wire):
    """The rule as it was when it matched; `revision` tells two definitions of one id apart."""

    id: str
    revision: str
    name: str
    query: str
    severity: Severity
    tags: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()


class ArticleSummary(_Wire):
    """What a reader needs to recognise the article and go to it."""

    id: str
    title: str = ""
    url: str | None = None
    source: str | None = None
    language: str | None = None
    published_at: AwareDatetime | None = None
    authors: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Hit(_Wire):
    """A part of the article that took part: characters `start` to `end` of `field` read `text`."""

    field: str
    start: int
    end: int
    text: str


class SnippetText(_Wire):
    """An extract of `field`; `hits` are (start, end) offsets into this `text`."""

    field: str
    text: str
    hits: tuple[tuple[int, int], ...] = ()


class MatchMessage(_Wire):
    """A rule matched an article.

    `id` is the alert's id. `received_at` is when the article reached Kafka, `matched_at` when we matched it.
    """

    id: str
    rule: RuleSummary
    article: ArticleSummary
    hits: tuple[Hit, ...] = ()
    hits_omitted: int = 0
    snippets: tuple[SnippetText, ...] = ()
    received_at: AwareDatetime
    matched_at: AwareDatetime

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read a message's value.

        Raises:
            pydantic.ValidationError: it is not a match; every bad field is named.
        """
        return cls.model_validate_json(raw)

    def encode(self) -> bytes:
        """Return the message's value: JSON in UTF-8, without what has its default."""
        return self.model_dump_json(exclude_defaults=True).encode()


def match_message(match: Match, article: Article, *, received_at: datetime, matched_at: datetime) -> MatchMessage:
    """Put a match into the form that travels; both times must be aware."""
    hits = tuple(
        Hit(field=hit.field, start=hit.start, end=hit.end, text=_cut(hit.text, _MAX_SHORT))
        for hit in match.terms[:_MAX_HITS]
    )
    return MatchMessage(
        id=alert_id(match.rule.id, article.id),
        rule=_rule_summary(match.rule),
        article=_article_summary(article),
        hits=hits,
        hits_omitted=len(match.terms) - len(hits),
        snippets=tuple(_snippet_text(snippet.field, snippet.text, snippet.hits) for snippet in match.snippets),
        received_at=received_at,
        matched_at=matched_at,
    )


def _rule_summary(rule: Rule) -> RuleSummary:
    return RuleSummary(
        id=rule.id,
        revision=rule.revision,
        name=_cut(rule.name, _MAX_NAME),
        query=_cut(rule.query, _MAX_QUERY),
        severity=rule.severity,
        tags=_cut_all(rule.tags),
        receivers=rule.receivers,
    )


def _article_summary(article: Article) -> ArticleSummary:
    return ArticleSummary(
        id=article.id,
        title=_cut(article.title, _MAX_TITLE),
        url=article.url if article.url is None or len(article.url) <= _MAX_URL else None,
        source=_cut(article.source, _MAX_NAME) if article.source is not None else None,
        language=_cut(article.language, _MAX_SHORT) if article.language is not None else None,
        published_at=article.published_at,
        authors=_cut_all(article.authors),
        countries=_cut_all(article.countries),
        tags=_cut_all(article.tags),
    )


def _snippet_text(field: str, text: str, hits: tuple[tuple[int, int], ...]) -> SnippetText:
    kept = _cut(text, _MAX_SNIPPET)
    return SnippetText(field=field, text=kept, hits=tuple(hit for hit in hits if hit[1] <= len(kept))[:_MAX_HITS])


def _cut_all(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_cut(text, _MAX_SHORT) for text in texts[:_MAX_LIST])


def _cut(text: str, limit: int) -> str:
    """Return `text`, ending in an ellipsis where more than `limit` characters had to be cut to fit them."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
