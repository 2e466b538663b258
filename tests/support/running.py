"""What the end-to-end tests do with a running service: wait for it, give it rules and news, time its end."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support.news import NewsMessage, invented_rules
from tests.support.service import Installation, ServiceProcess

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher
from wirewatch.adapters.rule_files import load_rules
from wirewatch.adapters.webhook import ReceiverServer
from wirewatch.ports import KafkaConnection, Record

__all__ = [
    "SEED",
    "apply_rules",
    "expected_alerts",
    "publish_news",
    "publish_seed",
    "ready",
    "stop_timed",
    "until",
    "webhooks_of",
]

SEED = "seeds/000_4c088a4fb1dc575a.txt"
"""The sample article that this project began with; the rule `japan-rok-defense` is about it."""


async def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Return once `condition`, asked in a thread since it may block, holds; a TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.1)


async def ready(*services: ServiceProcess) -> None:
    """Return once all of `services` can take work; fails with the log of one that ended instead."""
    await until(lambda: all(service.is_ready() for service in services), 90)


async def apply_rules(
    installation: Installation, *matching: ServiceProcess, rules: Sequence[object] | None = None
) -> None:
    """Bring `rules`, or the invented ones, to the installation; return once they are in force in all of `matching`.

    What is published right after the command has ended may still meet the rules from before.
    """
    rules = rules or invented_rules()
    file = installation.folder / "rules.yaml"
    file.write_text(json.dumps({"rules": rules}), "utf-8")
    await _apply(installation, file, len(rules), matching)


async def publish_seed(installation: Installation, matching: ServiceProcess) -> None:
    """Apply the rules of this project, and publish the first of its sample articles once they are in force."""
    folder = Path("rules")
    await _apply(installation, folder, len(load_rules([folder]).rules), [matching])
    done = await asyncio.to_thread(installation.command_here, "publish", SEED)
    assert done.returncode == 0, done.stderr


async def _apply(installation: Installation, path: Path, count: int, matching: Sequence[ServiceProcess]) -> None:
    done = await asyncio.to_thread(installation.command_here, "rules", "apply", str(path))
    assert done.returncode == 0, done.stderr
    await until(lambda: all(service.metric("wirewatch_rules_loaded") == count for service in matching))


async def publish_news(
    news: Sequence[NewsMessage], connection: KafkaConnection, topic: str, *, waves: int = 1, pause_seconds: float = 0.0
) -> None:
    """Publish `news` in waves with a breath between them; a broker that is away is waited for."""
    publisher = KafkaPublisher(KafkaClients(connection), "news", on_retry=lambda _error, _pause: None)
    await publisher.start()
    size = -(-len(news) // waves)
    try:
        for first in range(0, len(news), size):
            wave = news[first : first + size]
            await publisher.publish([Record(topic, message.key, message.value) for message in wave])
            await asyncio.sleep(pause_seconds)
    finally:
        await publisher.stop()


def expected_alerts(news: Sequence[NewsMessage]) -> frozenset[str]:
    """Return the ids of all alerts that `news` must lead to."""
    return frozenset(alert for message in news for alert in message.alerts)


def webhooks_of(receiver: ReceiverServer) -> frozenset[str]:
    """Return the ids of all alerts that arrived and verified."""
    return frozenset(webhook.webhook_id for webhook in receiver.received if webhook.is_verified)


async def stop_timed(service: ServiceProcess) -> tuple[int, float]:
    """Send SIGTERM; return the exit code and the seconds until the end."""
    started = time.monotonic()
    code = await asyncio.to_thread(service.stop)
    return code, time.monotonic() - started
