"""Where a group stood before this worker's first commit."""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

__all__ = ["learn_committed"]

_ASK_SECONDS = 0.5
"""A rebalance in the making leaves the question unanswered for long; nobody may wait for it, least of all at a stop."""


async def learn_committed(consumer: AIOKafkaConsumer, known: dict[TopicPartition, int]) -> None:
    """Fill in the committed offset of each assigned partition that `known` lacks: the lag is counted from there.

    Never call it from a rebalance listener: the coordinator that would answer is waiting for the listener.
    Where a partition never had a commit, its beginning stands in: its position may be past messages by now.
    """
    try:
        async with asyncio.timeout(_ASK_SECONDS):
            for partition in consumer.assignment() - known.keys():
                committed = await consumer.committed(partition)
                if committed is None:
                    committed = (await consumer.beginning_offsets([partition]))[partition]
                known[partition] = committed
    except (IllegalStateError, KafkaError, TimeoutError):
        return  # taken away meanwhile, or the broker is busy or away: asked again at the next poll
