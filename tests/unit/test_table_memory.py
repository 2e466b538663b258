"""What was alerted is remembered for a set time, and the table in memory does not outgrow it."""

import asyncio

from wirewatch.adapters.streams.table_memory import TableMemory, forget_expired


class _Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def _memory(table: dict[str, float], clock: _Clock) -> TableMemory:
    return TableMemory(table, remember_seconds=60, wall_clock=clock)


def test_what_was_alerted_is_remembered_until_its_time_is_over() -> None:
    clock = _Clock()
    memory = _memory({}, clock)
    assert not memory.remembers("a")
    memory.remember("a")
    clock.now += 59.9
    assert memory.remembers("a")
    clock.now += 0.1
    assert not memory.remembers("a")


def test_an_entry_that_comes_back_from_the_changelog_after_its_time_counts_as_forgotten() -> None:
    assert not _memory({"a": 940.0}, _Clock()).remembers("a")
    assert _memory({"a": 940.1}, _Clock()).remembers("a")


def test_what_is_alerted_again_after_its_time_is_remembered_anew() -> None:
    clock = _Clock()
    memory = _memory({"a": 1.0}, clock)
    memory.remember("a")
    clock.now += 30
    assert memory.remembers("a")


async def test_a_sweep_drops_all_that_is_over_in_whatever_order_it_stands() -> None:
    entries = {"young": 100.0, "old": 10.0, "renewed": 99.0, "older": 5.0, "just over": 50.0}
    beside = {"old": 1, "young": 2}
    assert await forget_expired(entries, beside, before=50.0, at_a_time=2) == 3
    assert entries == {"young": 100.0, "renewed": 99.0}
    assert beside == {"young": 2}


async def test_a_sweep_of_a_large_table_lets_others_run_and_bears_their_changes() -> None:
    entries = {str(number): 0.0 for number in range(1_000)}
    sweeping = asyncio.create_task(forget_expired(entries, {}, before=1.0, at_a_time=10))
    await asyncio.sleep(0)
    assert 0 < len(entries) < 1_000
    del entries["999"]
    entries["998"] = entries["new"] = 5.0
    assert await sweeping == 998
    assert entries == {"998": 5.0, "new": 5.0}


async def test_an_empty_table_is_swept() -> None:
    assert await forget_expired({}, {}, before=1.0, at_a_time=10) == 0
