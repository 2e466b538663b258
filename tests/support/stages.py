"""What the stages of the pipeline meet in unit tests: messages, a publisher and a memory that do as they are told."""

import asyncio
from collections.abc import Sequence

from wirewatch.errors import PublishFailed
from wirewatch.ports import Header, Received, Record
from wirewatch.rule import Rule

__all__ = ["FakeMemory", "FakePublisher", "received", "rule"]


class FakePublisher:
    """Acknowledges at once, unless `hold` was called; fails while `broken`. `kept` is what was acknowledged."""

    def __init__(self) -> None:
        self.kept: list[Record] = []
        self.broken = False
        self.waiting = asyncio.Event()
        self._acknowledged = asyncio.Event()
        self._acknowledged.set()

    def hold(self) -> None:
        """Leave what comes unacknowledged until `acknowledge`."""
        self._acknowledged.clear()

    def acknowledge(self) -> None:
        """Acknowledge what waits, and what comes."""
        self._acknowledged.set()

    async def publish(self, records: Sequence[Record]) -> None:
        """Keep `records`; see `Publisher`."""
        self.waiting.set()
        await self._acknowledged.wait()
        if self.broken:
            raise PublishFailed("the broker is told to fail")
        self.kept += records

    def on(self, topic: str) -> list[Record]:
        """Return what was kept of one topic."""
        return [record for record in self.kept if record.topic == topic]


class FakeMemory:
    """Remembers for ever."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def remembers(self, alert_id: str) -> bool:
        """Tell whether it was alerted."""
        return alert_id in self.ids

    def remember(self, alert_id: str) -> None:
        """Keep it."""
        self.ids.append(alert_id)


def received(
    value: bytes | None,
    *,
    topic: str = "wirewatch.articles",
    key: bytes | None = b"a-key",
    headers: tuple[Header, ...] = (),
    timestamp_ms: int = 1_700_000_000_000,
) -> Received:
    """Return a message as a broker hands it over."""
    return Received(topic, 3, 42, key, value, headers, timestamp_ms)


def rule(rule_id: str, query: str, **fields: object) -> Rule:
    """Return a rule with what matters in a test."""
    return Rule.model_validate({"id": rule_id, "name": rule_id.title(), "query": query, **fields})
