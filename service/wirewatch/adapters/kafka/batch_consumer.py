"""A consumer for batches that are handled whole: read, handle, wait for the broker, commit."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from wirewatch.adapters.kafka.clients import KafkaClients
from wirewatch.adapters.kafka.committed import learn_committed
from wirewatch.adapters.kafka.polling import poll
from wirewatch.adapters.kafka.stopping import stop_consumer
from wirewatch.ports import Lag, LagClock, Received

__all__ = ["BatchConsumer", "Handle"]

Handle = Callable[[Sequence[Received]], Awaitable[Awaitable[None]]]
"""Handles a batch; what it returns ends when all that the batch led to is acknowledged."""

_POLL_MS = 200
_COMMIT_SECONDS = 0.2
_LAST_COMMIT_SECONDS = 2.0
_UNACKNOWLEDGED_BATCHES = 2


class BatchConsumer(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka has no types for us
    """A member of a group; `run` until told to stop.

    The next batch is handled while the broker has not acknowledged the last one yet. Commits follow acknowledgements,
    in the order of the batches and a few times a second. A rebalance waits for all of it, so partitions go to their
    next owner only after what was done with them is committed.
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
        self._consumer = clients.group_consumer(purpose, group, max_poll_records=max_records)
        self._handling = asyncio.Lock()
        self._committing = asyncio.Lock()
        self._generation = 0
        self._unacknowledged: deque[asyncio.Task[None]] = deque()
        self._done: dict[TopicPartition, Received] = {}
        """The last record of each partition that all is acknowledged of and that is not committed yet."""
        self._something_done = asyncio.Event()
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

    async def run(self, handle: Handle, stop: asyncio.Event) -> None:
        """Hand batches to `handle` until `stop` is set; those in hand are finished and committed first.

        What `handle`, or what it returned, raises ends the run with nothing of that batch and of later ones committed.
        """
        committer = asyncio.create_task(self._commit_regularly(), name="commit-articles")
        committer.add_done_callback(lambda _: stop.set())  # it has no end but a bug's
        try:
            await self._read(handle, stop)
        except asyncio.CancelledError:
            for task in self._unacknowledged:
                task.cancel()
            raise
        finally:
            committer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await committer
            await self._finish()

    async def _read(self, handle: Handle, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._wait_for_acknowledgements()
            await learn_committed(self._consumer, self._committed)
            fetched = await poll(self._consumer, timeout_ms=_POLL_MS, max_records=self._max_records, stop=stop)
            # Read only now: what a poll returns belongs to the assignment at its return, whatever came in between.
            # Thrown away is only what a rebalance overtook while we waited for the lock; it is read again anyway.
            generation = self._generation
            async with self._handling:
                if fetched and self.is_assigned and generation == self._generation:
                    batch = [record for records in fetched.values() for record in records]
                    acknowledged = self._acknowledge([*self._unacknowledged, await handle(batch)], fetched)
                    self._unacknowledged.append(asyncio.create_task(acknowledged, name="acknowledge-articles"))
        await self._wait_for_acknowledgements(at_most=0)

    def lag(self) -> Mapping[int, Lag]:
        """Return the lag of each partition held where it is known: what a crash would make somebody do again."""
        readings = {
            partition.partition: self._lag_clock.read(partition, self._behind(partition))
            for partition in self._consumer.assignment()
        }
        return {partition: lag for partition, lag in readings.items() if lag is not None}

    async def on_partitions_revoked(self, revoked: Any) -> None:  # noqa: ARG002 - the listener's signature
        """Let what is in hand be finished and committed; what was fetched and not begun is thrown away."""
        self._generation += 1
        self.is_assigned = False
        async with self._handling:
            await self._finish()
            self._done.clear()
            self._committed.clear()
            self._lag_clock.forget()

    async def on_partitions_assigned(self, assigned: Any) -> None:  # noqa: ARG002 - the listener's signature
        """Go on."""
        self.is_assigned = True

    async def _acknowledge(
        self, published: Sequence[Awaitable[None]], fetched: Mapping[TopicPartition, Sequence[Received]]
    ) -> None:
        """Wait until all is `published`, this batch's and that of those before: then its offsets may be committed."""
        for result in await asyncio.gather(*published, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result
        self._done |= {partition: records[-1] for partition, records in fetched.items() if records}
        self._something_done.set()

    async def _wait_for_acknowledgements(self, at_most: int = _UNACKNOWLEDGED_BATCHES - 1) -> None:
        """Return when `at_most` batches are not acknowledged yet; raises what went wrong with one."""
        while self._unacknowledged and (self._unacknowledged[0].done() or len(self._unacknowledged) > at_most):
            await self._unacknowledged[0]
            self._unacknowledged.popleft()

    async def _finish(self) -> None:
        """Wait for all batches in hand and commit those that are acknowledged; `run` tells what went wrong."""
        await asyncio.gather(*self._unacknowledged, return_exceptions=True)
        try:
            async with asyncio.timeout(_LAST_COMMIT_SECONDS):
                await self._commit()
        except TimeoutError as error:
            self._on_commit_failed(error)

    async def _commit_regularly(self) -> None:
        while True:
            await self._something_done.wait()
            await self._commit()
            await asyncio.sleep(_COMMIT_SECONDS)

    async def _commit(self) -> None:
        async with self._committing:
            self._something_done.clear()
            done = dict(self._done)
            offsets = {partition: record.offset + 1 for partition, record in done.items()}
            if not offsets:
                return
            try:
                await self._consumer.commit(offsets)
            except KafkaError as error:
                # The work is done and published. Either a later commit covers these offsets too, or the partition is
                # no longer ours and its next owner does the work again, under the same ids.
                self._on_commit_failed(error)
                return
            self._committed |= offsets
            for partition, record in done.items():
                self._lag_clock.processed(partition, record.timestamp_ms)
                if self._done.get(partition) is record:
                    del self._done[partition]

    def _behind(self, partition: TopicPartition) -> int | None:
        end = self._consumer.highwater(partition)
        if end is None:
            return None
        committed = self._committed.get(partition)
        return end - committed if committed is not None else None
