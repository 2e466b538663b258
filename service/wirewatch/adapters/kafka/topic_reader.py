"""A whole topic, read by one process for itself: the rules, or the alerts to look at."""

from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from wirewatch.adapters.kafka.clients import KafkaClients, received_from
from wirewatch.adapters.kafka.stopping import stop_consumer
from wirewatch.ports import Received

__all__ = ["TopicReader"]

_POLL_MS = 500


class TopicReader:
    """Reads every partition without a group: `load` up to the ends as they are, then `changes`, or only the latter."""

    def __init__(self, clients: KafkaClients, topic: str) -> None:
        self._consumer: AIOKafkaConsumer = clients.reader("reader")
        self._topic = topic

    async def start(self, *, from_beginning: bool = True) -> None:
        """Connect and stand at the beginning of all partitions, or at their ends."""
        await self._consumer.start()
        partitions = self._consumer.partitions_for_topic(self._topic)
        if not partitions:
            await self._consumer._client.force_metadata_update()  # noqa: SLF001 - a consumer without topics has no metadata yet
            self._consumer._client.add_topic(self._topic)  # noqa: SLF001 - the same
            await self._consumer._client.force_metadata_update()  # noqa: SLF001 - the same
            partitions = self._consumer.partitions_for_topic(self._topic) or set()
        self._consumer.assign([TopicPartition(self._topic, partition) for partition in sorted(partitions)])
        if from_beginning:
            await self._consumer.seek_to_beginning()
        else:
            await self._consumer.seek_to_end()

    async def stop(self) -> None:
        """Disconnect."""
        await stop_consumer(self._consumer)

    async def load(self) -> tuple[Received, ...]:
        """Return all messages up to the ends as they are now, in each partition's order."""
        ends = await self._consumer.end_offsets(list(self._consumer.assignment()))
        messages: list[Received] = []
        while not await self._reached(ends):
            messages += await self.changes()
        return tuple(messages)

    async def changes(self) -> Sequence[Received]:
        """Return what came since the last call, or nothing after half a second."""
        batch = await self._consumer.getmany(timeout_ms=_POLL_MS)
        return [received_from(record) for records in batch.values() for record in records]

    async def _reached(self, ends: dict[TopicPartition, int]) -> bool:
        for partition, end in ends.items():
            if await self._consumer.position(partition) < end:
                return False
        return True
