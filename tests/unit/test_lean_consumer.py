"""Batches whose bytes are not those that were written are told from those that are, in both of Kafka's formats."""

import struct
import zlib

import pytest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.legacy_records import LegacyRecordBatchBuilder

from wirewatch.adapters.kafka.lean_consumer import damaged_at

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
    assert damaged_at(batches) is None


def test_the_last_batch_may_be_cut_off() -> None:
    whole, cut = _batch(0), _batch(3)
    assert all(damaged_at(whole + cut[:size]) is None for size in range(len(cut)))


@pytest.mark.parametrize("make", [_batch, _old_message])
def test_any_other_bit_after_the_head_is_found_with_the_offset(make: object) -> None:
    assert callable(make)
    good, bad = make(7), make(10)
    for place in range(_HEAD + 5, len(bad)):
        damaged = bytearray(bad)
        damaged[place] ^= 1 << place % 8
        assert damaged_at(good + bytes(damaged)) == 10


def test_the_sums_are_those_of_kafka() -> None:
    batch, message = _batch(0), _old_message(0)
    assert struct.unpack_from(">I", message, _HEAD)[0] == zlib.crc32(message[16:])
    assert struct.unpack_from(">B", batch, 16)[0] == 2
