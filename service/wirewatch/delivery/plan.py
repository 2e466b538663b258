"""What to do with a delivery that was read: post it, wait for its time, or give it up before any attempt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from wirewatch.alert.delivery import Delivery
from wirewatch.delivery.outcome import DeliveryOutcome, Failed
from wirewatch.delivery.receiver import Receiver

__all__ = ["Post", "Wait", "plan"]


@dataclass(frozen=True, slots=True)
class Post:
    """Post it now, to this receiver as it is defined now."""

    receiver: Receiver
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Wait:
    """It is not due yet, and so is nothing behind it in its partition: read no further before `until`."""

    until: datetime
    seconds: float


def plan(delivery: Delivery, receivers: Mapping[str, Receiver], now: datetime) -> Post | Wait | Failed:
    """Return what to do with `delivery` at `now`, `receivers` being those there are, by id.

    The receiver is looked up when the delivery is due and not before, so that a new URL or secret counts at once.
    """
    if delivery.due_at is not None and delivery.due_at > now:
        return Wait(delivery.due_at, (delivery.due_at - now).total_seconds())
    receiver = receivers.get(delivery.receiver)
    if receiver is None:
        detail = "no receiver has this id; add it to the receivers' file and replay, or correct the rule"
        return Failed(delivery, DeliveryOutcome.UNKNOWN_RECEIVER, detail=detail)
    if not receiver.enabled:
        detail = "the receiver is disabled; enable it and replay"
        return Failed(delivery, DeliveryOutcome.RECEIVER_DISABLED, detail=detail)
    return Post(receiver, delivery)
