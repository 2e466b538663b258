"""The records that decisions lead to, ready to be published."""

from collections.abc import Sequence
from datetime import datetime

from wirewatch.alert.delivery import Delivery
from wirewatch.delivery.outcome import Failed, RetryLater, park
from wirewatch.ports import Header, Record
from wirewatch.retry import Schedule
from wirewatch.routing import Topics

__all__ = ["failed_record", "parked_record", "retry_record"]

_OUR_PREFIX = "wirewatch-"


def retry_record(retry: RetryLater, topics: Topics, headers: Sequence[Header]) -> Record:
    """Return the record for the retry topic; `headers` are those of the record that was read."""
    return _record(topics.deliveries_retry(retry.delay), retry, headers)


def failed_record(failed: Failed, topics: Topics, headers: Sequence[Header]) -> Record:
    """Return the record that keeps a delivery given up, with the reasons in its headers, to be replayed."""
    return _record(topics.deliveries_failed, failed, headers)


def parked_record(
    delivery: Delivery,
    topics: Topics,
    headers: Sequence[Header],
    *,
    now: datetime,
    schedule: Schedule,
    jitter: float = 0.0,
) -> Record:
    """Return the record that sets `delivery` aside on a short retry topic without using up an attempt."""
    return retry_record(park(delivery, now, schedule, jitter=jitter), topics, headers)


def _record(topic: str, decision: RetryLater | Failed, headers: Sequence[Header]) -> Record:
    """Keep the record's own headers and the trace among them; what an earlier pass of ours said is replaced."""
    reasons = {
        "wirewatch-reason": decision.outcome.value,
        "wirewatch-cause": decision.cause.value if decision.cause else "",
        "wirewatch-status": str(decision.status) if decision.status is not None else "",
        "wirewatch-error": decision.detail,
    }
    return Record(
        topic=topic,
        key=decision.delivery.receiver.encode(),
        value=decision.delivery.encode(),
        headers=(
            *(kept for kept in headers if not kept[0].startswith(_OUR_PREFIX)),
            *((name, text.encode(errors="replace")) for name, text in reasons.items() if text),
        ),
    )
