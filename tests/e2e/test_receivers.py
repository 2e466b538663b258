"""Receivers and deliveries as an operator looks after them: the commands, on a real Kafka, with real receivers."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.kafka import KafkaBroker
from tests.support.kafka_client import read_topic, send_values
from tests.support.mail import MailServer
from tests.support.running import ready
from tests.support.service import SECRET, Installation, ServiceProcess, json_lines

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher
from wirewatch.adapters.webhook import ReceiverServer
from wirewatch.alert.delivery import Delivery
from wirewatch.bootstrap.sample import sample_delivery
from wirewatch.delivery import read_secret
from wirewatch.ports import Record
from wirewatch.routing import Topics

pytestmark = pytest.mark.kafka

NEW_SECRET = "whsec_" + b64encode(b"the next one, for tests as well!").decode()


class Desk:
    """One receiver `desk`, its commands and its deliveries."""

    def __init__(self, installation: Installation, kafka: KafkaBroker, topics: Topics, server: ReceiverServer) -> None:
        self.installation = installation
        self.server = server
        self._kafka = kafka
        self._topics = topics

    async def ok(self, *arguments: str) -> str:
        done = await asyncio.to_thread(self.installation.command_here, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    async def fails(self, *arguments: str, code: int = 1) -> str:
        done = await asyncio.to_thread(self.installation.command_here, *arguments)
        assert done.returncode == code, done.stdout
        return done.stderr

    async def apply(self, *, url: str | None = None, more: str = "", prune: bool = False) -> str:
        file = self.installation.folder / "desk.yaml"
        lines = f"url: {url or self.server.url}\n    allow_http: true\n    secret: {{env: TEST_SECRET}}\n{more}"
        file.write_text(f"receivers:\n  - id: desk\n    {lines}", "utf-8")
        return await self.ok("receivers", "apply", str(file), *(["--prune"] if prune else []))

    async def deliver(self, *names: str, receiver: str = "desk") -> tuple[Delivery, ...]:
        deliveries = tuple(sample_delivery(receiver, name, datetime.now(UTC)) for name in names)
        publisher = KafkaPublisher(KafkaClients(self._kafka.connection), "test")
        await publisher.start()
        await publisher.publish(
            [Record(self._topics.deliveries, each.receiver.encode(), each.encode()) for each in deliveries]
        )
        await publisher.stop()
        return deliveries

    async def listed(self, *arguments: str) -> list[dict[str, Any]]:
        return json_lines(await self.ok("deliveries", "list", "--json", *arguments))

    async def receivers(self) -> dict[str, dict[str, Any]]:
        return {each["id"]: each for each in json_lines(await self.ok("receivers", "list", "--json"))}


@pytest.fixture
async def desk(kafka: KafkaBroker, topics: Topics, tmp_path: Path) -> AsyncIterator[Desk]:
    async with ReceiverServer([read_secret(SECRET), read_secret(NEW_SECRET)]) as server:
        installation = Installation(tmp_path, bootstrap=kafka.bootstrap, prefix=topics.prefix, receiver_url=None)
        installation.env |= {"NEW_SECRET": NEW_SECRET, "WIREWATCH_DELIVER__RETRY_DELAYS_SECONDS": "1"}
        yield Desk(installation, kafka, topics, server)


async def test_a_receiver_applied_live_gets_its_deliveries_and_one_changed_gets_them_where_it_moved(desk: Desk) -> None:
    async with _delivering(desk.installation), ReceiverServer([read_secret(SECRET)]) as moved:
        assert "added    desk" in await desk.apply()
        await desk.deliver("one")
        (first,) = await desk.server.wait_for(1)
        assert "changed  desk" in await desk.apply(url=moved.url)
        assert "0 added, 0 changed, 0 removed, 1 unchanged" in await desk.apply(url=moved.url)
        await _until(lambda: _sends(desk, moved))
    assert first.is_verified
    assert first.webhook_id == "test_one"


async def test_no_secret_and_no_url_is_ever_on_kafka_or_printed_when_it_is_a_reference(
    desk: Desk, kafka: KafkaBroker, topics: Topics
) -> None:
    file = desk.installation.folder / "chat.yaml"
    file.write_text("receivers:\n  - id: chat\n    kind: slack\n    url: {env: CHAT_URL}\n", "utf-8")
    desk.installation.env["CHAT_URL"] = "https://chat.example/services/very-secret"
    printed = await desk.ok("receivers", "apply", str(file)) + await desk.ok("receivers", "list")
    assert "https://chat.example" in printed
    assert "very-secret" not in printed
    (record,) = await read_topic(kafka.connection, topics.receivers)
    assert b"very-secret" not in (record.value or b"")


async def test_pruned_receiver_is_gone_and_one_not_in_the_files_is_kept_without_prune(desk: Desk) -> None:
    await desk.apply()
    other = desk.installation.folder / "other.yaml"
    other.write_text(
        "receivers:\n  - id: other\n    url: https://other.example/\n    secret: {env: TEST_SECRET}\n", "utf-8"
    )
    assert "1 more are in the service" in await desk.ok("receivers", "apply", str(other))
    assert (await desk.receivers()).keys() == {"desk", "other"}
    assert "removed  desk" in await desk.ok("receivers", "apply", "--prune", str(other))
    assert (await desk.receivers()).keys() == {"other"}


async def test_a_wrong_file_applies_nothing_and_says_where(desk: Desk) -> None:
    file = desk.installation.folder / "wrong.yaml"
    file.write_text("receivers:\n  - id: a\n    url: http://a.example/\n    secret: {env: TEST_SECRET}\n", "utf-8")
    assert f"{file}:3:10: the URL is http" in await desk.fails("receivers", "check", str(file))
    assert "nothing was applied" in await desk.fails("receivers", "apply", str(file))


async def test_test_sends_a_signed_sample_and_says_what_came_of_it(desk: Desk) -> None:
    await desk.apply()
    assert "accepted after" in await desk.ok("receivers", "test", "desk")
    (sample,) = await desk.server.wait_for(1)
    assert sample.is_verified
    assert sample.event()["subject"] == "wirewatch-test"
    desk.server.answer_with(500)
    assert "not accepted (status)" in await desk.fails("receivers", "test", "desk")
    assert "the service has no receiver desc; did you mean desk?" in await desk.fails("receivers", "test", "desc")
    desk.installation.env["WIREWATCH_DELIVER__ALLOW_NETWORKS"] = ""
    assert "not accepted (blocked)" in await desk.fails("receivers", "test", "desk")


async def test_what_comes_for_a_disabled_receiver_is_parked_and_replayed_once_it_is_enabled(desk: Desk) -> None:
    await desk.apply()
    async with _delivering(desk.installation):
        await desk.ok("receivers", "disable", "desk")
        assert (await desk.receivers())["desk"]["disabled_reason"] == "operator"
        await desk.deliver("one", "two", "three")
        await _until(lambda: _count(desk, "--parked", 3))
        assert "it is disabled; enable it first" in await desk.fails("deliveries", "replay", "--receiver", "desk")
        await desk.ok("receivers", "enable", "desk")
        assert await desk.ok("deliveries", "replay", "test_two") == "1 for desk\n"
        assert await desk.ok("deliveries", "replay", "--receiver", "desk", "--parked") == "2 for desk\n"
        await desk.server.wait_for(3)
        assert await desk.listed() == []
        assert "nothing was replayed" in await desk.fails("deliveries", "replay", "--receiver", "desk")
    assert [each.webhook_id for each in desk.server.received] == ["test_two", "test_one", "test_three"]


async def test_what_failed_is_listed_with_its_reason_shown_and_replayed_under_the_same_id(desk: Desk) -> None:
    await desk.apply()
    async with _delivering(desk.installation):
        desk.server.answer_with(500)
        await desk.deliver("one")
        await _until(lambda: _count(desk, "--failed", 1))
        (failed,) = await desk.listed("--since", "10m")
        assert (failed["alert_id"], failed["reason"], failed["status"]) == ("test_one", "exhausted", "500")
        assert failed["attempts"] == 2
        assert await desk.listed("--since", "2099-01-01") == []
        shown = await desk.ok("deliveries", "show", "test_one")
        assert '"subject": "wirewatch-test"' in shown
        assert "no delivery of nothing" in await desk.fails("deliveries", "show", "nothing")
        attempted = len(desk.server.received)
        desk.server.recover()
        assert await desk.ok("deliveries", "replay", "--since", "10m") == "1 for desk\n"
        received = await desk.server.wait_for(attempted + 1)
    assert {each.webhook_id for each in received} == {"test_one"}


async def test_a_rotated_secret_signs_first_and_the_old_one_beside_it(desk: Desk) -> None:
    await desk.apply()
    printed = await desk.ok("receivers", "rotate-secret", "desk", "--env", "NEW_SECRET")
    assert "- {env: NEW_SECRET}\n      - {env: TEST_SECRET, until: " in printed
    await desk.ok("receivers", "test", "desk")
    (sample,) = await desk.server.wait_for(1)
    new, old = sample.headers["webhook-signature"].split()
    assert new != old
    assert "has this secret already" in await desk.fails("receivers", "rotate-secret", "desk", "--env", "NEW_SECRET")
    await desk.fails("receivers", "rotate-secret", "desk", code=2)


async def test_what_is_no_receiver_is_shown_as_such(desk: Desk, kafka: KafkaBroker, topics: Topics) -> None:
    await desk.apply()
    await send_values(kafka.connection, topics.receivers, [b"{}"], key=b"odd")
    assert "not a receiver: id: Field required" in await desk.ok("receivers", "list")


async def test_before_anything_was_applied_there_is_nothing_and_that_is_no_failure(desk: Desk) -> None:
    assert "no receivers; bring some" in await desk.ok("receivers", "list")
    assert await desk.listed() == []
    assert "the service has no receiver desk" in await desk.fails("receivers", "disable", "desk")


async def test_mail_and_chat_are_delivered_by_the_service_like_webhooks(desk: Desk) -> None:
    async with MailServer(replies={"RCPT TO:<NOBODY": b"550 nobody here"}) as mail, _delivering(desk.installation):
        desk.server.answer_with(200)
        file = desk.installation.folder / "kinds.yaml"
        file.write_text(
            "receivers:\n"
            "  - {id: chat, kind: slack, url: {file: chat-url}, allow_http: true}\n"
            f"  - {{id: mail, kind: email, host: 127.0.0.1, port: {mail.port}, security: none,\n"
            "     from: w@example.org, to: [a@example.org]}\n"
            f"  - {{id: nobody, kind: email, host: 127.0.0.1, port: {mail.port}, security: none,\n"
            "     from: w@example.org, to: nobody@example.org}\n",
            "utf-8",
        )
        (desk.installation.folder / "chat-url").write_text(desk.server.url, "utf-8")
        await desk.ok("receivers", "apply", str(file))
        for receiver in ("chat", "mail", "nobody"):
            await desk.deliver(receiver, receiver=receiver)
        (chat,) = await desk.server.wait_for(1)
        await _until(lambda: _count(desk, "--failed", 1))
        (failed,) = await desk.listed()
    assert chat.webhook_id == "test_chat"
    assert [taken.recipients for taken in mail.taken] == [("a@example.org",)]
    assert b"Message-ID: <test_mail@example.org>" in mail.taken[0].data
    assert (failed["receiver"], failed["reason"], failed["status"]) == ("nobody", "exhausted", "550")


@asynccontextmanager
async def _delivering(installation: Installation) -> AsyncIterator[ServiceProcess]:
    service = installation.run("--role", "deliver")
    try:
        await ready(service)
        yield service
    finally:
        code = await asyncio.to_thread(service.stop)
    assert code == 0, service.log_tail()


async def _sends(desk: Desk, server: ReceiverServer) -> bool:
    """Deliver one more and tell whether any has reached `server`: the change takes up to a second."""
    await desk.deliver(f"more-{len(desk.server.received)}-{len(server.received)}")
    try:
        await server.wait_for(1, timeout_seconds=1)
    except TimeoutError:
        return False
    return True


async def _count(desk: Desk, which: str, count: int) -> bool:
    return len(await desk.listed(which)) == count


async def _until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(60):
        while not await condition():
            await asyncio.sleep(0.1)
