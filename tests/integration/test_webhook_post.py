"""Posting to a real receiver: what reaches it, and what its answers become."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest
import standardwebhooks
from tests.integration.webhook_parts import (
    DELIVERY,
    OK,
    SECRET,
    SECRET_TEXT,
    RawServer,
    local_poster,
    post,
    read_request,
    receiver_at,
)

from wirewatch import __version__
from wirewatch.adapters.webhook import ReceiverServer
from wirewatch.adapters.webhook.post_client import PostClient
from wirewatch.delivery import FailureKind, WebhookRequest, read_secret

NEW_SECRET_TEXT = "whsec_dGhpcnR5LXR3byBieXRlcyBvZiBhIHNlY3JldCBrZXk="


async def test_stock_library_verifies_what_arrives() -> None:
    async with ReceiverServer([SECRET]) as server, local_poster() as poster:
        result = await post(poster, server.url)
    assert (result.status, result.failure) == (204, None)
    (webhook,) = server.received
    assert webhook.is_verified
    verified = standardwebhooks.Webhook(SECRET_TEXT).verify(webhook.body, dict(webhook.headers))
    assert verified == DELIVERY.alert


async def test_request_is_a_structured_cloud_event_with_our_headers() -> None:
    trace = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    receiver_headers = (("authorization", "Bearer x"), ("X-Team", "archive"))
    async with ReceiverServer([SECRET]) as server, local_poster() as poster:
        receiver = receiver_at(f"{server.url}deep/path?key=abc", headers=receiver_headers)
        now = datetime.now(UTC)
        await poster.post(receiver, DELIVERY, (("traceparent", trace), ("wirewatch-reason", b"parked")), now)
    (webhook,) = server.received
    assert webhook.event() == DELIVERY.alert
    sent = {name: value for name, value in webhook.headers.items() if name not in ("host", "webhook-signature")}
    assert sent == {
        "accept": "*/*",
        "accept-encoding": "identity",
        "authorization": "Bearer x",
        "content-length": str(len(webhook.body)),
        "content-type": "application/cloudevents+json; charset=utf-8",
        "traceparent": trace.decode(),
        "user-agent": f"wirewatch/{__version__}",
        "webhook-id": DELIVERY.alert_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "x-team": "archive",
    }


@pytest.mark.parametrize("trace", [b"00-x\r\nx-injected: 1", b"", "00-é".encode(), b"0" * 3_000])
async def test_trace_that_could_break_the_request_is_left_out(trace: bytes) -> None:
    async with ReceiverServer([SECRET]) as server, local_poster() as poster:
        headers = (("traceparent", trace), ("tracestate", trace))
        await poster.post(receiver_at(server.url), DELIVERY, headers, datetime.now(UTC))
    (webhook,) = server.received
    assert webhook.is_verified
    assert not {"traceparent", "tracestate", "x-injected"} & set(webhook.headers)


@pytest.mark.parametrize("known", [SECRET_TEXT, NEW_SECRET_TEXT])
async def test_receiver_that_knows_either_secret_verifies_during_rotation(known: str) -> None:
    async with ReceiverServer([read_secret(known)]) as server, local_poster() as poster:
        result = await post(poster, server.url, secrets=(read_secret(NEW_SECRET_TEXT), SECRET))
    assert result.failure is None
    standardwebhooks.Webhook(known).verify(server.received[0].body, dict(server.received[0].headers))


async def test_receiver_with_another_secret_refuses() -> None:
    async with ReceiverServer([read_secret(NEW_SECRET_TEXT)]) as server, local_poster() as poster:
        result = await post(poster, server.url)
    assert (result.status, result.failure) == (401, FailureKind.STATUS)
    assert not server.received[0].is_verified


async def test_every_attempt_has_the_same_id_and_bytes_and_its_own_timestamp() -> None:
    async with ReceiverServer([SECRET]) as server, local_poster() as poster:
        now = datetime.now(UTC)
        for late in (0, 7):
            await poster.post(receiver_at(server.url), DELIVERY, (), now + timedelta(seconds=late))
    first, second = server.received
    assert first.webhook_id == second.webhook_id
    assert first.body == second.body
    stamps = [int(webhook.headers["webhook-timestamp"]) for webhook in (first, second)]
    assert stamps[1] - stamps[0] == 7
    assert second.is_verified


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_any_2xx_is_delivered(status: int) -> None:
    async with ReceiverServer([SECRET]) as server, local_poster() as poster:
        server.answer_with(status)
        result = await post(poster, server.url)
    assert (result.status, result.failure) == (status, None)


@pytest.mark.parametrize("status", [400, 401, 404, 408, 410, 422, 429, 500, 502, 503, 504, 599])
async def test_any_other_status_is_a_failure(status: int) -> None:
    async with ReceiverServer([SECRET]) as server, local_poster() as poster:
        server.answer_with(status)
        result = await post(poster, server.url)
    assert (result.status, result.failure) == (status, FailureKind.STATUS)
    assert result.detail == f"the receiver answered {status}"


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
async def test_redirect_is_a_failure_and_never_followed(status: int) -> None:
    async with ReceiverServer([SECRET]) as elsewhere, ReceiverServer([SECRET]) as server, local_poster() as poster:
        server.answer_with(status, {"location": elsewhere.url})
        result = await post(poster, server.url)
    assert (result.status, result.failure) == (status, FailureKind.REDIRECT)
    assert elsewhere.received == ()


async def test_retry_after_is_read_in_seconds_and_as_a_date() -> None:
    async with ReceiverServer([SECRET]) as server, local_poster() as poster:
        server.answer_with(503, {"retry-after": "120"})
        assert (await post(poster, server.url)).retry_after_seconds == 120
        server.answer_with(429, {"retry-after": format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)})
        asked = (await post(poster, server.url)).retry_after_seconds
        assert asked is not None
        assert 3_590 < asked <= 3_600
        server.answer_with(503, {"retry-after": "when I am ready"})
        assert (await post(poster, server.url)).retry_after_seconds is None


async def test_connections_are_kept_and_used_again() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_request(reader)
            writer.write(OK)

    async with RawServer(serve) as server, local_poster() as poster:
        for _ in range(3):
            assert (await post(poster, server.url)).failure is None
        assert server.connections == 1


async def test_cookies_of_a_receiver_are_not_sent_back() -> None:
    async with ReceiverServer([SECRET]) as server, local_poster() as poster:
        server.answer_with(204, {"set-cookie": "session=1; path=/"})
        await post(poster, server.url)
        await post(poster, server.url)
    assert "cookie" not in server.received[1].headers


async def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ReceiverServer([SECRET]) as proxy, ReceiverServer([SECRET]) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        async with local_poster() as poster:
            assert (await post(poster, server.url)).failure is None
    assert proxy.received == ()


async def test_poster_that_was_not_started_says_so() -> None:
    with pytest.raises(RuntimeError, match="not started"):
        await post(local_poster(), "http://127.0.0.1:1024/")


@pytest.mark.parametrize("value", ["a\r\nx-b: c", "a\nx-b: c", "a\rb", "a\0b"])
async def test_header_that_would_break_the_request_is_never_sent(value: str) -> None:
    async with ReceiverServer([SECRET]) as server:
        client = PostClient(aiohttp.TCPConnector())
        with pytest.raises(ValueError, match="line end"):
            await client.post(WebhookRequest(server.url, (("x-a", value), ("x-c", "d")), b"{}"))
        await client.close()
        assert server.received == ()
