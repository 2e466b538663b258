"""The few things that tests do with a broker themselves: make topics, send values, read them back.

This shares no code with Wirewatch's own clients, so that it can bear witness about them.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from ssl import create_default_context
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.protocol.admin import CreateAclsRequest
from tests.support.kafka_security import USER

from wirewatch.ports import KafkaConnection

__all__ = [
    "admin_client",
    "allow_only",
    "client_options",
    "create_topics",
    "producer",
    "read_topic",
    "read_values",
    "send_values",
]

_READ_SECONDS = 60.0
_KINDS = {"topic": 2, "group": 3}
_RIGHTS = {"READ": 3, "WRITE": 4, "DESCRIBE": 8}
_LITERAL, _ALLOW = 3, 3


def client_options(connection: KafkaConnection) -> dict[str, Any]:
    """Return aiokafka's options for `connection`, the same for all of its clients."""
    options: dict[str, Any] = {"bootstrap_servers": list(connection.bootstrap), "client_id": "test"}
    if connection.tls is not None:
        context = create_default_context(cafile=connection.tls.ca_file)
        if connection.tls.certificate_file is not None:
            context.load_cert_chain(connection.tls.certificate_file, connection.tls.key_file)
        options |= {"ssl_context": context, "security_protocol": "SSL"}
    if connection.sasl is not None:
        options |= {
            "security_protocol": "SASL_SSL" if connection.tls else "SASL_PLAINTEXT",
            "sasl_mechanism": connection.sasl.mechanism,
            "sasl_plain_username": connection.sasl.username,
            "sasl_plain_password": connection.sasl.password,
        }
    return options


@asynccontextmanager
async def admin_client(connection: KafkaConnection) -> AsyncIterator[AIOKafkaAdminClient]:
    """Give a started admin client, closed at the end."""
    admin = AIOKafkaAdminClient(**client_options(connection))
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


@asynccontextmanager
async def producer(connection: KafkaConnection) -> AsyncIterator[AIOKafkaProducer]:
    """Give a started producer that waits for all in-sync replicas, stopped at the end."""
    client = AIOKafkaProducer(acks="all", enable_idempotence=True, **client_options(connection))
    try:
        await client.start()
        yield client
    finally:
        await client.stop()


async def create_topics(
    connection: KafkaConnection,
    *names: str,
    partitions: int = 1,
    replicas: int = 1,
    configs: Mapping[str, str] | None = None,
) -> None:
    """Create topics, and return when the broker has them; a topic that exists is an error."""
    wanted = [NewTopic(name, partitions, replicas, topic_configs=dict(configs or {})) for name in names]
    async with admin_client(connection) as admin:
        answer = await admin.create_topics(wanted)
    for name, code, message in answer.topic_errors:
        if code:
            raise ValueError(f"topic {name} was not created: {message} (error {code})")


async def allow_only(connection: KafkaConnection, kind: str, name: str, *rights: str) -> None:
    """Leave the user who logs in only `rights` on a topic or a group; `connection` must be one that may do so."""
    async with admin_client(connection) as admin:
        for right in rights:
            request = CreateAclsRequest(_KINDS[kind], name, _LITERAL, f"User:{USER}", "*", _RIGHTS[right], _ALLOW)
            answer = await admin._send_request(request)  # noqa: SLF001 - the client knows it and has no method for it
            for code, message in answer.creation_responses:
                if code:
                    raise ValueError(f"{right} on {kind} {name} was not given: {message} (error {code})")


async def send_values(
    connection: KafkaConnection, topic: str, values: Sequence[bytes], *, key: bytes | None = None
) -> None:
    """Send `values` in their order, and return when all are acknowledged."""
    async with producer(connection) as client:
        futures = [await client.send(topic, value, key=key) for value in values]
        await asyncio.gather(*futures)


async def read_values(connection: KafkaConnection, topic: str, count: int) -> list[bytes | None]:
    """Return the values of `topic`'s first `count` messages, in their order when it has one partition."""
    return [record.value for record in await read_topic(connection, topic, count=count)]


async def read_topic(
    connection: KafkaConnection, topic: str, *, count: int | None = None, seconds: float = _READ_SECONDS
) -> list[ConsumerRecord[bytes | None, bytes | None]]:
    """Return the messages of `topic` from its beginning: `count` of them, or all that are there now.

    Raises:
        TimeoutError: there were fewer than `count` within `seconds`; the message says how many.
    """
    consumer = AIOKafkaConsumer(group_id=None, auto_offset_reset="earliest", **client_options(connection))
    found: list[ConsumerRecord[bytes | None, bytes | None]] = []
    try:
        await consumer.start()
        async with asyncio.timeout(seconds):
            await _read(connection, consumer, topic, count, found)
    except TimeoutError:
        raise TimeoutError(f"{topic}: {len(found)} messages of {count} after {seconds:g} s") from None
    finally:
        await consumer.stop()
    return found


async def _read(
    connection: KafkaConnection,
    consumer: AIOKafkaConsumer,
    topic: str,
    count: int | None,
    found: list[ConsumerRecord[bytes | None, bytes | None]],
) -> None:
    partitions = [TopicPartition(topic, number) for number in await _partitions(connection, topic)]
    consumer.assign(partitions)
    await consumer.seek_to_beginning(*partitions)
    ends = await consumer.end_offsets(partitions)
    while len(found) < count if count is not None else await _behind(consumer, ends):
        batch = await consumer.getmany(timeout_ms=200, max_records=None if count is None else count - len(found))
        found += [record for records in batch.values() for record in records]


async def _partitions(connection: KafkaConnection, topic: str) -> list[int]:
    async with admin_client(connection) as admin:
        (description,) = await admin.describe_topics([topic])
    if description["error_code"]:
        raise ValueError(f"there is no topic {topic} (error {description['error_code']})")
    return [partition["partition"] for partition in description["partitions"]]


async def _behind(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> bool:
    return any([await consumer.position(partition) < end for partition, end in ends.items()])
