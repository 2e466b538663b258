"""Fairness of the dispatcher, with jobs that end when the test says so."""

import asyncio
from collections.abc import Callable

import pytest

from wirewatch.delivery import Dispatcher, Job


class Work:
    """Jobs by name: which started in which order, and a way to end each."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.done: list[str] = []
        self.most_at_once = 0
        self._gates: dict[str, asyncio.Event] = {}

    def job(self, name: str) -> Job:
        gate = self._gates.setdefault(name, asyncio.Event())

        async def run() -> None:
            self.started.append(name)
            self.most_at_once = max(self.most_at_once, len(self.started) - len(self.done))
            await gate.wait()
            self.done.append(name)

        return run

    def finish(self, name: str) -> None:
        self._gates[name].set()


async def _settle(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)


async def _nothing() -> None:
    return


async def _broken() -> None:
    raise ArithmeticError("a job that fails")


async def test_jobs_of_one_receiver_start_in_their_order_up_to_its_limit() -> None:
    work, dispatcher = Work(), Dispatcher(max_queued=10, max_in_flight=lambda _: 2)
    for name in "abcd":
        assert dispatcher.offer("r", work.job(name))
    await _settle(lambda: len(work.started) == 2)
    assert work.started == ["a", "b"]
    assert (dispatcher.queued, dispatcher.in_flight) == (2, 2)
    work.finish("b")
    await _settle(lambda: len(work.started) == 3)
    assert work.started == ["a", "b", "c"]
    for name in "acd":
        work.finish(name)
    await dispatcher.drain()
    assert (dispatcher.queued, dispatcher.in_flight) == (0, 0)
    assert work.most_at_once == 2


async def test_jobs_start_in_their_order_when_one_ends_just_as_others_are_offered() -> None:
    work, dispatcher = Work(), Dispatcher(max_queued=10, max_in_flight=lambda _: 2)
    dispatcher.offer("r", work.job("a"))
    await _settle(lambda: work.started == ["a"])
    work.finish("a")  # it goes on only after both are offered, and is ready to take c before anything of b ran
    dispatcher.offer("r", work.job("b"))
    dispatcher.offer("r", work.job("c"))
    await _settle(lambda: len(work.started) == 3)
    assert work.started == ["a", "b", "c"]
    work.finish("b")
    work.finish("c")
    await dispatcher.drain()


async def test_full_queue_refuses_and_takes_again_once_there_is_space() -> None:
    work, dispatcher = Work(), Dispatcher(max_queued=1, max_in_flight=lambda _: 1)
    assert dispatcher.offer("r", work.job("running"))
    assert dispatcher.offer("r", work.job("waiting"))
    assert not dispatcher.offer("r", work.job("too many"))
    assert not await dispatcher.wait_for_space("r", 0.01)
    waiting = asyncio.create_task(dispatcher.wait_for_space("r", 5))
    work.finish("running")
    assert await waiting
    assert dispatcher.offer("r", work.job("too many"))
    work.finish("waiting")
    work.finish("too many")
    await dispatcher.drain()
    assert work.done == ["running", "waiting", "too many"]


async def test_receiver_that_hangs_delays_no_other() -> None:
    work, dispatcher = Work(), Dispatcher(max_queued=3, max_in_flight=lambda _: 2)
    while dispatcher.offer("slow", work.job("never")):
        pass
    assert (dispatcher.queued, dispatcher.in_flight) == (3, 2)
    for number in range(500):
        receiver = f"fast-{number % 9}"
        assert await dispatcher.wait_for_space(receiver, 1)
        assert dispatcher.offer(receiver, work.job(f"{number}"))
        work.finish(f"{number}")
    await _settle(lambda: len(work.done) == 500)
    assert dispatcher.queued == 3
    work.finish("never")
    await dispatcher.drain()


async def test_space_is_there_for_a_receiver_never_seen() -> None:
    dispatcher = Dispatcher(max_queued=1, max_in_flight=lambda _: 1)
    assert await dispatcher.wait_for_space("new", 0.01)


async def test_limit_that_is_raised_counts_from_the_next_start() -> None:
    limit = 1
    work, dispatcher = Work(), Dispatcher(max_queued=9, max_in_flight=lambda _: limit)
    for name in "abc":
        dispatcher.offer("r", work.job(name))
    limit = 3
    work.finish("a")
    await _settle(lambda: work.started == ["a", "b", "c"])
    work.finish("b")
    work.finish("c")
    await dispatcher.drain()


async def test_close_lets_work_finish_within_the_grace() -> None:
    work, dispatcher = Work(), Dispatcher(max_queued=9, max_in_flight=lambda _: 1)
    for name in "ab":
        dispatcher.offer("r", work.job(name))
        work.finish(name)
    assert await dispatcher.close(5) == ()
    assert work.done == ["a", "b"]
    assert not dispatcher.offer("r", _nothing)
    assert not await dispatcher.wait_for_space("r", 5)


async def test_close_gives_back_what_was_cancelled_or_never_started() -> None:
    work, dispatcher = Work(), Dispatcher(max_queued=9, max_in_flight=lambda _: 1)
    jobs = [work.job(name) for name in ("hangs", "waits", "waits too")]
    for job in jobs:
        dispatcher.offer("slow", job)
    dispatcher.offer("fast", _nothing)
    assert await dispatcher.close(0.05) == tuple(jobs)
    assert work.started == ["hangs"]
    assert work.done == []


async def test_close_wakes_whoever_waits_for_space() -> None:
    work, dispatcher = Work(), Dispatcher(max_queued=1, max_in_flight=lambda _: 1)
    dispatcher.offer("r", work.job("a"))
    dispatcher.offer("r", work.job("b"))
    waiting = asyncio.create_task(dispatcher.wait_for_space("r", 60))
    await asyncio.sleep(0)
    closing = asyncio.create_task(dispatcher.close(60))
    assert await waiting is False
    work.finish("a")
    work.finish("b")
    assert await closing == ()


async def test_job_that_raises_stops_everything_and_is_heard_of() -> None:
    work, dispatcher = Work(), Dispatcher(max_queued=9, max_in_flight=lambda _: 1)
    waiting_job = work.job("never starts")
    dispatcher.offer("r", _broken)
    dispatcher.offer("r", waiting_job)
    with pytest.raises(ArithmeticError):
        await dispatcher.drain()
    with pytest.raises(ArithmeticError):
        dispatcher.offer("other", _nothing)
    with pytest.raises(ArithmeticError):
        await dispatcher.wait_for_space("other", 1)
    assert isinstance(dispatcher.fault, ArithmeticError)
    assert await dispatcher.close(1) == (waiting_job,)
    assert work.started == []


async def test_fault_wakes_whoever_waits_for_space() -> None:
    work, dispatcher = Work(), Dispatcher(max_queued=1, max_in_flight=lambda _: 1)
    dispatcher.offer("slow", work.job("a"))
    dispatcher.offer("slow", work.job("b"))
    waiting = asyncio.create_task(dispatcher.wait_for_space("slow", 60))
    await asyncio.sleep(0)
    dispatcher.offer("other", _broken)
    with pytest.raises(ArithmeticError):
        await waiting
    await dispatcher.close(0)


async def test_closing_that_is_cancelled_still_cancels_the_work() -> None:
    work, dispatcher = Work(), Dispatcher(max_queued=9, max_in_flight=lambda _: 1)
    dispatcher.offer("r", work.job("hangs"))
    await _settle(lambda: work.started == ["hangs"])
    closing = asyncio.create_task(dispatcher.close(60))
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    assert dispatcher.in_flight == 0


def test_queue_for_nothing_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="max_queued"):
        Dispatcher(max_queued=0, max_in_flight=lambda _: 1)


async def test_paced_receiver_starts_one_job_a_turn_and_nobody_else_waits() -> None:
    work = Work()
    starts: dict[str, list[float]] = {"slow": [0.0, 0.01, 0.0], "fast": []}
    asked: list[str] = []

    def begin_in_seconds(receiver_id: str) -> float:
        asked.append(receiver_id)
        return starts[receiver_id].pop(0) if starts[receiver_id] else 0.0

    dispatcher = Dispatcher(max_queued=5, max_in_flight=lambda _: 5, begin_in_seconds=begin_in_seconds)
    for name in ("s1", "s2"):
        dispatcher.offer("slow", work.job(name))
    dispatcher.offer("fast", work.job("f1"))
    await _settle(lambda: {"s1", "f1"} <= set(work.started))
    assert "s2" not in work.started
    await _settle(lambda: "s2" in work.started)
    for name in ("s1", "s2", "f1"):
        work.finish(name)
    await dispatcher.drain()
