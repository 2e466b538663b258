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
    "SetAside",
    "Wish",
    "decide",
    "hold",
]

_GONE = 410
_STATUSES_WITH_RETRY_AFTER = frozenset({429, 503})
_STATUSES_TO_THROTTLE = frozenset({429, 502, 504})
_THROTTLE_SECONDS = 60.0


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


class Wish(StrEnum):
    """What a receiver may ask for by the header `webhook-delivery`."""

    ABORT_MESSAGE = "abort-message"
    """Do not send this one again."""
    DISABLE = "disable"
    """Send nothing any more."""


class DeliveryOutcome(StrEnum):
    """The fate of a delivery, by name: the log field, the metric's label and what a test expects."""

    DELIVERED = "delivered"
    RETRY_LATER = "retry_later"
    HELD = "held"
    """Not attempted now: its receiver has enough to do, is paused or can't be reached. No attempt is used up."""
    EXHAUSTED = "exhausted"
    """The last attempt of the schedule failed."""
    BLOCKED = "blocked"
    """Refused for good: its receiver's address is one that webhooks may not connect to."""
    UNKNOWN_RECEIVER = "unknown_receiver"
    """No receiver has the name that the rule gave."""
    ABORTED = "aborted"
    """Its receiver refused it for good, by the header `webhook-delivery: abort-message`."""
    RECEIVER_DISABLED = "receiver_disabled"
    """Parked: to be replayed when the receiver is enabled."""
    RECEIVER_UNUSABLE = "receiver_unusable"
    """Parked: the receiver's definition can't be used here; a secret is missing, for one."""


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """The facts of one attempt.

    `failure` is None exactly when the receiver has it: a complete answer with 2xx. `status` is None without an answer.
    `retry_after_seconds` is what the receiver asked for, `wish` what else. `detail` is for a person; it never
    holds a URL or a secret.
    """

    duration_seconds: float
    status: int | None = None
    failure: FailureKind | None = None
    retry_after_seconds: float | None = None
    detail: str = ""
    wish: Wish | None = None

    @property
    def asks_to_be_disabled(self) -> bool:
        """The receiver is gone for good (410), or says so in a header."""
        return self.status == _GONE or self.wish is Wish.DISABLE

    @property
    def pause_seconds(self) -> float | None:
        """How long the whole receiver is to be left alone, None when it is not."""
        if self.status in _STATUSES_WITH_RETRY_AFTER and self.retry_after_seconds is not None:
            return self.retry_after_seconds
        return _THROTTLE_SECONDS if self.status in _STATUSES_TO_THROTTLE else None


@dataclass(frozen=True, slots=True)
class Delivered:
    """Done; `delivery` is as it was before, `alert_to_delivery_seconds` from the alert's emission to the answer."""

    delivery: Delivery
    status: int | None
    alert_to_delivery_seconds: float
    outcome: DeliveryOutcome = DeliveryOutcome.DELIVERED


@dataclass(frozen=True, slots=True)
class RetryLater:
    """To be published on the topic of `delay`; `delivery` is what to publish, its `due_at` set.

    `cause` is None when it was held without an attempt.
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


@dataclass(frozen=True, slots=True)
class SetAside:
    """Parked until its receiver can take it: on `deliveries.parked`, from where it is replayed."""

    delivery: Delivery
    outcome: DeliveryOutcome
    cause: FailureKind | None = None
    status: int | None = None
    detail: str = ""


def decide(
    delivery: Delivery, result: AttemptResult, now: datetime, schedule: Schedule, *, jitter: float = 0.0
) -> Delivered | RetryLater | Failed | SetAside:
    """Return what follows for `delivery` from `result`, an attempt at it that ended at `now`.

    What follows for its receiver says `wirewatch.delivery.course`. `jitter` is a number from 0 to 1 drawn by the
    caller (see `wirewatch.retry` for how little it moves, and why).
    """
    if result.failure is None:
        return Delivered(delivery, result.status, max((now - delivery.created_at).total_seconds(), 0.0))
    tried = delivery.model_copy(update={"attempts": delivery.attempts + 1, "holds": 0, "due_at": None})
    facts = (result.failure, result.status, result.detail)
    if result.failure is FailureKind.BLOCKED:
        return Failed(tried, DeliveryOutcome.BLOCKED, *facts)
    if result.wish is Wish.ABORT_MESSAGE:
        return Failed(tried, DeliveryOutcome.ABORTED, *facts)
    if result.asks_to_be_disabled:
        return SetAside(tried, DeliveryOutcome.RECEIVER_DISABLED, *facts)
    delay = _delay_seconds(tried.attempts, result, schedule)
    if delay is None:
        return Failed(tried, DeliveryOutcome.EXHAUSTED, *facts)
    waiting = tried.model_copy(update={"due_at": due_after(now, delay, jitter)})
    return RetryLater(waiting, delay_label(delay), DeliveryOutcome.RETRY_LATER, *facts)


def hold(
    delivery: Delivery, now: datetime, schedule: Schedule, *, seconds: float | None = None, jitter: float = 0.0
) -> RetryLater:
    """Return `delivery` set to wait without an attempt: for about `seconds`, or for longer each time when None."""
    delay = schedule.hold_again(delivery.holds) if seconds is None else schedule.hold_for(seconds)
    changes = {"holds": delivery.holds + 1, "due_at": due_after(now, delay, jitter)}
    return RetryLater(delivery.model_copy(update=changes), delay_label(delay), DeliveryOutcome.HELD)


def _delay_seconds(attempts: int, result: AttemptResult, schedule: Schedule) -> int | None:
    """Return the schedule's next delay, or about as long as the receiver asked for where that is longer."""
    natural = schedule.delay_after(attempts)
    if natural is None or result.pause_seconds is None:
        return natural
    return max(natural, schedule.hold_for(result.pause_seconds))
