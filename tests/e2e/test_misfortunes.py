"""Receivers that are down, messages that are garbage and rules that are broken cost nobody else anything."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.support.kafka import KafkaBroker
from tests.support.kafka_client import producer, read_topic, send_values
from tests.support.ports import free_ports
from tests.support.running import apply_rules, ready, until
from tests.support.service import SECRET, Installation, ServiceProcess

from wirewatch.adapters.webhook import ReceiverServer
from wirewatch.delivery import read_secret
from wirewatch.routing import Topics

pytestmark = pytest.mark.kafka

_RULES = [{"id": "harbour", "name": "Harbour", "query": "harbour"}]
_ARTICLE = json.dumps({"id": "one", "title": "The harbour opens", "body": "Ships came."}).encode()
_MATCH = {
    "id": "alr_x",
    "rule": {"id": "harbour", "revision": "0" * 12, "name": "Harbour", "query": "harbour", "severity": "low"},
    "article": {"id": "one", "title": "The harbour opens"},
    "received_at": "2026-03-01T12:00:00Z",
    "matched_at": "2026-03-01T12:00:00Z",
}
_GARBAGE = (b"{not json", b"\xff\xfe", b"[]", b"", b'{"id": 5}')
_SHORT_RETRIES = {"WIREWATCH_DELIVER__RETRY_DELAYS_SECONDS": "1,2"}


@pytest.fixture
async def receiver() -> AsyncIterator[ReceiverServer]:
    """A receiver on a port of its own, not listening yet."""
    (port,) = free_ports(1)
    server = ReceiverServer([read_secret(SECRET)], port=port)
    yield server
    await server.stop()


@pytest.fixture
def installation(kafka: KafkaBroker, topics: Topics, tmp_path: Path, receiver: ReceiverServer) -> Installation:
    return Installation(tmp_path, bootstrap=kafka.bootstrap, prefix=topics.prefix, receiver_url=receiver.url)


@pytest.fixture
async def service(installation: Installation) -> AsyncIterator[ServiceProcess]:
    """The whole service with one rule and short retries; it must end well, whatever was thrown at it."""
    service = installation.run(**_SHORT_RETRIES)
    try:
        await ready(service)
        await apply_rules(installation, service, rules=_RULES)
        yield service
    finally:
        code = await asyncio.to_thread(service.stop)
    assert code == 0, service.log_tail()


async def test_a_receiver_that_is_down_at_first_gets_its_webhook_later_under_the_same_id(
    kafka: KafkaBroker, topics: Topics, service: ServiceProcess, receiver: ReceiverServer
) -> None:
    await send_values(kafka.connection, topics.articles, [_ARTICLE])
    await _counted(service, 'wirewatch_deliveries_total{outcome="retry_later"}', 1)
    receiver.answer_with(500)
    await receiver.start()
    await receiver.wait_for(1)
    receiver.recover()
    refused, accepted = await receiver.wait_for(2)
    await _counted(service, 'wirewatch_deliveries_total{outcome="delivered"}', 1)
    assert accepted.is_verified
    assert accepted.webhook_id == refused.webhook_id
    assert accepted.body == refused.body
    for label in ("1s", "2s"):
        assert len(await read_topic(kafka.connection, topics.deliveries_retry(label))) == 1


async def test_a_delivery_that_no_attempt_brings_over_ends_on_the_failed_topic_whole(
    kafka: KafkaBroker, topics: Topics, service: ServiceProcess
) -> None:
    await send_values(kafka.connection, topics.articles, [_ARTICLE])
    (failed,) = await read_topic(kafka.connection, topics.deliveries_failed, count=1)
    await _counted(service, 'wirewatch_deliveries_total{outcome="exhausted"}', 1)
    delivery = json.loads(failed.value or b"")
    assert delivery["attempts"] == 3
    assert delivery["alert"]["data"]["article"]["id"] == "one"
    assert failed.key == b"default"
    headers = dict(failed.headers)
    assert (headers["wirewatch-reason"], headers["wirewatch-cause"]) == (b"exhausted", b"connect")


async def test_garbage_on_the_matches_topic_is_kept_whole_and_the_stream_goes_on(
    kafka: KafkaBroker, topics: Topics, service: ServiceProcess, receiver: ReceiverServer
) -> None:
    await receiver.start()
    bad_id = json.dumps({**_MATCH, "id": "not an id"}).encode()
    bad_receiver = json.dumps({**_MATCH, "rule": {**_MATCH["rule"], "receivers": [""]}}).encode()  # type: ignore[dict-item]
    garbage = [*_GARBAGE, bad_id, bad_receiver]
    await send_values(kafka.connection, topics.matches, garbage, key=b"harbour")
    await _send_tombstone(kafka, topics.matches)
    await _counted(service, 'wirewatch_alerts_total{decision="rejected"}', len(garbage) + 1)
    await send_values(kafka.connection, topics.articles, [_ARTICLE])
    await receiver.wait_for(1)
    rejected = await read_topic(kafka.connection, topics.matches_rejected)
    assert sorted(record.value or b"" for record in rejected) == sorted([*garbage, b""])
    assert {record.key for record in rejected} == {b"harbour"}
    assert {dict(record.headers)["wirewatch-origin-topic"] for record in rejected} == {topics.matches.encode()}


async def test_garbage_on_the_deliveries_topics_is_kept_whole_and_the_stream_goes_on(
    kafka: KafkaBroker, topics: Topics, service: ServiceProcess, receiver: ReceiverServer
) -> None:
    await receiver.start()
    for topic in (topics.deliveries, topics.deliveries_retry("1s")):
        await send_values(kafka.connection, topic, _GARBAGE, key=b"default")
        await _send_tombstone(kafka, topic)
    await _counted(service, 'wirewatch_deliveries_total{outcome="rejected"}', 2 * (len(_GARBAGE) + 1))
    stray = {"alert_id": "alr_y", "receiver": "nobody", "alert": {}, "created_at": datetime.now(UTC).isoformat()}
    await send_values(kafka.connection, topics.deliveries, [json.dumps(stray).encode()])
    await _counted(service, 'wirewatch_deliveries_total{outcome="unknown_receiver"}', 1)
    await send_values(kafka.connection, topics.articles, [_ARTICLE])
    await receiver.wait_for(1)
    rejected = await read_topic(kafka.connection, topics.deliveries_rejected)
    assert sorted(record.value or b"" for record in rejected) == sorted([*_GARBAGE, b""] * 2)
    (failed,) = await read_topic(kafka.connection, topics.deliveries_failed)
    assert dict(failed.headers)["wirewatch-reason"] == b"unknown_receiver"


async def test_a_broken_rule_on_the_rules_topic_costs_only_itself(
    kafka: KafkaBroker, topics: Topics, service: ServiceProcess, receiver: ReceiverServer
) -> None:
    await receiver.start()
    await send_values(
        kafka.connection, topics.rules, [b'{"id": "broken", "name": "x", "query": "(a AND"}'], key=b"broken"
    )
    await send_values(kafka.connection, topics.rules, [b"{not json", b"\xff"], key=b"torn")
    await send_values(kafka.connection, topics.rules, [b'{"id": "a", "name": "A", "query": "b"}'], key=b"other")
    await send_values(kafka.connection, topics.rules, [b"{}"], key=b"")
    await _counted(service, "wirewatch_rules_invalid", 4)
    assert await asyncio.to_thread(service.metric, "wirewatch_rules_loaded") == 1
    await send_values(kafka.connection, topics.articles, [_ARTICLE])
    (webhook,) = await receiver.wait_for(1)
    assert webhook.event()["subject"] == "harbour"


async def test_an_articles_odd_time_and_headers_stop_nothing_and_its_trace_arrives(
    kafka: KafkaBroker, topics: Topics, service: ServiceProcess, receiver: ReceiverServer
) -> None:
    await receiver.start()
    trace = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with producer(kafka.connection) as client:
        headers = [("traceparent", trace), ("empty", b""), ("none", None)]
        await client.send_and_wait(topics.articles, _ARTICLE, timestamp_ms=1, headers=headers)
        await client.send_and_wait(topics.articles, b"{not json", timestamp_ms=1, headers=headers)
    (webhook,) = await receiver.wait_for(1)
    await _counted(service, 'wirewatch_articles_total{outcome="rejected"}', 1)
    assert webhook.headers["traceparent"].encode() == trace


async def _counted(service: ServiceProcess, series: str, value: float) -> None:
    try:
        await until(lambda: service.metric(series) == value)
    except TimeoutError:
        found = await asyncio.to_thread(service.metric, series)
        pytest.fail(f"{series} is {found}, not {value}:\n{service.log_tail()}")


async def _send_tombstone(kafka: KafkaBroker, topic: str) -> None:
    async with producer(kafka.connection) as client:
        await client.send_and_wait(topic, None, key=b"harbour")
