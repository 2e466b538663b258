"""A compacted topic that several workers write and each knows whole, live."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Callable, Sequence

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher, TopicReader
from wirewatch.ports import Received, Record, header

__all__ = ["LiveTopic"]

_WRITER = "wirewatch-writer"


class LiveTopic:
    """Hands every message to `learn`, in order; `write` writes some.

    What was written here is known here already: its echo is handed on only when nothing of that key is on its way any
    more, so that an older one never comes in between. In the end all workers know what is last on the topic.
    """

    def __init__(
        self,
        clients: KafkaClients,
        topic: str,
        *,
        publisher: KafkaPublisher,
        learn: Callable[[Sequence[Received]], None],
    ) -> None:
        self._reader = TopicReader(clients, topic)
        self._publisher = publisher
        self._learn = learn
        self._writer = uuid.uuid4().hex.encode()
        self._unseen: Counter[bytes | None] = Counter()
        self._progress = asyncio.Condition()

    async def start(self) -> None:
        """Read the whole topic."""
        await self._reader.start()
        self._learn(await self._reader.load())

    async def stop(self) -> None:
        """Disconnect."""
        await self._reader.stop()

    async def follow(self) -> None:
        """Go on reading until cancelled."""
        while True:
            changes = await self._reader.changes()
            news = [message for message in changes if self._is_news(message)]
            if news:
                self._learn(news)
            async with self._progress:
                self._progress.notify_all()

    async def catch_up(self) -> None:
        """Return when all is known that is on the topic now; `follow` must be running."""
        ends = await self._reader.ends()
        async with self._progress:
            while not await self._reader.has_reached(ends):
                await self._progress.wait()

    async def write(self, records: Sequence[Record]) -> None:
        """Publish `records`, all of this topic; the caller knows them already."""
        self._unseen.update(record.key for record in records)
        marked = [record._replace(headers=(*record.headers, (_WRITER, self._writer))) for record in records]
        await self._publisher.publish(marked)

    def _is_news(self, message: Received) -> bool:
        if header(message.headers, _WRITER) == self._writer:
            self._unseen[message.key] -= 1
        if self._unseen[message.key] > 0:
            return False
        del self._unseen[message.key]
        return True
