"""A whole topic, read by one process for itself: the rules, or the alerts to look at."""

from collections.abc import Mapping, Sequence

from aiokafka import TopicPartition

from wirewatch.adapters.kafka.clients import KafkaClients
from wirewatch.adapters.kafka.stopping import stop_consumer
from wirewatch.adapters.refused import explained
from wirewatch.ports import Received

__all__ = ["TopicReader"]

_POLL_MS = 500


class TopicReader:
    """Reads every partition without a group: `load` up to the ends as they are, then `changes`, or only the latter."""

    def __init__(self, clients: KafkaClients, topic: str) -> None:
        self._consumer = clients.reader("reader")
        self._topic = topic

    async def start(self, *, from_beginning: bool = True) -> None:
        """Connect and stand at the beginning of all partitions, or at their ends; a missing topic is empty."""
        await self._consumer.start()
        partitions = self._consumer.partitions_for_topic(self._topic)
        if not partitions:
            await self._consumer._client.force_metadata_update()  # noqa: SLF001 - a consumer without topics has no metadata yet
            self._consumer._client.add_topic(self._topic)  # noqa: SLF001 - the same
            await self._consumer._client.force_metadata_update()  # noqa: SLF001 - the same
            partitions = self._consumer.partitions_for_topic(self._topic) or set()
        self._consumer.assign([TopicPartition(self._topic, partition) for partition in sorted(partitions)])
        if not partitions:
            return  # no such topic yet: there is nothing to read
        if from_beginning:
            await self._consumer.seek_to_beginning()
        else:
            await self._consumer.seek_to_end()

    async def stop(self) -> None:
        """Disconnect."""
        await stop_consumer(self._consumer)

    async def load(self) -> tuple[Received, ...]:
        """Return all messages up to the ends as they are now, in each partition's order."""
        ends = await self.ends()
        messages: list[Received] = []
        while not await self.has_reached(ends):
            messages += await self.changes()
        return tuple(messages)

    async def ends(self) -> Mapping[TopicPartition, int]:
        """Return where the topic ends now, for `has_reached`."""
        with explained(group=None, topics=[self._topic]):
            ends: Mapping[TopicPartition, int] = await self._consumer.end_offsets(list(self._consumer.assignment()))
        return ends

    async def changes(self) -> Sequence[Received]:
        """Return what came since the last call, or nothing after half a second.

        Raises:
            ReadRefused: the broker does not let us read, such as for want of a right.
        """
        with explained(group=None, topics=[self._topic]):
            batch = await self._consumer.getmany(timeout_ms=_POLL_MS)
        return [record for records in batch.values() for record in records]

    async def has_reached(self, ends: Mapping[TopicPartition, int]) -> bool:
        """Tell whether everything before `ends` has been returned."""
        for partition, end in ends.items():
            if await self._consumer.position(partition) < end:
                return False
        return True
