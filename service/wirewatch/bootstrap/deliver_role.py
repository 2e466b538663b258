"""The deliver role: each delivery to its receiver, now or when it is due again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

from pydantic import ValidationError

from wirewatch.adapters.kafka import NotYet, Taken, TrackedConsumer, require_equal_partitions, topics_that_begin
from wirewatch.bootstrap.courier import Courier
from wirewatch.bootstrap.kit import Kit
from wirewatch.bootstrap.live_order import LiveOrder
from wirewatch.bootstrap.live_receivers import LiveReceivers
from wirewatch.bootstrap.role import PartitionLag, RoleName
from wirewatch.bootstrap.sender import AnySender
from wirewatch.delivery import (
    Delivery,
    Dispatcher,
    Job,
    Order,
    Pace,
    Post,
    ReadReference,
    Receiver,
    Wait,
    plan,
)
from wirewatch.errors import field_problems
from wirewatch.pipeline import rejected_record
from wirewatch.ports import Received
from wirewatch.retry import Schedule, delay_label

__all__ = ["DeliverRole"]

_SPACE_SECONDS = 0.25
"""How long reading waits for a busy receiver before its deliveries are held: what others may lose to it, once."""
_MAX_RECORDS = 200
_UNATTEMPTED_AT_ONCE = 200
"""How many records about deliveries that are not attempted are on their way to Kafka at once, for each receiver."""


class DeliverRole:
    """One worker of the deliver role.

    It has the same partitions of all deliveries' topics, which are keyed by receiver: so one worker at a time has all
    of a receiver's deliveries, decides its state and keeps its order.
    """

    name = RoleName.DELIVER

    def __init__(self, kit: Kit, receivers: Iterable[Receiver], *, read: ReadReference) -> None:
        """`receivers` are there beside those on the topic; `read` follows the references to secrets."""
        settings = kit.settings.deliver
        self._kit = kit
        self._log = kit.log.bind(role=self.name)
        self._schedule = Schedule(settings.retry_delays_seconds)
        self._publisher = kit.publisher(self.name)
        self._poster = AnySender(allowed_networks=settings.allow_networks)
        self._receivers = LiveReceivers(
            kit, self._publisher, read=read, fixed=receivers, on_change=self._receivers_changed
        )
        self._order = LiveOrder(kit, self._publisher)
        self._courier = Courier(
            kit,
            publisher=self._publisher,
            sender=self._poster,
            receivers=self._receivers,
            order=self._order,
            schedule=self._schedule,
        )
        self._pace = Pace()
        self._dispatcher = Dispatcher(
            max_queued=settings.max_queue_per_receiver,
            max_in_flight=self._max_in_flight,
            begin_in_seconds=self._begin_in_seconds,
        )
        # Apart from attempts, so that what a receiver can't take now never waits behind what it is slow to take.
        self._unattempted = Dispatcher(
            max_queued=settings.max_queue_per_receiver, max_in_flight=lambda _: _UNATTEMPTED_AT_ONCE
        )
        self._busy: set[str] = set()
        self._loaded = False
        self._generation = -1
        self._consumer = TrackedConsumer(
            kit.clients,
            purpose=self.name,
            topics=self._topics(),
            group=kit.group(self.name),
            max_records=_MAX_RECORDS,
            wall_clock=kit.wall_clock,
            on_commit_failed=self._commit_failed,
            on_revoked=self._courier.abandon,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; attempts under way then get half of the time there is for stopping."""
        if self._kit.settings.deliver.allow_networks:
            networks = [str(network) for network in self._kit.settings.deliver.allow_networks]
            self._log.warning("internal_networks_allowed", networks=networks)
        earlier = await self._earlier_topics()
        await require_equal_partitions(self._kit.clients, (*self._topics(), *earlier))
        await self._publisher.start()
        await self._poster.start()
        try:
            await self._receivers.start()
            await self._order.start()
            self._loaded = True
            await self._consume(stop, earlier)
        finally:
            await self._receivers.stop()
            await self._order.stop()
            await self._poster.stop()
            await self._publisher.stop()

    def not_ready(self) -> str | None:
        """Ready with the receivers read and a place in the group."""
        if not self._loaded:
            return "the receivers are not read yet"
        return None if self._consumer.is_assigned else "not in its consumer group yet"

    def remark(self) -> str | None:
        """Name the receivers that can't be used here: no restart helps them, and all others get theirs."""
        return self._receivers.remark()

    def lags(self) -> tuple[PartitionLag, ...]:
        """Return the lag of each partition held; on a retry topic, what waits for its time is lag too."""
        return tuple(
            PartitionLag(topic, number, lag, is_steady=topic == self._kit.topics.deliveries)
            for (topic, number), lag in self._consumer.lag().items()
        )

    def _topics(self) -> Sequence[str]:
        topics = self._kit.topics
        labels = (delay_label(delay) for delay in self._schedule.topic_delays_seconds)
        return (topics.deliveries, *(topics.deliveries_retry(label) for label in labels))

    async def _earlier_topics(self) -> Sequence[str]:
        """Return the retry topics of schedules that were set before: what still waits there comes due all the same."""
        retries = await topics_that_begin(self._kit.clients, self._kit.topics.deliveries_retry(""))
        earlier = sorted(retries - set(self._topics()))
        if earlier:
            self._log.info("earlier_retry_topics", topics=earlier)
        return earlier

    async def _consume(self, stop: asyncio.Event, earlier: Sequence[str]) -> None:
        following = asyncio.gather(self._receivers.follow(), self._order.follow())
        # A worker that knows only old receivers is worse than none.
        following.add_done_callback(lambda _: stop.set())
        await self._consumer.start(earlier)
        try:
            await self._consumer.run(self._take, stop)
        finally:
            # What is cancelled or never began is not committed: it is delivered after the restart, under the same id.
            await asyncio.gather(
                *(each.close(self._kit.settings.shutdown.grace_seconds / 2) for each in self._dispatchers())
            )
            await self._consumer.stop()
            following.cancel()
            (followed,) = await asyncio.gather(following, return_exceptions=True)
        faults = [each.fault for each in self._dispatchers() if each.fault is not None]
        if faults:
            raise faults[0]
        if isinstance(followed, Exception):
            raise followed

    def _dispatchers(self) -> Sequence[Dispatcher]:
        return (self._dispatcher, self._unattempted)

    async def _take(self, received: Received, done: Callable[[], None], is_ours: Callable[[], bool]) -> Taken | NotYet:
        if self._generation != self._consumer.generation:
            # Partitions may have come from a worker that just changed a receiver's state or a queue.
            self._generation = self._consumer.generation
            await self._receivers.catch_up()
            await self._order.catch_up()
        try:
            delivery = Delivery.decode(received.value or b"")
        except ValidationError as error:
            await self._reject(received, error)
            done()
            return Taken()
        planned = plan(delivery, self._receivers.book, self._courier.now())
        if isinstance(planned, Wait):
            return NotYet(planned.seconds)
        if self._is_ordered(delivery):
            return await self._dispatch_in_order(delivery, received, done, is_ours)
        if isinstance(planned, Post):
            await self._dispatch(delivery, received, done, is_ours)
        else:
            decided = planned
            await self._aside(delivery.receiver, lambda: self._courier.settle_unattempted(decided, received), done)
        return Taken()

    def _is_ordered(self, delivery: Delivery) -> bool:
        receiver = self._receivers.book.get(delivery.receiver)
        return delivery.place is not None or (receiver is not None and receiver.order is Order.RULE)

    async def _dispatch_in_order(
        self, delivery: Delivery, received: Received, done: Callable[[], None], is_ours: Callable[[], bool]
    ) -> Taken | NotYet:
        """Take it in its turn, or not yet: without a place in a queue, it would be overtaken if it were held."""
        if self._dispatcher.offer(delivery.receiver, self._delivering(delivery, received, done, is_ours)):
            return Taken()
        if delivery.place is None:
            return NotYet(_SPACE_SECONDS)
        await self._hold(delivery, received, done)
        return Taken()

    async def _dispatch(
        self, delivery: Delivery, received: Received, done: Callable[[], None], is_ours: Callable[[], bool]
    ) -> None:
        receiver = delivery.receiver
        if self._dispatcher.offer(receiver, self._delivering(delivery, received, done, is_ours)):
            self._busy.discard(receiver)
            return
        # One that is slow, or made everybody wait once, is not waited for.
        if (
            receiver not in self._busy
            and self._courier.is_quick(receiver, _SPACE_SECONDS)
            and await self._dispatcher.wait_for_space(receiver, _SPACE_SECONDS)
        ):
            await self._dispatch(delivery, received, done, is_ours)
            return
        self._busy.add(receiver)
        await self._hold(delivery, received, done)

    def _delivering(
        self, delivery: Delivery, received: Received, done: Callable[[], None], is_ours: Callable[[], bool]
    ) -> Job:
        async def job() -> None:
            if await self._courier.deliver(delivery, received, is_ours):
                done()

        return job

    async def _hold(self, delivery: Delivery, received: Received, done: Callable[[], None]) -> None:
        receiver = delivery.receiver
        ahead = self._kit.settings.deliver.max_queue_per_receiver // self._max_in_flight(receiver) + 1
        await self._aside(receiver, lambda: self._courier.hold(delivery, received, ahead=ahead), done)

    async def _aside(self, receiver: str, settle: Callable[[], Awaitable[None]], done: Callable[[], None]) -> None:
        async def job() -> None:
            await settle()
            done()

        while not self._unattempted.offer(receiver, job):
            if not await self._unattempted.wait_for_space(receiver, _SPACE_SECONDS):
                return  # stopping: it is not done, and is read again

    def _max_in_flight(self, receiver_id: str) -> int:
        receiver = self._receivers.book.get(receiver_id)
        return receiver.max_in_flight if receiver is not None else _UNATTEMPTED_AT_ONCE

    def _begin_in_seconds(self, receiver_id: str) -> float:
        receiver = self._receivers.book.get(receiver_id)
        rate = receiver.rate_per_second if receiver is not None else None
        return self._pace.begin(receiver_id, rate, self._kit.stopwatch())

    def _receivers_changed(self, receiver_ids: Iterable[str]) -> None:
        for receiver_id in receiver_ids:
            self._courier.forget(receiver_id)

    async def _reject(self, received: Received, error: ValidationError) -> None:
        detail = field_problems(error)
        topic = self._kit.topics.deliveries_rejected
        await self._publisher.publish((rejected_record(received, topic, reason="not_a_delivery", error=detail),))
        self._kit.metrics.delivery("rejected")
        self._log.error("delivery_rejected", topic=received.topic, offset=received.offset, error=detail)

    def _commit_failed(self, error: Exception) -> None:
        self._log.warning("commit_failed", error=str(error) or repr(error))
