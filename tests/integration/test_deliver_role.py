"""The deliver role against real receivers and a broker: the table of outcomes, with hours that pass at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from tests.integration.webhook_parts import SECRET, SECRET_TEXT
from tests.support.deliver import SECRET_VARIABLE, DeliverWorker, delivery_of, spec_at
from tests.support.ports import free_ports

from wirewatch.adapters.embedded import EmbeddedBroker
from wirewatch.adapters.webhook import Answer, ReceivedWebhook, ReceiverServer
from wirewatch.delivery import (
    Delivery,
    DisabledReason,
    Order,
    Queue,
    ReceiverState,
    ReceiverStatus,
    SecretReference,
    line_of,
    queue_record,
    replay_marker,
    replay_record,
    still_waiting,
)
from wirewatch.ports import Record, header


@pytest.fixture
async def worker(embedded_broker: EmbeddedBroker) -> AsyncIterator[DeliverWorker]:
    async with DeliverWorker(embedded_broker.bootstrap, "wirewatch.", {SECRET_VARIABLE: SECRET_TEXT}) as worker:
        yield worker


@pytest.fixture
async def server() -> AsyncIterator[ReceiverServer]:
    async with ReceiverServer([SECRET]) as server:
        yield server


def _ids(server: ReceiverServer) -> list[str]:
    return [webhook.webhook_id for webhook in server.received]


async def test_delivery_arrives_signed(worker: DeliverWorker, server: ReceiverServer) -> None:
    await worker.apply(spec_at(server.url))
    await worker.send(delivery_of(1))
    (webhook,) = await server.wait_for(1)
    assert webhook.is_verified
    assert webhook.webhook_id == "alr_1"


async def test_receiver_that_is_gone_is_disabled_and_what_waits_for_it_is_replayed_once(
    worker: DeliverWorker, server: ReceiverServer
) -> None:
    server.answer_with(410)
    await worker.apply(spec_at(server.url))
    await worker.send(delivery_of(1))
    state = await worker.state("desk", lambda state: state.status is ReceiverStatus.DISABLED)
    assert state.disabled_reason is DisabledReason.GONE
    assert await worker.events(1) == ["disabled"]
    await worker.send(delivery_of(2))
    parked = await worker.wait_for(worker.topics.deliveries_parked, lambda found: len(found) == 2)
    assert header(parked[-1].headers, "wirewatch-reason") == b"receiver_disabled"
    assert _ids(server) == ["alr_1"], "nothing was sent after the 410"

    server.recover()
    await worker.set_state("desk", state.enabled(worker.clock.now()))
    for message, delivery in still_waiting(parked):
        await worker.publish(replay_record(message, delivery, worker.topics))
        await worker.publish(replay_marker(message, delivery))
    await server.wait_for(3)
    assert sorted(_ids(server)[1:]) == ["alr_1", "alr_2"]
    assert still_waiting(await worker.messages(worker.topics.deliveries_parked)) == ()


@pytest.mark.parametrize(
    ("status", "answer", "seconds"), [(503, "120", 120), (429, "120", 120), (429, "soon", 60), (502, None, 60)]
)
async def test_whole_receiver_pauses_and_its_deliveries_use_up_no_attempt(
    worker: DeliverWorker, server: ReceiverServer, status: int, answer: str | None, seconds: int
) -> None:
    server.answer_with(status, {"retry-after": answer} if answer else None)
    await worker.apply(spec_at(server.url))
    asked_at = worker.clock.now()
    await worker.send(delivery_of(1))
    state = await worker.state("desk", lambda state: state.paused_until is not None)
    assert state.paused_until is not None
    assert timedelta(seconds=seconds) <= state.paused_until - asked_at <= timedelta(seconds=seconds + 10)

    await worker.send(delivery_of(2))
    held = await worker.wait_for(
        worker.topics.deliveries_retry("1m"), lambda found: any(b"alr_2" in (each.value or b"") for each in found)
    )
    second = Delivery.decode(next(each.value or b"" for each in held if b"alr_2" in (each.value or b"")))
    assert second.attempts == 0
    assert _ids(server) == ["alr_1"]

    server.recover()
    while len(server.received) < 3:
        worker.clock.ahead_seconds += 15
        await asyncio.sleep(0.25)
        assert worker.clock.ahead_seconds < 600
    assert worker.clock.ahead_seconds >= seconds - 20, "not before the pause was over"
    assert set(_ids(server)[1:]) == {"alr_1", "alr_2"}
    await worker.state("desk", lambda state: state.status is ReceiverStatus.ACTIVE)
    assert await worker.events(2) == ["failing", "recovered"]


async def test_receiver_refuses_one_delivery_and_asks_for_no_more(
    worker: DeliverWorker, server: ReceiverServer
) -> None:
    server.answer_with(500, {"webhook-delivery": "abort-message"})
    await worker.apply(spec_at(server.url))
    await worker.send(delivery_of(1))
    (failed,) = await worker.wait_for(worker.topics.deliveries_failed, lambda found: len(found) == 1)
    assert header(failed.headers, "wirewatch-reason") == b"aborted"
    server.answer_with(200, {"webhook-delivery": "disable"})
    await worker.send(delivery_of(2))
    state = await worker.state("desk", lambda state: state.status is ReceiverStatus.DISABLED)
    assert state.disabled_reason is DisabledReason.ASKED
    assert await worker.messages(worker.topics.deliveries_parked) == (), "it took the second one all the same"


async def test_receiver_that_nothing_connects_to_is_left_alone_after_ten_failures(
    worker: DeliverWorker, server: ReceiverServer
) -> None:
    (port,) = free_ports(1)
    await worker.apply(spec_at(f"http://127.0.0.1:{port}/", max_in_flight=1))
    await worker.send(*(delivery_of(number) for number in range(30)))
    retried = await worker.wait_for(worker.topics.deliveries_retry("5s"), lambda found: len(found) >= 30)
    attempts = [Delivery.decode(each.value or b"").attempts for each in retried]
    assert attempts.count(1) == 10
    assert attempts.count(0) >= 20
    await worker.apply(spec_at(server.url))
    worker.clock.ahead_seconds += 6
    await server.wait_for(30)
    assert len(set(_ids(server))) == 30


async def test_delivery_for_a_receiver_without_its_secret_is_parked_with_the_reason(
    worker: DeliverWorker, server: ReceiverServer
) -> None:
    await worker.apply(spec_at(server.url, secrets=(SecretReference(env="WIREWATCH_SECRET_ABSENT"),)))
    await worker.send(delivery_of(1))
    (parked,) = await worker.wait_for(worker.topics.deliveries_parked, lambda found: len(found) == 1)
    assert header(parked.headers, "wirewatch-reason") == b"receiver_unusable"
    assert b"WIREWATCH_SECRET_ABSENT" in (header(parked.headers, "wirewatch-error") or b"")


async def test_attempts_end_after_the_last_delay_with_an_event(worker: DeliverWorker, server: ReceiverServer) -> None:
    server.answer_with(500)
    await worker.apply(spec_at(server.url, retry_delays_seconds=(5, 300)))
    await worker.send(delivery_of(1))
    for delay in ("5s", "5m"):
        await worker.wait_for(worker.topics.deliveries_retry(delay), lambda found: len(found) == 1)
        worker.clock.ahead_seconds += 302
    (failed,) = await worker.wait_for(worker.topics.deliveries_failed, lambda found: len(found) == 1)
    assert Delivery.decode(failed.value or b"").attempts == 3
    assert len(server.received) == 3
    assert await worker.events(2) == ["failing", "exhausted"]


async def test_receiver_all_of_whose_attempts_failed_for_five_days_is_disabled(
    worker: DeliverWorker, server: ReceiverServer
) -> None:
    server.answer_with(500)
    await worker.apply(spec_at(server.url))
    since = worker.clock.now() - timedelta(days=5)
    await worker.set_state("desk", ReceiverState(status=ReceiverStatus.FAILING, failing_since=since))
    await worker.send(delivery_of(1))
    state = await worker.state("desk", lambda state: state.status is ReceiverStatus.DISABLED)
    assert state.disabled_reason is DisabledReason.FAILED_TOO_LONG
    assert await worker.events(1) == ["disabled"]


async def test_new_address_counts_for_the_next_attempt(worker: DeliverWorker, server: ReceiverServer) -> None:
    async with ReceiverServer([SECRET]) as old:
        old.answer_with(500)
        await worker.apply(spec_at(old.url))
        await worker.send(delivery_of(1))
        await old.wait_for(1)
        await worker.apply(spec_at(server.url))
        worker.clock.ahead_seconds += 6
        (webhook,) = await server.wait_for(1)
        assert webhook.webhook_id == "alr_1"
        assert len(old.received) == 1


async def test_replay_during_an_attempt_is_not_a_second_one_at_once(
    worker: DeliverWorker, server: ReceiverServer
) -> None:
    server.hang()
    await worker.apply(spec_at(server.url))
    await worker.send(delivery_of(1))
    await server.wait_for(1)
    await worker.send(delivery_of(1, replays=1))
    await worker.wait_for(worker.topics.deliveries_retry("5s"), lambda found: len(found) == 1)
    assert len(server.received) == 1
    server.recover()
    worker.clock.ahead_seconds += 6
    await server.wait_for(2)


async def test_alerts_of_a_rule_keep_their_order_while_one_is_tried_again_and_a_worker_restarts(
    worker: DeliverWorker, server: ReceiverServer
) -> None:
    async def refuse_the_first(webhook: ReceivedWebhook) -> Answer:
        return Answer(500 if webhook.webhook_id == "alr_1" else 204)

    server.respond_with(refuse_the_first)
    await worker.apply(spec_at(server.url, order=Order.RULE))
    await worker.send(*(delivery_of(number, rule="a") for number in (1, 2, 3)), delivery_of(10, rule="b"))
    await server.wait_until(lambda received: {each.webhook_id for each in received} >= {"alr_1", "alr_10"})
    await worker.wait_for(worker.topics.deliveries_retry("5s"), lambda found: len(found) == 3)
    await worker.restart()
    await worker.send(delivery_of(4, rule="a"))
    await worker.wait_for(worker.topics.deliveries_retry("5s"), lambda found: len(found) >= 4)
    server.recover()
    async with asyncio.timeout(60):
        while len([each for each in _ids(server) if each != "alr_10"]) < 5:
            worker.clock.ahead_seconds += 2
            await asyncio.sleep(0.2)
    assert [each for each in _ids(server) if each != "alr_10"][-4:] == ["alr_1", "alr_2", "alr_3", "alr_4"]
    last = await worker.wait_for(worker.topics.deliveries_order, lambda found: bool(found) and found[-1].value is None)
    assert last[-1].key == b"desk a"


async def test_ordered_receiver_that_hangs_delays_no_other_once_its_deliveries_have_places(
    worker: DeliverWorker, server: ReceiverServer
) -> None:
    server.hang()
    await worker.restart(WIREWATCH_DELIVER__MAX_QUEUE_PER_RECEIVER="1")
    async with ReceiverServer([SECRET]) as other:
        ordered = spec_at(server.url, order=Order.RULE, max_in_flight=1, timeout_seconds=120.0)
        # What is keyed alike is in one partition, each behind the one before, as those of many receivers may be.
        queue = [delivery_of(number, place=number) for number in range(1, 6)]
        await worker.publish(queue_record(line_of(queue[0]), Queue(last=5, done=0), worker.topics))
        await worker.apply(ordered, spec_at(other.url, "annex"))
        behind = delivery_of(6, "annex")
        records = [Record(worker.topics.deliveries, b"desk", each.encode()) for each in (*queue, behind)]
        await worker.publish(*records)
        (webhook,) = await other.wait_for(1)
        assert webhook.webhook_id == "alr_6"
        assert _ids(server) == ["alr_1"], "it was still hanging"
        server.recover()
        async with asyncio.timeout(60):
            while len(server.received) < 5:
                worker.clock.ahead_seconds += 2
                await asyncio.sleep(0.1)
    assert _ids(server) == [f"alr_{number}" for number in range(1, 6)]


async def test_thousand_that_waited_come_oldest_first_at_the_receivers_own_pace(
    worker: DeliverWorker, server: ReceiverServer
) -> None:
    at_once, most = 0, 0

    async def count(_: ReceivedWebhook) -> Answer:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        return Answer(204)

    server.respond_with(count)
    await worker.apply(spec_at(server.url, max_in_flight=1))
    paused = ReceiverState(status=ReceiverStatus.FAILING, paused_until=worker.clock.now() + timedelta(seconds=60))
    await worker.set_state("desk", paused)
    await worker.send(*(delivery_of(number) for number in range(1_000)))
    await worker.wait_for(worker.topics.deliveries_retry("1m"), lambda found: len(found) == 1_000, seconds=60)
    worker.clock.ahead_seconds += 62
    await server.wait_for(1_000, 100)
    assert _ids(server) == [f"alr_{number}" for number in range(1_000)]
    assert most == 1
