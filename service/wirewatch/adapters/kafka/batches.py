"""Many records at once, in batches made here: a future for each batch instead of one for each record."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2

from wirewatch.ports import Record

__all__ = ["send_in_batches"]

_MAX_REMEMBERED = 100_000

_hash = lru_cache(_MAX_REMEMBERED)(murmur2)
"""Where a key belongs, as every client of Kafka has it; in Python it takes longer than the record itself."""


async def send_in_batches(producer: AIOKafkaProducer, records: Sequence[Record], acknowledged: list[Any]) -> None:
    """Hand `records` over, those of a partition in their order; what is to be waited for is added to `acknowledged`.

    Records without a key go to partitions that the producer chooses.

    Raises:
        KafkaError: not all were handed over.
    """
    batches: dict[tuple[str, int], list[Any]] = {}
    counts: dict[str, int] = {}
    for record in records:
        if record.key is None:
            acknowledged.append(
                await producer.send(record.topic, value=record.value, key=record.key, headers=list(record.headers))
            )
            continue
        if record.topic not in counts:
            counts[record.topic] = len(await producer.partitions_for(record.topic))
        place = (record.topic, (_hash(record.key) & 0x7FFFFFFF) % counts[record.topic])
        of_place = batches.setdefault(place, [])
        if not of_place or not _add(of_place[-1], record):
            of_place.append(producer.create_batch())
            _add(of_place[-1], record)
    await _send_each(producer, batches, acknowledged)


async def _send_each(
    producer: AIOKafkaProducer, batches: Mapping[tuple[str, int], Sequence[Any]], acknowledged: list[Any]
) -> None:
    """Hand over each partition's batches beside the others'."""

    async def send(topic: str, partition: int, of_place: Sequence[Any]) -> None:
        for batch in of_place:
            batch.close()
            acknowledged.append(await producer.send_batch(batch, topic, partition=partition))

    # At once: who waited for one partition would be overtaken on the others by whoever publishes next.
    sending = (send(topic, partition, of_place) for (topic, partition), of_place in batches.items())
    for result in await asyncio.gather(*sending, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


def _add(batch: Any, record: Record) -> bool:
    added = batch.append(timestamp=None, key=record.key, value=record.value, headers=list(record.headers))
    return added is not None
