"""Alerts to chat services and pagers go the way of all webhooks: the same policy, outcomes and ids."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest
from tests.integration.webhook_parts import LOOPBACK

from wirewatch.adapters.webhook import ReceiverServer
from wirewatch.bootstrap.sample import sample_delivery
from wirewatch.bootstrap.sender import AnySender
from wirewatch.delivery import AttemptResult, FailureKind, Receiver, ReceiverKind

KINDS: dict[ReceiverKind, dict[str, Any]] = {
    ReceiverKind.SLACK: {},
    ReceiverKind.DISCORD: {},
    ReceiverKind.TEAMS: {},
    ReceiverKind.TELEGRAM: {"token": "1:made-up", "chat": "-1001"},
    ReceiverKind.PAGERDUTY: {"routing_key": "0" * 32},
}
DELIVERY = sample_delivery("desk", "chat", datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
async def server() -> AsyncIterator[ReceiverServer]:
    async with ReceiverServer([]) as server:
        server.answer_with(200, {}, b"ok")
        yield server


async def _post(server: ReceiverServer, kind: ReceiverKind, **options: Any) -> AttemptResult:
    receiver = Receiver("desk", server.url, (), allow_http=True, kind=kind, options=MappingProxyType(KINDS[kind]))
    async with AnySender(**{"allowed_networks": LOOPBACK, **options}) as sender:
        return await sender.post(receiver, DELIVERY, (("traceparent", b"00-" + b"1" * 32),), datetime.now(UTC))


@pytest.mark.parametrize("kind", KINDS)
async def test_json_arrives_with_the_deliverys_id_and_without_a_signature(
    server: ReceiverServer, kind: ReceiverKind
) -> None:
    assert (await _post(server, kind)).failure is None
    (received,) = server.received
    assert json.loads(received.body)
    assert received.headers["content-type"] == "application/json"
    assert received.webhook_id == "test_chat"
    assert "webhook-signature" not in received.headers
    assert "traceparent" not in received.headers


@pytest.mark.parametrize("kind", KINDS)
async def test_an_internal_address_is_never_connected_to(server: ReceiverServer, kind: ReceiverKind) -> None:
    assert (await _post(server, kind, allowed_networks=())).failure is FailureKind.BLOCKED
    assert server.received == ()


async def test_a_chat_that_asks_for_time_is_heard(server: ReceiverServer) -> None:
    server.answer_with(429, {"retry-after": "7"})
    result = await _post(server, ReceiverKind.SLACK)
    assert (result.failure, result.status, result.retry_after_seconds) == (FailureKind.STATUS, 429, 7)
