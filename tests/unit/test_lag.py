"""Lag in seconds: honest when messages flow, growing when stuck, absent when unknown."""

from wirewatch.ports import Lag, LagClock


class _Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_consumer_that_is_up_to_date_has_no_lag() -> None:
    assert LagClock(_Clock()).read("p", 0) == Lag(0, 0.0)


def test_an_unknown_position_gives_no_reading_rather_than_zero() -> None:
    assert LagClock(_Clock()).read("p", None) is None


def test_while_messages_flow_the_lag_is_the_age_of_the_last_one_processed() -> None:
    clock = _Clock()
    lag = LagClock(clock)
    lag.read("p", 10)
    clock.now += 5
    lag.processed("p", 990_000)
    assert lag.read("p", 9) == Lag(9, 15.0, idle_seconds=0.0)


def test_the_lag_of_a_stuck_consumer_keeps_growing() -> None:
    clock = _Clock()
    lag = LagClock(clock)
    lag.processed("p", 10_000)
    clock.now += 60
    assert lag.read("p", 3) == Lag(3, 0.0)
    clock.now += 30
    assert lag.read("p", 4) == Lag(4, 30.0, idle_seconds=30.0)


def test_catching_up_ends_the_count() -> None:
    clock = _Clock()
    lag = LagClock(clock)
    lag.read("p", 3)
    clock.now += 30
    lag.read("p", 0)
    clock.now += 30
    assert lag.read("p", 1) == Lag(1, 0.0)
