"""A consumer for messages that finish in any order, and for messages that are not due yet."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from wirewatch.adapters.kafka.clients import KafkaClients
from wirewatch.adapters.kafka.committed import learn_committed
from wirewatch.adapters.kafka.offsets import OffsetTracker
from wirewatch.adapters.kafka.polling import poll
from wirewatch.adapters.kafka.stopping import stop_consumer
from wirewatch.ports import Lag, LagClock, Received

__all__ = ["NotYet", "Taken", "TrackedConsumer"]

_POLL_MS = 200
_FEW_RECORDS = 20
_SHORTEST_PAUSE_SECONDS = 0.25
"""What was fetched behind a message that is not due is fetched again: not for each of a crowd, each due a bit later."""
_COMMIT_SECONDS = 0.5
_REVOKE_GRACE_SECONDS = 5.0
_LAST_COMMIT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class NotYet:
    """The message is due only in `seconds`: read it, and all behind it in its partition, then."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Taken:
    """The message is being worked on; its `done` callback is or will be called."""


class TrackedConsumer(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka has no types for us
    """A member of a group; `run` hands out messages one by one and commits up to the oldest unfinished.

    Its topics have equally many partitions, and a member has the same ones of each: what one key leads to on any of
    them comes to one member. Those of the first topic come first, those of the others a few at a time in between: a
    crowd that comes due at once delays nothing that is new.

    A partition whose next message is not due is paused, its position put back, and polled again when it is: nothing
    of it is held in memory, and the others go on.
    """

    def __init__(
        self,
        clients: KafkaClients,
        *,
        purpose: str,
        topics: Sequence[str],
        group: str,
        max_records: int,
        wall_clock: Callable[[], float],
        on_commit_failed: Callable[[Exception], None],
        on_revoked: Callable[[], None],
    ) -> None:
        """`on_revoked` is called when what is still under way is another member's: it is to be broken off."""
        self._topics = tuple(topics)
        self._max_records = max_records
        self._on_commit_failed = on_commit_failed
        self._on_revoked = on_revoked
        self._consumer = clients.group_consumer(purpose, group, max_poll_records=max_records, by_range=True)
        self._offsets = OffsetTracker()
        self._committed: dict[TopicPartition, int] = {}
        self._resume_at: dict[TopicPartition, float] = {}
        self._generation = 0
        """Counts revocations from their beginning: what belongs to an earlier one must not begin any more."""
        self._epoch = 0
        """Counts revocations from their end: what belongs to an earlier one no longer counts as done here."""
        self._working: set[tuple[TopicPartition, int]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._wall_clock = wall_clock
        self._lag_clock = LagClock(wall_clock)
        self.is_assigned = False

    @property
    def generation(self) -> int:
        """A number that changes whenever partitions may have come from another member."""
        return self._generation

    async def start(self, also: Sequence[str] = ()) -> None:
        """Join the group, for the topics `also` beside those there are."""
        self._topics += tuple(also)
        await self._consumer.start()
        self._consumer.subscribe(list(self._topics), listener=self)

    async def stop(self) -> None:
        """Commit what is done and leave the group; a broker that is away is not waited for."""
        self.is_assigned = False
        try:
            async with asyncio.timeout(_LAST_COMMIT_SECONDS):
                await self._commit()
        except TimeoutError as error:
            self._on_commit_failed(error)
        await stop_consumer(self._consumer)

    async def run(
        self,
        take: Callable[[Received, Callable[[], None], Callable[[], bool]], Awaitable[Taken | NotYet]],
        stop: asyncio.Event,
    ) -> None:
        """Offer each message to `take(received, done, is_ours)` until `stop` is set.

        `done` must be called once all that the message led to is acknowledged. Work that goes on after `take` has
        returned asks `is_ours` right before it begins: when False the partition is being taken away, and the work is
        to be dropped; when True a rebalance waits for it a short while. What `take` or its work raises is not handled
        here and must not happen.
        """
        committer = asyncio.create_task(self._commit_regularly(), name="commit-deliveries")
        try:
            while not stop.is_set():
                await self._poll(take, stop)
        finally:
            committer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await committer

    async def drained(self, timeout_seconds: float) -> bool:
        """Wait until nothing that was begun is unfinished; False when that takes longer."""
        try:
            await asyncio.wait_for(self._idle.wait(), timeout_seconds)
        except TimeoutError:
            return False
        return True

    def lag(self) -> Mapping[tuple[str, int], Lag]:
        """Return the lag of each (topic, partition) held, where it is known."""
        readings = {
            (partition.topic, partition.partition): self._lag_clock.read(partition, self._behind(partition))
            for partition in self._consumer.assignment()
        }
        return {partition: lag for partition, lag in readings.items() if lag is not None}

    async def on_partitions_revoked(self, revoked: Any) -> None:  # noqa: ARG002 - the listener's signature
        """Hand out nothing more; give what is being worked on a short while, then commit what is done."""
        self._generation += 1
        self.is_assigned = False
        await self.drained(_REVOKE_GRACE_SECONDS)
        await self._commit()
        self._on_revoked()
        self._epoch += 1
        self._offsets.clear()
        self._working.clear()
        self._idle.set()
        self._committed.clear()
        self._resume_at.clear()
        self._lag_clock.forget()

    async def on_partitions_assigned(self, assigned: Any) -> None:  # noqa: ARG002 - the listener's signature
        """Go on."""
        self.is_assigned = True

    async def _poll(
        self,
        take: Callable[[Received, Callable[[], None], Callable[[], bool]], Awaitable[Taken | NotYet]],
        stop: asyncio.Event,
    ) -> None:
        self._resume_due()
        await learn_committed(self._consumer, self._committed)
        first = [partition for partition in self._consumer.assignment() if partition.topic == self._topics[0]]
        new = await poll(self._consumer, first, timeout_ms=0, max_records=self._max_records, stop=stop) if first else {}
        await self._hand_out(new, take)
        wait_ms = 0 if new else self._poll_ms()
        await self._hand_out(
            await poll(self._consumer, (), timeout_ms=wait_ms, max_records=_FEW_RECORDS, stop=stop), take
        )

    async def _hand_out(self, fetched: Mapping[TopicPartition, Sequence[Received]], take: Any) -> None:
        if not self.is_assigned:
            return  # a rebalance began while we polled: all is read again after it
        generation = self._generation  # read only now: what a poll returns belongs to the assignment at its return
        for partition, records in fetched.items():
            for record in records:
                if generation != self._generation:
                    return
                if not await self._offer(partition, record, generation, take):
                    break

    async def _offer(self, partition: TopicPartition, record: Received, generation: int, take: Any) -> bool:
        """Offer one message; False when it and the rest of its partition must wait."""
        epoch, key = self._epoch, (partition, record.offset)
        begun = False

        def done() -> None:
            if epoch == self._epoch:
                self._finish(partition, record)

        def is_ours() -> bool:
            nonlocal begun
            begun = generation == self._generation
            if begun:
                self._work(key)
            return begun

        self._offsets.begin(partition, record.offset)
        self._work(key)
        try:
            outcome = await take(record, done, is_ours)
        finally:
            if not begun:
                self._rest(key)
        if isinstance(outcome, Taken):
            return True
        if generation == self._generation:
            self._finish(partition, record)
            self._offsets.rewind(partition, record.offset)
            self._consumer.pause(partition)
            self._consumer.seek(partition, record.offset)
            self._resume_at[partition] = self._wall_clock() + max(outcome.seconds, _SHORTEST_PAUSE_SECONDS)
        return False

    def _finish(self, partition: TopicPartition, record: Received) -> None:
        self._offsets.finish(partition, record.offset)
        self._lag_clock.processed(partition, record.timestamp_ms)
        self._rest((partition, record.offset))

    def _work(self, key: tuple[TopicPartition, int]) -> None:
        self._working.add(key)
        self._idle.clear()

    def _rest(self, key: tuple[TopicPartition, int]) -> None:
        self._working.discard(key)
        if not self._working:
            self._idle.set()

    def _resume_due(self) -> None:
        now = self._wall_clock()
        due = [partition for partition, at in self._resume_at.items() if at <= now]
        for partition in due:
            del self._resume_at[partition]
        if due:
            self._consumer.resume(*due)

    def _poll_ms(self) -> int:
        """Return how long to wait for messages: no longer than until the next paused partition is due."""
        if not self._resume_at:
            return _POLL_MS
        wait_seconds = min(self._resume_at.values()) - self._wall_clock()
        return max(1, min(_POLL_MS, int(wait_seconds * 1000)))

    async def _commit_regularly(self) -> None:
        while True:
            await asyncio.sleep(_COMMIT_SECONDS)
            await self._commit()

    async def _commit(self) -> None:
        offsets = {
            partition: offset
            for partition, offset in self._offsets.committable().items()
            if offset > self._committed.get(partition, -1)
        }
        if not offsets:
            return
        try:
            await self._consumer.commit(offsets)
        except KafkaError as error:
            # Those finished are committed with the next ones, or done again by the partition's next owner.
            self._on_commit_failed(error)
            return
        self._committed |= offsets

    def _behind(self, partition: TopicPartition) -> int | None:
        end = self._consumer.highwater(partition)
        committed = self._committed.get(partition)
        return end - committed if end is not None and committed is not None else None
