"""What an attempt means for its receiver: a new state, and the events that tell of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from wirewatch.delivery.outcome import AttemptResult, DeliveryOutcome, FailureKind, Wish
from wirewatch.delivery.receiver_state import (
    DisabledReason,
    ReceiverEventData,
    ReceiverEventKind,
    ReceiverState,
    ReceiverStatus,
)

__all__ = ["DISABLED_AFTER", "Course", "course_after"]

DISABLED_AFTER = timedelta(days=5)
"""How long every single attempt must have failed before a receiver is disabled."""


@dataclass(frozen=True, slots=True)
class Course:
    """`state` is what to write, None when nothing changed."""

    state: ReceiverState | None = None
    events: tuple[ReceiverEventData, ...] = ()


def course_after(
    receiver_id: str,
    state: ReceiverState,
    result: AttemptResult,
    *,
    outcome: DeliveryOutcome,
    alert_id: str,
    now: datetime,
    jitter: float = 0.0,
) -> Course:
    """Return what follows for a receiver in `state` from an attempt that ended at `now` with `outcome`.

    `jitter`, from 0 to 1, lengthens a pause by that share of a tenth of it, and of a second at most.
    """
    if state.status is ReceiverStatus.DISABLED:
        return Course()  # one that was under way when it was disabled
    if result.failure is None and result.wish is None and state.status is ReceiverStatus.ACTIVE:
        return Course()  # as nearly all of them
    after = _status_after(state, result, now)
    pause = result.pause_seconds
    if pause is not None and after.status is not ReceiverStatus.DISABLED:
        until = now + timedelta(seconds=pause + jitter * min(pause / 10, 1.0))
        if after.paused_until is None or until > after.paused_until:
            after = after.model_copy(update={"paused_until": until})
    kinds = _events(state, after, outcome)
    reason = after.disabled_reason or result.failure
    events = tuple(
        ReceiverEventData(
            receiver=receiver_id,
            event=kind,
            reason=reason,
            alert_id=alert_id,
            failing_since=after.failing_since or state.failing_since,
        )
        for kind in kinds
    )
    return Course(None if after == state else after.model_copy(update={"changed_at": now}), events)


def _status_after(state: ReceiverState, result: AttemptResult, now: datetime) -> ReceiverState:
    if result.asks_to_be_disabled:
        return state.disabled(DisabledReason.ASKED if result.wish is Wish.DISABLE else DisabledReason.GONE, now)
    if result.failure is None:
        return state.model_copy(
            update={"status": ReceiverStatus.ACTIVE, "failing_since": None, "paused_until": _future(state, now)}
        )
    if result.failure is FailureKind.UNEXPECTED or result.wish is Wish.ABORT_MESSAGE:
        return state  # not the receiver's fault; or it works well enough to say what it thinks
    since = state.failing_since or now
    if now - since >= DISABLED_AFTER:
        return state.disabled(DisabledReason.FAILED_TOO_LONG, now)
    return state.model_copy(update={"status": ReceiverStatus.FAILING, "failing_since": since})


def _future(state: ReceiverState, now: datetime) -> datetime | None:
    """Return the pause that still lasts: one that others asked for is not over because one attempt went well."""
    return state.paused_until if state.paused_until is not None and state.paused_until > now else None


def _events(before: ReceiverState, after: ReceiverState, outcome: DeliveryOutcome) -> tuple[ReceiverEventKind, ...]:
    kinds = []
    if after.status is not before.status:
        kinds.append(
            {
                ReceiverStatus.ACTIVE: ReceiverEventKind.RECOVERED,
                ReceiverStatus.FAILING: ReceiverEventKind.FAILING,
                ReceiverStatus.DISABLED: ReceiverEventKind.DISABLED,
            }[after.status]
        )
    if outcome is DeliveryOutcome.EXHAUSTED:
        kinds.append(ReceiverEventKind.EXHAUSTED)
    return tuple(kinds)
