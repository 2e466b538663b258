"""A consumer for batches that are handled whole: read, handle, commit."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from wirewatch.adapters.kafka.clients import KafkaClients, received_from
from wirewatch.adapters.kafka.committed import learn_committed
from wirewatch.adapters.kafka.polling import poll
from wirewatch.adapters.kafka.stopping import stop_consumer
from wirewatch.ports import Lag, LagClock, Received

__all__ = ["BatchConsumer"]

_POLL_MS = 200


class BatchConsumer(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka has no types for us
    """A member of a group; `run` until told to stop.

    A batch is handled under a lock that a rebalance waits for, so partitions go to their next owner only after what
    was done with them is committed.
    """

    def __init__(
        self,
        clients: KafkaClients,
        *,
        purpose: str,
        topic: str,
        group: str,
        max_records: int,
        wall_clock: Callable[[], float],
        on_commit_failed: Callable[[Exception], None],
    ) -> None:
        self._topic = topic
        self._max_records = max_records
        self._on_commit_failed = on_commit_failed
        self._consumer: AIOKafkaConsumer = clients.group_consumer(purpose, group, max_poll_records=max_records)
        self._handling = asyncio.Lock()
        self._generation = 0
        self._committed: dict[TopicPartition, int] = {}
        self._lag_clock = LagClock(wall_clock)
        self.is_assigned = False

    async def start(self) -> None:
        """Join the group."""
        await self._consumer.start()
        self._consumer.subscribe([self._topic], listener=self)

    async def stop(self) -> None:
        """Leave the group."""
        self.is_assigned = False
        await stop_consumer(self._consumer)

    async def run(self, handle: Callable[[Sequence[Received]], Awaitable[None]], stop: asyncio.Event) -> None:
        """Hand batches to `handle` and commit each, until `stop` is set; the batch in hand is finished first.

        What `handle` raises ends the run with nothing of that batch committed.
        """
        while not stop.is_set():
            await learn_committed(self._consumer, self._committed)
            fetched = await poll(self._consumer, timeout_ms=_POLL_MS, max_records=self._max_records, stop=stop)
            # Read only now: what a poll returns belongs to the assignment at its return, whatever came in between.
            # Thrown away is only what a rebalance overtook while we waited for the lock; it is read again anyway.
            generation = self._generation
            async with self._handling:
                if fetched and self.is_assigned and generation == self._generation:
                    await handle([received_from(record) for records in fetched.values() for record in records])
                    await self._commit(fetched)

    def lag(self) -> Mapping[int, Lag]:
        """Return the lag of each partition held where it is known: what a crash would make somebody do again."""
        readings = {
            partition.partition: self._lag_clock.read(partition, self._behind(partition))
            for partition in self._consumer.assignment()
        }
        return {partition: lag for partition, lag in readings.items() if lag is not None}

    async def on_partitions_revoked(self, revoked: Any) -> None:  # noqa: ARG002 - the listener's signature
        """Let the batch in hand be finished and committed; what was fetched and not begun is thrown away."""
        self._generation += 1
        self.is_assigned = False
        async with self._handling:
            self._committed.clear()
            self._lag_clock.forget()

    async def on_partitions_assigned(self, assigned: Any) -> None:  # noqa: ARG002 - the listener's signature
        """Go on."""
        self.is_assigned = True

    async def _commit(self, fetched: Mapping[TopicPartition, Sequence[Any]]) -> None:
        offsets = {partition: records[-1].offset + 1 for partition, records in fetched.items() if records}
        try:
            await self._consumer.commit(offsets)
        except KafkaError as error:
            # The work is done and published. Either a later commit covers these offsets too, or the partition is no
            # longer ours and its next owner does the work again, under the same ids.
            self._on_commit_failed(error)
            return
        self._committed |= offsets
        for partition, records in fetched.items():
            if records:
                self._lag_clock.processed(partition, records[-1].timestamp)

    def _behind(self, partition: TopicPartition) -> int | None:
        end = self._consumer.highwater(partition)
        if end is None:
            return None
        committed = self._committed.get(partition)
        return end - committed if committed is not None else None
