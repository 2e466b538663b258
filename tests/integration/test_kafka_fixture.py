"""The brokers that the other tests rely on do what those tests take for granted."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError
from tests.support.kafka import KafkaBroker, KafkaCluster
from tests.support.kafka_client import (
    admin_client,
    client_options,
    create_topics,
    producer,
    read_topic,
    read_values,
    send_values,
)
from tests.support.kafka_security import Mechanism
from tests.support.processes import wait_until_gone

from wirewatch.ports import KafkaConnection
from wirewatch.routing import Topics

_SECONDS = 60


async def test_shared_broker_keeps_and_hands_out_messages(kafka: KafkaBroker, topics: Topics) -> None:
    await create_topics(kafka.connection, topics.articles)

    await send_values(kafka.connection, topics.articles, [b"one", b"two"])

    assert await read_values(kafka.connection, topics.articles, 2) == [b"one", b"two"]


async def test_all_that_a_topic_holds_is_read_without_knowing_how_much(kafka: KafkaBroker, topics: Topics) -> None:
    await create_topics(kafka.connection, topics.articles, topics.matches, partitions=4)
    await send_values(kafka.connection, topics.articles, [bytes([number]) for number in range(200)])

    records = await read_topic(kafka.connection, topics.articles)

    assert {record.value for record in records} == {bytes([number]) for number in range(200)}
    assert await read_topic(kafka.connection, topics.matches) == []


async def test_topic_that_nobody_created_is_an_error_rather_than_made(kafka: KafkaBroker, topics: Topics) -> None:
    async with admin_client(kafka.connection) as admin:
        (description,) = await admin.describe_topics([topics.articles])

    assert description["error_code"] == UnknownTopicOrPartitionError.errno


async def test_group_can_read_and_commit(kafka: KafkaBroker, topics: Topics) -> None:
    await create_topics(kafka.connection, topics.articles)
    await send_values(kafka.connection, topics.articles, [b"news"])
    consumer = AIOKafkaConsumer(
        topics.articles,
        group_id=f"{topics.prefix}readers",
        auto_offset_reset="earliest",
        **client_options(kafka.connection),
    )

    await consumer.start()
    try:
        message = await asyncio.wait_for(consumer.getone(), _SECONDS)
        await consumer.commit()
    finally:
        await consumer.stop()

    assert message.value == b"news"


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_right_password_opens_the_locked_listener(
    kafka: KafkaBroker, topics: Topics, mechanism: Mechanism
) -> None:
    connection = kafka.with_password(mechanism)
    await create_topics(connection, topics.articles)

    await send_values(connection, topics.articles, [b"secret"])

    assert await read_values(connection, topics.articles, 1) == [b"secret"]


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_wrong_password_does_not_open_the_locked_listener(kafka: KafkaBroker, mechanism: Mechanism) -> None:
    connection = kafka.with_password(mechanism, password="wrong")

    with pytest.raises(KafkaError):
        async with producer(connection):
            pass


async def test_client_certificate_opens_the_listener_for_certificates(kafka: KafkaBroker, topics: Topics) -> None:
    connection = kafka.with_certificate()
    await create_topics(connection, topics.articles)

    await send_values(connection, topics.articles, [b"sealed"])

    assert await read_values(connection, topics.articles, 1) == [b"sealed"]


async def test_what_was_acknowledged_survives_a_kill_and_a_restart(own_kafka: KafkaBroker, topics: Topics) -> None:
    await create_topics(own_kafka.connection, topics.articles)
    await send_values(own_kafka.connection, topics.articles, [b"before the kill"])

    await asyncio.to_thread(own_kafka.kill)
    await asyncio.to_thread(own_kafka.start)
    await send_values(own_kafka.connection, topics.articles, [b"after it"])
    await asyncio.to_thread(own_kafka.restart)

    assert await read_values(own_kafka.connection, topics.articles, 2) == [b"before the kill", b"after it"]


async def test_cluster_goes_on_when_one_of_three_brokers_is_killed(kafka_cluster: KafkaCluster, topics: Topics) -> None:
    await create_topics(kafka_cluster.connection, topics.articles, replicas=3)
    await send_values(kafka_cluster.connection, topics.articles, [b"three copies"])

    await asyncio.to_thread(kafka_cluster.brokers[0].kill)

    rest = KafkaConnection(kafka_cluster.connection.bootstrap[1:])
    await send_values(rest, topics.articles, [b"two copies"])
    assert await read_values(rest, topics.articles, 2) == [b"three copies", b"two copies"]


@pytest.mark.kafka
def test_broker_ends_with_a_test_run_that_is_killed(tmp_path: Path) -> None:
    run = subprocess.Popen(  # noqa: S603 - the script below
        [sys.executable, "-c", _RUN_WITH_A_BROKER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with run:
        assert run.stdout is not None
        broker = int(run.stdout.readline())
        run.send_signal(signal.SIGKILL)

    wait_until_gone(broker, _SECONDS)


_RUN_WITH_A_BROKER = """
import sys
from pathlib import Path
from tests.support.kafka import KafkaCluster

cluster = KafkaCluster(Path(sys.argv[1]))
cluster.start()
print(cluster.brokers[0].pid, flush=True)
sys.stdin.read()
"""
