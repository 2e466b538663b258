"""No alert is lost when workers are killed: the guarantee of the whole service, on a real Kafka."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.kafka import KafkaBroker
from tests.support.news import NewsMessage, invented_news
from tests.support.running import apply_rules, ready
from tests.support.service import SECRET, Installation, ServiceProcess

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher, TopicReader
from wirewatch.adapters.webhook import ReceiverServer
from wirewatch.delivery import read_secret
from wirewatch.ports import KafkaConnection, Received, Record
from wirewatch.routing import Topics

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]

_ROLES = ("match", "alert", "deliver")
_WAVES = 20
_SETTLE_SECONDS = 120.0
_SECONDS_PER_ARTICLE = 0.02

Workers = dict[tuple[str, int], ServiceProcess]


@dataclass(frozen=True)
class _Expected:
    """What must come out of the news, whatever is killed."""

    alerts: frozenset[str]
    rejected: frozenset[bytes]

    @classmethod
    def of(cls, news: Sequence[NewsMessage]) -> "_Expected":
        return cls(
            frozenset(alert for message in news for alert in message.alerts),
            frozenset(message.value for message in news if not message.is_readable),
        )


class _Watch:
    """Counts what comes out, by id: alerts and rejected articles on their topics, webhooks at the receiver."""

    def __init__(self, clients: KafkaClients, topics: Topics, receiver: ReceiverServer) -> None:
        self._receiver = receiver
        self._alerts = TopicReader(clients, topics.alerts)
        self._rejected = TopicReader(clients, topics.articles_rejected)
        self.alerts: Counter[str] = Counter()
        self.rejected: Counter[bytes] = Counter()

    @property
    def webhooks(self) -> Counter[str]:
        return Counter(webhook.webhook_id for webhook in self._receiver.received if webhook.is_verified)

    async def start(self) -> None:
        await self._alerts.start()
        await self._rejected.start()

    async def stop(self) -> None:
        await self._alerts.stop()
        await self._rejected.stop()

    async def look(self) -> None:
        """Take in what came since the last look."""
        alerts, rejected = await asyncio.gather(self._alerts.changes(), self._rejected.changes())
        self.alerts.update(_event_id(received) for received in alerts)
        self.rejected.update(received.value or b"" for received in rejected)

    def has(self, expected: _Expected) -> bool:
        return (
            self.alerts.keys() >= expected.alerts
            and self.rejected.keys() >= expected.rejected
            and self.webhooks.keys() >= expected.alerts
        )

    def repeats(self) -> dict[str, int]:
        counts: dict[str, Counter[str] | Counter[bytes]] = {
            "alerts": self.alerts,
            "webhooks": self.webhooks,
            "rejected": self.rejected,
        }
        return {name: counter.total() - len(counter) for name, counter in counts.items()}


@pytest.mark.timeout(1_800)
async def test_killed_workers_lose_no_alert_no_webhook_and_no_rejected_article(
    own_kafka: KafkaBroker, topics: Topics, tmp_path: Path, chaos_articles: int, capsys: pytest.CaptureFixture[str]
) -> None:
    news = list(invented_news(chaos_articles, seed=20_261))
    expected = _Expected.of(news)
    clients = KafkaClients(KafkaConnection(bootstrap=(own_kafka.bootstrap,)))
    async with ReceiverServer([read_secret(SECRET)]) as receiver:
        installation = Installation(
            tmp_path, bootstrap=own_kafka.bootstrap, prefix=topics.prefix, receiver_url=receiver.url
        )
        workers = {(role, number): installation.run("--role", role) for role in _ROLES for number in (1, 2)}
        watch = _Watch(clients, topics, receiver)
        started = time.monotonic()
        try:
            await ready(*workers.values())
            await apply_rules(installation, *(worker for (role, _), worker in workers.items() if role == "match"))
            await watch.start()
            started = time.monotonic()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_publish(news, clients, topics))
                tasks.create_task(_kill_and_restart(installation, workers, watch, len(expected.alerts)))
            await _until_complete(watch, expected, _SETTLE_SECONDS + len(news) * _SECONDS_PER_ARTICLE)
            took = time.monotonic() - started
            await ready(*workers.values())  # the last one to be killed may not have been needed any more
        finally:
            await watch.stop()
            codes = await asyncio.to_thread(lambda: [worker.stop() for worker in workers.values()])
    assert codes == [0] * len(workers), "\n".join(worker.log_tail() for worker in workers.values() if worker.exit_code)
    assert watch.alerts.keys() == expected.alerts
    assert watch.webhooks.keys() == expected.alerts
    assert watch.rejected.keys() == expected.rejected
    with capsys.disabled():
        print(  # noqa: T201 - the figures are what a person runs it for
            f"\n{len(news)} articles in {took:.1f} s with three workers killed: {len(watch.alerts)} alerts, all "
            f"delivered, {len(watch.rejected)} rejected; repeated under the same id: {watch.repeats()}"
        )


async def _publish(news: Sequence[NewsMessage], clients: KafkaClients, topics: Topics) -> None:
    """Publish in waves with a breath between them, so that the kills fall into the middle of work."""
    publisher = KafkaPublisher(clients, "news")
    await publisher.start()
    size = -(-len(news) // _WAVES)
    try:
        for first in range(0, len(news), size):
            wave = news[first : first + size]
            await publisher.publish([Record(topics.articles, message.key, message.value) for message in wave])
            await asyncio.sleep(0.3)
    finally:
        await publisher.stop()


async def _kill_and_restart(installation: Installation, workers: Workers, watch: _Watch, alerts: int) -> None:
    """Kill one worker of each role at a quarter, a half and three quarters of the alerts; start each again."""
    for part, role in enumerate(_ROLES, start=1):
        await _until_seen(watch, alerts * part // 4)
        await asyncio.to_thread(workers[role, 1].kill)
        workers[role, 1] = await asyncio.to_thread(installation.run, "--role", role)


async def _until_seen(watch: _Watch, alerts: int) -> None:
    async with asyncio.timeout(_SETTLE_SECONDS):
        while len(watch.alerts) < alerts:
            await watch.look()


async def _until_complete(watch: _Watch, expected: _Expected, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not watch.has(expected):
                await watch.look()
    except TimeoutError:
        missing = expected.alerts - watch.alerts.keys()
        undelivered = expected.alerts - watch.webhooks.keys()
        unkept = expected.rejected - watch.rejected.keys()
        pytest.fail(f"missing: {len(missing)} alerts, {len(undelivered)} webhooks, {len(unkept)} rejected articles")


def _event_id(received: Received) -> str:
    return str(json.loads(received.value or b"{}")["id"])
