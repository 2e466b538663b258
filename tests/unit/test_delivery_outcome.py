"""What follows from an attempt: the decision's table, and the records it leads to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from wirewatch.delivery import (
    AttemptResult,
    Delivered,
    Delivery,
    DeliveryOutcome,
    DisabledReason,
    Failed,
    FailureKind,
    Hold,
    Post,
    Receiver,
    ReceiverBook,
    ReceiverState,
    ReceiverStatus,
    RetryLater,
    SetAside,
    Wait,
    Wish,
    decide,
    failed_record,
    hold,
    parked_record,
    plan,
    read_secret,
    retry_record,
)
from wirewatch.ports import header
from wirewatch.retry import Schedule
from wirewatch.routing import Topics

CREATED = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = CREATED + timedelta(seconds=2)
SCHEDULE = Schedule((5, 300, 1_800))
TOPICS = Topics()
DELIVERY = Delivery(
    alert_id="alr_abc", receiver="asia-desk", alert={"id": "alr_abc", "specversion": "1.0"}, created_at=CREATED
)
RECEIVER = Receiver("asia-desk", "https://hooks.example/in", (read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),))
DONE = AttemptResult(0.1, 204)
REFUSED = AttemptResult(0.1, failure=FailureKind.CONNECT, detail="could not connect: Connection refused")
RETRIED_KINDS = sorted(set(FailureKind) - {FailureKind.BLOCKED})


def _after(attempts: int, result: AttemptResult = REFUSED) -> Delivered | RetryLater | Failed | SetAside:
    return decide(DELIVERY.model_copy(update={"attempts": attempts}), result, NOW, SCHEDULE)


def _retry(decision: object) -> RetryLater:
    assert isinstance(decision, RetryLater)
    return decision


def _failed(decision: object) -> Failed:
    assert isinstance(decision, Failed)
    return decision


def test_delivered_delivery_tells_how_long_the_alert_took() -> None:
    decision = _after(0, DONE)
    assert isinstance(decision, Delivered)
    assert decision.outcome is DeliveryOutcome.DELIVERED
    assert decision.alert_to_delivery_seconds == 2


@pytest.mark.parametrize("kind", RETRIED_KINDS)
def test_every_failure_but_a_blocked_address_is_tried_again(kind: FailureKind) -> None:
    decision = _retry(_after(0, AttemptResult(0.1, failure=kind)))
    assert decision.outcome is DeliveryOutcome.RETRY_LATER
    assert decision.cause is kind


@pytest.mark.parametrize(("made_before", "delay", "seconds"), [(0, "5s", 5), (1, "5m", 300), (2, "30m", 1_800)])
def test_each_failure_waits_for_the_next_delay_of_the_schedule(made_before: int, delay: str, seconds: int) -> None:
    decision = _retry(_after(made_before))
    assert decision.delay == delay
    assert decision.delivery.attempts == made_before + 1
    assert decision.delivery.due_at == NOW + timedelta(seconds=seconds)


def test_last_failure_exhausts_the_delivery() -> None:
    decision = _failed(_after(3))
    assert decision.outcome is DeliveryOutcome.EXHAUSTED
    assert decision.cause is FailureKind.CONNECT
    assert decision.delivery.attempts == 4


def test_blocked_address_is_refused_for_good_at_once() -> None:
    decision = _failed(_after(0, AttemptResult(0.0, failure=FailureKind.BLOCKED)))
    assert decision.outcome is DeliveryOutcome.BLOCKED


def test_jitter_moves_the_due_time() -> None:
    decision = _retry(decide(DELIVERY, REFUSED, NOW, SCHEDULE, jitter=1.0))
    assert decision.delivery.due_at == NOW + timedelta(seconds=5.5)


@pytest.mark.parametrize("status", [429, 503])
def test_receiver_that_asks_for_time_gets_no_less(status: int) -> None:
    busy = AttemptResult(0.1, status, FailureKind.STATUS, retry_after_seconds=120)
    assert _retry(_after(0, busy)).delay == "1m", "the pause of the whole receiver does the rest"
    assert _retry(_after(0, replace(busy, retry_after_seconds=2))).delay == "5s"
    assert _retry(_after(1, replace(busy, retry_after_seconds=90_000))).delay == "30m", "then it is held again"
    assert _failed(_after(3, busy)).outcome is DeliveryOutcome.EXHAUSTED


def test_asking_for_time_with_any_other_status_changes_nothing() -> None:
    assert _retry(_after(0, AttemptResult(0.1, 500, FailureKind.STATUS, retry_after_seconds=120))).delay == "5s"


def test_retry_is_a_record_on_the_topic_of_its_delay_that_decodes_to_what_waits() -> None:
    decision = _retry(_after(0))
    record = retry_record(decision, TOPICS, (("traceparent", b"00-aa-bb-01"), ("tenant", b"a")))
    assert record.topic == "wirewatch.deliveries.retry.5s"
    assert record.key == b"asia-desk"
    assert Delivery.decode(record.value or b"") == decision.delivery
    assert header(record.headers, "traceparent") == b"00-aa-bb-01"
    assert header(record.headers, "tenant") == b"a"
    assert header(record.headers, "wirewatch-reason") == b"retry_later"
    assert header(record.headers, "wirewatch-cause") == b"connect"


def test_failed_record_keeps_the_delivery_with_its_reasons() -> None:
    answer = AttemptResult(0.1, 500, FailureKind.STATUS, detail="the receiver answered 500")
    stale = (("wirewatch-reason", b"retry_later"), ("wirewatch-cause", b"timeout"))
    record = failed_record(_failed(_after(3, answer)), TOPICS, stale)
    assert record.topic == "wirewatch.deliveries.failed"
    assert record.key == b"asia-desk"
    assert dict(record.headers) == {
        "wirewatch-reason": b"exhausted",
        "wirewatch-cause": b"status",
        "wirewatch-status": b"500",
        "wirewatch-error": b"the receiver answered 500",
    }
    assert Delivery.decode(record.value or b"").alert == DELIVERY.alert


@pytest.mark.parametrize("status", [429, 502, 504])
def test_receiver_that_is_overloaded_is_left_alone_for_a_minute(status: int) -> None:
    answer = AttemptResult(0.1, status, FailureKind.STATUS)
    assert answer.pause_seconds == 60
    assert _retry(_after(0, answer)).delay == "1m"


def test_receiver_that_is_gone_has_its_delivery_parked() -> None:
    decision = _after(0, AttemptResult(0.1, 410, FailureKind.STATUS))
    assert isinstance(decision, SetAside)
    assert decision.outcome is DeliveryOutcome.RECEIVER_DISABLED
    record = parked_record(decision, TOPICS, ())
    assert record.topic == "wirewatch.deliveries.parked"
    assert record.key == b"asia-desk"
    assert header(record.headers, "wirewatch-status") == b"410"


def test_receiver_may_refuse_one_delivery_for_good() -> None:
    refused = AttemptResult(0.1, 500, FailureKind.STATUS, wish=Wish.ABORT_MESSAGE)
    assert _failed(_after(0, refused)).outcome is DeliveryOutcome.ABORTED
    accepted = AttemptResult(0.1, 200, wish=Wish.ABORT_MESSAGE)
    assert isinstance(_after(0, accepted), Delivered)


def test_receiver_that_asks_to_be_disabled_has_its_delivery_parked_unless_it_took_it() -> None:
    assert isinstance(_after(0, AttemptResult(0.1, 500, FailureKind.STATUS, wish=Wish.DISABLE)), SetAside)
    assert isinstance(_after(0, AttemptResult(0.1, 200, wish=Wish.DISABLE)), Delivered)


def test_held_delivery_keeps_its_attempts() -> None:
    waiting = DELIVERY.model_copy(update={"attempts": 2, "due_at": CREATED})
    record = retry_record(hold(waiting, NOW, SCHEDULE), TOPICS, ())
    assert record.topic == "wirewatch.deliveries.retry.5s"
    assert dict(record.headers) == {"wirewatch-reason": b"held"}
    held = Delivery.decode(record.value or b"")
    assert held.attempts == 2
    assert held.due_at == NOW + timedelta(seconds=5)


def test_delivery_held_again_waits_longer_until_an_attempt_is_made() -> None:
    again = hold(hold(DELIVERY, NOW, SCHEDULE).delivery, NOW, SCHEDULE)
    assert again.outcome is DeliveryOutcome.HELD
    assert again.delay == "1m"
    attempted = _retry(decide(again.delivery, REFUSED, NOW, SCHEDULE))
    assert (attempted.delivery.attempts, attempted.delivery.holds) == (1, 0)
    assert hold(attempted.delivery, NOW, SCHEDULE).delay == "5s"


def _book(*receivers: Receiver, state: ReceiverState | None = None) -> ReceiverBook:
    book = ReceiverBook(lambda reference: reference.env or "", receivers)
    if state is not None:
        book.set_state(RECEIVER.id, state)
    return book


def test_delivery_that_is_due_is_posted_to_its_receiver() -> None:
    assert plan(DELIVERY, _book(RECEIVER), NOW) == Post(RECEIVER, DELIVERY)
    due_now = DELIVERY.model_copy(update={"due_at": NOW})
    assert plan(due_now, _book(RECEIVER), NOW) == Post(RECEIVER, due_now)


def test_delivery_that_is_not_due_waits_for_its_time_whatever_its_receiver() -> None:
    later = NOW + timedelta(seconds=3)
    assert plan(DELIVERY.model_copy(update={"due_at": later}), _book(), NOW) == Wait(later, 3.0)


def test_delivery_to_a_receiver_that_is_not_there_fails_by_name() -> None:
    assert _failed(plan(DELIVERY, _book(), NOW)).outcome is DeliveryOutcome.UNKNOWN_RECEIVER


@pytest.mark.parametrize(
    "book",
    [
        _book(replace(RECEIVER, enabled=False)),
        _book(RECEIVER, state=ReceiverState().disabled(DisabledReason.GONE, NOW)),
    ],
    ids=["by its definition", "by its state"],
)
def test_delivery_to_a_disabled_receiver_is_parked(book: ReceiverBook) -> None:
    planned = plan(DELIVERY, book, NOW)
    assert isinstance(planned, SetAside)
    assert planned.outcome is DeliveryOutcome.RECEIVER_DISABLED


def test_delivery_to_a_paused_receiver_is_held_until_the_pause_is_over() -> None:
    until = NOW + timedelta(seconds=90)
    paused = ReceiverState(status=ReceiverStatus.FAILING, paused_until=until)
    assert plan(DELIVERY, _book(RECEIVER, state=paused), NOW) == Hold(DELIVERY, 90.0)
    assert isinstance(plan(DELIVERY, _book(RECEIVER, state=paused), until), Post)


def test_delivery_survives_its_encoding_with_text_of_any_script() -> None:
    alert = {"id": "alr_abc", "data": {"title": "日本 → Séoul \u2028 \U0001f5de", "n": [1, 2.5, None, True]}}
    delivery = DELIVERY.model_copy(update={"alert": alert, "attempts": 3, "due_at": NOW})
    decoded = Delivery.decode(delivery.encode())
    assert decoded == delivery
    assert decoded.body() == delivery.body()


def test_number_that_json_lacks_never_reaches_a_receiver() -> None:
    raw = b'{"alert_id":"a","receiver":"r","alert":{"n":NaN},"created_at":"2026-03-01T12:00:00Z"}'
    delivery = Delivery.decode(raw)
    assert delivery.body() == b'{"n":null}'
    assert Delivery.decode(delivery.encode()).body() == b'{"n":null}'


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b"", "json_invalid"),
        (b"[]", "model_type"),
        (b'{"alert_id":"a","receiver":"r","alert":{},"created_at":"2026-03-01T12:00:00"}', "created_at"),
        (b'{"alert_id":"a.b","receiver":"r","alert":{},"created_at":"2026-03-01T12:00:00Z"}', "alert_id"),
        (b'{"alert_id":"a\\r\\nx: y","receiver":"r","alert":{},"created_at":"2026-03-01T12:00:00Z"}', "alert_id"),
        (b'{"alert_id":"a","receiver":"r","alert":[],"created_at":"2026-03-01T12:00:00Z"}', "alert"),
        (
            b'{"alert_id":"a","receiver":"r","alert":{},"created_at":"2026-03-01T12:00:00Z","attempts":-1}',
            "attempts",
        ),
    ],
)
def test_what_is_no_delivery_is_refused_with_the_field_named(raw: bytes, field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        Delivery.decode(raw)
