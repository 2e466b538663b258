"""The match role: batches of articles against the rules as they are now."""

import asyncio
import gc
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager

from wirewatch.adapters.kafka import BatchConsumer, TopicReader
from wirewatch.bootstrap.compiling import compile_matching, compiled_beside
from wirewatch.bootstrap.kit import Kit
from wirewatch.bootstrap.role import PartitionLag, RoleName, lags_of
from wirewatch.bootstrap.stopping import until_stopped
from wirewatch.pipeline import ArticleFact, ArticleOutcome, IndexedRuleBook, MatchStage, RejectWindow
from wirewatch.ports import Received

__all__ = ["MatchRole"]

_BREATHE_SECONDS = 0.005
"""How long matching may keep the event loop: the other roles and the health checks live in it too."""
_FIRST_TUNED_AT = 2_000
_TUNED_AGAIN_AFTER = 10
"""After how many articles, and times as many, it is well known which words are rare."""


class MatchRole:
    """One worker of the match role."""

    name = RoleName.MATCH

    def __init__(self, kit: Kit) -> None:
        settings = kit.settings
        self._kit = kit
        self._log = kit.log.bind(role=self.name)
        self._rulebook = IndexedRuleBook()
        self._rules_topic = TopicReader(kit.clients, kit.topics.rules)
        self._rules_loaded = False
        self._matched_articles = 0
        self._tuned_at = _FIRST_TUNED_AT
        self._publisher = kit.publisher(self.name)
        self._window = RejectWindow(settings.match.reject_limit_share, settings.match.reject_limit_run)
        self._stage = MatchStage(kit.topics, settings.articles.max_bytes, kit.wall_clock, kit.stopwatch)
        self._consumer = BatchConsumer(
            kit.clients,
            purpose=self.name,
            topic=kit.topics.articles,
            group=kit.group(self.name),
            max_records=settings.match.batch_max_records,
            wall_clock=kit.wall_clock,
            on_commit_failed=self._commit_failed,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Read all rules, then articles until `stop` is set."""
        await self._rules_topic.start()
        try:
            if not await until_stopped(self._load_rules(), stop):
                return
            await self._publisher.start()
            try:
                await self._consume(stop)
            finally:
                await self._publisher.stop()
        finally:
            await self._rules_topic.stop()

    def not_ready(self) -> str | None:
        """Ready with the rules read and a place in the group."""
        if not self._rules_loaded:
            return "the rules are not read yet"
        return None if self._consumer.is_assigned else "not in its consumer group yet"

    def remark(self) -> str | None:
        """Nothing."""
        return None

    def lags(self) -> tuple[PartitionLag, ...]:
        """Return the lag of each partition of articles held."""
        return lags_of(self._kit.topics.articles, self._consumer.lag())

    async def _consume(self, stop: asyncio.Event) -> None:
        await self._consumer.start()
        following = asyncio.create_task(self._follow_rules(), name="follow-rules")
        # A failure in following must end the role: a worker with old rules is worse than none.
        following.add_done_callback(lambda _: stop.set())
        try:
            await self._consumer.run(self._handle, stop)
        finally:
            await self._consumer.stop()
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        if not following.cancelled() and (error := following.exception()) is not None:
            raise error

    async def _load_rules(self) -> None:
        """Have the matching compiled and all rules known: the first article waits for neither."""
        with _kept_for_good():
            async with compiled_beside():
                await self._learn(await self._rules_topic.load())
            await asyncio.to_thread(compile_matching)
        self._rules_loaded = True

    async def _follow_rules(self) -> None:
        while True:
            changes = await self._rules_topic.changes()
            if changes:
                await self._learn(changes)
            if self._matched_articles >= self._tuned_at:
                self._tuned_at = self._matched_articles * _TUNED_AGAIN_AFTER
                await asyncio.to_thread(self._rulebook.tune)
                self._log.info("rules_tuned", articles=self._matched_articles)

    async def _learn(self, messages: Sequence[Received]) -> None:
        # Building an index of many rules takes a while: not on the event loop. The swap at its end is atomic.
        changes = await asyncio.to_thread(self._rulebook.apply, messages)
        for change in changes:
            if change.error is not None:
                self._log.error("rule_invalid", rule_id=change.rule_id, error=change.error)
        self._kit.metrics.rules(loaded=len(self._rulebook), invalid=len(self._rulebook.invalid))
        self._log.info("rules_loaded", rules=len(self._rulebook), changes=len(changes))

    async def _handle(self, batch: Sequence[Received]) -> Awaitable[None]:
        facts = await self._process(batch)
        self._window = self._window.after([fact.reject_reason is not None for fact in facts], self._kit.topics.articles)
        return self._publish(facts)

    async def _publish(self, facts: Sequence[ArticleFact]) -> None:
        await self._publisher.publish([record for fact in facts for record in fact.records])
        self._count(facts)

    async def _process(self, batch: Sequence[Received]) -> list[ArticleFact]:
        facts: list[ArticleFact] = []
        index = self._rulebook.index  # one for the whole batch: it may be replaced meanwhile
        stopwatch = self._kit.stopwatch
        breathed_at = stopwatch()
        for known in self._stage.process(batch, index):
            facts += known
            if stopwatch() - breathed_at > _BREATHE_SECONDS:
                await asyncio.sleep(0)
                breathed_at = stopwatch()
        return facts

    def _count(self, facts: Sequence[ArticleFact]) -> None:
        metrics = self._kit.metrics
        self._matched_articles += len(facts)
        metrics.match_seconds([fact.match_seconds for fact in facts if fact.match_seconds is not None])
        eventful = [fact for fact in facts if fact.records or fact.faulty_rules]  # few, mostly
        matched = [fact for fact in eventful if fact.outcome is ArticleOutcome.MATCHED]
        rejected = [fact for fact in eventful if fact.reject_reason is not None]
        metrics.articles(matched=len(matched), unmatched=len(facts) - len(matched) - len(rejected))
        metrics.matches(sum(len(fact.records) for fact in matched))
        for fact in rejected:
            if fact.reject_reason is not None:
                metrics.article_rejected(fact.reject_reason)
                self._log.warning("article_rejected", reason=fact.reject_reason, error=fact.reject_error)
        for rule_id in [rule_id for fact in eventful for rule_id in fact.faulty_rules]:
            metrics.rule_fault()
            self._log.error("rule_failed", rule_id=rule_id)

    def _commit_failed(self, error: Exception) -> None:
        self._log.warning("commit_failed", error=str(error) or repr(error))


@contextmanager
def _kept_for_good() -> Iterator[None]:
    """Leave what is made within to itself: Python's collector would look through millions of parts of rules for cycles.

    While they are read that takes a third of the time, and a second now and then ever after.
    """
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.freeze()
