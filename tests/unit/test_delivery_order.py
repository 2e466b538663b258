"""Queues of deliveries that keep their order, whatever dies in between."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from wirewatch.delivery import Delivery, Queue, after_done, join, line_of, may_go


def _delivery(number: int) -> Delivery:
    return Delivery(
        alert_id=f"alr_{number}",
        receiver="desk",
        alert={"subject": "asia"},
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


def test_line_is_of_a_receiver_and_a_rule() -> None:
    assert line_of(_delivery(1)) == "desk asia"


def test_without_a_queue_everybody_may_go() -> None:
    assert may_go(None, _delivery(1))
    assert after_done(None, _delivery(1)) is None


def test_first_that_waits_goes_first_and_the_queue_ends_with_the_last() -> None:
    queue, first = join(None, _delivery(1))
    queue, second = join(queue, _delivery(2))
    assert may_go(queue, first)
    assert not may_go(queue, second)
    assert not may_go(queue, _delivery(3)), "who has no place must join"
    queue = after_done(queue, first)
    assert queue == Queue(last=2, done=1)
    assert may_go(queue, second)
    assert after_done(queue, second) is None


def test_joining_again_keeps_the_place() -> None:
    queue, first = join(None, _delivery(1))
    assert join(queue, first) == (queue, first)


@given(repeats=st.lists(st.integers(0, 4), min_size=5, max_size=5), order=st.randoms(use_true_random=False))
def test_queue_with_repeats_is_worked_off_whole_in_order_of_the_first_of_each(
    repeats: list[int], order: object
) -> None:
    """A worker that dies between writing a delivery and its place reads it again, and it joins again."""
    queue: Queue | None = None
    waiting: list[Delivery] = []
    for number, copies in enumerate(repeats):
        for _ in range(copies + 1):
            queue, placed = join(queue, _delivery(number))
            waiting.append(placed)
    done: list[str] = []
    while waiting:
        order.shuffle(waiting)  # type: ignore[attr-defined] # hypothesis' own Random
        ready = [each for each in waiting if may_go(queue, each)]
        assert ready, "somebody may always go"
        waiting.remove(ready[0])
        done.append(ready[0].alert_id)
        queue = after_done(queue, ready[0])
    assert list(dict.fromkeys(done)) == [f"alr_{number}" for number in range(5)]
    assert queue is None
