"""The queues of receivers with `order: rule`, and the lock that one line's deliveries take in turn."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from pydantic import ValidationError

from wirewatch.adapters.kafka import KafkaPublisher
from wirewatch.bootstrap.kit import Kit
from wirewatch.bootstrap.live_topic import LiveTopic
from wirewatch.delivery import Queue, queue_record
from wirewatch.ports import Received

__all__ = ["LiveOrder"]


class LiveOrder:
    """Knows every queue there is; only lines in which something waits have one."""

    def __init__(self, kit: Kit, publisher: KafkaPublisher) -> None:
        self._topics = kit.topics
        self._queues: dict[str, Queue] = {}
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}
        self._topic = LiveTopic(kit.clients, kit.topics.deliveries_order, publisher=publisher, learn=self._learn)

    async def start(self) -> None:
        """Read the topic whole."""
        await self._topic.start()

    async def stop(self) -> None:
        """Disconnect."""
        await self._topic.stop()

    async def follow(self) -> None:
        """Follow the topic until cancelled."""
        await self._topic.follow()

    async def catch_up(self) -> None:
        """Return when everything is known that other workers wrote so far."""
        await self._topic.catch_up()

    def queue(self, line: str) -> Queue | None:
        """Return the queue of `line`, None when nothing waits in it."""
        return self._queues.get(line)

    async def change(self, line: str, queue: Queue | None) -> None:
        """Make a change of a queue last."""
        if queue == self._queues.get(line):
            return
        self._know(line, queue)
        await self._topic.write((queue_record(line, queue, self._topics),))

    @asynccontextmanager
    async def turn(self, line: str) -> AsyncIterator[None]:
        """Hold `line`, first come, first served."""
        lock, users = self._locks.get(line, (asyncio.Lock(), 0))
        self._locks[line] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[line]
            self._locks[line] = (lock, users - 1)
            if users == 1:
                del self._locks[line]

    def _know(self, line: str, queue: Queue | None) -> None:
        if queue is None:
            self._queues.pop(line, None)
        else:
            self._queues[line] = queue

    def _learn(self, messages: Sequence[Received]) -> None:
        for message in messages:
            try:
                queue = Queue.decode(message.value) if message.value is not None else None
            except ValidationError:
                queue = None  # nobody waits for what nobody can read
            self._know((message.key or b"").decode(errors="replace"), queue)
