"""One delivery, from its turn to its fate: attempted or not, then on record before it counts as done."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol, assert_never

from wirewatch.adapters.kafka import KafkaPublisher
from wirewatch.bootstrap.kit import Kit
from wirewatch.bootstrap.live_order import LiveOrder
from wirewatch.bootstrap.live_receivers import LiveReceivers
from wirewatch.delivery import (
    AttemptResult,
    Bounded,
    Breakers,
    Delivered,
    Delivery,
    Failed,
    Hold,
    Order,
    Post,
    Receiver,
    RetryLater,
    SetAside,
    Wait,
    after_done,
    course_after,
    decide,
    failed_record,
    hold,
    join,
    line_of,
    may_go,
    parked_record,
    plan,
    retry_record,
)
from wirewatch.ports import Header, Received
from wirewatch.retry import Schedule

__all__ = ["Courier", "Decided", "Sender"]

Decided = Delivered | RetryLater | Failed | SetAside

_SAME_DELIVERY_SECONDS = 5.0
_UNKNOWN_ATTEMPT_SECONDS = 2.0
"""What is assumed of a receiver with more than enough to do that has answered nothing yet."""
_LONGEST_CROWD_SECONDS = 300.0


class Sender(Protocol):
    """Attempts deliveries to receivers of some kinds."""

    async def post(
        self, receiver: Receiver, delivery: Delivery, headers: Sequence[Header], now: datetime
    ) -> AttemptResult:
        """Attempt one, and return the facts; raises nothing for what a receiver or a network does."""
        ...


class Courier:
    """Does what the core decides for one delivery at a time; several may be under way."""

    def __init__(
        self,
        kit: Kit,
        *,
        publisher: KafkaPublisher,
        sender: Sender,
        receivers: LiveReceivers,
        order: LiveOrder,
        schedule: Schedule,
    ) -> None:
        self._kit = kit
        self._log = kit.log.bind(role="deliver")
        self._logs_successes = kit.settings.log.level == "debug"
        self._topics = kit.topics
        self._publisher = publisher
        self._sender = sender
        self._receivers = receivers
        self._order = order
        self._schedule = schedule
        self._breakers = Breakers()
        self._last_seconds: dict[str, float] = {}
        self._under_way: set[tuple[str, str]] = set()
        self._attempts = Bounded()
        kit.metrics.breakers_open(lambda: self._breakers.open)

    async def deliver(self, delivery: Delivery, received: Received, is_ours: Callable[[], bool]) -> bool:
        """Give `delivery`, whose turn it is, its fate; return True when that is acknowledged.

        False when it is another worker's: `is_ours` says so right before it begins, `abandon` while it is attempted.
        """
        receiver = self._receivers.book.get(delivery.receiver)
        if delivery.place is not None or (receiver is not None and receiver.order is Order.RULE):
            async with self._order.turn(line_of(delivery)):
                return is_ours() and await self._deliver_in_order(delivery, received)
        decided = await self._decide(delivery, received) if is_ours() else None
        if decided is not None:
            await self._settle(decided, received)
        return decided is not None

    def abandon(self) -> None:
        """Break off the attempts under way: another worker makes them now, and never two at once."""
        attempts = self._attempts.break_off()
        if attempts:
            self._log.warning("attempts_abandoned", attempts=attempts, reason="their partitions were taken away")

    async def hold(self, delivery: Delivery, received: Received, *, ahead: int) -> None:
        """Let `delivery` wait, without an attempt, for a receiver that has enough to do.

        `ahead` is how many attempts, one after another, it has before it. It waits for about as long as those take:
        what comes back sooner only goes round through Kafka once more.
        """
        each_seconds = self._last_seconds.get(delivery.receiver, _UNKNOWN_ATTEMPT_SECONDS)
        wait_seconds = max(ahead * each_seconds, self._schedule.hold_again(delivery.holds))
        await self._settle(self._held(delivery, min(wait_seconds, _LONGEST_CROWD_SECONDS)), received)

    async def settle_unattempted(self, decided: Failed | SetAside | Hold, received: Received) -> None:
        """Give a delivery the fate that was decided without an attempt."""
        held = self._held(decided.delivery, decided.seconds) if isinstance(decided, Hold) else decided
        await self._settle(held, received)

    def is_quick(self, receiver_id: str, seconds: float) -> bool:
        """Tell whether the last attempt at a receiver was over within `seconds`, as far as one was made."""
        return self._last_seconds.get(receiver_id, 0.0) < seconds

    def forget(self, receiver_id: str) -> None:
        """Try a receiver again that could not be reached: it was defined anew, or enabled."""
        self._breakers.forget(receiver_id)

    async def _deliver_in_order(self, delivery: Delivery, received: Received) -> bool:
        line = line_of(delivery)
        if not may_go(self._order.queue(line), delivery):
            decided: Decided | None = self._held(delivery)
        else:
            decided = await self._decide(delivery, received)
        if decided is None:
            return False
        if isinstance(decided, RetryLater):
            queue, waiting = join(self._order.queue(line), decided.delivery)
            held = RetryLater(waiting, decided.delay, decided.outcome, decided.cause, decided.status, decided.detail)
            await self._settle(held, received)
        else:
            await self._settle(decided, received)
            queue = after_done(self._order.queue(line), delivery)
        await self._order.change(line, queue)
        return True

    async def _decide(self, delivery: Delivery, received: Received) -> Decided | None:
        """Attempt `delivery` unless something speaks against it, and return its fate; None when it was abandoned."""
        now = self.now()
        planned = plan(delivery, self._receivers.book, now)
        match planned:
            case Wait() | Hold():
                return self._held(delivery, planned.seconds)
            case Failed() | SetAside():
                return planned
            case Post():
                pass
            case _:
                assert_never(planned)
        key = (delivery.receiver, delivery.alert_id)
        if key in self._under_way:  # a replay of it came meanwhile: never two attempts of one delivery at once
            return self._held(delivery, _SAME_DELIVERY_SECONDS)
        wait_seconds = self._breakers.wait_seconds(delivery.receiver, self._kit.stopwatch())
        if wait_seconds is not None:
            return self._held(delivery, wait_seconds)
        self._under_way.add(key)
        try:
            result = await self._attempt(planned.receiver, delivery, received, now)
        finally:
            self._under_way.discard(key)
        return await self._learn(planned.receiver, delivery, result) if result is not None else None

    async def _attempt(
        self, receiver: Receiver, delivery: Delivery, received: Received, now: datetime
    ) -> AttemptResult | None:
        try:
            return await self._attempts.run(self._sender.post(receiver, delivery, received.headers, now))
        except TimeoutError:
            return None

    async def _learn(self, receiver: Receiver, delivery: Delivery, result: AttemptResult) -> Decided:
        """Take in how an attempt ended, for its receiver, and return what follows for the delivery."""
        now = self.now()
        self._last_seconds[receiver.id] = result.duration_seconds
        decided = decide(delivery, result, now, self._schedule_of(receiver), jitter=_jitter())
        self._kit.metrics.delivery_attempt(result.failure or "accepted")
        self._log_attempt(delivery, decided, result)
        self._breakers.learn(receiver.id, result.failure, self._kit.stopwatch())
        state = self._receivers.book.state(receiver.id)
        course = course_after(
            receiver.id,
            state,
            result,
            outcome=decided.outcome,
            alert_id=delivery.alert_id,
            now=now,
            jitter=_jitter(),
        )
        if course.state is not None or course.events:
            await self._receivers.change(receiver.id, course, now)
        return decided

    async def _settle(self, decided: Decided, received: Received) -> None:
        match decided:
            case Delivered():
                self._kit.metrics.alert_to_delivery(decided.alert_to_delivery_seconds)
            case RetryLater():
                await self._publisher.publish((retry_record(decided, self._topics, received.headers),))
            case Failed():
                await self._publisher.publish((failed_record(decided, self._topics, received.headers),))
                self._log_given_up("delivery_failed", decided)
            case SetAside():
                await self._publisher.publish((parked_record(decided, self._topics, received.headers),))
                self._log_given_up("delivery_parked", decided)
            case _:
                assert_never(decided)
        self._kit.metrics.delivery(decided.outcome)

    def _held(self, delivery: Delivery, seconds: float | None = None) -> RetryLater:
        return hold(delivery, self.now(), self._schedule, seconds=seconds, jitter=_jitter())

    def _schedule_of(self, receiver: Receiver) -> Schedule:
        own = receiver.retry_delays_seconds
        return self._schedule if own is None else self._schedule.with_delays(own)

    def _log_given_up(self, event: str, decided: Failed | SetAside) -> None:
        self._log.error(
            event,
            outcome=decided.outcome,
            alert_id=decided.delivery.alert_id,
            receiver=decided.delivery.receiver,
            error=decided.detail,
        )

    def _log_attempt(self, delivery: Delivery, decided: Decided, result: AttemptResult) -> None:
        if result.failure is None and not self._logs_successes:
            return
        due_at = decided.delivery.due_at if isinstance(decided, RetryLater) else None
        log = self._log.debug if result.failure is None else self._log.warning
        log(
            "delivery_attempted",
            outcome=decided.outcome,
            alert_id=delivery.alert_id,
            receiver=delivery.receiver,
            attempt=delivery.attempts + 1,
            status=result.status,
            failure=result.failure,
            error=result.detail,
            due_at=due_at.isoformat() if due_at else None,
            seconds=round(result.duration_seconds, 4),
        )

    def now(self) -> datetime:
        """Return the time."""
        return datetime.fromtimestamp(self._kit.wall_clock(), UTC)


def _jitter() -> float:
    return random.random()  # noqa: S311 - spreads load, guards nothing
