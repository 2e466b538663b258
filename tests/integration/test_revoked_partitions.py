"""What is being delivered when a partition moves to another worker: finished and committed, or left to that worker."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import pytest
from tests.support.kafka import KafkaBroker

from wirewatch.adapters.kafka import (
    KafkaClients,
    KafkaPublisher,
    Taken,
    TopicSpec,
    TrackedConsumer,
    ensure_topics,
)
from wirewatch.ports import Received, Record

pytestmark = pytest.mark.kafka

_MESSAGES = 8


class _Worker:
    """Takes every message in; works on one for as long as it is told, on those of `held` until they are released."""

    def __init__(
        self, clients: KafkaClients, topic: str, *, held: Callable[[Received], bool] = lambda _: False
    ) -> None:
        self.consumer = TrackedConsumer(
            clients,
            purpose="deliver",
            topics=[topic],
            group=f"g-{topic}",
            max_records=50,
            wall_clock=time.time,
            on_commit_failed=lambda _error: None,
            on_revoked=lambda: None,
        )
        self.taken = 0
        self.worked = Counter[bytes]()
        self.release = asyncio.Event()
        self._held = held
        self._jobs: list[asyncio.Task[None]] = []
        self._stop = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.consumer.start()
        self._running = asyncio.create_task(self.consumer.run(self._take, self._stop))

    async def stop(self) -> None:
        self._stop.set()
        self.release.set()
        if self._running is not None:
            await self._running
        await asyncio.gather(*self._jobs)
        await self.consumer.stop()

    async def _take(self, received: Received, done: Callable[[], None], is_ours: Callable[[], bool]) -> Taken:
        self.taken += 1
        self._jobs.append(asyncio.create_task(self._work(received, done, is_ours)))
        return Taken()

    async def _work(self, received: Received, done: Callable[[], None], is_ours: Callable[[], bool]) -> None:
        if self._held(received):
            await self.release.wait()  # it waits in a queue: nothing has begun
        if not is_ours():
            return
        if not self._held(received):
            await self.release.wait()
        self.worked[received.value or b""] += 1
        done()


@pytest.fixture
def clients(kafka: KafkaBroker) -> KafkaClients:
    return KafkaClients(kafka.connection)


@pytest.fixture
async def topic(clients: KafkaClients) -> str:
    """Two partitions with messages in both."""
    name = f"t-{uuid4().hex}"
    await ensure_topics(clients, [TopicSpec(name, 2, 1)], create=True)
    publisher = KafkaPublisher(clients, "test")
    await publisher.start()
    await publisher.publish([Record(name, str(n).encode(), str(n).encode()) for n in range(_MESSAGES)])
    await publisher.stop()
    return name


async def test_work_that_was_begun_is_finished_committed_and_not_done_again_by_the_next_owner(
    clients: KafkaClients, topic: str
) -> None:
    first, second = _Worker(clients, topic), _Worker(clients, topic)
    second.release.set()
    await first.start()
    try:
        await _until(lambda: first.taken == _MESSAGES)
        await second.start()
        try:
            await _until(lambda: not first.consumer.is_assigned)
            first.release.set()
            await _until(lambda: first.consumer.is_assigned and second.consumer.is_assigned)
        finally:
            await second.stop()
    finally:
        await first.stop()
    assert first.worked == {str(n).encode(): 1 for n in range(_MESSAGES)}
    assert second.taken == 0


async def test_work_that_only_waits_does_not_hold_up_a_rebalance_and_is_left_to_the_next_owner(
    clients: KafkaClients, topic: str
) -> None:
    first, second = _Worker(clients, topic, held=lambda _: True), _Worker(clients, topic)
    await first.start()
    try:
        await _until(lambda: first.taken == _MESSAGES)
        started = time.monotonic()
        await first.consumer.on_partitions_revoked(())
        assert time.monotonic() - started < 2
    finally:
        await first.stop()
    assert not first.worked
    second.release.set()
    await second.start()
    try:
        await _until(lambda: second.worked.total() == _MESSAGES)
    finally:
        await second.stop()


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(40):
        while not condition():
            await asyncio.sleep(0.01)
