"""Stopping aiokafka's clients for certain: in bounded time, and all the way whatever the broker does.

While the broker is away aiokafka's own `stop` may wait for it, or end half-way: a consumer that waits between two
tries to fetch lets the cancellation of its own task out, and leaves its connections open.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

__all__ = ["stop_consumer", "stop_producer"]

_STOP_SECONDS = 2.0
_DISCONNECT_SECONDS = 0.5


async def stop_consumer(consumer: AIOKafkaConsumer) -> None:
    """Leave the group if there is one, and disconnect."""
    await _stop(consumer.stop(), consumer._client.close)  # noqa: SLF001 - aiokafka offers no other way to go on


async def stop_producer(producer: AIOKafkaProducer) -> None:
    """Send what is buffered, and disconnect; a broker that is away is not waited for."""

    async def disconnect() -> None:
        await producer._sender.close()  # noqa: SLF001 - aiokafka offers no other way to go on
        await producer.client.close()

    await _stop(producer.stop(), disconnect)


async def _stop(stop: Coroutine[Any, Any, None], disconnect: Callable[[], Awaitable[None]]) -> None:
    stopping = asyncio.create_task(stop, name="stop-kafka-client")
    await asyncio.wait({stopping}, timeout=_STOP_SECONDS)
    if stopping.done() and not stopping.cancelled() and stopping.exception() is None:
        return
    stopping.cancel()
    disconnecting = asyncio.ensure_future(disconnect())
    await asyncio.wait({stopping, disconnecting}, timeout=_DISCONNECT_SECONDS)
    for task in (stopping, disconnecting):
        task.cancel()
    await asyncio.wait({asyncio.gather(stopping, disconnecting, return_exceptions=True)}, timeout=_DISCONNECT_SECONDS)
