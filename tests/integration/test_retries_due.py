"""Retries by the clock of the wall: each is sent at its time, and signed and addressed as its receiver is then."""

from base64 import b64encode
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest
from tests.integration.webhook_parts import SECRET, SECRET_TEXT
from tests.support.deliver import SECRET_VARIABLE, DeliverWorker, delivery_of, spec_at

from wirewatch.adapters.embedded import EmbeddedBroker
from wirewatch.adapters.webhook import Answer, ReceivedWebhook, ReceiverServer
from wirewatch.config import reference_reader
from wirewatch.delivery import Delivery, ReceiverBook, SecretReference, read_secret
from wirewatch.ports import Received

NEW_SECRET_TEXT = "whsec_" + b64encode(b"the one that comes after the old").decode()
NEW_VARIABLE = "WIREWATCH_SECRET_NEW"
ATTEMPTS = 3
LATE_SECONDS = 2.0


@pytest.fixture
async def worker(embedded_broker: EmbeddedBroker) -> AsyncIterator[DeliverWorker]:
    env = {SECRET_VARIABLE: SECRET_TEXT, NEW_VARIABLE: NEW_SECRET_TEXT}
    async with DeliverWorker(
        embedded_broker.bootstrap, "wirewatch.", env, WIREWATCH_DELIVER__RETRY_DELAYS_SECONDS="1,2"
    ) as worker:
        yield worker


async def test_every_retry_is_sent_within_two_seconds_of_its_time_and_never_before_it(worker: DeliverWorker) -> None:
    deliveries = [delivery_of(number, ("desk", "annex")[number % 2]) for number in range(24)]
    async with ReceiverServer([SECRET]) as server:
        server.respond_with(_refuse)
        await worker.apply(spec_at(server.url), spec_at(server.url, "annex"))
        await worker.send(*deliveries)
        received = await server.wait_for(len(deliveries) * ATTEMPTS)
    retries = worker.topics.deliveries_retry
    due = _due_times([each for label in ("1s", "2s") for each in await worker.messages(retries(label))])
    late = [
        webhook.received_at - due[webhook.webhook_id, number]
        for webhooks in _by_id(received).values()
        for number, webhook in enumerate(webhooks)
        if number > 0
    ]
    assert len(late) == len(deliveries) * (ATTEMPTS - 1)
    assert min(late) >= 0
    assert max(late) <= LATE_SECONDS


async def test_new_secret_signs_the_next_attempt(worker: DeliverWorker) -> None:
    async with ReceiverServer([read_secret(NEW_SECRET_TEXT)]) as server:
        await worker.apply(spec_at(server.url, retry_delays_seconds=(2,)))
        await worker.send(delivery_of(1))
        (before,) = await server.wait_for(1)
        assert not before.is_verified, "it was signed with the old secret"
        changed = spec_at(server.url, retry_delays_seconds=(2,), secrets=(SecretReference(env=NEW_VARIABLE),))
        await worker.apply(changed)
        _, after = await server.wait_for(2)
    assert after.is_verified
    assert after.webhook_id == before.webhook_id
    assert after.body == before.body


async def test_retry_that_waits_on_a_delay_no_longer_set_is_sent_when_it_is_due(worker: DeliverWorker) -> None:
    async with ReceiverServer([SECRET]) as server:
        server.answer_with(500)
        await worker.apply(spec_at(server.url))
        await worker.send(delivery_of(1))
        await worker.wait_for(worker.topics.deliveries_retry("1s"), lambda found: len(found) == 1)
        await worker.restart(WIREWATCH_DELIVER__RETRY_DELAYS_SECONDS="300")
        server.recover()
        _, again = await server.wait_for(2)
    assert again.webhook_id == "alr_1"


def test_secret_that_was_changed_in_its_file_is_found_without_another_apply(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET_TEXT, "utf-8")
    spec = spec_at("https://desk.example/", secrets=(SecretReference(file=str(file)),))
    book = ReceiverBook(reference_reader({}))
    book.learn_definitions([Received("receivers", 0, 0, b"desk", spec.encode(), (), 0)])
    assert book.resolve_again() == ()

    file.write_text(NEW_SECRET_TEXT, "utf-8")
    assert book.resolve_again() == ("desk",)
    receiver = book.get("desk")
    assert receiver is not None
    assert receiver.secrets == (read_secret(NEW_SECRET_TEXT),)

    file.unlink()
    assert book.resolve_again() == ("desk",)
    assert book.get("desk") is None
    assert "can't be read" in book.unusable["desk"]


async def _refuse(_: ReceivedWebhook) -> Answer:
    return Answer(500)


def _due_times(retries: Sequence[Received]) -> Mapping[tuple[str, int], float]:
    """Return the Unix time at which each delivery, after so many attempts, was due."""
    waited = [Delivery.decode(each.value or b"") for each in retries]
    return {(each.alert_id, each.attempts): each.due_at.timestamp() for each in waited if each.due_at is not None}


def _by_id(received: Sequence[ReceivedWebhook]) -> Mapping[str, Sequence[ReceivedWebhook]]:
    found: dict[str, list[ReceivedWebhook]] = defaultdict(list)
    for webhook in received:
        found[webhook.webhook_id].append(webhook)
    return found
