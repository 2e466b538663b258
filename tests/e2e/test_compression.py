"""Topics may be compressed, by whoever writes to them or by the broker: all roles and commands read every codec."""

import asyncio
from pathlib import Path

import pytest
from tests.support.kafka import KafkaBroker
from tests.support.kafka_client import create_topics
from tests.support.running import publish_seed, ready
from tests.support.service import SECRET, Installation

from wirewatch.adapters.webhook import ReceiverServer
from wirewatch.delivery import read_secret
from wirewatch.routing import Topics

pytestmark = pytest.mark.kafka


async def test_the_seeds_webhook_arrives_whatever_the_topics_are_compressed_with(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    compressed = {"lz4": topics.articles, "zstd": topics.matches, "snappy": topics.rules, "gzip": topics.deliveries}
    for codec, topic in compressed.items():
        await create_topics(kafka.connection, topic, partitions=4, configs={"compression.type": codec})
    async with ReceiverServer([read_secret(SECRET)]) as receiver:
        installation = Installation(
            tmp_path, bootstrap=kafka.bootstrap, prefix=topics.prefix, receiver_url=receiver.url
        )
        service = installation.run()
        try:
            await ready(service)
            await publish_seed(installation, service)
            (webhook,) = await receiver.wait_for(1)
        finally:
            code = await asyncio.to_thread(service.stop)
    assert code == 0, service.log_tail()
    assert webhook.event()["subject"] == "japan-rok-defense"
