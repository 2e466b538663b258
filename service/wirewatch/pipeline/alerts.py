"""The alert stage: each match becomes an alert once, and the reason for its fate has a name.

Remember after sending: an alert is remembered only when the broker has acknowledged it and its deliveries, so that a
crash in between repeats it under the same id and never loses it. Between sending and remembering it is in flight;
a second match of the same id meanwhile is a duplicate too, since its offset is committed only after the first one's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from pydantic import ValidationError

from wirewatch.alert import CONTENT_TYPE, Alert, Decision, MatchMessage, alert_from
from wirewatch.alert.delivery import Delivery
from wirewatch.errors import field_problems
from wirewatch.pipeline.rejects import rejected_record
from wirewatch.ports import Header, Publisher, Received, Record, trace_headers
from wirewatch.routing import Topics, receivers_for

__all__ = ["AlertFact", "AlertMemory", "AlertStage"]


class AlertMemory(Protocol):
    """What was alerted, for as long as it is kept; survives restarts and moves with the partition."""

    def remembers(self, alert_id: str) -> bool:
        """Tell whether `alert_id` was alerted and is still remembered."""
        ...

    def remember(self, alert_id: str) -> None:
        """Keep that `alert_id` was alerted, from now on."""
        ...


@dataclass(frozen=True, slots=True)
class AlertFact:
    """What became of one message of `matches`.

    `article_to_alert_seconds` is from the article's arrival on Kafka to the alert's acknowledgement; None unless
    emitted. `error` tells a person why a message was rejected.
    """

    decision: Decision
    alert_id: str | None = None
    rule_id: str | None = None
    article_to_alert_seconds: float | None = None
    error: str | None = None


class AlertStage:
    """Decides matches; keeps only what is in flight. `wall_clock` is Unix time in seconds."""

    def __init__(self, *, topics: Topics, publisher: Publisher, wall_clock: Callable[[], float]) -> None:
        self._topics = topics
        self._publisher = publisher
        self._wall_clock = wall_clock
        self._in_flight: set[str] = set()

    async def handle(self, received: Received, memory: AlertMemory) -> AlertFact:
        """Give the message its fate; returns once everything it led to is acknowledged and remembered.

        Raises:
            PublishFailed: the broker did not take it; handle the same message again, and commit nothing until then.
        """
        try:
            match = MatchMessage.decode(received.value or b"")
            if match.id in self._in_flight or memory.remembers(match.id):
                return AlertFact(Decision.DUPLICATE, match.id, match.rule.id)
            alert = alert_from(match, emitted_at=datetime.fromtimestamp(self._wall_clock(), UTC))
            # What reads as a match may still lead to what is no delivery: an id or a receiver that nobody can use.
            records = _alert_records(alert, match, self._topics, received.headers)
        except ValidationError as error:
            return await self._reject(received, error)
        self._in_flight.add(match.id)
        try:
            await self._publisher.publish(records)
            memory.remember(match.id)
        finally:
            self._in_flight.discard(match.id)
        took = self._wall_clock() - match.received_at.timestamp()
        return AlertFact(Decision.EMITTED, match.id, match.rule.id, max(took, 0.0))

    async def _reject(self, received: Received, error: ValidationError) -> AlertFact:
        detail = field_problems(error)
        record = rejected_record(received, self._topics.matches_rejected, reason="not_a_match", error=detail)
        await self._publisher.publish((record,))
        return AlertFact(Decision.REJECTED, error=detail)


def _alert_records(
    alert: Alert, match: MatchMessage, topics: Topics, headers: tuple[Header, ...]
) -> tuple[Record, ...]:
    """Return the alert's record and one delivery for each receiver."""
    trace = trace_headers(headers)
    event = alert.encode()
    deliveries = (
        Delivery(alert_id=alert.id, receiver=receiver, alert={}, created_at=alert.time)
        for receiver in receivers_for(match.rule.receivers)
    )
    return (
        Record(topics.alerts, match.rule.id.encode(), event, (("content-type", CONTENT_TYPE.encode()), *trace)),
        *(
            Record(topics.deliveries, delivery.receiver.encode(), delivery.encode_with(event), trace)
            for delivery in deliveries
        ),
    )
