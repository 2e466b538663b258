"""Receivers on their topics: bringing them there from files, and changing one of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

from pydantic import ValidationError

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher, TopicReader
from wirewatch.delivery import (
    DisabledReason,
    ReceiverEventData,
    ReceiverEventKind,
    ReceiverKind,
    ReceiverSpec,
    ReceiverState,
    ReceiverStatus,
    Reference,
    SecretReference,
    event_record,
    state_record,
)
from wirewatch.errors import WirewatchError, field_problems
from wirewatch.ports import Record
from wirewatch.routing import Topics

__all__ = [
    "AppliedReceivers",
    "KnownReceivers",
    "NoSuchReceiver",
    "ReceiverNotChanged",
    "apply_receivers",
    "disable_receiver",
    "enable_receiver",
    "known_receivers",
    "latest_values",
    "rotate_secret",
]


class NoSuchReceiver(WirewatchError):  # noqa: N818 - says what is the matter
    """A receiver was named that the service does not have."""


class ReceiverNotChanged(WirewatchError):  # noqa: N818 - says what happened
    """What was asked for can't be done to this receiver."""


@dataclass(frozen=True, slots=True)
class AppliedReceivers:
    """The ids of receivers by what became of them; `kept` are on the topic but not in the files."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownReceivers:
    """What the topics hold, by id; `unreadable` says what is wrong with those that are no receivers."""

    specs: Mapping[str, ReceiverSpec]
    states: Mapping[str, ReceiverState]
    unreadable: Mapping[str, str]

    def spec(self, receiver_id: str) -> ReceiverSpec:
        """Return the definition of a receiver.

        Raises:
            NoSuchReceiver: there is none, or it can't be read.
        """
        if receiver_id in self.unreadable:
            raise NoSuchReceiver(f"the receiver {receiver_id} can't be read: {self.unreadable[receiver_id]}")
        if receiver_id not in self.specs:
            near = get_close_matches(receiver_id, self.specs, n=1)
            advice = f"did you mean {near[0]}?" if near else "see wirewatch receivers list"
            raise NoSuchReceiver(f"the service has no receiver {receiver_id}; {advice}")
        return self.specs[receiver_id]

    def state(self, receiver_id: str) -> ReceiverState:
        """Return how it is doing; one of which nothing is known is active."""
        return self.states.get(receiver_id, ReceiverState())


async def known_receivers(clients: KafkaClients, topics: Topics) -> KnownReceivers:
    """Read both topics whole."""
    specs: dict[str, ReceiverSpec] = {}
    states: dict[str, ReceiverState] = {}
    unreadable: dict[str, str] = {}
    for receiver_id, value in (await latest_values(clients, topics.receivers)).items():
        try:
            specs[receiver_id] = ReceiverSpec.decode(value)
        except ValidationError as error:
            unreadable[receiver_id] = field_problems(error)
    for receiver_id, value in (await latest_values(clients, topics.receivers_state)).items():
        try:
            states[receiver_id] = ReceiverState.decode(value)
        except ValidationError:
            continue  # a later version's, perhaps; the receiver counts as active, as it does for the workers
    return KnownReceivers(specs, states, unreadable)


async def apply_receivers(
    clients: KafkaClients, topics: Topics, receivers: Iterable[ReceiverSpec], *, prune: bool
) -> AppliedReceivers:
    """Publish those of `receivers` that the topic does not have as they are; with `prune` delete all others.

    Raises:
        PublishFailed: the broker did not take them.
    """
    wanted = {receiver.id: receiver for receiver in receivers}
    plan = _plan(await known_receivers(clients, topics), wanted, prune=prune)
    records = [
        Record(topics.receivers, receiver_id.encode(), wanted[receiver_id].encode())
        for receiver_id in plan.added + plan.changed
    ]
    for receiver_id in plan.removed:  # its state goes too: one that comes back by this name begins anew
        records += [Record(topic, receiver_id.encode(), None) for topic in (topics.receivers, topics.receivers_state)]
    await _publish(clients, records)
    return plan


async def enable_receiver(clients: KafkaClients, topics: Topics, receiver_id: str, now: datetime) -> None:
    """Let deliveries be made to it again, as if nothing had happened before.

    Raises:
        NoSuchReceiver: the service has none of this id.
        ReceiverNotChanged: its definition is what disables it.
    """
    known = await known_receivers(clients, topics)
    if not known.spec(receiver_id).enabled:
        raise ReceiverNotChanged(
            f"the receiver {receiver_id} has enabled: false in its definition; change that and apply it"
        )
    state = known.state(receiver_id)
    records = [state_record(receiver_id, state.enabled(now), topics)]
    if state.status is not ReceiverStatus.ACTIVE:
        event = ReceiverEventData(receiver=receiver_id, event=ReceiverEventKind.RECOVERED, reason="operator")
        records.append(event_record(event, now, topics))
    await _publish(clients, records)


async def disable_receiver(clients: KafkaClients, topics: Topics, receiver_id: str, now: datetime) -> None:
    """Let nothing be sent to it any more; its deliveries are parked until it is enabled.

    Raises:
        NoSuchReceiver: the service has none of this id.
    """
    known = await known_receivers(clients, topics)
    known.spec(receiver_id)
    state = known.state(receiver_id).disabled(DisabledReason.OPERATOR, now)
    event = ReceiverEventData(
        receiver=receiver_id, event=ReceiverEventKind.DISABLED, reason=DisabledReason.OPERATOR.value
    )
    await _publish(clients, [state_record(receiver_id, state, topics), event_record(event, now, topics)])


async def rotate_secret(
    clients: KafkaClients, topics: Topics, receiver_id: str, new: Reference, *, keep: timedelta, now: datetime
) -> ReceiverSpec:
    """Sign with `new` first from now on, and with those there are for `keep` longer; return the new definition.

    Secrets that have come to their end are left out.

    Raises:
        NoSuchReceiver: the service has none of this id.
        ReceiverNotChanged: it does not sign, or `new` is among its secrets already.
    """
    spec = (await known_receivers(clients, topics)).spec(receiver_id)
    rotated = spec.model_copy(update={"secrets": _rotated(spec, new, now + keep, now)})
    await _publish(clients, [Record(topics.receivers, receiver_id.encode(), rotated.encode())])
    return rotated


async def latest_values(clients: KafkaClients, topic: str) -> Mapping[str, bytes]:
    """Return the last value of each key of a compacted topic, deleted ones left out."""
    reader = TopicReader(clients, topic)
    await reader.start()
    try:
        values = {(message.key or b"").decode(errors="replace"): message.value for message in await reader.load()}
    finally:
        await reader.stop()
    return {key: value for key, value in values.items() if value is not None}


def _rotated(spec: ReceiverSpec, new: Reference, until: datetime, now: datetime) -> tuple[SecretReference, ...]:
    if spec.kind is not ReceiverKind.WEBHOOK:
        raise ReceiverNotChanged(f"the receiver {spec.id} is of the kind {spec.kind}, which has no signing secret")
    if any((secret.env, secret.file) == (new.env, new.file) for secret in spec.secrets):
        raise ReceiverNotChanged(
            f"the receiver {spec.id} has this secret already; put the new one into a variable or file of its own"
        )
    kept = (secret for secret in spec.secrets if secret.until is None or secret.until > now)
    ending = (
        secret.model_copy(update={"until": min(secret.until, until) if secret.until else until}) for secret in kept
    )
    return (SecretReference(env=new.env, file=new.file), *ending)


def _plan(there: KnownReceivers, wanted: Mapping[str, ReceiverSpec], *, prune: bool) -> AppliedReceivers:
    ids_there = there.specs.keys() | there.unreadable.keys()
    in_both = sorted(ids_there & wanted.keys())
    changed = tuple(each for each in in_both if there.specs.get(each) != wanted[each])
    only_there = tuple(sorted(ids_there - wanted.keys()))
    return AppliedReceivers(
        added=tuple(sorted(wanted.keys() - ids_there)),
        changed=changed,
        removed=only_there if prune else (),
        unchanged=tuple(each for each in in_both if each not in changed),
        kept=() if prune else only_there,
    )


async def _publish(clients: KafkaClients, records: Sequence[Record]) -> None:
    publisher = KafkaPublisher(clients, "receivers")
    await publisher.start()
    try:
        await publisher.publish(records)
    finally:
        await publisher.stop()
