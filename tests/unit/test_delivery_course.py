"""What attempts mean for a receiver: its state, its events, its breaker and its pace."""

from datetime import UTC, datetime, timedelta

import pytest

from wirewatch.delivery import (
    DISABLED_AFTER,
    AttemptResult,
    Breakers,
    Course,
    DeliveryOutcome,
    DisabledReason,
    FailureKind,
    Pace,
    ReceiverEventKind,
    ReceiverState,
    ReceiverStatus,
    Wish,
    course_after,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WELL = ReceiverState()
FAILING = ReceiverState(status=ReceiverStatus.FAILING, failing_since=NOW - timedelta(hours=1))
ACCEPTED = AttemptResult(0.1, 204)
REFUSED = AttemptResult(0.1, failure=FailureKind.CONNECT)


def _after(
    state: ReceiverState,
    result: AttemptResult,
    outcome: DeliveryOutcome = DeliveryOutcome.RETRY_LATER,
    now: datetime = NOW,
) -> Course:
    return course_after("desk", state, result, outcome=outcome, alert_id="alr_1", now=now)


def _kinds(course: Course) -> list[ReceiverEventKind]:
    return [event.event for event in course.events]


def test_receiver_that_is_well_and_stays_so_causes_nothing() -> None:
    assert _after(WELL, ACCEPTED, DeliveryOutcome.DELIVERED) == Course()


def test_first_failure_is_when_it_fails_since() -> None:
    course = _after(WELL, REFUSED)
    assert course.state == ReceiverState(status=ReceiverStatus.FAILING, failing_since=NOW, changed_at=NOW)
    assert _kinds(course) == [ReceiverEventKind.FAILING]
    assert course.events[0].reason == FailureKind.CONNECT


def test_further_failures_write_nothing() -> None:
    assert _after(FAILING, REFUSED) == Course()


def test_one_acceptance_is_recovery() -> None:
    course = _after(FAILING, ACCEPTED, DeliveryOutcome.DELIVERED)
    assert course.state == ReceiverState(changed_at=NOW)
    assert _kinds(course) == [ReceiverEventKind.RECOVERED]


@pytest.mark.parametrize(("missing", "disabled"), [(timedelta(seconds=1), False), (timedelta(), True)])
def test_five_days_of_failures_disable_it(missing: timedelta, *, disabled: bool) -> None:
    since = NOW - DISABLED_AFTER + missing
    course = _after(ReceiverState(status=ReceiverStatus.FAILING, failing_since=since), REFUSED)
    assert (course.state is not None and course.state.status is ReceiverStatus.DISABLED) == disabled
    assert _kinds(course) == ([ReceiverEventKind.DISABLED] if disabled else [])


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (AttemptResult(0.1, 410, FailureKind.STATUS), DisabledReason.GONE),
        (AttemptResult(0.1, 200, wish=Wish.DISABLE), DisabledReason.ASKED),
        (AttemptResult(0.1, 500, FailureKind.STATUS, wish=Wish.DISABLE), DisabledReason.ASKED),
    ],
)
def test_receiver_that_wants_nothing_more_is_disabled_at_once(result: AttemptResult, reason: DisabledReason) -> None:
    course = _after(WELL, result)
    assert course.state is not None
    assert (course.state.status, course.state.disabled_reason) == (ReceiverStatus.DISABLED, reason)


def test_attempt_under_way_when_it_was_disabled_changes_nothing() -> None:
    assert _after(WELL.disabled(DisabledReason.OPERATOR, NOW), ACCEPTED) == Course()


@pytest.mark.parametrize(
    "result",
    [
        AttemptResult(0.1, failure=FailureKind.UNEXPECTED),
        AttemptResult(0.1, 400, FailureKind.STATUS, wish=Wish.ABORT_MESSAGE),
    ],
)
def test_what_is_no_fault_of_the_receiver_is_not_held_against_it(result: AttemptResult) -> None:
    assert _after(WELL, result) == Course()


def test_exhausted_delivery_is_an_event() -> None:
    assert _kinds(_after(FAILING, REFUSED, DeliveryOutcome.EXHAUSTED)) == [ReceiverEventKind.EXHAUSTED]


def test_pause_is_for_all_of_the_time_asked_for_and_only_ever_longer() -> None:
    busy = AttemptResult(0.1, 503, FailureKind.STATUS, retry_after_seconds=100)
    course = course_after("desk", WELL, busy, outcome=DeliveryOutcome.RETRY_LATER, alert_id="a", now=NOW, jitter=1.0)
    assert course.state is not None
    assert course.state.paused_until == NOW + timedelta(seconds=101)
    shorter = AttemptResult(0.1, 503, FailureKind.STATUS, retry_after_seconds=5)
    assert _after(course.state, shorter) == Course()


def test_acceptance_of_one_does_not_end_a_pause_that_another_asked_for() -> None:
    paused = FAILING.model_copy(update={"paused_until": NOW + timedelta(seconds=50)})
    course = _after(paused, ACCEPTED, DeliveryOutcome.DELIVERED)
    assert course.state is not None
    assert course.state.paused_until == paused.paused_until


def test_breaker_opens_after_ten_failures_in_a_row_and_lets_one_probe_through() -> None:
    breakers = Breakers()
    for _ in range(9):
        breakers.learn("desk", FailureKind.CONNECT, 0.0)
    assert breakers.wait_seconds("desk", 0.0) is None
    breakers.learn("desk", FailureKind.TIMEOUT, 0.0)
    assert breakers.wait_seconds("desk", 1.0) == 9.0
    assert breakers.wait_seconds("other", 1.0) is None
    assert breakers.wait_seconds("desk", 10.0) is None, "the probe"
    assert breakers.wait_seconds("desk", 10.0) is not None, "everybody else waits for what becomes of it"
    breakers.learn("desk", FailureKind.CONNECT, 11.0)
    assert breakers.wait_seconds("desk", 11.0) == 30.0, "longer than before"
    assert breakers.wait_seconds("desk", 41.0) is None
    breakers.learn("desk", None, 42.0)
    assert breakers.wait_seconds("desk", 42.0) is None
    assert breakers.open == 0


@pytest.mark.parametrize("failure", [None, FailureKind.STATUS, FailureKind.REDIRECT])
def test_any_answer_at_all_is_no_reason_for_the_breaker(failure: FailureKind | None) -> None:
    breakers = Breakers()
    for _ in range(9):
        breakers.learn("desk", FailureKind.CONNECT, 0.0)
    breakers.learn("desk", failure, 0.0)
    breakers.learn("desk", FailureKind.CONNECT, 0.0)
    assert breakers.wait_seconds("desk", 0.0) is None


def test_attempts_in_flight_when_it_opened_do_not_open_it_for_longer() -> None:
    breakers = Breakers()
    for _ in range(26):
        breakers.learn("desk", FailureKind.CONNECT, 0.0)
    assert breakers.wait_seconds("desk", 0.0) == 10.0


def test_pace_spaces_attempts_evenly_without_saving_up() -> None:
    pace = Pace()
    assert pace.begin("desk", 2.0, 0.0) == 0
    assert pace.begin("desk", 2.0, 0.1) == pytest.approx(0.4)
    assert pace.begin("desk", 2.0, 0.5) == 0
    assert pace.begin("desk", 2.0, 100.0) == 0
    assert pace.begin("desk", 2.0, 100.0) == 0.5
    assert pace.begin("other", 2.0, 100.0) == 0
    assert pace.begin("desk", None, 100.0) == 0
