"""The core of the deliver role: a delivery and a receiver in, a request out; a result in, a decision out.

The way of one delivery, each step a pure function but the two in the middle:

1. `plan` says whether it is due and whom it goes to, as a `ReceiverBook` knows receivers and their states.
2. A `Dispatcher` gives it its turn: one slow receiver never delays another. What finds its receiver busy, paused or
   behind an open breaker (`Breakers`) is held: it comes back through a retry topic, no attempt used up.
3. `webhook_request` makes the signed request, an adapter sends it and returns the facts, an `AttemptResult`.
4. `decide` turns facts into `Delivered`, `RetryLater`, `Failed` or `SetAside`, each but the first with a record that is
   published before the offset counts as done; `course_after` says what the same facts mean for the receiver.

Nothing here connects, sleeps for a retry, reads a clock or draws a random number.
"""

from wirewatch.alert.delivery import Delivery
from wirewatch.delivery.addresses import AddressPolicy, Network
from wirewatch.delivery.bounded import Bounded
from wirewatch.delivery.breaker import Breakers
from wirewatch.delivery.course import DISABLED_AFTER, Course, course_after
from wirewatch.delivery.dispatch import Dispatcher, Job
from wirewatch.delivery.order import Queue, after_done, join, line_of, may_go, queue_record
from wirewatch.delivery.outcome import (
    AttemptResult,
    Delivered,
    DeliveryOutcome,
    Failed,
    FailureKind,
    RetryLater,
    SetAside,
    Wish,
    decide,
    hold,
)
from wirewatch.delivery.payload import MAX_BYTES, TARGET_BYTES
from wirewatch.delivery.plan import Hold, Post, Wait, plan
from wirewatch.delivery.rate import Pace
from wirewatch.delivery.receiver import (
    DEFAULT_MAX_IN_FLIGHT,
    DEFAULT_TIMEOUT_SECONDS,
    BodyMode,
    Order,
    Receiver,
    ReceiverError,
    ReceiverKind,
    check_header,
    check_receiver_id,
    check_url,
)
from wirewatch.delivery.receiver_book import ReceiverBook
from wirewatch.delivery.receiver_spec import ReadReference, ReceiverSpec, Reference, SecretReference
from wirewatch.delivery.receiver_state import (
    RECEIVER_EVENT_TYPE,
    DisabledReason,
    ReceiverEvent,
    ReceiverEventData,
    ReceiverEventKind,
    ReceiverState,
    ReceiverStatus,
    event_record,
    state_record,
)
from wirewatch.delivery.records import failed_record, parked_record, retry_record
from wirewatch.delivery.replay import Backlog, replay_marker, replay_record, still_waiting
from wirewatch.delivery.request import WebhookRequest, webhook_request
from wirewatch.delivery.retry_after import parse_retry_after
from wirewatch.delivery.signing import (
    SecretError,
    SignatureInvalid,
    SigningKey,
    SigningKeyPair,
    SigningSecret,
    Verifier,
    VerifyingKey,
    read_key,
    read_secret,
    read_verifier,
    sign,
    verify,
)

__all__ = [
    "DEFAULT_MAX_IN_FLIGHT",
    "DEFAULT_TIMEOUT_SECONDS",
    "DISABLED_AFTER",
    "MAX_BYTES",
    "RECEIVER_EVENT_TYPE",
    "TARGET_BYTES",
    "AddressPolicy",
    "AttemptResult",
    "Backlog",
    "BodyMode",
    "Bounded",
    "Breakers",
    "Course",
    "Delivered",
    "Delivery",
    "DeliveryOutcome",
    "DisabledReason",
    "Dispatcher",
    "Failed",
    "FailureKind",
    "Hold",
    "Job",
    "Network",
    "Order",
    "Pace",
    "Post",
    "Queue",
    "ReadReference",
    "Receiver",
    "ReceiverBook",
    "ReceiverError",
    "ReceiverEvent",
    "ReceiverEventData",
    "ReceiverEventKind",
    "ReceiverKind",
    "ReceiverSpec",
    "ReceiverState",
    "ReceiverStatus",
    "Reference",
    "RetryLater",
    "SecretError",
    "SecretReference",
    "SetAside",
    "SignatureInvalid",
    "SigningKey",
    "SigningKeyPair",
    "SigningSecret",
    "Verifier",
    "VerifyingKey",
    "Wait",
    "WebhookRequest",
    "Wish",
    "after_done",
    "check_header",
    "check_receiver_id",
    "check_url",
    "course_after",
    "decide",
    "event_record",
    "failed_record",
    "hold",
    "join",
    "line_of",
    "may_go",
    "parked_record",
    "parse_retry_after",
    "plan",
    "queue_record",
    "read_key",
    "read_secret",
    "read_verifier",
    "replay_marker",
    "replay_record",
    "retry_record",
    "sign",
    "state_record",
    "still_waiting",
    "verify",
    "webhook_request",
]
