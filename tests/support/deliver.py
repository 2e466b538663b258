"""The deliver role in this process, on a broker of the test's, with a clock that the test sets forward."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import structlog
from prometheus_client import CollectorRegistry

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher, TopicReader, ensure_topics
from wirewatch.adapters.metrics import Metrics
from wirewatch.bootstrap import topic_specs
from wirewatch.bootstrap.deliver_role import DeliverRole
from wirewatch.bootstrap.kit import Kit
from wirewatch.config import load_settings, reference_reader
from wirewatch.delivery import Delivery, ReceiverSpec, ReceiverState, SecretReference, state_record
from wirewatch.ports import Received, Record

__all__ = ["SECRET_VARIABLE", "DeliverWorker", "TestClock", "delivery_of", "spec_at"]

SECRET_VARIABLE = "WIREWATCH_SECRET_TEST"
_WAIT_SECONDS = 30.0


class TestClock:
    """The time of day, plus what a test adds."""

    __test__ = False

    def __init__(self) -> None:
        self.ahead_seconds = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead_seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(self(), UTC)


def spec_at(url: str, receiver_id: str = "desk", **changes: Any) -> ReceiverSpec:
    """Return a receiver's definition, signed with the secret of the environment."""
    values = {"secrets": (SecretReference(env=SECRET_VARIABLE),), "allow_http": True, "timeout_seconds": 5.0}
    return ReceiverSpec(id=receiver_id, url=url, **{**values, **changes})


def delivery_of(number: int, receiver: str = "desk", rule: str = "rule", **changes: Any) -> Delivery:
    """Return the `number`th delivery of a test."""
    alert = {"specversion": "1.0", "id": f"alr_{number}", "type": "org.wirewatch.alert.v1", "subject": rule, "data": {}}
    values = {"created_at": datetime.now(UTC), "alert_id": f"alr_{number}", "receiver": receiver, "alert": alert}
    return Delivery.model_validate({**values, **changes})


class DeliverWorker:
    """One deliver role and what there is to see of it; use it as an async context manager."""

    def __init__(self, bootstrap: str, prefix: str, env: Mapping[str, str], **settings: str) -> None:
        self.clock = TestClock()
        self._variables = {
            "WIREWATCH_KAFKA__BOOTSTRAP": bootstrap,
            "WIREWATCH_TOPICS__PREFIX": prefix,
            "WIREWATCH_TOPICS__PARTITIONS": "2",
            "WIREWATCH_DELIVER__ALLOW_NETWORKS": "127.0.0.0/8",
            **settings,
        }
        self._settings = load_settings(None, self._variables)
        self.topics = self._settings.topic_names()
        self._clients = KafkaClients(self._settings.kafka_connection())
        self._kit = Kit(
            self._settings,
            self._clients,
            Metrics(CollectorRegistry()),
            structlog.stdlib.get_logger(),
            wall_clock=self.clock,
        )
        self._env = env
        self._publisher = KafkaPublisher(self._clients, "test")
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._publisher.start()
        await self.restart()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        await self._publisher.stop()

    async def restart(self, **settings: str) -> None:
        """Stop the worker in good order and start another, with its memory gone and `settings` changed."""
        await self.stop()
        self._stop = asyncio.Event()
        kit = replace(self._kit, settings=load_settings(None, {**self._variables, **settings}))
        await ensure_topics(self._clients, topic_specs(kit.settings), create=True)
        role = DeliverRole(kit, (), read=reference_reader(self._env))
        self._task = asyncio.create_task(role.run(self._stop))
        async with asyncio.timeout(_WAIT_SECONDS):
            while role.not_ready() is not None:
                if self._task.done():
                    await self._task
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """Stop it; what it raised is raised here."""
        self._stop.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def apply(self, *specs: ReceiverSpec) -> None:
        """Put definitions on their topic, and wait until the worker knows them."""
        await self.publish(*(Record(self.topics.receivers, spec.id.encode(), spec.encode()) for spec in specs))
        await asyncio.sleep(0.7)  # the worker polls the topic, and nothing tells from outside that it has

    async def set_state(self, receiver_id: str, state: ReceiverState) -> None:
        """Do what an operator's command does."""
        await self.publish(state_record(receiver_id, state, self.topics))
        await asyncio.sleep(0.7)  # as above

    async def send(self, *deliveries: Delivery) -> None:
        """Put deliveries on their topic, as the alert role does."""
        await self.publish(
            *(Record(self.topics.deliveries, each.receiver.encode(), each.encode()) for each in deliveries)
        )

    async def publish(self, *records: Record) -> None:
        await self._publisher.publish(records)

    async def messages(self, topic: str) -> Sequence[Received]:
        """Return all that is on a topic now."""
        reader = TopicReader(self._clients, topic)
        await reader.start()
        try:
            return await reader.load()
        finally:
            await reader.stop()

    async def wait_for(
        self, topic: str, condition: Callable[[Sequence[Received]], bool], seconds: float = _WAIT_SECONDS
    ) -> Sequence[Received]:
        """Return what is on a topic once `condition` holds for it."""
        reader = TopicReader(self._clients, topic)
        await reader.start()
        found: list[Received] = []
        try:
            async with asyncio.timeout(seconds):
                while not condition(found):
                    found += await reader.changes()
        except TimeoutError:
            raise AssertionError(f"not within {seconds:g} s; {topic} has {[each.value for each in found]}") from None
        finally:
            await reader.stop()
        return found

    async def state(
        self, receiver_id: str, condition: Callable[[ReceiverState], bool] = lambda _: True
    ) -> ReceiverState:
        """Return a receiver's state once the last one written meets `condition`."""

        def last(messages: Sequence[Received]) -> ReceiverState:
            values = [each.value for each in messages if each.key == receiver_id.encode() and each.value]
            return ReceiverState.decode(values[-1]) if values else ReceiverState()

        return last(await self.wait_for(self.topics.receivers_state, lambda found: condition(last(found))))

    async def events(self, count: int) -> list[str]:
        """Return what happened to receivers, by name, once there are `count` events."""
        found = await self.wait_for(self.topics.receivers_events, lambda found: len(found) >= count)
        return [json.loads(each.value or b"{}")["data"]["event"] for each in found]
