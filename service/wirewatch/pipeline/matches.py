"""The match stage: articles in, their matches out. Stateless, and the hot path of everything."""

from collections.abc import Callable, Iterator, Sequence
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
    from wirewatch.matching import Decided, Match, RuleIndex

__all__ = ["ArticleFact", "ArticleOutcome", "MatchStage"]

_TOGETHER_BYTES = 1024 * 1024
"""Articles that are read, then decided, explained and encoded together: one by one they would take a third longer, as
what a step needs is no longer in the processor's caches once the others have been there. More than this gains nothing.
"""
_TOGETHER_MATCHES = 10_000
"""With so many they are encoded before more articles are explained: until then a match takes 1 to 10 kB."""


class ArticleOutcome(StrEnum):
    """What became of an article."""

    MATCHED = "matched"
    UNMATCHED = "unmatched"
    REJECTED = "rejected"


class ArticleFact(NamedTuple):
    """What one article led to; `records` must be acknowledged before its offset is committed.

    `match_seconds` is its time in the index alone, None for a rejected article. `faulty_rules` names the rules that
    failed on this article while all others went on.
    """

    outcome: ArticleOutcome
    records: tuple[Record, ...] = ()
    match_seconds: float | None = None
    reject_reason: RejectReason | None = None
    reject_error: str | None = None
    faulty_rules: tuple[str, ...] = ()


class _Decided(NamedTuple):
    """An article with the rules that match it, or may; `seconds` is how long they took to find."""

    article: Article
    decided: "Decided"
    seconds: float


class _Explained(NamedTuple):
    """An article with its matches, and the rules that failed on it; `seconds` is how long the index took for both."""

    article: Article
    matches: tuple["Match", ...]
    seconds: float
    faulty_rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatchStage:
    """Where things go and what the limits are; `wall_clock` is Unix time, `stopwatch` monotonic, both in seconds."""

    topics: Topics
    max_article_bytes: int
    wall_clock: Callable[[], float]
    stopwatch: Callable[[], float]

    def process(self, batch: Sequence[Received], index: "RuleIndex") -> Iterator[ArticleFact | None]:
        """Yield what each of `batch` leads to under the rules of `index`, in order; never raises for what one holds.

        None comes after each step before that: nothing is there yet, but others may want their turn.
        """
        for together in _together(batch):
            yield from self._process(together, index)

    def _process(self, batch: Sequence[Received], index: "RuleIndex") -> Iterator[ArticleFact | None]:
        read: list[Article | ArticleFact] = []
        for received in batch:
            read.append(self._read(received))
            yield None
        decided: list[_Decided | ArticleFact] = []
        for article in read:
            decided.append(article if isinstance(article, ArticleFact) else self._decide(article, index))
            yield None
        explained: list[tuple[Received, _Explained | ArticleFact]] = []
        matches = 0
        for received, found in zip(batch, decided, strict=True):
            known = found if isinstance(found, ArticleFact) else self._explain(found, index)
            explained.append((received, known))
            yield None
            matches += len(known.matches) if isinstance(known, _Explained) else 0
            if matches >= _TOGETHER_MATCHES:
                yield from map(self._encoded, explained)
                explained, matches = [], 0
        yield from map(self._encoded, explained)

    def _read(self, received: Received) -> Article | ArticleFact:
        try:
            return decode_article(received.value, max_bytes=self.max_article_bytes)
        except ArticleRejected as error:
            record = rejected_record(received, self.topics.articles_rejected, reason=error.reason, error=error.detail)
            return ArticleFact(
                ArticleOutcome.REJECTED, (record,), reject_reason=error.reason, reject_error=error.detail
            )

    def _decide(self, article: Article, index: "RuleIndex") -> "_Decided | ArticleFact":
        started = self.stopwatch()
        (decided,) = index.decided_all((article,))
        seconds = self.stopwatch() - started
        if any(decided):
            return _Decided(article, decided, seconds)
        return ArticleFact(ArticleOutcome.UNMATCHED, (), seconds)

    def _explain(self, found: "_Decided", index: "RuleIndex") -> "_Explained | ArticleFact":
        article, decided, seconds = found
        started = self.stopwatch()
        result = index.explained(article, decided)
        seconds += self.stopwatch() - started
        faulty = tuple(fault.rule.id for fault in result.faults)
        if result.matches:
            return _Explained(article, result.matches, seconds, faulty)
        return ArticleFact(ArticleOutcome.UNMATCHED, (), seconds, faulty_rules=faulty)

    def _encoded(self, explained: "tuple[Received, _Explained | ArticleFact]") -> ArticleFact:
        received, known = explained
        if isinstance(known, ArticleFact):
            return known
        article, matches, seconds, faulty = known
        matched_at = datetime.fromtimestamp(self.wall_clock(), UTC)
        received_at = _received_at(received.timestamp_ms, matched_at)
        headers = trace_headers(received.headers)
        values = encode_matches(matches, article, received_at=received_at, matched_at=matched_at)
        records = tuple(
            Record(self.topics.matches, match.rule.id.encode(), value, headers)
            for match, value in zip(matches, values, strict=True)
        )
        return ArticleFact(ArticleOutcome.MATCHED, records, seconds, faulty_rules=faulty)


def _together(batch: Sequence[Received]) -> Iterator[Sequence[Received]]:
    """Yield `batch` in runs of some `_TOGETHER_BYTES`."""
    first = size = 0
    for end, received in enumerate(batch, 1):
        size += len(received.value or b"")
        if size >= _TOGETHER_BYTES:
            yield batch[first:end]
            first, size = end, 0
    yield batch[first:]


def _received_at(timestamp_ms: int, now: datetime) -> datetime:
    """Return a message's own time; `now` where it has none or an impossible one, such as microseconds give."""
    try:
        received_at = datetime.fromtimestamp(timestamp_ms / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return now
    return received_at if timestamp_ms >= 0 else now
