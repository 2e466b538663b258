"""aiokafka's consumer without what takes longest in it.

Its records are our own values at once: aiokafka's, of which ours would be made, take several times as long to make.

What it fetches is checked by the processor's own instructions; aiokafka computes checksums in software, which takes a
core as long as a tenth of all that the match role does. Where anything is not as it should be, aiokafka checks again,
and says what it always says.

The format of batches is Kafka's: https://kafka.apache.org/documentation/#recordbatch, and the one before it.
"""

import struct
import zlib
from collections import OrderedDict
from collections.abc import Set as AbstractSet
from typing import Any

import crc32c
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.fetcher import FetchResult

from wirewatch.ports import Received

__all__ = ["LeanConsumer", "are_whole"]

_HEAD = struct.Struct(">qiiBI")
"""Of a batch: its first offset, the bytes that follow, its leader's epoch, its form, its checksum."""
_OLD_HEAD = struct.Struct(">qiIB")
"""Of a message before there were batches: its offset, the bytes that follow, its checksum, its form."""
_BEFORE_SIZE_ENDS = 12
_FORM_AT = 16
_FIRST_FORM_OF_BATCHES = 2
_NO_TIME = -1
"""Of a message in the oldest form, which had none."""
_FETCH = 1
"""Kafka's number for requests that fetch."""


class LeanConsumer(AIOKafkaConsumer):  # type: ignore[misc] # aiokafka has no types for us
    """Takes the same arguments but `check_crcs`; `getmany` returns lists of `Received`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, check_crcs=False, **kwargs)
        self._doubted: set[TopicPartition] = set()
        """Partitions of which what was fetched last is to be checked by aiokafka."""
        send = self._client.send

        async def send_and_check(*arguments: Any, **options: Any) -> Any:
            response = await send(*arguments, **options)
            if getattr(response, "API_KEY", None) == _FETCH:
                for topic, partitions in response.topics:
                    for partition, *_, batches in partitions:
                        is_whole = not batches or are_whole(batches)
                        (self._doubted.discard if is_whole else self._doubted.add)(TopicPartition(topic, partition))
            return response

        self._client.send = send_and_check

    async def start(self) -> None:
        """Connect, as aiokafka does, with nothing assigned yet."""
        await super().start()
        self._fetcher._records = _Fetched(self._doubted)  # noqa: SLF001 - aiokafka offers no way to choose its records


class _Fetched(OrderedDict[TopicPartition, Any]):
    """What was fetched of each partition, or what went wrong with that."""

    def __init__(self, doubted: AbstractSet[TopicPartition]) -> None:
        super().__init__()
        self._doubted = doubted

    def __setitem__(self, partition: TopicPartition, result: Any) -> None:
        if isinstance(result, FetchResult):
            records = result._partition_records  # noqa: SLF001 - the same
            records._consumer_record = _received  # noqa: SLF001 - the same
            records._check_crcs = partition in self._doubted  # noqa: SLF001 - the same
        super().__setitem__(partition, result)


def _received(partition: TopicPartition, record: Any) -> Received:
    return Received(
        partition.topic,
        partition.partition,
        record.offset,
        record.key,
        record.value,
        tuple(record.headers),
        record.timestamp if record.timestamp is not None else _NO_TIME,
    )


def are_whole(batches: bytes) -> bool:
    """Say whether all batches are as they were written, and in one form; the last may be cut off, as brokers do."""
    view = memoryview(batches)
    start = 0
    forms = set[int]()
    while start + _HEAD.size <= len(view):
        _, size, _, form, checksum = _HEAD.unpack_from(view, start)
        end = start + _BEFORE_SIZE_ENDS + size
        if end > len(view):
            break
        forms.add(form)
        if form >= _FIRST_FORM_OF_BATCHES:
            actual = crc32c.crc32c(view[start + _HEAD.size : end])
        else:
            _, _, checksum, _ = _OLD_HEAD.unpack_from(view, start)
            actual = zlib.crc32(view[start + _FORM_AT : end])
        if actual != checksum or size <= 0:
            return False
        start = end
    return len(forms) <= 1
