"""Work that ends in time, or when it is told to."""

import asyncio

import pytest

from wirewatch.delivery import Bounded


async def _forever() -> None:
    await asyncio.Event().wait()


async def _answer() -> int:
    await asyncio.sleep(0)
    return 42


async def test_work_that_ends_in_time_returns_what_it_found() -> None:
    assert await Bounded().run(_answer(), seconds=60) == 42


async def test_work_that_takes_too_long_is_broken_off_and_its_task_goes_on() -> None:
    bounded = Bounded()
    with pytest.raises(TimeoutError):
        await bounded.run(_forever(), seconds=0.01)
    assert await bounded.run(_answer(), seconds=60) == 42


async def test_work_with_less_time_does_not_wait_for_what_began_before_it() -> None:
    bounded = Bounded()
    slow = asyncio.create_task(bounded.run(_forever(), seconds=3_600))
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await bounded.run(_forever(), seconds=0.01)
    assert not slow.done()
    slow.cancel()


async def test_each_work_gets_its_own_time_when_another_has_ended_before() -> None:
    bounded = Bounded()
    assert await bounded.run(_answer(), seconds=0.01) == 42
    with pytest.raises(TimeoutError):
        await bounded.run(_forever(), seconds=0.02)
    with pytest.raises(TimeoutError):
        await bounded.run(_forever(), seconds=0.01)


async def test_all_that_is_under_way_can_be_broken_off_at_once() -> None:
    bounded = Bounded()
    tasks = [asyncio.create_task(bounded.run(_forever())) for _ in range(3)]
    await asyncio.sleep(0)
    assert bounded.break_off() == 3
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in ended] == [TimeoutError] * 3
    assert bounded.break_off() == 0


async def test_task_that_its_owner_cancels_ends_even_while_it_is_broken_off() -> None:
    bounded = Bounded()
    task = asyncio.create_task(bounded.run(_forever()))
    await asyncio.sleep(0)
    bounded.break_off()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_bounds_within_bounds_each_end_their_own_work() -> None:
    outer, inner = Bounded(), Bounded()

    async def within() -> str:
        try:
            await inner.run(_forever(), seconds=0.01)
        except TimeoutError:
            return "the inner one was over"
        return "neither was"

    assert await outer.run(within(), seconds=60) == "the inner one was over"
    with pytest.raises(TimeoutError):
        await outer.run(inner.run(_forever(), seconds=60), seconds=0.01)
