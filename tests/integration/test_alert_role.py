"""The alert role at its start: the topic that it remembers alerts in, and what it refuses to start with."""

import asyncio

import pytest
import structlog
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from prometheus_client import CollectorRegistry
from tests.support.kafka import KafkaBroker
from tests.support.kafka_client import admin_client, create_topics

from wirewatch.adapters.kafka import KafkaClients, TopicsError
from wirewatch.adapters.metrics import Metrics
from wirewatch.bootstrap.alert_role import AlertRole
from wirewatch.bootstrap.kit import Kit
from wirewatch.config import load_settings
from wirewatch.routing import Topics

pytestmark = pytest.mark.kafka


@pytest.fixture
def kit(kafka: KafkaBroker, topics: Topics) -> Kit:
    settings = load_settings(
        None, {"WIREWATCH_KAFKA__BOOTSTRAP": kafka.bootstrap, "WIREWATCH_TOPICS__PREFIX": topics.prefix}
    )
    clients = KafkaClients(settings.kafka_connection())
    return Kit(settings, clients, Metrics(CollectorRegistry()), structlog.stdlib.get_logger())


async def test_the_topic_of_what_was_alerted_forgets_after_the_time_that_is_set(
    kafka: KafkaBroker, topics: Topics, kit: Kit
) -> None:
    await create_topics(kafka.connection, topics.matches, partitions=3)
    role, stop = AlertRole(kit), asyncio.Event()
    running = asyncio.create_task(role.run(stop))
    try:
        async with asyncio.timeout(60):
            while role.not_ready():
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await running
    changelog = f"{topics.prefix}alert-alerted-changelog"
    async with admin_client(kafka.connection) as admin:
        (described,) = await admin.describe_topics([changelog])
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, changelog)])
    config = {entry[0]: entry[1] for entry in answer.resources[0][4]}
    assert len(described["partitions"]) == 3
    assert (config["cleanup.policy"], config["retention.ms"]) == ("compact,delete", str(7 * 24 * 3_600 * 1_000))


async def test_more_partitions_of_matches_than_of_what_was_alerted_are_said_before_any_alert_is_sent(
    kafka: KafkaBroker, topics: Topics, kit: Kit
) -> None:
    changelog = f"{topics.prefix}alert-alerted-changelog"
    await create_topics(kafka.connection, topics.matches, partitions=3)
    await create_topics(kafka.connection, changelog, partitions=2)
    with pytest.raises(TopicsError) as raised:
        await AlertRole(kit).run(asyncio.Event())
    assert f"{changelog}: 2, {topics.matches}: 3; add partitions to those with fewer" in str(raised.value)
