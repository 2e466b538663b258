"""What a broker does not let us do is said with what to grant, instead of waited for or shown as a traceback."""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from uuid import uuid4

import pytest
from tests.support.kafka import KafkaBroker
from tests.support.kafka_client import allow_only, create_topics, send_values

from wirewatch.adapters.kafka import BatchConsumer, KafkaClients, TopicReader
from wirewatch.adapters.refused import ReadRefused
from wirewatch.bootstrap.kit import ssl_context_for
from wirewatch.ports import Received

pytestmark = pytest.mark.kafka


@pytest.fixture
def clients(kafka: KafkaBroker) -> KafkaClients:
    """Clients of the user who logs in."""
    connection = kafka.with_password("PLAIN")
    return KafkaClients(connection, ssl_context_for(connection))


@pytest.fixture
async def topic(kafka: KafkaBroker) -> str:
    """A topic with a message, seen by who may not read it."""
    name = f"t-{uuid4().hex}"
    await create_topics(kafka.connection, name)
    await send_values(kafka.connection, name, [b"value"])
    await allow_only(kafka.connection, "topic", name, "DESCRIBE")
    return name


async def test_a_topic_that_is_not_ours_to_read(clients: KafkaClients, topic: str) -> None:
    reader = TopicReader(clients, topic)
    await reader.start()
    try:
        with pytest.raises(ReadRefused, match=f"does not let us read {topic}: grant our user READ"):
            await reader.load()
    finally:
        await reader.stop()


@pytest.mark.parametrize("denied", ["group", "topic"])
async def test_a_group_or_its_topic_that_is_not_ours(
    kafka: KafkaBroker, clients: KafkaClients, topic: str, denied: str
) -> None:
    group = f"g-{topic}"
    await allow_only(kafka.connection, "group", group, "DESCRIBE" if denied == "group" else "READ")
    consumer = BatchConsumer(
        clients,
        purpose="match",
        topic=topic,
        group=group,
        max_records=50,
        wall_clock=time.time,
        on_commit_failed=lambda _error: None,
    )

    async def handle(_batch: Sequence[Received]) -> Awaitable[None]:
        pytest.fail("it was not ours to read")

    said = f"use the consumer group {group}" if denied == "group" else f"read {topic}"
    await consumer.start()
    try:
        async with asyncio.timeout(60):
            with pytest.raises(ReadRefused, match=f"does not let us {said}: grant our user READ"):
                await consumer.run(handle, asyncio.Event())
    finally:
        await consumer.stop()
