"""The alert role: Faust's stream around the alert stage."""

import asyncio

from wirewatch.adapters.kafka import TopicSpec, ensure_topics, partition_count, require_equal_partitions
from wirewatch.adapters.streams import AlertStream, AlertStreamOptions
from wirewatch.alert import Decision
from wirewatch.bootstrap.kit import Kit
from wirewatch.bootstrap.role import PartitionLag, RoleName, lags_of
from wirewatch.bootstrap.stopping import until_stopped
from wirewatch.pipeline import AlertMemory, AlertStage
from wirewatch.ports import Received

__all__ = ["AlertRole"]


class AlertRole:
    """One worker of the alert role."""

    name = RoleName.ALERT

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._log = kit.log.bind(role=self.name)
        self._publisher = kit.publisher(self.name)
        self._stage = AlertStage(topics=kit.topics, publisher=self._publisher, wall_clock=kit.wall_clock)
        self._stream: AlertStream | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Decide matches until `stop` is set."""
        try:
            options = await self._options()
            await self._ensure_changelog(options)
            await self._publisher.start()
            await self._stream_until(stop, options)
        finally:
            await self._publisher.stop()

    def not_ready(self) -> str | None:
        """Ready with a place in the group and the table recovered."""
        if self._stream is None or not self._stream.is_assigned:
            return "not in its consumer group yet, or recovering what was alerted"
        return None

    def remark(self) -> str | None:
        """Nothing."""
        return None

    def lags(self) -> tuple[PartitionLag, ...]:
        """Return the lag of each partition of matches held."""
        if self._stream is None:
            return ()
        return lags_of(self._kit.topics.matches, self._stream.lag())

    async def _stream_until(self, stop: asyncio.Event, options: AlertStreamOptions) -> None:
        stream = AlertStream(
            self._kit.clients.connection,
            options,
            handler=self._handle,
            wall_clock=self._kit.wall_clock,
            ssl_context=self._kit.clients.ssl_context,
        )

        async def work() -> None:
            await stream.start()
            self._stream = stream
            await stream.wait()

        try:
            # Also a start can take long: the group may be waiting for a dead member, the table for its changelog.
            await until_stopped(work(), stop)
        finally:
            self._stream = None
            await stream.stop()

    async def _handle(self, received: Received, memory: AlertMemory) -> None:
        fact = await self._stage.handle(received, memory)
        self._kit.metrics.alert(fact.decision)
        if fact.article_to_alert_seconds is not None:
            self._kit.metrics.article_to_alert(fact.article_to_alert_seconds)
        if fact.decision is Decision.REJECTED:
            self._log.error("match_rejected", partition=received.partition, offset=received.offset, error=fact.error)
        else:
            self._log.debug("alert_decided", decision=fact.decision, alert_id=fact.alert_id, rule_id=fact.rule_id)

    async def _options(self) -> AlertStreamOptions:
        settings = self._kit.settings
        return AlertStreamOptions(
            group=self._kit.group(self.name),
            source=self._kit.topics.matches,
            partitions=await partition_count(self._kit.clients, self._kit.topics.matches),
            replication=settings.topics.replication,
            remember_seconds=settings.alert.remember_seconds,
            max_in_flight=settings.alert.max_in_flight,
            instance_id=self._kit.clients.instance_id,
        )

    async def _ensure_changelog(self, options: AlertStreamOptions) -> None:
        """Make the table's topic as the table needs it: as many partitions as its source, forgetting by age."""
        spec = TopicSpec(options.changelog, options.partitions, options.replication, options.changelog_config)
        await ensure_topics(self._kit.clients, [spec], create=self._kit.settings.topics.create)
        # Else the first alert of a partition without a changelog would be sent, and again after each crash over it.
        await require_equal_partitions(self._kit.clients, [options.source, options.changelog])
