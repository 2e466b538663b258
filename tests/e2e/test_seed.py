"""The seed article, all the way: `wirewatch`'s own commands, a real Kafka, a real receiver, a verified webhook."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook
from tests.support.kafka import KafkaBroker
from tests.support.kafka_client import read_topic, send_values
from tests.support.running import SEED, publish_seed, ready, until
from tests.support.service import SECRET, Installation, ServiceProcess

from wirewatch.adapters.webhook import ReceiverServer
from wirewatch.delivery import read_secret
from wirewatch.routing import Topics

pytestmark = pytest.mark.kafka

_RULE = "japan-rok-defense"


async def test_the_seed_articles_webhook_arrives_and_verifies_with_a_stock_library(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    async with ReceiverServer([read_secret(SECRET)]) as receiver:
        installation = Installation(
            tmp_path, bootstrap=kafka.bootstrap, prefix=topics.prefix, receiver_url=receiver.url
        )
        service = installation.run()
        try:
            await ready(service)
            await publish_seed(installation, service)
            (webhook,) = await receiver.wait_for(1)
            assert await _metric(service, 'wirewatch_alerts_total{decision="emitted"}') == 1
        finally:
            code = await asyncio.to_thread(service.stop)
    assert code == 0, service.log_tail()
    verified: Any = Webhook(SECRET).verify(webhook.body.decode(), dict(webhook.headers))
    assert verified["subject"] == _RULE
    assert verified["id"] == webhook.webhook_id
    assert verified["data"]["article"]["title"].startswith("The vice defense ministers of Japan and South Korea")


async def test_an_article_that_arrives_again_raises_no_second_alert_not_even_after_a_restart(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    async with ReceiverServer([read_secret(SECRET)]) as receiver:
        installation = Installation(
            tmp_path, bootstrap=kafka.bootstrap, prefix=topics.prefix, receiver_url=receiver.url
        )
        first = installation.run()
        try:
            await ready(first)
            await publish_seed(installation, first)
            await receiver.wait_for(1)
        finally:
            assert await asyncio.to_thread(first.stop) == 0, first.log_tail()
        second = installation.run()
        try:
            await ready(second)
            assert await _command(installation, "publish", SEED) == 0
            await until(lambda: second.metric('wirewatch_alerts_total{decision="duplicate"}') == 1)
        finally:
            assert await asyncio.to_thread(second.stop) == 0, second.log_tail()
    assert len(receiver.received) == 1


async def test_a_rule_applied_while_the_service_runs_takes_effect_without_a_restart(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    rules = tmp_path / "rules.yaml"
    async with ReceiverServer([read_secret(SECRET)]) as receiver:
        installation = Installation(
            tmp_path, bootstrap=kafka.bootstrap, prefix=topics.prefix, receiver_url=receiver.url
        )
        service = installation.run()
        try:
            await ready(service)
            rules.write_text(json.dumps({"rules": [{"id": "late", "name": "Late", "query": "Seoul"}]}), "utf-8")
            assert await _command(installation, "rules", "apply", str(rules)) == 0
            await until(lambda: service.metric("wirewatch_rules_loaded") == 1)
            assert await _command(installation, "publish", SEED) == 0
            (webhook,) = await receiver.wait_for(1)
            rules.write_text(json.dumps({"rules": [{"id": "other", "name": "Other", "query": "Oslo"}]}), "utf-8")
            assert await _command(installation, "rules", "apply", "--prune", str(rules)) == 0
        finally:
            assert await asyncio.to_thread(service.stop) == 0, service.log_tail()
    assert webhook.event()["subject"] == "late"


async def test_unreadable_articles_are_kept_whole_and_the_stream_goes_on(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    async with ReceiverServer([read_secret(SECRET)]) as receiver:
        installation = Installation(
            tmp_path, bootstrap=kafka.bootstrap, prefix=topics.prefix, receiver_url=receiver.url
        )
        service = installation.run("--role", "match")
        try:
            await ready(service)
            await send_values(
                kafka.connection, topics.articles, [b"{not json", b"\xff\xfe", b'{"id": "x", "title": "Harbour opens"}']
            )
            await until(lambda: service.metric('wirewatch_articles_total{outcome="unmatched"}') == 1)
            assert service.metric('wirewatch_articles_rejected_total{reason="not_json"}') == 1
            assert service.metric('wirewatch_articles_rejected_total{reason="not_utf8"}') == 1
        finally:
            assert await asyncio.to_thread(service.stop) == 0, service.log_tail()
    rejected = await read_topic(kafka.connection, topics.articles_rejected)
    assert {record.value for record in rejected} == {b"{not json", b"\xff\xfe"}
    assert {dict(record.headers)["wirewatch-reason"] for record in rejected} == {b"not_json", b"not_utf8"}
    assert {dict(record.headers)["wirewatch-origin-topic"] for record in rejected} == {topics.articles.encode()}


async def test_a_topic_of_nothing_but_unreadable_articles_stops_the_role_instead_of_being_drained(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    installation = Installation(
        tmp_path, bootstrap=kafka.bootstrap, prefix=topics.prefix, receiver_url="http://127.0.0.1:65535/"
    )
    service = installation.run("--role", "match", WIREWATCH_MATCH__REJECT_LIMIT_RUN="100")
    try:
        await ready(service)
        await send_values(kafka.connection, topics.articles, [b"{not json %d" % number for number in range(2_000)])
        await until(lambda: service.exit_code is not None)
    finally:
        await asyncio.to_thread(service.stop)
    assert service.exit_code == 1
    assert "could not be read, more than the limit of 50%" in service.log_tail()
    assert len(await read_topic(kafka.connection, topics.articles_rejected)) < 2_000


async def test_without_a_broker_the_service_is_alive_but_not_ready_and_stops_at_once(tmp_path: Path) -> None:
    installation = Installation(tmp_path, bootstrap="127.0.0.1:9", prefix="nowhere.", receiver_url=None)
    service = installation.run()
    try:
        await until(lambda: "broker_away" in service.log_tail())
        assert (await asyncio.to_thread(service.get, "/livez"))[0] == 200
        status, body = await asyncio.to_thread(service.get, "/readyz")
        assert (status, "does not answer" in body) == (503, True)
    finally:
        code = await asyncio.to_thread(service.stop)
    assert code == 0


async def _command(installation: Installation, *arguments: str) -> int:
    done = await asyncio.to_thread(installation.command_here, *arguments)
    assert done.returncode == 0, done.stderr
    return done.returncode


async def _metric(service: ServiceProcess, series: str) -> float | None:
    return await asyncio.to_thread(service.metric, series)
