"""The schedule of attempts and the labels of its topics."""

from datetime import UTC, datetime, timedelta

import pytest

from wirewatch.retry import Schedule, delay_label, due_after, seconds_of_label

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_default_schedule_gives_ten_attempts_over_three_days() -> None:
    schedule = Schedule()
    delays = [schedule.delay_after(attempts) for attempts in range(1, 11)]
    assert delays == [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, None]


def test_empty_schedule_makes_one_attempt_only_and_can_still_hold() -> None:
    schedule = Schedule(())
    assert schedule.delay_after(1) is None
    assert schedule.topic_delays_seconds == (5, 60, 300)


def test_delay_before_any_attempt_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="0 attempts"):
        Schedule().delay_after(0)


@pytest.mark.parametrize("delay", [0, -5, 604_801])
def test_delay_that_no_topic_can_hold_is_refused(delay: int) -> None:
    with pytest.raises(ValueError, match="retry delay"):
        Schedule((5, delay))


def test_holding_takes_longer_each_time_up_to_five_minutes() -> None:
    assert tuple(Schedule((2, 1_800)).hold_again(holds) for holds in range(5)) == (2, 5, 60, 300, 300)


def test_repeated_delays_share_one_topic() -> None:
    assert Schedule((60, 5, 60)).topic_delays_seconds == (5, 60, 300)


@pytest.mark.parametrize(
    ("seconds", "delay"),
    [(0.1, 5), (5, 5), (5.1, 5), (50, 60), (60, 60), (61, 60), (290, 300), (600, 300), (1_799, 1_800), (9_999, 7_200)],
)
def test_wait_is_held_in_one_go_where_a_delay_fits_and_in_several_otherwise(seconds: float, delay: int) -> None:
    assert Schedule().hold_for(seconds) == delay


def test_receivers_own_delays_are_met_by_those_that_have_topics() -> None:
    assert Schedule((5, 300, 1_800)).with_delays((1, 30, 400, 9_999)).delays_seconds == (5, 60, 1_800, 1_800)


@pytest.mark.parametrize(
    ("seconds", "label"),
    [(1, "1s"), (5, "5s"), (60, "1m"), (90, "90s"), (300, "5m"), (1_800, "30m"), (7_200, "2h"), (86_400, "24h")],
)
def test_label_is_in_the_largest_unit_that_divides_the_delay(seconds: int, label: str) -> None:
    assert delay_label(seconds) == label
    assert seconds_of_label(label) == seconds


@pytest.mark.parametrize("label", ["", "5", "s", "05s", "5d", "5s ", "-5s", "1.5h"])
def test_text_that_is_no_label_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="not the label"):
        seconds_of_label(label)


def test_delay_of_nothing_has_no_label() -> None:
    with pytest.raises(ValueError, match="no label"):
        delay_label(0)


@pytest.mark.parametrize(("delay", "most_seconds"), [(5, 0.5), (300, 1.0), (86_400, 1.0)])
def test_jitter_only_adds_and_at_most_a_tenth_or_a_second(delay: int, most_seconds: float) -> None:
    assert due_after(NOON, delay, 0) == NOON + timedelta(seconds=delay)
    assert due_after(NOON, delay, 1) == NOON + timedelta(seconds=delay + most_seconds)


@pytest.mark.parametrize("jitter", [-0.1, 1.1])
def test_jitter_outside_its_range_is_a_mistake_of_the_caller(jitter: float) -> None:
    with pytest.raises(ValueError, match="jitter"):
        due_after(NOON, 5, jitter)
