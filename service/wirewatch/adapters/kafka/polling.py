"""Polling that ends when told to stop."""

import asyncio
from collections.abc import Mapping, Sequence

from aiokafka import TopicPartition

from wirewatch.adapters.kafka.lean_consumer import LeanConsumer
from wirewatch.adapters.refused import explained
from wirewatch.ports import Received

__all__ = ["poll"]


async def poll(
    consumer: LeanConsumer,
    partitions: Sequence[TopicPartition] = (),
    *,
    timeout_ms: int,
    max_records: int,
    stop: asyncio.Event,
) -> Mapping[TopicPartition, Sequence[Received]]:
    """Return the next records, of `partitions` alone if given; nothing after `timeout_ms`, or once `stop` is set.

    While a rebalance is under way aiokafka's own poll forgets its timeout, and a rebalance may last until the session
    of a dead member ends. A poll that is given up at a stop loses nothing: what it had in hand was not handled and
    is not committed.

    Raises:
        ReadRefused: the broker does not let us read, such as for want of a right.
    """
    if stop.is_set():
        return {}
    polling = asyncio.ensure_future(consumer.getmany(*partitions, timeout_ms=timeout_ms, max_records=max_records))
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({polling, stopping}, return_when=asyncio.FIRST_COMPLETED)
        with explained(group=consumer._group_id, topics=consumer.subscription()):  # noqa: SLF001 - it is told of no other way
            return polling.result() if polling.done() else {}
    finally:
        for task in (polling, stopping):
            task.cancel()
        await asyncio.gather(polling, stopping, return_exceptions=True)
