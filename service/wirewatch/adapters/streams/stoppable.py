"""A Faust app mended where it hangs or loses messages: it can be stopped while the broker is away, and flows once.

aiokafka's consumer, stopped between two tries to fetch, lets the cancellation of its own task out. In Faust's thread
that skips everything which tells the app that the thread has ended, and the app waits for it for ever. So here the
cancellation ends in the thread, and the thread itself never keeps the process alive. The other mendings stand at
their places below.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from functools import cached_property
from typing import Any

import faust
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Producer, Transport
from mode.threads import WorkerThread
from mode.utils.queues import FlowControlEvent

from wirewatch.adapters.paced_producer import PacedProducer

__all__ = ["StoppableApp"]

_STOP_SECONDS = 2.0
_DISCONNECT_SECONDS = 0.5


class StoppableApp(faust.App):  # type: ignore[misc] # Faust is untyped for us
    """A Faust app on our transport; `on_handed_over` is told of each message that the consumer gives to an agent."""

    logger = logging.getLogger("faust.app")  # a Faust service logs under the module of its class: not ours

    def __init__(self, *args: Any, on_handed_over: Callable[[Any], None], **kwargs: Any) -> None:
        self.on_handed_over = on_handed_over
        super().__init__(*args, **kwargs)

    @cached_property
    def flow_control(self) -> FlowControlEvent:
        """What holds up the queues of all agents during a rebalance."""
        return _FlowControl(loop=self.loop)

    @property
    def refusal(self) -> Exception | None:
        """Why the broker keeps us out of the group; Faust would wait for ever, since it asks only as a member."""
        thread = self.consumer._thread  # noqa: SLF001 - Faust offers no other way
        consumer = thread._consumer if thread is not None else None  # noqa: SLF001 - the same
        return getattr(consumer._coordinator, "_pending_exception", None) if consumer is not None else None  # noqa: SLF001 - nor does aiokafka

    def _new_transport(self) -> Any:
        return _Transport(self.conf.broker_consumer, self)

    def _new_producer_transport(self) -> Any:
        return _Transport(self.conf.broker_producer, self)


class _FlowControl(FlowControlEvent):  # type: ignore[misc]
    """Faust resumes twice after a rebalance and empties the queues each time: of what had come in between, too.

    What had come in between counts as read and was not given to the agent again.
    """

    def resume(self) -> None:
        """Resume, and empty the queues of what came before the rebalance, unless all is flowing already."""
        if not self.is_active():
            super().resume()


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

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[Any, Any]]:  # noqa: ASYNC109 - Faust's signature
        """Yield the next messages; those that Faust will pass over, having read them before, are not handed over."""
        async for partition, message in super().getmany(timeout):
            read = self._read_offset[partition]
            if read is None or message.offset >= read:
                self.app.on_handed_over(message)
            yield partition, message

    async def _add_gap(self, tp: Any, offset_from: int, offset_to: int) -> None:
        """Count the offsets of a hole as done; Faust counts the message behind it too, before anybody handled it."""
        await super()._add_gap(tp, offset_from, offset_to - 1)


class _Producer(Producer):  # type: ignore[misc]
    logger = logging.getLogger("faust.producer")

    @property
    def _producer_type(self) -> type[PacedProducer]:
        return PacedProducer


class _Transport(Transport):  # type: ignore[misc]
    Consumer = _Consumer
    Producer = _Producer
