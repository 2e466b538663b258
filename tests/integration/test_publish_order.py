"""Many who publish at once, more than a batch holds: what comes first stays first, on each partition."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import count

import pytest

from wirewatch.adapters.embedded import EmbeddedBroker
from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher, TopicReader, TopicSpec, ensure_topics
from wirewatch.ports import Record

TOPIC = "told"
KEYS = (b"three", b"four", b"five")
"""The second belongs to another partition than the others."""
PUBLISHERS = 300
PARTS = 1_500


@pytest.fixture
async def clients(embedded_broker: EmbeddedBroker) -> KafkaClients:
    clients = KafkaClients(embedded_broker.connection)
    await ensure_topics(clients, [TopicSpec(TOPIC, 2, 1)], create=True)
    return clients


async def _publish_side_by_side(publisher: KafkaPublisher, parts: Sequence[Sequence[Record]]) -> None:
    """Publish `parts` in their order, each by one who is done with the last, and with a bit of work after it."""
    left = iter(parts)

    async def publish(turns: int) -> None:
        for records in left:
            await publisher.publish(records)
            for _ in range(turns):
                await asyncio.sleep(0)

    await asyncio.gather(*(publish(number % 4) for number in range(PUBLISHERS)))


async def _numbers(clients: KafkaClients) -> Mapping[bytes, Sequence[int]]:
    """Return what was published under each key."""
    reader = TopicReader(clients, TOPIC)
    await reader.start()
    found = await reader.load()
    await reader.stop()
    return {key: [int((each.value or b"").split()[0]) for each in found if each.key == key] for key in KEYS}


async def test_one_that_waits_for_a_full_batch_is_not_overtaken(
    clients: KafkaClients, publisher: KafkaPublisher
) -> None:
    text = b" and a text of some length" * 120
    await _publish_side_by_side(publisher, [[Record(TOPIC, KEYS[0], b"%d" % number + text)] for number in range(PARTS)])
    assert (await _numbers(clients))[KEYS[0]] == list(range(PARTS))


async def test_many_together_that_wait_for_a_full_batch_are_not_overtaken(
    clients: KafkaClients, publisher: KafkaPublisher
) -> None:
    numbers = count()
    # Each begins with another key, and so with another partition.
    parts = [
        [Record(TOPIC, KEYS[(part + place) % 3], b"%d" % next(numbers)) for place in range(40)] for part in range(PARTS)
    ]
    await _publish_side_by_side(publisher, parts)
    found = await _numbers(clients)
    assert sum(map(len, found.values())) == 40 * PARTS
    assert [key for key, of_key in found.items() if of_key != sorted(of_key)] == []
