"""How a receiver is doing: the value of the compacted topic `receivers.state`, keyed by the receiver's id.

Only the worker that holds a receiver's partition writes it, and an operator's `receivers enable` and `disable`. All
read it and follow it, and the last one written counts. A receiver of which the topic has nothing is active.

What subscribers and operators should hear of is an event as well: a CloudEvent on `receivers.events`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from wirewatch.ports import Record
from wirewatch.routing import Topics

__all__ = [
    "RECEIVER_EVENT_TYPE",
    "DisabledReason",
    "ReceiverEvent",
    "ReceiverEventData",
    "ReceiverEventKind",
    "ReceiverState",
    "ReceiverStatus",
    "event_record",
    "state_record",
]

RECEIVER_EVENT_TYPE = "org.wirewatch.receiver.v1"


class ReceiverStatus(StrEnum):
    """Whether deliveries are made to it."""

    ACTIVE = "active"
    FAILING = "failing"
    """All attempts have failed since `failing_since`; deliveries go on by the schedule."""
    DISABLED = "disabled"
    """Nothing is sent until somebody enables it; its deliveries wait on `deliveries.parked`."""


class DisabledReason(StrEnum):
    """Why nothing is sent."""

    GONE = "gone"
    """It answered 410."""
    ASKED = "asked"
    """It answered with the header `webhook-delivery: disable`."""
    FAILED_TOO_LONG = "failed_too_long"
    """All attempts failed for five days."""
    OPERATOR = "operator"
    """Somebody ran `wirewatch receivers disable`."""


class ReceiverState(BaseModel):
    """One receiver's state; `failing_since` is the first failure after the last success.

    `paused_until` is when it, having asked for time, may be sent something again; None when it may at once.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: ReceiverStatus = ReceiverStatus.ACTIVE
    failing_since: AwareDatetime | None = None
    disabled_reason: DisabledReason | None = None
    paused_until: AwareDatetime | None = None
    changed_at: AwareDatetime | None = None

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read a message's value.

        Raises:
            pydantic.ValidationError: it is not a state; every bad field is named.
        """
        return cls.model_validate_json(raw)

    def encode(self) -> bytes:
        """Return the message's value: JSON in UTF-8."""
        return self.model_dump_json(exclude_none=True).encode()

    def disabled(self, reason: DisabledReason, now: datetime) -> "ReceiverState":
        """Return the state after it was disabled at `now`."""
        return self.model_copy(
            update={
                "status": ReceiverStatus.DISABLED,
                "disabled_reason": reason,
                "paused_until": None,
                "changed_at": now,
            }
        )

    def enabled(self, now: datetime) -> "ReceiverState":
        """Return the state after somebody enabled it at `now`: as if nothing had happened before."""
        return ReceiverState(changed_at=now)


class ReceiverEventKind(StrEnum):
    """What happened to a receiver."""

    FAILING = "failing"
    """An attempt failed after all had been well."""
    EXHAUSTED = "exhausted"
    """A delivery was given up after its last attempt."""
    RECOVERED = "recovered"
    """It accepted one again, or somebody enabled it."""
    DISABLED = "disabled"


class ReceiverEventData(BaseModel):
    """`reason` is a DisabledReason, or the named cause of a failure; `alert_id` the delivery that showed it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    receiver: str
    event: ReceiverEventKind
    reason: str | None = None
    alert_id: str | None = None
    failing_since: AwareDatetime | None = None


class ReceiverEvent(BaseModel):
    """A CloudEvent about a receiver; its `subject` is the receiver's id."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(min_length=1)
    source: str = "urn:wirewatch"
    type: Literal["org.wirewatch.receiver.v1"] = "org.wirewatch.receiver.v1"
    subject: str
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    data: ReceiverEventData

    def encode(self) -> bytes:
        """Return the message's value: JSON in UTF-8, absent values left out."""
        return self.model_dump_json(exclude_none=True).encode()


def state_record(receiver_id: str, state: ReceiverState, topics: Topics) -> Record:
    """Return the record that tells all workers `state`."""
    return Record(topics.receivers_state, receiver_id.encode(), state.encode())


def event_record(data: ReceiverEventData, now: datetime, topics: Topics) -> Record:
    """Return the record that tells everybody what happened at `now`; the same fact has the same id."""
    event_id = ":".join((data.receiver, data.event, data.alert_id or f"{now.timestamp():.3f}"))
    event = ReceiverEvent(id=event_id, subject=data.receiver, time=now, data=data)
    return Record(topics.receivers_events, data.receiver.encode(), event.encode())
