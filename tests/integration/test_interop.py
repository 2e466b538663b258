"""What we sign, stock libraries verify: over HTTP, in every body, and by the very code that subscribers are shown."""

import json
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import svix.webhooks
from standardwebhooks.webhooks import Webhook
from tests.integration.webhook_parts import SECRET_TEXT, local_poster, receiver_at
from tests.support.ports import free_ports
from tests.support.processes import LeashedProcess

from wirewatch.adapters.webhook import ReceivedWebhook, ReceiverServer
from wirewatch.bootstrap.sample import sample_delivery
from wirewatch.config import read_receiver_files
from wirewatch.delivery import BodyMode, FailureKind, read_key, read_secret

OLD_TEXT = "whsec_dGhpcnR5LXR3byBieXRlcyBvZiBhIHNlY3JldCBrZXk="
STRANGER = "whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldCwgbm90IG91cnM="
GUIDE = Path(__file__).parents[2] / "deploy" / "receivers.md"


@pytest.fixture
async def server() -> AsyncIterator[ReceiverServer]:
    async with ReceiverServer([read_secret(SECRET_TEXT)]) as server:
        yield server


async def _received(server: ReceiverServer, **changes: Any) -> ReceivedWebhook:
    now = datetime.now(UTC)
    async with local_poster() as poster:
        receiver = replace(receiver_at(server.url), **changes)
        result = await poster.post(receiver, sample_delivery("desk", "interop", now), (), now)
    assert result.failure is None
    return server.received[-1]


def _verify(library: str, secret: str, webhook: ReceivedWebhook) -> None:
    verifier = Webhook(secret) if library == "standardwebhooks" else svix.webhooks.Webhook(secret)
    verifier.verify(webhook.body.decode(), dict(webhook.headers))


@pytest.mark.parametrize("library", ["standardwebhooks", "svix"])
@pytest.mark.parametrize("body", BodyMode)
async def test_every_body_verifies(server: ReceiverServer, library: str, body: BodyMode) -> None:
    webhook = await _received(server, body=body)
    _verify(library, SECRET_TEXT, webhook)
    with pytest.raises(svix.webhooks.WebhookVerificationError):
        _verify(library, STRANGER, webhook)
    with pytest.raises(svix.webhooks.WebhookVerificationError):
        _verify(library, SECRET_TEXT, replace(webhook, body=webhook.body + b" "))


@pytest.mark.parametrize("library", ["standardwebhooks", "svix"])
async def test_while_a_secret_is_changed_both_verify(server: ReceiverServer, library: str) -> None:
    ending = read_key(OLD_TEXT, until=datetime.now(UTC) + timedelta(hours=1))
    webhook = await _received(server, secrets=(read_secret(SECRET_TEXT), ending))
    for secret in (SECRET_TEXT, OLD_TEXT):
        _verify(library, secret, webhook)


async def test_a_secret_that_has_come_to_its_end_verifies_no_more(server: ReceiverServer) -> None:
    ended = read_key(OLD_TEXT, until=datetime.now(UTC) - timedelta(seconds=1))
    webhook = await _received(server, secrets=(read_secret(SECRET_TEXT), ended))
    with pytest.raises(svix.webhooks.WebhookVerificationError):
        _verify("standardwebhooks", OLD_TEXT, webhook)


async def test_the_python_that_subscribers_are_shown_takes_ours_and_refuses_others(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    (port,) = free_ports(1)
    log = tmp_path / "subscriber.log"
    subscriber = LeashedProcess(
        [sys.executable, "-c", code], log=log, cwd=tmp_path, env={"WEBHOOK_SECRET": SECRET_TEXT, "PORT": str(port)}
    )
    now = datetime.now(UTC)
    delivery = sample_delivery("desk", "guide", now)
    receiver = receiver_at(f"http://127.0.0.1:{port}/")
    try:
        async with local_poster() as poster:
            result = await poster.post(receiver, delivery, (), now)
            while result.failure is FailureKind.CONNECT:
                assert subscriber.exit_code is None, log.read_text("utf-8")
                result = await poster.post(receiver, delivery, (), now)
            other = await poster.post(replace(receiver, secrets=(read_secret(STRANGER),)), delivery, (), now)
    finally:
        subscriber.kill()
    assert (result.status, other.status) == (204, 401)
    assert "test_guide A sample from Wirewatch" in log.read_text("utf-8")


def test_the_receivers_that_operators_are_shown_are_a_file_that_loads(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "receivers.yaml").write_text(shown, "utf-8")
    loaded = read_receiver_files([tmp_path], {"WIREWATCH_SECRET_DEFAULT": SECRET_TEXT})
    assert loaded.problems == ()
    assert [json.loads(each.encode())["id"] for each in loaded.receivers] == ["default", "desk-chat"]
