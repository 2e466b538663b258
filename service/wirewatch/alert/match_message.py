"""The value of the `matches` topic: one rule, one article, and where they met.

An article's body does not travel on: a summary, the hits and a snippet a field are what an alert needs, and a match
of a 1 MB article must not be a 1 MB message. Texts are cut with an ellipsis, lists at a count, so that a match stays
below some 40 kB whatever the article was.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic_core import to_json

from wirewatch.article import Article
from wirewatch.dedupe import alert_id
from wirewatch.matching import Match, Snippet
from wirewatch.rule import Rule, Severity

__all__ = ["ArticleSummary", "Hit", "MatchMessage", "RuleSummary", "SnippetText", "encode_matches"]

_MAX_HITS = 50
_MAX_LIST = 20
_MAX_TITLE = 500
_MAX_NAME = 200
_MAX_SHORT = 100
_MAX_URL = 2_000
_MAX_QUERY = 1_000
_MAX_SNIPPET = 500
_MAX_REMEMBERED = 10_000

_rules_written: dict[tuple[str, str], bytes] = {}


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


def encode_matches(
    matches: Sequence[Match], article: Article, *, received_at: datetime, matched_at: datetime
) -> tuple[bytes, ...]:
    """Return the value of the message of each of an article's `matches`: JSON in UTF-8, without what has its default.

    Both times must be aware. What `MatchMessage` reads is put together here without making one: the match role writes
    many, and validating our own words costs more than all else.
    """
    same = {"article": _article_summary(article), "received_at": received_at, "matched_at": matched_at}
    end = to_json(same)[1:]
    return tuple(
        [
            b'%b,"rule":%b,%b' % (to_json(_meeting(match, article.id))[:-1], _rule_summary(match.rule), end)
            for match in matches
        ]
    )


def _meeting(match: Match, article_id: str) -> dict[str, Any]:
    """Return what is of this rule and this article together."""
    meeting: dict[str, Any] = {"id": alert_id(match.rule.id, article_id)}
    if match.terms:
        meeting["hits"] = [
            {
                "field": field,
                "start": start,
                "end": end,
                "text": text if len(text) <= _MAX_SHORT else _cut(text, _MAX_SHORT),
            }
            for field, start, end, text in match.terms[:_MAX_HITS]
        ]
    if len(match.terms) > _MAX_HITS:
        meeting["hits_omitted"] = len(match.terms) - _MAX_HITS
    if match.snippets:
        meeting["snippets"] = [_snippet_text(snippet) for snippet in match.snippets]
    return meeting


def _rule_summary(rule: Rule) -> bytes:
    """Return what is the same in every match of a rule, as JSON."""
    key = (rule.id, rule.revision)
    known = _rules_written.get(key)
    if known is None:
        if len(_rules_written) >= _MAX_REMEMBERED:
            _rules_written.clear()
        known = _rules_written[key] = to_json(
            {
                "id": rule.id,
                "revision": rule.revision,
                "name": _cut(rule.name, _MAX_NAME),
                "query": _cut(rule.query, _MAX_QUERY),
                "severity": rule.severity,
                **_filled(tags=_cut_all(rule.tags), receivers=rule.receivers),
            }
        )
    return known


def _article_summary(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        **_filled(
            title=_cut(article.title, _MAX_TITLE),
            url=article.url if article.url is None or len(article.url) <= _MAX_URL else None,
            source=_cut(article.source or "", _MAX_NAME),
            language=_cut(article.language or "", _MAX_SHORT),
            published_at=article.published_at,
            authors=_cut_all(article.authors),
            countries=_cut_all(article.countries),
            tags=_cut_all(article.tags),
        ),
    }


def _snippet_text(snippet: Snippet) -> dict[str, Any]:
    kept = _cut(snippet.text, _MAX_SNIPPET)
    hits = [hit for hit in snippet.hits if hit[1] <= len(kept)][:_MAX_HITS]
    return {"field": snippet.field, "text": kept, **_filled(hits=hits)}


def _filled(**values: object) -> dict[str, Any]:
    """Return those of `values` that have something in them: nothing, none and zero are what a reader assumes."""
    return {name: value for name, value in values.items() if value}


def _cut_all(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([_cut(text, _MAX_SHORT) for text in texts[:_MAX_LIST]])


def _cut(text: str, limit: int) -> str:
    """Return `text`, ending in an ellipsis where more than `limit` characters had to be cut to fit them."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
