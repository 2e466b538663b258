"""What became of an attempt, and what follows from it: facts in, a decision with a name out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wirewatch.alert.delivery import Delivery
from wirewatch.retry import Schedule, delay_label, due_after

__all__ = [
    "AttemptResult",
    "Delivered",
    "DeliveryOutcome",
    "Failed",
    "FailureKind",
    "RetryLater",
    "decide",
    "park",
]

_STATUSES_WITH_RETRY_AFTER = frozenset({429, 503})


class FailureKind(StrEnum):
    """Why an attempt failed; a closed set, fit for a metric's label."""

    TIMEOUT = "timeout"
    """The attempt was not over within the receiver's `timeout_seconds`."""
    CONNECT = "connect"
    """No connection: refused, unreachable."""
    DNS = "dns"
    """The host's name has no address, or no name server answers."""
    TLS = "tls"
    """No TLS could be agreed on, or the certificate is not to be trusted."""
    RESET = "reset"
    """The connection broke before the answer was complete."""
    PROTOCOL = "protocol"
    """The answer is not HTTP, or the request can't be put into HTTP."""
    REDIRECT = "redirect"
    """A 3xx answer; redirects are never followed."""
    STATUS = "status"
    """Any other answer that is not 2xx."""
    BLOCKED = "blocked"
    """The address is one that webhooks may not connect to; no connection was made."""
    UNEXPECTED = "unexpected"
    """A fault of ours, not of the receiver."""


class DeliveryOutcome(StrEnum):
    """The fate of a delivery, by name: the log field, the metric's label and what a test expects."""

    DELIVERED = "delivered"
    RETRY_LATER = "retry_later"
    PARKED = "parked"
    """Not attempted now since its receiver has enough to do; waits without using up an attempt."""
    EXHAUSTED = "exhausted"
    """The last attempt of the schedule failed."""
    BLOCKED = "blocked"
    """Refused for good: its receiver's address is one that webhooks may not connect to."""
    UNKNOWN_RECEIVER = "unknown_receiver"
    """No receiver has the name that the rule gave."""
    RECEIVER_DISABLED = "receiver_disabled"


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """The facts of one attempt.

    `failure` is None exactly when the receiver has it: a complete answer with 2xx. `status` is None without an answer.
    `retry_after_seconds` is what the receiver asked for. `detail` is for a person; it never holds a URL or a secret.
    """

    duration_seconds: float
    status: int | None = None
    failure: FailureKind | None = None
    retry_after_seconds: float | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """Done; `alert_to_delivery_seconds` is from the alert's emission to the receiver's answer."""

    delivery: Delivery
    status: int | None
    alert_to_delivery_seconds: float
    outcome: DeliveryOutcome = DeliveryOutcome.DELIVERED


@dataclass(frozen=True, slots=True)
class RetryLater:
    """To be published on the topic of `delay`; `delivery` is what to publish, its `due_at` set.

    `cause` is None when it was parked without an attempt.
    """

    delivery: Delivery
    delay: str
    outcome: DeliveryOutcome = DeliveryOutcome.RETRY_LATER
    cause: FailureKind | None = None
    status: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Given up; `outcome` says why, `cause` how the last attempt failed if one was made."""

    delivery: Delivery
    outcome: DeliveryOutcome
    cause: FailureKind | None = None
    status: int | None = None
    detail: str = ""


def decide(
    delivery: Delivery, result: AttemptResult, now: datetime, schedule: Schedule, *, jitter: float = 0.0
) -> Delivered | RetryLater | Failed:
    """Return what follows from `result`, an attempt at `delivery` that ended at `now`.

    `jitter` is a number from 0 to 1 drawn by the caller (see `wirewatch.retry` for how little it moves, and why).
    """
    tried = delivery.model_copy(update={"attempts": delivery.attempts + 1, "parkings": 0, "due_at": None})
    if result.failure is None:
        return Delivered(tried, result.status, max((now - delivery.created_at).total_seconds(), 0.0))
    if result.failure is FailureKind.BLOCKED:
        return Failed(tried, DeliveryOutcome.BLOCKED, result.failure, result.status, result.detail)
    delay = _delay_seconds(tried.attempts, result, schedule)
    if delay is None:
        return Failed(tried, DeliveryOutcome.EXHAUSTED, result.failure, result.status, result.detail)
    waiting = tried.model_copy(update={"due_at": due_after(now, delay, jitter)})
    return RetryLater(
        waiting,
        delay_label(delay),
        cause=result.failure,
        status=result.status,
        detail=result.detail,
    )


def park(delivery: Delivery, now: datetime, schedule: Schedule, *, jitter: float = 0.0) -> RetryLater:
    """Return `delivery` set aside, for longer each time; its attempts stay as they are."""
    delay = schedule.parking_after(delivery.parkings)
    changes = {"parkings": delivery.parkings + 1, "due_at": due_after(now, delay, jitter)}
    return RetryLater(delivery.model_copy(update=changes), delay_label(delay), DeliveryOutcome.PARKED)


def _delay_seconds(attempts: int, result: AttemptResult, schedule: Schedule) -> int | None:
    """Return the schedule's next delay, or a longer one of its delays where the receiver asked for more time."""
    natural = schedule.delay_after(attempts)
    asked = result.retry_after_seconds
    if natural is None or asked is None or result.status not in _STATUSES_WITH_RETRY_AFTER:
        return natural
    return max(natural, schedule.at_least(asked) or natural)
