"""The match stage: articles in, their matches out. Stateless, and the hot path of everything."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from wirewatch.alert import encode_matches
from wirewatch.article import Article, ArticleRejected, RejectReason, decode_article, skimming
from wirewatch.pipeline.rejects import rejected_record
from wirewatch.ports import Received, Record, trace_headers
from wirewatch.routing import Topics

if TYPE_CHECKING:
    from wirewatch.matching import Decided, Match, RuleIndex

__all__ = ["ArticleFact", "ArticleOutcome", "MatchStage"]

_STEP_ARTICLES, _STEP_BYTES = 100, 512 * 1024
"""What is done to so many at once takes a few milliseconds at most: then others may have their turn."""
_STEPS_TOGETHER = 5
"""The articles of so many steps are all decided, then those with matches are told of: one by one they would take
longer, as what is needed for one is no longer in the processor's caches once the others have been there.
"""
_EXPLAINED = 20
"""Matches that are explained and then written together, for the same reason; more only where one article has them."""


class ArticleOutcome(StrEnum):
    """What became of an article."""

    MATCHED = "matched"
    UNMATCHED = "unmatched"
    REJECTED = "rejected"


class ArticleFact(NamedTuple):
    """What one article led to; `records` must be acknowledged before its offset is committed.

    `match_seconds` is its time in the index alone, None for a rejected article: an equal share of what those that were
    decided together took, and if there are matches, of what those that were explained together took. `faulty_rules`
    names the rules that failed on this article while all others went on.
    """

    outcome: ArticleOutcome
    records: tuple[Record, ...] = ()
    match_seconds: float | None = None
    reject_reason: RejectReason | None = None
    reject_error: str | None = None
    faulty_rules: tuple[str, ...] = ()


class _Found(NamedTuple):
    """An article that rules match, or may; `place` is its place in the facts, `seconds` how long it took to find."""

    place: int
    article: Article
    decided: "Decided"
    seconds: float


@dataclass(frozen=True, slots=True)
class MatchStage:
    """Where things go and what the limits are; `wall_clock` is Unix time, `stopwatch` monotonic, both in seconds."""

    topics: Topics
    max_article_bytes: int
    wall_clock: Callable[[], float]
    stopwatch: Callable[[], float]

    def process(self, batch: Sequence[Received], index: "RuleIndex") -> Iterator[Sequence[ArticleFact]]:
        """Yield what `batch` leads to under the rules of `index`, in order; never raises for what a message holds.

        After each step all facts that are known are yielded, mostly none: others may want their turn.
        """
        steps = _steps(batch)
        while together := list(islice(steps, _STEPS_TOGETHER)):
            yield from self._process(together, index)

    def _process(self, steps: Sequence[Sequence[Received]], index: "RuleIndex") -> Iterator[Sequence[ArticleFact]]:
        facts: list[ArticleFact] = []
        found: list[_Found] = []
        for step in steps:
            unclear = self._decide_clear(step, index, facts, found)
            yield ()
            if unclear:
                self._decide_unclear(step, unclear, index, facts, found)
                yield ()
        batch = [received for step in steps for received in step]
        for together in _explained_together(found):
            self._explain(together, batch, index, facts)
            yield ()
        yield facts

    def _decide_clear(
        self, step: Sequence[Received], index: "RuleIndex", facts: list[ArticleFact], found: list[_Found]
    ) -> Sequence[int]:
        """Add a fact for each of `step` to `facts`: it stays, unless the article is among those added to `found`.

        Return which of `step` have no place in either yet, as they have to be decoded first.
        """
        skimmed = skimming.skim([received.value for received in step], max_bytes=self.max_article_bytes)
        started = self.stopwatch()
        decided = index.decided_skimmed(skimmed)
        seconds = (self.stopwatch() - started) / max(1, len(skimmed))
        first, places = len(facts), skimmed.places
        facts += [ArticleFact(ArticleOutcome.UNMATCHED, (), seconds)] * len(step)
        for number, of_article in enumerate(decided):
            if any(of_article):
                found.append(_Found(first + places[number], skimmed.article(number), of_article, seconds))
        return [] if len(places) == len(step) else sorted({*range(len(step))}.difference(places))

    def _decide_unclear(
        self,
        step: Sequence[Received],
        unclear: Sequence[int],
        index: "RuleIndex",
        facts: list[ArticleFact],
        found: list[_Found],
    ) -> None:
        """Do the same for those of `step` that are left, the last of `facts` is that of the last of `step`."""
        first = len(facts) - len(step)
        places: list[int] = []
        articles: list[Article] = []
        for place in unclear:
            read = self._read(step[place])
            if isinstance(read, ArticleFact):
                facts[first + place] = read
            else:
                places.append(first + place)
                articles.append(read)
        started = self.stopwatch()
        decided = index.decided_all(articles)
        seconds = (self.stopwatch() - started) / max(1, len(articles))
        unmatched = ArticleFact(ArticleOutcome.UNMATCHED, (), seconds)
        for place, article, of_article in zip(places, articles, decided, strict=True):
            facts[place] = unmatched
            if any(of_article):
                found.append(_Found(place, article, of_article, seconds))

    def _read(self, received: Received) -> Article | ArticleFact:
        try:
            return decode_article(received.value, max_bytes=self.max_article_bytes)
        except ArticleRejected as error:
            record = rejected_record(received, self.topics.articles_rejected, reason=error.reason, error=error.detail)
            return ArticleFact(
                ArticleOutcome.REJECTED, (record,), reject_reason=error.reason, reject_error=error.detail
            )

    def _explain(
        self, found: Sequence[_Found], batch: Sequence[Received], index: "RuleIndex", facts: list[ArticleFact]
    ) -> None:
        """Replace the facts of `found`, articles of `batch`, by what their matches say."""
        started = self.stopwatch()
        explained = index.explained_all([(each.article, each.decided) for each in found])
        seconds = (self.stopwatch() - started) / len(found)
        for (place, article, _, seconds_before), (matches, faults) in zip(found, explained, strict=True):
            records = self._records(batch[place], article, matches) if matches else ()
            outcome = ArticleOutcome.MATCHED if matches else ArticleOutcome.UNMATCHED
            faulty = tuple([fault.rule.id for fault in faults])
            facts[place] = ArticleFact(outcome, records, seconds_before + seconds, faulty_rules=faulty)

    def _records(self, received: Received, article: Article, matches: Sequence["Match"]) -> tuple[Record, ...]:
        matched_at = datetime.fromtimestamp(self.wall_clock(), UTC)
        received_at = _received_at(received.timestamp_ms, matched_at)
        headers = trace_headers(received.headers)
        values = encode_matches(matches, article, received_at=received_at, matched_at=matched_at)
        topic = self.topics.matches
        return tuple(
            [
                Record(topic, match.rule.id.encode(), value, headers)
                for match, value in zip(matches, values, strict=True)
            ]
        )


def _explained_together(found: Sequence[_Found]) -> Iterator[Sequence[_Found]]:
    """Yield `found` in parts, each of the first few articles with _EXPLAINED rules or more."""
    first = rules = 0
    for end, each in enumerate(found, 1):
        rules += sum(map(len, each.decided))
        if rules >= _EXPLAINED or end == len(found):
            yield found[first:end]
            first, rules = end, 0


def _steps(batch: Sequence[Received]) -> Iterator[Sequence[Received]]:
    """Yield `batch` in parts of up to `_STEP_ARTICLES`, and of some `_STEP_BYTES`."""
    first = size = 0
    for end, received in enumerate(batch, 1):
        size += len(received.value or b"")
        if size >= _STEP_BYTES or end - first >= _STEP_ARTICLES:
            yield batch[first:end]
            first, size = end, 0
    if first < len(batch):
        yield batch[first:]


def _received_at(timestamp_ms: int, now: datetime) -> datetime:
    """Return a message's own time; `now` where it has none or an impossible one, such as microseconds give."""
    try:
        received_at = datetime.fromtimestamp(timestamp_ms / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return now
    return received_at if timestamp_ms >= 0 else now
