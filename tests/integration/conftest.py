"""Fixtures of integration tests, beside those for all."""

from collections.abc import AsyncIterator

import pytest

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher


@pytest.fixture
async def publisher(clients: KafkaClients) -> AsyncIterator[KafkaPublisher]:
    """Publishes to the cluster of the test's own `clients`."""
    publisher = KafkaPublisher(clients, "test")
    await publisher.start()
    yield publisher
    await publisher.stop()
