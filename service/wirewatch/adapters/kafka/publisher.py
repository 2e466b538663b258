"""A `Publisher` on aiokafka's idempotent producer."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from aiokafka.errors import KafkaError, KafkaTimeoutError, MessageSizeTooLargeError, UnknownTopicOrPartitionError

from wirewatch.adapters.kafka.batches import send_in_batches
from wirewatch.adapters.kafka.clients import KafkaClients
from wirewatch.adapters.kafka.stopping import stop_producer
from wirewatch.errors import PublishFailed
from wirewatch.ports import Record

__all__ = ["KafkaPublisher"]

_MANY_RECORDS = 32
"""Fewer are left to the producer, which sends them with those of others who publish at the same time."""
_RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)


class KafkaPublisher:
    """One producer shared by all that a role publishes; `start` before, `stop` after (it flushes).

    With `on_retry` it is patient: while the broker is away it tries again with growing pauses, telling of each failure
    and pause, until it succeeds or is cancelled. Without, the first failure is raised.
    """

    def __init__(
        self, clients: KafkaClients, purpose: str, *, on_retry: Callable[[Exception, float], None] | None = None
    ) -> None:
        self._producer = clients.producer(purpose)
        self._on_retry = on_retry

    async def start(self) -> None:
        """Connect; raises a KafkaError when the cluster can't be reached."""
        await self._producer.start()

    async def stop(self) -> None:
        """Send what is buffered, then disconnect; a broker that is away is not waited for."""
        await stop_producer(self._producer)

    async def publish(self, records: Sequence[Record]) -> None:
        """Return when all of `records` are acknowledged; see `Publisher`."""
        attempt = 0
        while (error := await self._try(records)) is not None:
            failed = PublishFailed(_explain(error, records))
            if self._on_retry is None or not _may_pass(error):
                raise failed from error
            pause = _RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)]
            attempt += 1
            self._on_retry(failed, pause)
            await asyncio.sleep(pause)

    async def _try(self, records: Sequence[Record]) -> KafkaError | None:
        """Send all once and wait for all; return the first failure."""
        acknowledged: list[Any] = []
        failure: KafkaError | None = None
        try:
            if len(records) < _MANY_RECORDS:
                await self._send(records, acknowledged)
            else:
                await send_in_batches(self._producer, records, acknowledged)
        except KafkaError as error:
            failure = error
        # Also after a failure: nothing may stay in flight unseen.
        results = await asyncio.gather(*acknowledged, return_exceptions=True)
        for result in results:
            if isinstance(result, KafkaError):
                failure = failure or result
            elif isinstance(result, BaseException):
                raise result
        return failure

    async def _send(self, records: Sequence[Record], acknowledged: list[Any]) -> None:
        for topic, key, value, headers in records:
            sent = await self._producer.send(topic, value=value, key=key, headers=list(headers))
            acknowledged.append(sent)


def _may_pass(error: KafkaError) -> bool:
    """Tell whether waiting can help: aiokafka does not count a buffer that stayed full among what can be retried."""
    return bool(error.retriable) or isinstance(error, KafkaTimeoutError)


def _explain(error: KafkaError, records: Sequence[Record]) -> str:
    topics = ", ".join(sorted({record.topic for record in records}))
    if isinstance(error, MessageSizeTooLargeError):
        largest = max(len(record.value or b"") for record in records)
        return f"a message of {largest} bytes is too large for the broker; raise max.message.bytes on {topics}"
    if isinstance(error, UnknownTopicOrPartitionError):
        return f"a topic of {topics} does not exist; create it, or set topics.create"
    return f"the broker did not acknowledge {len(records)} messages for {topics}: {error!r}"
