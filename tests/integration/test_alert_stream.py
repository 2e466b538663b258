"""Faust's stream around a handler: what it does when the handler fails, and at its end."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import uuid4

import pytest
from tests.support.kafka import KafkaBroker
from tests.support.kafka_client import allow_only, send_values

from wirewatch.adapters.kafka import KafkaClients, TopicSpec, ensure_topics
from wirewatch.adapters.streams import AlertStream, AlertStreamOptions
from wirewatch.adapters.streams.alert_stream import StreamCrashed
from wirewatch.adapters.streams.table_memory import TableMemory
from wirewatch.bootstrap.kit import ssl_context_for
from wirewatch.ports import Received

pytestmark = pytest.mark.kafka

_Handler = Callable[[Received, TableMemory], Awaitable[None]]


@pytest.fixture
async def options(kafka: KafkaBroker) -> AlertStreamOptions:
    """A stream of its own over one partition."""
    name = f"s-{uuid4().hex}"
    made = AlertStreamOptions(
        group=f"g-{name}", source=f"{name}.matches", partitions=1, replication=1, remember_seconds=600
    )
    clients = KafkaClients(kafka.connection)
    changelog = TopicSpec(made.changelog, 1, 1, made.changelog_config)
    await ensure_topics(clients, [TopicSpec(made.source, 1, 1), changelog], create=True)
    return made


@asynccontextmanager
async def _running(
    kafka: KafkaBroker, options: AlertStreamOptions, handler: _Handler, *, logged_in: bool = False
) -> AsyncIterator[AlertStream]:
    connection = kafka.with_password("PLAIN") if logged_in else kafka.connection
    stream = AlertStream(
        connection, options, handler=handler, wall_clock=time.time, ssl_context=ssl_context_for(connection)
    )
    try:
        await stream.start()
        yield stream
    finally:
        await stream.stop()


async def test_a_handler_that_fails_stops_the_stream_with_its_reason_and_the_message_comes_again(
    kafka: KafkaBroker, options: AlertStreamOptions
) -> None:
    seen: list[bytes | None] = []

    async def fail_at_the_second(received: Received, _memory: TableMemory) -> None:
        if received.value == b"second":
            raise RuntimeError("told to fail")

    async def see(received: Received, _memory: TableMemory) -> None:
        seen.append(received.value)

    await send_values(kafka.connection, options.source, [b"first", b"second", b"third"])
    async with _running(kafka, options, fail_at_the_second) as stream:
        with pytest.raises(StreamCrashed, match="told to fail"):
            async with asyncio.timeout(60):
                await stream.wait()
    async with _running(kafka, options, see):
        await _until(lambda: b"third" in seen)
    assert seen[-2:] == [b"second", b"third"]


async def test_a_message_in_hand_is_finished_and_committed_before_the_stream_stops(
    kafka: KafkaBroker, options: AlertStreamOptions
) -> None:
    seen: list[bytes | None] = []
    begun, release = asyncio.Event(), asyncio.Event()

    async def slowly(received: Received, _memory: TableMemory) -> None:
        begun.set()
        await release.wait()
        seen.append(received.value)

    await send_values(kafka.connection, options.source, [b"first"])
    async with _running(kafka, options, slowly):
        async with asyncio.timeout(60):
            await begun.wait()
        asyncio.get_running_loop().call_later(0.5, release.set)
    assert seen == [b"first"]
    await send_values(kafka.connection, options.source, [b"second"])
    async with _running(kafka, options, slowly):
        await _until(lambda: b"second" in seen)
    assert seen == [b"first", b"second"]


async def test_a_message_that_hangs_holds_no_more_than_the_limit_in_memory_behind_it(
    kafka: KafkaBroker, options: AlertStreamOptions
) -> None:
    begun: list[bytes | None] = []
    release = asyncio.Event()

    async def hang_at_the_first(received: Received, _memory: TableMemory) -> None:
        begun.append(received.value)
        if received.value == b"0":
            await release.wait()

    values = [str(number).encode() for number in range(300)]
    await send_values(kafka.connection, options.source, values)
    async with _running(kafka, replace(options, max_in_flight=10), hang_at_the_first):
        await _until(lambda: len(begun) >= 10)
        # All 300 have long been fetched when the broker has answered once more.
        await send_values(kafka.connection, options.source, [b"late"])
        begun_meanwhile = list(begun)
        release.set()
        await _until(lambda: b"late" in begun)
    assert begun_meanwhile == values[:10]
    assert begun == [*values, b"late"]


async def test_what_was_remembered_is_there_after_a_restart(kafka: KafkaBroker, options: AlertStreamOptions) -> None:
    remembered: list[bool] = []

    async def ask_and_remember(_received: Received, memory: TableMemory) -> None:
        remembered.append(memory.remembers("alr_one"))
        memory.remember("alr_one")

    for runs in (1, 2):
        await send_values(kafka.connection, options.source, [b"match"])
        async with _running(kafka, options, ask_and_remember) as stream:
            await _until(lambda runs=runs: len(remembered) == runs)  # type: ignore[misc]
            assert stream.remembered == 1
    assert remembered == [False, True]


async def test_a_group_that_is_not_ours_to_use_ends_the_stream_with_what_to_do(
    kafka: KafkaBroker, options: AlertStreamOptions
) -> None:
    await allow_only(kafka.connection, "group", options.group, "DESCRIBE")
    with pytest.raises(StreamCrashed, match=f"consumer group {options.group}: grant our user READ"):
        async with asyncio.timeout(60), _running(kafka, options, _ignore, logged_in=True) as stream:
            await stream.wait()


async def test_a_topic_that_is_not_ours_to_read_ends_the_stream_with_what_to_do(
    kafka: KafkaBroker, options: AlertStreamOptions
) -> None:
    await allow_only(kafka.connection, "topic", options.source, "DESCRIBE")
    with pytest.raises(StreamCrashed, match=f"let us read {options.source}: grant our user READ"):
        async with asyncio.timeout(60), _running(kafka, options, _ignore, logged_in=True) as stream:
            await stream.wait()


async def test_topics_that_are_there_need_no_right_to_create_them(
    kafka: KafkaBroker, options: AlertStreamOptions
) -> None:
    seen: list[bytes | None] = []

    async def see(received: Received, _memory: TableMemory) -> None:
        seen.append(received.value)

    for topic in (options.source, options.changelog):
        await allow_only(kafka.connection, "topic", topic, "READ", "WRITE")
    await send_values(kafka.connection, options.source, [b"match"])
    async with _running(kafka, options, see, logged_in=True):
        await _until(lambda: seen == [b"match"])


async def _ignore(_received: Received, _memory: TableMemory) -> None:
    pass


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.02)
