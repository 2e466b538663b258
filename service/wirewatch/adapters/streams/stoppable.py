"""A Faust app that can be stopped, and is patient, while the broker is away.

aiokafka's consumer, stopped between two tries to fetch, lets the cancellation of its own task out. In Faust's thread
that skips everything which tells the app that the thread has ended, and the app waits for it for ever. So here the
cancellation ends in the thread, and the thread itself never keeps the process alive.
"""

import asyncio
import contextlib
import logging
from typing import Any

import faust
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Producer, Transport
from mode.threads import WorkerThread

from wirewatch.adapters.paced_producer import PacedProducer

__all__ = ["StoppableApp"]

_STOP_SECONDS = 2.0
_DISCONNECT_SECONDS = 0.5


class StoppableApp(faust.App):  # type: ignore[misc] # Faust is untyped for us
    """A Faust app on our transport."""

    logger = logging.getLogger("faust.app")  # a Faust service logs under the module of its class: not ours

    def _new_transport(self) -> Any:
        return _Transport(self.conf.broker_consumer, self)

    def _new_producer_transport(self) -> Any:
        return _Transport(self.conf.broker_producer, self)


class _Worker(WorkerThread):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.daemon = True


class _Thread(AIOKafkaConsumerThread):  # type: ignore[misc]
    logger = logging.getLogger("faust.consumer")
    Worker = _Worker

    async def on_thread_stop(self) -> None:
        """Stop the consumer, and disconnect even where that ends half-way or takes too long."""
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await super().on_thread_stop()
        except (asyncio.CancelledError, Exception):  # noqa: BLE001 - whatever it is, the thread must end in order
            # Nothing cancels this coroutine: what arrives here is the consumer's own task.
            with contextlib.suppress(Exception):
                async with asyncio.timeout(_DISCONNECT_SECONDS):
                    await self._consumer._client.close()  # noqa: SLF001 - aiokafka offers no other way to go on


class _Consumer(Consumer):  # type: ignore[misc]
    logger = logging.getLogger("faust.consumer")

    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class _Producer(Producer):  # type: ignore[misc]
    logger = logging.getLogger("faust.producer")

    @property
    def _producer_type(self) -> type[PacedProducer]:
        return PacedProducer


class _Transport(Transport):  # type: ignore[misc]
    Consumer = _Consumer
    Producer = _Producer
