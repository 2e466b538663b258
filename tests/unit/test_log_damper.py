"""What a library repeats hundreds of times a second is said once in a while, with a count."""

import logging

import pytest

from wirewatch.adapters.logs.damp import Damper


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _damper(clock: _Clock) -> Damper:
    return Damper("aiokafka", quiet_seconds=10, clock=clock)


def _record(name: str = "aiokafka", line: int = 1, node: int = 1) -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "client.py", line, "Unable connect to node %d", (node,), None)


def test_a_librarys_repeated_message_is_written_once_whatever_its_values() -> None:
    damper = _damper(_Clock())
    assert [damper.filter(_record(node=node)) for node in (1, 2, 3)] == [True, False, False]


def test_after_the_quiet_time_the_next_one_says_how_many_were_left_out() -> None:
    clock = _Clock()
    damper = _damper(clock)
    for _ in range(4):
        damper.filter(_record())
    clock.now = 10.0
    record = _record(node=7)
    assert damper.filter(record)
    assert record.getMessage() == "Unable connect to node 7 (3 more like it since the last one)"


def test_messages_of_other_places_are_not_held_back() -> None:
    damper = _damper(_Clock())
    records = (_record(), _record(line=2), _record(name="aiokafka.consumer"))
    assert all(damper.filter(record) for record in records)


@pytest.mark.parametrize("name", ["wirewatch", "faust", "asyncio", "aiokafka2"])
def test_messages_of_others_are_never_held_back(name: str) -> None:
    damper = _damper(_Clock())
    assert all(damper.filter(_record(name=name)) for _ in range(3))


def test_a_traceback_is_never_held_back() -> None:
    damper = _damper(_Clock())
    records = [_record() for _ in range(2)]
    for record in records:
        record.exc_info = (ValueError, ValueError("x"), None)
    assert all(damper.filter(record) for record in records)
