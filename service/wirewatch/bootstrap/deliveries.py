"""Deliveries that were given up or set aside: finding them, and sending them on their way again."""

from collections import Counter
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher, TopicReader
from wirewatch.alert.delivery import Delivery
from wirewatch.bootstrap.receivers import KnownReceivers, known_receivers
from wirewatch.delivery import Backlog, ReceiverStatus, replay_marker, replay_record
from wirewatch.ports import Received, header
from wirewatch.routing import Topics

__all__ = ["Kept", "KeptAs", "Replayed", "Selection", "kept_deliveries", "replay"]

_BATCH = 500


class KeptAs(StrEnum):
    """Why a delivery is kept."""

    FAILED = "failed"
    """Its receiver did not take it, for as long as the schedule lasts, or for good."""
    PARKED = "parked"
    """Its receiver was disabled, or could not be used."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A delivery that waits for somebody to replay it, with what was said of it when it was kept."""

    kept_as: KeptAs
    delivery: Delivery
    message: Received = field(repr=False)

    @property
    def kept_at(self) -> datetime:
        """When it was given up or set aside."""
        return datetime.fromtimestamp(self.message.timestamp_ms / 1000, UTC)

    def said(self, what: str) -> str:
        """Return the reason, cause, status or error that was noted; nothing when there is none."""
        return (header(self.message.headers, f"wirewatch-{what}") or b"").decode(errors="replace")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which deliveries are meant: those that fit all that is given here."""

    kept_as: Collection[KeptAs] = tuple(KeptAs)
    alert_ids: Collection[str] = ()
    receiver: str | None = None
    since: datetime | None = None

    def has(self, kept: Kept) -> bool:
        """Tell whether `kept` is meant."""
        return (
            (not self.alert_ids or kept.delivery.alert_id in self.alert_ids)
            and self.receiver in (None, kept.delivery.receiver)
            and (self.since is None or kept.kept_at >= self.since)
        )


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many deliveries were sent again, by receiver, and why others were left where they are."""

    sent: Mapping[str, int]
    left: Mapping[str, str]


async def kept_deliveries(clients: KafkaClients, topics: Topics, selection: Selection) -> AsyncGenerator[Kept]:
    """Yield what is kept and was not replayed since: failed ones before parked ones, each receiver's oldest first.

    Each topic is read twice, and never held: first to learn what was replayed.
    """
    for kept_as in KeptAs:
        if kept_as in selection.kept_as:
            async for kept in _kept_as(clients, topics, kept_as):
                if selection.has(kept):
                    yield kept


async def _kept_as(clients: KafkaClients, topics: Topics, kept_as: KeptAs) -> AsyncGenerator[Kept]:
    topic = _topic(topics, kept_as)
    backlog = Backlog()
    async for message in _whole(clients, topic):
        backlog.learn(message)
    async for message in _whole(clients, topic):
        delivery = backlog.waiting(message)
        if delivery is not None:
            yield Kept(kept_as, delivery, message)


async def replay(clients: KafkaClients, topics: Topics, selection: Selection) -> Replayed:
    """Send what is selected again, each receiver's oldest first, under the same ids, and say of each that it was.

    What goes to a receiver that would not get it now is left where it is. Cut off in the middle, it may be run again:
    at most a batch goes out twice, under the same ids.

    Raises:
        PublishFailed: the broker did not take a batch; nothing of it was noted as replayed.
    """
    known = await known_receivers(clients, topics)
    sent: Counter[str] = Counter()
    left: dict[str, str] = {}
    batch: list[Kept] = []
    publisher = KafkaPublisher(clients, "replay")
    await publisher.start()
    try:
        async with aclosing(kept_deliveries(clients, topics, selection)) as all_kept:
            async for kept in all_kept:
                receiver_id = kept.delivery.receiver
                problem = _unreachable(known, receiver_id)
                if problem is not None:
                    left[receiver_id] = problem
                    continue
                batch.append(kept)
                sent[receiver_id] += 1
                if len(batch) == _BATCH:
                    await _replay_batch(publisher, topics, batch)
                    batch.clear()
        await _replay_batch(publisher, topics, batch)
    finally:
        await publisher.stop()
    return Replayed(sent, left)


async def _replay_batch(publisher: KafkaPublisher, topics: Topics, batch: Sequence[Kept]) -> None:
    await publisher.publish([replay_record(each.message, each.delivery, topics) for each in batch])
    await publisher.publish([replay_marker(each.message, each.delivery) for each in batch])


def _unreachable(known: KnownReceivers, receiver_id: str) -> str | None:
    """Return why nothing would reach a receiver now, None if it would."""
    spec = known.specs.get(receiver_id)
    if spec is None:
        return "the service has no such receiver; apply one"
    if not spec.enabled or known.state(receiver_id).status is ReceiverStatus.DISABLED:
        return "it is disabled; enable it first"
    return None


def _topic(topics: Topics, kept_as: KeptAs) -> str:
    return topics.deliveries_failed if kept_as is KeptAs.FAILED else topics.deliveries_parked


async def _whole(clients: KafkaClients, topic: str) -> AsyncGenerator[Received]:
    """Yield all messages up to the ends as they are now."""
    reader = TopicReader(clients, topic)
    await reader.start()
    try:
        ends = await reader.ends()
        while not await reader.has_reached(ends):
            for message in await reader.changes():
                yield message
    finally:
        await reader.stop()
