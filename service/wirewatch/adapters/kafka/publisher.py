"""A `Publisher` on aiokafka's idempotent producer."""

import asyncio
from collections.abc import Sequence

from aiokafka.errors import KafkaError, MessageSizeTooLargeError, UnknownTopicOrPartitionError

from wirewatch.adapters.kafka.clients import KafkaClients
from wirewatch.errors import PublishFailed
from wirewatch.ports import Record

__all__ = ["KafkaPublisher"]


class KafkaPublisher:
    """One producer shared by all that a role publishes; `start` before, `stop` after (it flushes)."""

    def __init__(self, clients: KafkaClients, purpose: str) -> None:
        self._clients = clients
        self._purpose = purpose
        self._producer = clients.producer(purpose)

    async def start(self) -> None:
        """Connect; raises a KafkaError when the cluster can't be reached."""
        await self._producer.start()

    async def stop(self) -> None:
        """Send what is buffered, then disconnect."""
        await self._producer.stop()

    async def publish(self, records: Sequence[Record]) -> None:
        """Return when all of `records` are acknowledged; see `Publisher`."""
        acknowledged = []
        failure: KafkaError | None = None
        for record in records:
            try:
                acknowledged.append(
                    await self._producer.send(
                        record.topic, value=record.value, key=record.key, headers=list(record.headers)
                    )
                )
            except KafkaError as error:
                failure = error
                break
        # Also after a failure: nothing may stay in flight unseen.
        results = await asyncio.gather(*acknowledged, return_exceptions=True)
        failure = failure or next((result for result in results if isinstance(result, KafkaError)), None)
        if failure is not None:
            raise PublishFailed(_explain(failure, records)) from failure
        broken = next((result for result in results if isinstance(result, BaseException)), None)
        if broken is not None:
            raise broken


def _explain(error: KafkaError, records: Sequence[Record]) -> str:
    topics = ", ".join(sorted({record.topic for record in records}))
    if isinstance(error, MessageSizeTooLargeError):
        largest = max(len(record.value or b"") for record in records)
        return f"a message of {largest} bytes is too large for the broker; raise max.message.bytes on {topics}"
    if isinstance(error, UnknownTopicOrPartitionError):
        return f"a topic of {topics} does not exist; create it, or set topics.create"
    return f"the broker did not acknowledge {len(records)} messages for {topics}: {error!r}"
