"""Laws of the retry topics, over any schedule, moments and jitter."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wirewatch.retry import JITTER_CAP_SECONDS, Schedule, delay_label, due_after, seconds_of_label

START = datetime(2026, 3, 1, tzinfo=UTC)
delays = st.integers(min_value=1, max_value=604_800)
fractions = st.floats(min_value=0, max_value=1)
gaps = st.floats(min_value=0, max_value=10)


@given(delay=delays, jitter=fractions)
def test_every_retry_is_due_in_its_band(delay: int, jitter: float) -> None:
    waited = (due_after(START, delay, jitter) - START).total_seconds()
    assert delay <= waited <= delay + min(delay * 0.1, JITTER_CAP_SECONDS) + 1e-6


@given(delay=delays, written=st.lists(st.tuples(gaps, fractions), min_size=1, max_size=50))
def test_no_retry_is_held_up_by_those_before_it_for_over_a_second(
    delay: int, written: list[tuple[float, float]]
) -> None:
    """A topic is read in order: one is sent when it is due and all before it are, which its reader may notice late."""
    now, sent_at = START, START
    for gap, jitter in written:
        now += timedelta(seconds=gap)
        due = due_after(now, delay, jitter)
        sent_at = max(sent_at, due)
        assert (sent_at - due).total_seconds() <= JITTER_CAP_SECONDS


@given(seconds=delays)
def test_label_names_its_delay(seconds: int) -> None:
    assert seconds_of_label(delay_label(seconds)) == seconds


@given(first=delays, second=delays)
def test_different_delays_have_different_topics(first: int, second: int) -> None:
    assert (delay_label(first) == delay_label(second)) == (first == second)


@given(
    schedule=st.lists(delays, max_size=20).map(lambda found: Schedule(tuple(found))),
    asked=st.floats(0, 1e6),
    holds=st.integers(0, 30),
)
def test_every_delay_that_can_come_up_has_a_topic(schedule: Schedule, asked: float, holds: int) -> None:
    by_attempt = {schedule.delay_after(attempts) for attempts in range(1, len(schedule.delays_seconds) + 2)}
    possible = {*by_attempt, schedule.hold_for(asked), schedule.hold_again(holds)} - {None}
    assert possible <= set(schedule.topic_delays_seconds)


@given(
    schedule=st.lists(delays, max_size=20).map(lambda found: Schedule(tuple(found))),
    asked=st.floats(1, 86_400),
)
def test_pause_of_any_length_is_waited_through_late_by_a_quarter_or_the_shortest_delay_at_most(
    schedule: Schedule, asked: float
) -> None:
    """Each wait takes its delay; one that is over too early is followed by another."""
    waited, rounds = 0.0, 0
    while waited < asked:
        waited += schedule.hold_for(asked - waited)
        rounds += 1
    assert waited <= asked + max(asked * 0.25, schedule.topic_delays_seconds[0])
    assert rounds <= 400
