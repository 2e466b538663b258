"""aiokafka's producer, mended in one place: it asks for metadata ten times a second at most.

While a partition has no leader (a broker that shuts down in good order says so of its own) aiokafka asks again as soon
as it was answered, or refused. Without a broker that made a thousand connections a second and kept the event loop
busy, with one it would be as many requests. `adapters.kafka` and `adapters.streams` both produce, so it stands here.
"""

import asyncio
from typing import Any

from aiokafka import AIOKafkaProducer

__all__ = ["PacedProducer"]

_PAUSE_SECONDS = 0.1


class PacedProducer(AIOKafkaProducer):  # type: ignore[misc] # aiokafka has no types for us
    """Takes the same arguments; must be made on the event loop, as aiokafka's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask = self.client._metadata_update  # noqa: SLF001 - aiokafka offers no setting for it
        loop = asyncio.get_running_loop()
        next_at = 0.0

        async def ask_in_time(*arguments: Any) -> Any:
            nonlocal next_at
            await asyncio.sleep(next_at - loop.time())
            next_at = loop.time() + _PAUSE_SECONDS
            return await ask(*arguments)

        self.client._metadata_update = ask_in_time  # noqa: SLF001 - the same
