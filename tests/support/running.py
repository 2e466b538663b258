"""What the end-to-end tests do with a running service: wait for it, give it rules and news, time its end."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence

from tests.support.news import NewsMessage, invented_rules
from tests.support.service import Installation, ServiceProcess

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher
from wirewatch.adapters.webhook import ReceiverServer
from wirewatch.ports import KafkaConnection, Record

__all__ = ["apply_rules", "expected_alerts", "publish_news", "ready", "stop_timed", "until", "webhooks_of"]


async def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Return once `condition`, asked in a thread since it may block, holds; a TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.1)


async def ready(*services: ServiceProcess) -> None:
    """Return once all of `services` can take work; fails with the log of one that ended instead."""
    await until(lambda: all(service.is_ready() for service in services), 90)


async def apply_rules(installation: Installation, rules: Sequence[object] | None = None) -> None:
    """Bring `rules`, or the invented ones, to the installation with its own command."""
    file = installation.folder / "rules.yaml"
    file.write_text(json.dumps({"rules": rules or invented_rules()}), "utf-8")
    done = await asyncio.to_thread(installation.command_here, "rules", "apply", str(file))
    assert done.returncode == 0, done.stderr


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
