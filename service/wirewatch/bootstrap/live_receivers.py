"""The receivers and how they are doing, as a deliver worker follows and changes them."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from wirewatch.adapters.kafka import KafkaPublisher
from wirewatch.bootstrap.kit import Kit
from wirewatch.bootstrap.live_topic import LiveTopic
from wirewatch.delivery import Course, ReadReference, Receiver, ReceiverBook, ReceiverStatus, event_record, state_record
from wirewatch.ports import Received

__all__ = ["LiveReceivers"]

_READ_AGAIN_SECONDS = 10.0
_NAMED = 5
"""How many receivers a remark names: the log names all."""
_ACTIVE = ReceiverStatus.ACTIVE


class LiveReceivers:
    """Keeps `book` up to date; `on_change` is told of receivers that were defined anew or are well again."""

    def __init__(
        self,
        kit: Kit,
        publisher: KafkaPublisher,
        *,
        read: ReadReference,
        fixed: Iterable[Receiver],
        on_change: Callable[[Iterable[str]], None],
    ) -> None:
        self.book = ReceiverBook(read, fixed)
        self._kit = kit
        self._log = kit.log.bind(role="deliver")
        self._publisher = publisher
        self._on_change = on_change
        self._definitions = LiveTopic(
            kit.clients, kit.topics.receivers, publisher=publisher, learn=self._learn_definitions
        )
        self._states = LiveTopic(kit.clients, kit.topics.receivers_state, publisher=publisher, learn=self._learn_states)

    async def start(self) -> None:
        """Read both topics whole."""
        await self._definitions.start()
        await self._states.start()

    async def stop(self) -> None:
        """Disconnect."""
        await self._definitions.stop()
        await self._states.stop()

    async def follow(self) -> None:
        """Follow both topics, and the secrets' files, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._definitions.follow(), name="follow-receivers")
            tasks.create_task(self._states.follow(), name="follow-receiver-states")
            tasks.create_task(self._read_again(), name="read-secrets-again")

    async def catch_up(self) -> None:
        """Return when everything is known that other workers and operators wrote so far."""
        await self._definitions.catch_up()
        await self._states.catch_up()

    async def change(self, receiver_id: str, course: Course, now: datetime) -> None:
        """Make what an attempt meant for its receiver known to everybody."""
        if course.state is not None:
            self.book.set_state(receiver_id, course.state)
            await self._states.write((state_record(receiver_id, course.state, self._kit.topics),))
        await self._publisher.publish([event_record(event, now, self._kit.topics) for event in course.events])
        for event in course.events:
            self._log.warning("receiver_event", receiver=receiver_id, receiver_event=event.event, reason=event.reason)

    def remark(self) -> str | None:
        """Return which receivers can't be used and why, None when all can."""
        unusable = sorted(self.book.unusable.items())
        named = [f"{receiver_id} ({why})" for receiver_id, why in unusable[:_NAMED]]
        rest = [f"and {len(unusable) - _NAMED} more"] if len(unusable) > _NAMED else []
        return f"can't be used, their deliveries are parked: {'; '.join([*named, *rest])}" if unusable else None

    def _learn_definitions(self, messages: Sequence[Received]) -> None:
        self._tell(self.book.learn_definitions(messages))

    def _learn_states(self, messages: Sequence[Received]) -> None:
        ids = {(message.key or b"").decode(errors="replace") for message in messages}
        not_well = [receiver_id for receiver_id in ids if self.book.state(receiver_id).status is not _ACTIVE]
        self.book.learn_states(messages)
        self._on_change(receiver_id for receiver_id in not_well if self.book.state(receiver_id).status is _ACTIVE)

    async def _read_again(self) -> None:
        while True:
            await asyncio.sleep(_READ_AGAIN_SECONDS)
            changed = self.book.resolve_again()
            if changed:
                self._tell(changed)

    def _tell(self, receiver_ids: Sequence[str]) -> None:
        self._on_change(receiver_ids)
        for receiver_id in receiver_ids:
            if receiver_id in self.book.unusable:
                self._log.error("receiver_unusable", receiver=receiver_id, error=self.book.unusable[receiver_id])
        self._kit.metrics.receivers(usable=len(self.book), unusable=len(self.book.unusable))
        self._log.info("receivers_loaded", receivers=len(self.book), changes=len(receiver_ids))
