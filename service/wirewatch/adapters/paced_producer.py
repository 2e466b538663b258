"""aiokafka's producer, mended in two places. `adapters.kafka` and `adapters.streams` both produce, so it stands here.

It asks for metadata ten times a second at most. While a partition has no leader (a broker that shuts down in good order
says so of its own) aiokafka asks again as soon as it was answered, or refused. Without a broker that made a thousand
connections a second and kept the event loop busy, with one it would be as many requests.

What is sent to a partition first is first in it. With aiokafka whoever finds a partition's batch full waits until it is
drained, and whoever comes between that and the waiting one's turn goes ahead: as those come whose records were just
acknowledged, again and again, so that some wait until there is nothing new. And of many who wait with batches of their
own each counts its time several times over, and fails within a second.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition

__all__ = ["PacedProducer"]

_PAUSE_SECONDS = 0.1


class PacedProducer(AIOKafkaProducer):  # type: ignore[misc] # aiokafka has no types for us
    """Takes the same arguments; must be made on the event loop, as aiokafka's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client._metadata_update = _paced(self.client._metadata_update)  # noqa: SLF001 - aiokafka offers no setting for it
        batches = self._message_accumulator
        lines: defaultdict[TopicPartition, asyncio.Lock] = defaultdict(asyncio.Lock)
        add_message, add_batch = batches.add_message, batches.add_batch

        async def add_message_in_turn(partition: TopicPartition, *arguments: Any, **options: Any) -> Any:
            async with lines[partition]:
                return await add_message(partition, *arguments, **options)

        async def add_batch_in_turn(batch: Any, partition: TopicPartition, *arguments: Any) -> Any:
            async with lines[partition]:
                return await add_batch(batch, partition, *arguments)

        batches.add_message, batches.add_batch = add_message_in_turn, add_batch_in_turn


def _paced(ask: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    loop = asyncio.get_running_loop()
    next_at = 0.0

    async def ask_in_time(*arguments: Any) -> Any:
        nonlocal next_at
        await asyncio.sleep(next_at - loop.time())
        next_at = loop.time() + _PAUSE_SECONDS
        return await ask(*arguments)

    return ask_in_time
