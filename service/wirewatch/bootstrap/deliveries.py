"""Deliveries that were given up or set aside: finding them, and sending them on their way again."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher, TopicReader
from wirewatch.alert.delivery import Delivery
from wirewatch.bootstrap.receivers import KnownReceivers, known_receivers
from wirewatch.delivery import ReceiverStatus, replay_marker, replay_record, still_waiting
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


async def kept_deliveries(clients: KafkaClients, topics: Topics, selection: Selection) -> tuple[Kept, ...]:
    """Return what is kept and was not replayed since, oldest first, failed ones before parked ones."""
    found: list[Kept] = []
    for kept_as in KeptAs:
        if kept_as in selection.kept_as:
            messages = await _whole(clients, _topic(topics, kept_as))
            kept = (Kept(kept_as, delivery, message) for message, delivery in still_waiting(messages))
            found += [each for each in kept if selection.has(each)]
    return tuple(found)


async def replay(
    clients: KafkaClients,
    topics: Topics,
    selection: Selection,
    *,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Replayed:
    """Send what is selected again, oldest first, each under the same id, and say of each that it was.

    What goes to a receiver that would not get it now is left where it is. Cut off in the middle, it may be run again:
    at most a batch goes out twice, under the same ids.

    Raises:
        PublishFailed: the broker did not take a batch; nothing of it was noted as replayed.
    """
    kept = await kept_deliveries(clients, topics, selection)
    known = await known_receivers(clients, topics)
    left = {
        receiver_id: problem
        for receiver_id in sorted({each.delivery.receiver for each in kept})
        if (problem := _unreachable(known, receiver_id))
    }
    ready = [each for each in kept if each.delivery.receiver not in left]
    publisher = KafkaPublisher(clients, "replay")
    await publisher.start()
    try:
        done = 0
        for batch in _batches(ready):
            await publisher.publish([replay_record(each.message, each.delivery, topics) for each in batch])
            await publisher.publish([replay_marker(each.message, each.delivery) for each in batch])
            done += len(batch)
            on_progress(done)
    finally:
        await publisher.stop()
    return Replayed(Counter(each.delivery.receiver for each in ready), left)


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


async def _whole(clients: KafkaClients, topic: str) -> Sequence[Received]:
    reader = TopicReader(clients, topic)
    await reader.start()
    try:
        return await reader.load()
    finally:
        await reader.stop()


def _batches(kept: Sequence[Kept]) -> Iterator[Sequence[Kept]]:
    return (kept[start : start + _BATCH] for start in range(0, len(kept), _BATCH))
