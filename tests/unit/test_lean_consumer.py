"""Batches that are not as they were written are told from those that are, in both of Kafka's formats."""

import struct
import zlib
from collections.abc import Callable

import pytest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.legacy_records import LegacyRecordBatchBuilder

from wirewatch.adapters.kafka.lean_consumer import are_whole

_HEAD = 12


def _batch(first: int, value: bytes = b"an article " * 100) -> bytes:
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=1 << 20,
    )
    for number in range(3):
        builder.append(number, 1_700_000_000_000, b"key", value, [])
    written = bytes(builder.build())
    return struct.pack(">q", first) + written[8:]


def _old_message(offset: int) -> bytes:
    builder = LegacyRecordBatchBuilder(magic=1, compression_type=0, batch_size=1 << 20)
    builder.append(offset, timestamp=1_700_000_000_000, key=b"key", value=b"an article " * 100)
    return bytes(builder.build())


@pytest.mark.parametrize("batches", [b"", _batch(0), _batch(0) + _batch(3), _old_message(0) + _old_message(1)])
def test_batches_as_they_were_written_are_whole(batches: bytes) -> None:
    assert are_whole(batches)


def test_the_last_batch_may_be_cut_off() -> None:
    whole, cut = _batch(0), _batch(3)
    assert all(are_whole(whole + cut[:size]) for size in range(len(cut)))


@pytest.mark.parametrize("make", [_batch, _old_message])
def test_any_other_bit_after_the_head_is_found(make: Callable[[int], bytes]) -> None:
    good, bad = make(7), make(10)
    for place in range(_HEAD + 5, len(bad)):
        damaged = bytearray(bad)
        damaged[place] ^= 1 << place % 8
        assert not are_whole(good + bytes(damaged))


def test_forms_that_are_mixed_are_left_to_be_looked_at() -> None:
    assert not are_whole(_batch(0) + _old_message(3))


def test_the_sums_are_those_of_kafka() -> None:
    batch, message = _batch(0), _old_message(0)
    assert struct.unpack_from(">I", message, _HEAD)[0] == zlib.crc32(message[16:])
    assert struct.unpack_from(">B", batch, 16)[0] == 2
