"""aiokafka's consumer without what takes longest in it.

Its records are our own values at once: aiokafka's, of which ours would be made, take several times as long to make.

What it fetches is checked by the processor's own instructions; aiokafka computes checksums in software, which takes a
core as long as a tenth of all that the match role does. And sooner: a batch that arrives damaged is fetched again, and
logged by aiokafka, where its own check would end the consumer.

The format of batches is Kafka's: https://kafka.apache.org/documentation/#recordbatch, and the one before it.
"""

import struct
import zlib
from collections import OrderedDict
from typing import Any

import crc32c
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.fetcher import FetchResult
from aiokafka.errors import CorruptRecordException

from wirewatch.ports import Received

__all__ = ["LeanConsumer", "damaged_at"]

_HEAD = struct.Struct(">qiiBI")
"""Of a batch: its first offset, the bytes that follow, its leader's epoch, its form, its checksum."""
_OLD_HEAD = struct.Struct(">qiIB")
"""Of a message before there were batches: its offset, the bytes that follow, its checksum, its form."""
_BEFORE_SIZE_ENDS = 12
_FORM_AT = 16
_FIRST_FORM_OF_BATCHES = 2
_FETCH = 1
"""Kafka's number for requests that fetch."""


class LeanConsumer(AIOKafkaConsumer):  # type: ignore[misc] # aiokafka has no types for us
    """Takes the same arguments but `check_crcs`; `getmany` returns lists of `Received`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, check_crcs=False, **kwargs)
        send = self._client.send

        async def send_and_check(*arguments: Any, **options: Any) -> Any:
            response = await send(*arguments, **options)
            if getattr(response, "API_KEY", None) == _FETCH:
                _check(response)
            return response

        self._client.send = send_and_check

    async def start(self) -> None:
        """Connect, as aiokafka does, with nothing assigned yet."""
        await super().start()
        self._fetcher._records = _Fetched(self._fetcher._records)  # noqa: SLF001 - aiokafka offers no way to choose its records


class _Fetched(OrderedDict[TopicPartition, Any]):
    """What was fetched of each partition, or what went wrong with that."""

    def __setitem__(self, partition: TopicPartition, result: Any) -> None:
        if isinstance(result, FetchResult):
            result._partition_records._consumer_record = _received  # noqa: SLF001 - the same
        super().__setitem__(partition, result)


def _received(partition: TopicPartition, record: Any) -> Received:
    return Received(
        partition.topic,
        partition.partition,
        record.offset,
        record.key,
        record.value,
        tuple(record.headers),
        record.timestamp,
    )


def _check(response: Any) -> None:
    for topic, partitions in response.topics:
        for partition, *_, batches in partitions:
            offset = damaged_at(batches) if batches else None
            if offset is not None:
                raise CorruptRecordException(f"{topic} {partition}: what begins at offset {offset} arrived damaged")


def damaged_at(batches: bytes) -> int | None:
    """Return the first offset of the first of some batches whose checksum is wrong, None if there is none.

    The last batch may be cut off, as brokers do; nothing is said of that.
    """
    view = memoryview(batches)
    start = 0
    while start + _HEAD.size <= len(view):
        offset, size, _, form, checksum = _HEAD.unpack_from(view, start)
        end = start + _BEFORE_SIZE_ENDS + size
        if end > len(view):
            return None
        if form >= _FIRST_FORM_OF_BATCHES:
            actual = crc32c.crc32c(view[start + _HEAD.size : end])
        else:
            _, _, checksum, _ = _OLD_HEAD.unpack_from(view, start)
            actual = zlib.crc32(view[start + _FORM_AT : end])
        if actual != checksum or size <= 0:
            return int(offset)
        start = end
    return None
