"""What receivers and networks do to a delivery: each fault is a result, none an exception."""

import asyncio
import gzip
import socket
import struct
from collections.abc import Awaitable, Callable

import pytest
from tests.integration.webhook_parts import OK, SECRET, Behaviour, RawServer, local_poster, post, read_request

from wirewatch.adapters.webhook import ReceiverServer
from wirewatch.delivery import FailureKind

SOON = 0.3
"""A receiver's deadline in seconds where the test is about passing it."""


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with a reset instead of an orderly end."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _answers(*pieces: bytes) -> Behaviour:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        for piece in pieces:
            writer.write(piece)
        await writer.drain()

    return behave


def _drips(start: bytes) -> Behaviour:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(start)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(SOON / 10)

    return behave


async def _never(_: object, __: object) -> None:
    await asyncio.Event().wait()


async def test_receiver_that_is_not_there_refuses() -> None:
    async with RawServer(_never) as server:
        url = server.url
    async with local_poster() as poster:
        result = await post(poster, url)
    assert result.failure is FailureKind.CONNECT
    assert result.detail == "could not connect: Connection refused"


async def test_name_without_an_address_is_a_dns_failure() -> None:
    async with local_poster() as poster:
        result = await post(poster, "https://nobody.invalid/in?key=very-secret")
    assert result.failure is FailureKind.DNS
    assert "very-secret" not in result.detail


async def test_receiver_that_hangs_is_left_at_the_deadline() -> None:
    async with RawServer(_never) as server, local_poster() as poster:
        result = await post(poster, server.url, timeout_seconds=SOON)
    assert result.failure is FailureKind.TIMEOUT
    assert SOON <= result.duration_seconds < SOON + 1
    assert result.detail == "no complete answer within 0.3 s"


async def test_receiver_that_hangs_with_the_request_read_is_left_at_the_deadline() -> None:
    async with ReceiverServer([SECRET]) as server, local_poster() as poster:
        server.hang()
        result = await post(poster, server.url, timeout_seconds=SOON)
        assert result.failure is FailureKind.TIMEOUT
        server.recover()
        assert (await post(poster, server.url)).failure is None


@pytest.mark.parametrize(
    "start",
    [b"HTTP/1.1 200 ", b"HTTP/1.1 200 OK\r\nx-slow: ", b"HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n"],
    ids=["status line", "headers", "body"],
)
async def test_answer_that_drips_is_left_at_the_deadline(start: bytes) -> None:
    async with RawServer(_drips(start)) as server, local_poster() as poster:
        result = await post(poster, server.url, timeout_seconds=SOON)
    assert result.failure is FailureKind.TIMEOUT
    assert result.duration_seconds < SOON + 1


def _resets(after: bytes) -> Behaviour:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(after)
        await writer.drain()
        _reset(writer)

    return behave


@pytest.mark.parametrize(
    "sent",
    [b"", b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart"],
    ids=["nothing", "half a status line", "half a body"],
)
async def test_connection_that_breaks_before_the_answer_is_complete_is_a_failure(sent: bytes) -> None:
    async with RawServer(_resets(sent)) as server, local_poster() as poster:
        result = await post(poster, server.url)
    assert result.failure is FailureKind.RESET
    assert server.connections == 2, "one second try at once, and no third"


async def test_reset_after_a_complete_answer_is_delivered() -> None:
    async with RawServer(_resets(OK)) as server, local_poster() as poster:
        result = await post(poster, server.url)
    assert (result.status, result.failure) == (200, None)
    assert server.connections == 1


async def test_idle_connection_that_the_receiver_closed_costs_nothing() -> None:
    """The receiver answers, then closes just as the next request is under way on the kept connection."""

    async def one_answer_each(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(OK)
        await read_request(reader)
        _reset(writer)

    async with RawServer(one_answer_each) as server, local_poster() as poster:
        assert (await post(poster, server.url)).failure is None
        assert (await post(poster, server.url)).failure is None
        assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"\x00\xff\x00\xff" * 100,
        b"HTTP/1.1 two hundred OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"a" * 100_000 + b"\r\n\r\n",
    ],
    ids=["ssh", "noise", "no status", "no length", "no header", "endless header"],
)
async def test_answer_that_is_not_http_is_a_protocol_failure(answer: bytes) -> None:
    async with RawServer(_answers(answer)) as server, local_poster() as poster:
        result = await post(poster, server.url)
    assert (result.status, result.failure) == (None, FailureKind.PROTOCOL)
    assert server.connections == 1


async def test_broken_chunks_are_a_failure() -> None:
    answer = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"
    async with RawServer(_answers(answer)) as server, local_poster() as poster:
        result = await post(poster, server.url)
    assert result.failure in {FailureKind.PROTOCOL, FailureKind.RESET}


async def _endless(write: Callable[[bytes], None], drain: Callable[[], Awaitable[None]], counted: list[int]) -> None:
    while True:
        write(b"x" * 1_024)
        counted[0] += 1_024
        await drain()


async def test_answer_without_an_end_is_read_to_the_limit_and_cut_off() -> None:
    written = [0]
    broke = asyncio.Event()

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            await _endless(writer.write, writer.drain, written)
        except ConnectionError:
            broke.set()

    async with RawServer(behave) as server, local_poster() as poster:
        result = await post(poster, server.url)
        assert (result.status, result.failure) == (200, None)
        await asyncio.wait_for(broke.wait(), 10)


async def test_gzip_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(bomb)
    async with RawServer(_answers(head, bomb)) as server, local_poster() as poster:
        result = await post(poster, server.url)
    assert (result.status, result.failure) == (200, None)


async def test_interim_answers_are_waited_through() -> None:
    async with RawServer(_answers(b"HTTP/1.1 103 Early Hints\r\n\r\n", OK)) as server, local_poster() as poster:
        result = await post(poster, server.url)
    assert (result.status, result.failure) == (200, None)


async def test_answer_that_nobody_asked_for_is_not_taken_for_that_of_the_next_request() -> None:
    async with RawServer(_answers(OK + b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n")) as server:
        async with local_poster() as poster:
            assert (await post(poster, server.url)).failure is None
            assert (await post(poster, server.url)).failure is None
        assert server.connections == 2


async def test_https_to_a_port_without_tls_is_a_tls_failure() -> None:
    async def speak_first(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async with RawServer(speak_first, scheme="https") as server, local_poster() as poster:
        result = await post(poster, server.url)
    assert result.failure is FailureKind.TLS


async def test_attempts_under_way_do_not_wait_for_each_other() -> None:
    async with ReceiverServer([SECRET]) as slow, ReceiverServer([SECRET]) as fast, local_poster() as poster:
        slow.hang()
        hanging = [asyncio.create_task(post(poster, slow.url)) for _ in range(120)]
        await slow.wait_for(120)
        assert (await post(poster, fast.url)).failure is None
        slow.recover()
        assert [result.failure for result in await asyncio.gather(*hanging)] == [None] * 120


async def test_attempt_that_is_cancelled_lets_go() -> None:
    async with ReceiverServer([SECRET]) as server, local_poster() as poster:
        server.hang()
        attempt = asyncio.create_task(post(poster, server.url))
        await server.wait_for(1)
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
