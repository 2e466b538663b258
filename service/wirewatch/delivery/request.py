"""An attempt as an HTTP request, whole before anything is connected: what is signed is what is sent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from wirewatch import __version__
from wirewatch.alert.delivery import Delivery
from wirewatch.delivery.formats import formatted
from wirewatch.delivery.payload import payload
from wirewatch.delivery.receiver import Receiver, ReceiverKind
from wirewatch.delivery.signing import sign
from wirewatch.ports import Header, trace_headers

__all__ = ["USER_AGENT", "WebhookRequest", "webhook_request"]

USER_AGENT = f"wirewatch/{__version__}"
_TRACE_FORMS = {
    "traceparent": re.compile(rb"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}[\x21-\x7e]{0,100}"),
    "tracestate": re.compile(rb"[\x20-\x7e]{1,512}"),
}


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A POST; the repr leaves out what may hold a secret."""

    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


def webhook_request(receiver: Receiver, delivery: Delivery, headers: Sequence[Header], now: datetime) -> WebhookRequest:
    """Return the request of an attempt that starts at `now`.

    `headers` are those of the record that was read: its trace context is passed on where it is well-formed. A receiver
    of another kind gets its own format instead, unsigned: it would not know what to do with either.
    """
    if receiver.kind is not ReceiverKind.WEBHOOK:
        return _formatted_request(receiver, delivery)
    kind_headers, body = payload(delivery.alert, receiver.body)
    timestamp = int(now.timestamp())
    ours = (
        *kind_headers,
        ("user-agent", USER_AGENT),
        ("accept-encoding", "identity"),
        ("webhook-id", delivery.alert_id),
        ("webhook-timestamp", str(timestamp)),
        ("webhook-signature", sign(receiver.secrets, delivery.alert_id, timestamp, body)),
    )
    return WebhookRequest(receiver.url, (*receiver.headers, *ours, *_trace(headers)), body)


def _formatted_request(receiver: Receiver, delivery: Delivery) -> WebhookRequest:
    request = formatted(receiver, delivery)
    headers = (
        ("content-type", request.content_type),
        ("user-agent", USER_AGENT),
        ("accept-encoding", "identity"),
        ("webhook-id", delivery.alert_id),
    )
    return WebhookRequest(request.url, headers, request.body)


def _trace(headers: Sequence[Header]) -> tuple[tuple[str, str], ...]:
    """Return the trace context as text; one from elsewhere that could break a request is left out."""
    return tuple(
        (name, value.decode("ascii")) for name, value in trace_headers(headers) if _TRACE_FORMS[name].fullmatch(value)
    )
