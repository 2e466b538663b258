"""The match stage: an article in, its matches out. Stateless, and the hot path of everything."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from wirewatch.alert import encode_matches
from wirewatch.article import Article, ArticleRejected, RejectReason, decode_article
from wirewatch.pipeline.rejects import rejected_record
from wirewatch.ports import Received, Record, trace_headers
from wirewatch.routing import Topics

if TYPE_CHECKING:
    from wirewatch.matching import RuleIndex

__all__ = ["ArticleFact", "ArticleOutcome", "MatchStage"]


class ArticleOutcome(StrEnum):
    """What became of an article."""

    MATCHED = "matched"
    UNMATCHED = "unmatched"
    REJECTED = "rejected"


class ArticleFact(NamedTuple):
    """What one article led to; `records` must be acknowledged before its offset is committed.

    `match_seconds` is the time in the index alone, None for a rejected article. `faulty_rules` names the rules that
    failed on this article while all others went on.
    """

    outcome: ArticleOutcome
    records: tuple[Record, ...] = ()
    match_seconds: float | None = None
    reject_reason: RejectReason | None = None
    reject_error: str | None = None
    faulty_rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchStage:
    """Where things go and what the limits are; `wall_clock` is Unix time, `stopwatch` monotonic, both in seconds."""

    topics: Topics
    max_article_bytes: int
    wall_clock: Callable[[], float]
    stopwatch: Callable[[], float]

    def process(self, received: Received, index: "RuleIndex") -> ArticleFact:
        """Return what `received` leads to under the rules of `index`; never raises for anything an article holds."""
        try:
            article = decode_article(received.value, max_bytes=self.max_article_bytes)
        except ArticleRejected as error:
            record = rejected_record(received, self.topics.articles_rejected, reason=error.reason, error=error.detail)
            return ArticleFact(
                ArticleOutcome.REJECTED, (record,), reject_reason=error.reason, reject_error=error.detail
            )
        return self._match(received, article, index)

    def _match(self, received: Received, article: Article, index: "RuleIndex") -> ArticleFact:
        started = self.stopwatch()
        result = index.match_with_faults(article)
        match_seconds = self.stopwatch() - started
        faulty = tuple(fault.rule.id for fault in result.faults)
        if not result.matches:
            return ArticleFact(ArticleOutcome.UNMATCHED, (), match_seconds, faulty_rules=faulty)
        matched_at = datetime.fromtimestamp(self.wall_clock(), UTC)
        received_at = _received_at(received.timestamp_ms, matched_at)
        headers = trace_headers(received.headers)
        values = encode_matches(result.matches, article, received_at=received_at, matched_at=matched_at)
        records = tuple(
            Record(self.topics.matches, match.rule.id.encode(), value, headers)
            for match, value in zip(result.matches, values, strict=True)
        )
        return ArticleFact(ArticleOutcome.MATCHED, records, match_seconds, faulty_rules=faulty)


def _received_at(timestamp_ms: int, now: datetime) -> datetime:
    """Return a message's own time; `now` where it has none or an impossible one, such as microseconds give."""
    try:
        received_at = datetime.fromtimestamp(timestamp_ms / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return now
    return received_at if timestamp_ms >= 0 else now
