"""What to do with a delivery that was read: post it, let it wait, or give it up before any attempt."""

from dataclasses import dataclass
from datetime import datetime

from wirewatch.alert.delivery import Delivery
from wirewatch.delivery.outcome import DeliveryOutcome, Failed, SetAside
from wirewatch.delivery.receiver import Receiver
from wirewatch.delivery.receiver_book import ReceiverBook
from wirewatch.delivery.receiver_state import ReceiverStatus

__all__ = ["Hold", "Post", "Wait", "plan"]


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


@dataclass(frozen=True, slots=True)
class Hold:
    """It is due, but its receiver is to be left alone for `seconds`: it waits on a retry topic, without an attempt."""

    delivery: Delivery
    seconds: float


def plan(delivery: Delivery, receivers: ReceiverBook, now: datetime) -> Post | Wait | Hold | Failed | SetAside:
    """Return what to do with `delivery` at `now`.

    The receiver is looked up when the delivery is due and not before, so that a new URL or secret counts at once.
    """
    if delivery.due_at is not None and delivery.due_at > now:
        return Wait(delivery.due_at, (delivery.due_at - now).total_seconds())
    receiver = receivers.get(delivery.receiver)
    state = receivers.state(delivery.receiver)
    if receiver is None and delivery.receiver in receivers.unusable:
        detail = f"the receiver can't be used: {receivers.unusable[delivery.receiver]}"
        return SetAside(delivery, DeliveryOutcome.RECEIVER_UNUSABLE, detail=detail)
    if receiver is None:
        detail = "no receiver has this id; apply one and replay, or correct the rule"
        return Failed(delivery, DeliveryOutcome.UNKNOWN_RECEIVER, detail=detail)
    if not receiver.enabled or state.status is ReceiverStatus.DISABLED:
        detail = "the receiver is disabled; enable it and replay"
        return SetAside(delivery, DeliveryOutcome.RECEIVER_DISABLED, detail=detail)
    if state.paused_until is not None and state.paused_until > now:
        return Hold(delivery, (state.paused_until - now).total_seconds())
    return Post(receiver, delivery)
