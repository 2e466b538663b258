"""The embedded broker is Kafka enough for the demo, and leaves nothing behind."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer
from tests.support.kafka_client import client_options, create_topics, read_values, send_values

from wirewatch.adapters.embedded import EmbeddedBroker, EmbeddedBrokerUnavailable, broker
from wirewatch.routing import Topics

_SECONDS = 30


async def test_embedded_broker_keeps_and_hands_out_messages(embedded_broker: EmbeddedBroker, topics: Topics) -> None:
    await create_topics(embedded_broker.connection, topics.articles)

    await send_values(embedded_broker.connection, topics.articles, [b"one", b"two"])

    assert await read_values(embedded_broker.connection, topics.articles, 2) == [b"one", b"two"]


async def test_group_on_the_embedded_broker_goes_on_where_it_committed(
    embedded_broker: EmbeddedBroker, topics: Topics
) -> None:
    await create_topics(embedded_broker.connection, topics.articles)
    await send_values(embedded_broker.connection, topics.articles, [b"one", b"two"])

    first = await _next_of_group(embedded_broker, topics.articles)
    second = await _next_of_group(embedded_broker, topics.articles)

    assert (first, second) == (b"one", b"two")


async def test_two_embedded_brokers_do_not_meet() -> None:
    async with EmbeddedBroker() as one, EmbeddedBroker() as other:
        assert one.bootstrap != other.bootstrap


async def test_stopped_embedded_broker_has_no_address_and_leaves_no_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stopped = EmbeddedBroker()
    await stopped.start()

    await stopped.stop()
    await stopped.stop()

    assert not os.listdir(tmp_path)  # noqa: PTH208 - a look, of no length
    with pytest.raises(RuntimeError, match="not running"):
        _ = stopped.bootstrap


async def test_embedded_broker_can_start_again_after_a_stop() -> None:
    again = EmbeddedBroker()
    async with again:
        pass

    async with again:
        assert again.connection.bootstrap == (again.bootstrap,)


async def test_missing_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "noida_db", None)

    with pytest.raises(EmbeddedBrokerUnavailable, match=r"pip install 'wirewatch\[embedded\]'"):
        await EmbeddedBroker().start()


async def test_program_that_can_not_run_is_explained_with_what_it_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "noida-db"
    program.write_text("#!/bin/sh\necho 'GLIBC_9.99 not found' >&2\nexit 1\n", encoding="utf-8")
    monkeypatch.setattr(broker, "files", lambda _package: tmp_path)

    with pytest.raises(EmbeddedBrokerUnavailable, match=r"(?s)it ended at once.*GLIBC_9\.99 not found"):
        await EmbeddedBroker().start()


async def test_program_of_another_machine_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "noida-db").write_bytes(b"\x7fELF for somewhere else")
    monkeypatch.setattr(broker, "files", lambda _package: tmp_path)

    with pytest.raises(EmbeddedBrokerUnavailable, match="does not run on this machine"):
        await EmbeddedBroker().start()


async def test_embedded_broker_ends_with_a_process_that_is_killed() -> None:
    starter = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _START_AND_WAIT),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert starter.stdout is not None
    host, port = (await starter.stdout.readline()).decode().split(":")

    starter.send_signal(signal.SIGKILL)
    await starter.communicate()

    async with asyncio.timeout(_SECONDS):
        while await _accepts(host, int(port)):
            pass


_START_AND_WAIT = """
import asyncio, sys
from wirewatch.adapters.embedded import EmbeddedBroker

async def main():
    async with EmbeddedBroker() as broker:
        print(broker.bootstrap, flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""


async def _accepts(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True


async def _next_of_group(embedded: EmbeddedBroker, topic: str) -> bytes | None:
    options = client_options(embedded.connection)
    consumer = AIOKafkaConsumer(
        topic, group_id="readers", auto_offset_reset="earliest", enable_auto_commit=False, **options
    )
    await consumer.start()
    try:
        message = await asyncio.wait_for(consumer.getone(), _SECONDS)
        await consumer.commit({next(iter(consumer.assignment())): message.offset + 1})
    finally:
        await consumer.stop()
    value: bytes | None = message.value
    return value
