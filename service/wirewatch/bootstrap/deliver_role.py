"""The deliver role: each delivery to its receiver, now or when it is due again."""

import asyncio
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import assert_never

from pydantic import ValidationError

from wirewatch.adapters.kafka import NotYet, Taken, TrackedConsumer
from wirewatch.adapters.webhook import WebhookPoster
from wirewatch.bootstrap.kit import Kit
from wirewatch.bootstrap.role import PartitionLag, RoleName
from wirewatch.delivery import (
    AttemptResult,
    Delivered,
    Delivery,
    Dispatcher,
    Failed,
    Receiver,
    RetryLater,
    Wait,
    decide,
    failed_record,
    parked_record,
    plan,
    retry_record,
)
from wirewatch.errors import field_problems
from wirewatch.pipeline import rejected_record
from wirewatch.ports import Received
from wirewatch.retry import Schedule, delay_label

__all__ = ["DeliverRole"]

_SPACE_SECONDS = 0.25
"""How long reading waits for a busy receiver before its deliveries are parked: what others may lose to it, once."""
_MAX_RECORDS = 200


class DeliverRole:
    """One worker of the deliver role."""

    name = RoleName.DELIVER

    def __init__(self, kit: Kit, receivers: Mapping[str, Receiver]) -> None:
        settings = kit.settings.deliver
        self._kit = kit
        self._log = kit.log.bind(role=self.name)
        self._receivers = receivers
        self._schedule = Schedule(settings.retry_delays_seconds)
        self._publisher = kit.publisher(self.name)
        self._poster = WebhookPoster(allowed_networks=settings.allow_networks)
        self._dispatcher = Dispatcher(
            max_queued=settings.max_queue_per_receiver,
            max_in_flight=lambda receiver: receivers[receiver].max_in_flight,
        )
        self._busy: set[str] = set()
        labels = [delay_label(delay) for delay in self._schedule.topic_delays_seconds]
        self._consumer = TrackedConsumer(
            kit.clients,
            purpose=self.name,
            topics=(kit.topics.deliveries, *(kit.topics.deliveries_retry(label) for label in labels)),
            group=kit.group(self.name),
            max_records=_MAX_RECORDS,
            wall_clock=kit.wall_clock,
            on_commit_failed=self._commit_failed,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; attempts under way then get half of the time there is for stopping."""
        if self._kit.settings.deliver.allow_networks:
            networks = [str(network) for network in self._kit.settings.deliver.allow_networks]
            self._log.warning("internal_networks_allowed", networks=networks)
        await self._publisher.start()
        await self._poster.start()
        try:
            await self._consume(stop)
        finally:
            await self._poster.stop()
            await self._publisher.stop()

    def not_ready(self) -> str | None:
        """Ready with a place in the group."""
        return None if self._consumer.is_assigned else "not in its consumer group yet"

    def lags(self) -> tuple[PartitionLag, ...]:
        """Return the lag of each partition held; on a retry topic, what waits for its time is lag too."""
        return tuple(
            PartitionLag(topic, number, lag, is_steady=topic == self._kit.topics.deliveries)
            for (topic, number), lag in self._consumer.lag().items()
        )

    async def _consume(self, stop: asyncio.Event) -> None:
        await self._consumer.start()
        try:
            await self._consumer.run(self._take, stop)
        finally:
            # What is cancelled or never began is not committed: it is delivered after the restart, under the same id.
            await self._dispatcher.close(self._kit.settings.shutdown.grace_seconds / 2)
            await self._consumer.stop()
        if self._dispatcher.fault is not None:
            raise self._dispatcher.fault

    async def _take(self, received: Received, done: Callable[[], None], is_ours: Callable[[], bool]) -> Taken | NotYet:
        try:
            delivery = Delivery.decode(received.value or b"")
        except ValidationError as error:
            await self._reject(received, error)
            done()
            return Taken()
        planned = plan(delivery, self._receivers, self._now())
        if isinstance(planned, Wait):
            return NotYet(planned.seconds)
        if isinstance(planned, Failed):
            await self._settle(planned, received)
            done()
            return Taken()
        await self._dispatch(planned.receiver, planned.delivery, received, done, is_ours)
        return Taken()

    async def _dispatch(
        self,
        receiver: Receiver,
        delivery: Delivery,
        received: Received,
        done: Callable[[], None],
        is_ours: Callable[[], bool],
    ) -> None:
        async def job() -> None:
            if is_ours():
                await self._deliver(receiver, delivery, received)
                done()

        if self._dispatcher.offer(receiver.id, job):
            self._busy.discard(receiver.id)
            return
        # A receiver that made everybody wait once is not waited for again until it takes something.
        if receiver.id not in self._busy and await self._dispatcher.wait_for_space(receiver.id, _SPACE_SECONDS):
            await self._dispatch(receiver, delivery, received, done, is_ours)
            return
        self._busy.add(receiver.id)
        await self._park(delivery, received)
        done()

    async def _deliver(self, receiver: Receiver, delivery: Delivery, received: Received) -> None:
        result = await self._poster.post(receiver, delivery, received.headers, self._now())
        decided = decide(delivery, result, self._now(), self._schedule, jitter=_jitter())
        self._kit.metrics.delivery_attempt(result.failure or "accepted")
        self._log_attempt(decided, result)
        await self._settle(decided, received)

    async def _settle(self, decided: Delivered | RetryLater | Failed, received: Received) -> None:
        topics = self._kit.topics
        match decided:
            case Delivered():
                self._kit.metrics.alert_to_delivery(decided.alert_to_delivery_seconds)
            case RetryLater():
                await self._publisher.publish((retry_record(decided, topics, received.headers),))
            case Failed():
                await self._publisher.publish((failed_record(decided, topics, received.headers),))
                self._log.error(
                    "delivery_failed",
                    outcome=decided.outcome,
                    alert_id=decided.delivery.alert_id,
                    receiver=decided.delivery.receiver,
                    error=decided.detail,
                )
            case _:
                assert_never(decided)
        self._kit.metrics.delivery(decided.outcome)

    async def _park(self, delivery: Delivery, received: Received) -> None:
        record = parked_record(
            delivery,
            self._kit.topics,
            received.headers,
            now=self._now(),
            schedule=self._schedule,
            jitter=_jitter(),
        )
        await self._publisher.publish((record,))
        self._kit.metrics.delivery("parked")

    async def _reject(self, received: Received, error: ValidationError) -> None:
        detail = field_problems(error)
        topic = self._kit.topics.deliveries_rejected
        await self._publisher.publish((rejected_record(received, topic, reason="not_a_delivery", error=detail),))
        self._kit.metrics.delivery("rejected")
        self._log.error("delivery_rejected", topic=received.topic, offset=received.offset, error=detail)

    def _log_attempt(self, decided: Delivered | RetryLater | Failed, result: AttemptResult) -> None:
        delivery = decided.delivery
        log = self._log.debug if result.failure is None else self._log.warning
        log(
            "delivery_attempted",
            outcome=decided.outcome,
            alert_id=delivery.alert_id,
            receiver=delivery.receiver,
            attempt=delivery.attempts,
            status=result.status,
            failure=result.failure,
            error=result.detail,
            due_at=delivery.due_at.isoformat() if delivery.due_at else None,
            seconds=round(result.duration_seconds, 4),
        )

    def _commit_failed(self, error: Exception) -> None:
        self._log.warning("commit_failed", error=str(error) or repr(error))

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._kit.wall_clock(), UTC)


def _jitter() -> float:
    return random.random()  # noqa: S311 - spreads load, guards nothing
