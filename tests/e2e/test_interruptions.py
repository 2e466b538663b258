"""What happens when the broker goes away or the service is told to stop, in the middle of work: nothing is lost."""

import asyncio
from pathlib import Path

import pytest
from tests.support.kafka import KafkaBroker
from tests.support.news import invented_news
from tests.support.running import (
    apply_rules,
    expected_alerts,
    publish_news,
    ready,
    stop_timed,
    until,
    webhooks_of,
)
from tests.support.service import SECRET, Installation

from wirewatch.adapters.webhook import ReceiverServer
from wirewatch.delivery import read_secret
from wirewatch.routing import Topics

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]

_STOP_SECONDS = 10.0


@pytest.mark.timeout(300)
@pytest.mark.parametrize("how", ["stopped", "killed"])
async def test_a_broker_that_goes_away_and_comes_back_costs_no_alert_and_needs_no_help(
    own_kafka: KafkaBroker, topics: Topics, tmp_path: Path, how: str
) -> None:
    news = list(invented_news(1_500, seed=5))
    expected = expected_alerts(news)
    async with ReceiverServer([read_secret(SECRET)]) as receiver:
        installation = _installation(own_kafka, topics, tmp_path, receiver.url)
        service = installation.run()
        try:
            await ready(service)
            await apply_rules(installation, service)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(
                    publish_news(news, own_kafka.connection, topics.articles, waves=15, pause_seconds=0.2)
                )
                await receiver.wait_for(len(expected) // 4, 60)
                await asyncio.to_thread(own_kafka.stop if how == "stopped" else own_kafka.kill)
                await until(lambda: service.get("/readyz")[0] == 503)
                assert (await asyncio.to_thread(service.get, "/livez"))[0] == 200
                await asyncio.to_thread(own_kafka.start)
            await receiver.wait_until(lambda _: webhooks_of(receiver) >= expected, 90)
            await ready(service)
        except TimeoutError as error:
            raise AssertionError(service.log_tail()) from error
        finally:
            code, seconds = await stop_timed(service)
    assert webhooks_of(receiver) == expected
    assert (code, seconds < _STOP_SECONDS) == (0, True), service.log_tail()


@pytest.mark.timeout(300)
async def test_sigterm_under_load_ends_in_time_and_the_next_start_completes_everything(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    news = list(invented_news(3_000, seed=6))
    expected = expected_alerts(news)
    async with ReceiverServer([read_secret(SECRET)]) as receiver:
        installation = _installation(kafka, topics, tmp_path, receiver.url)
        first = installation.run()
        try:
            await ready(first)
            await apply_rules(installation, first)
            await publish_news(news, kafka.connection, topics.articles)
            await receiver.wait_for(len(expected) // 8, 60)
        finally:
            code, seconds = await stop_timed(first)
        assert len(webhooks_of(receiver)) < len(expected), "it was not stopped under load"
        second = installation.run()
        try:
            await receiver.wait_until(lambda _: webhooks_of(receiver) >= expected, 90)
        finally:
            assert await asyncio.to_thread(second.stop) == 0, second.log_tail()
    assert (code, seconds < _STOP_SECONDS) == (0, True), first.log_tail()
    assert webhooks_of(receiver) == expected


@pytest.mark.timeout(300)
async def test_a_rolling_restart_under_load_loses_nothing_and_repeats_no_webhook(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    news = list(invented_news(2_000, seed=8))
    expected = expected_alerts(news)
    async with ReceiverServer([read_secret(SECRET)]) as receiver:
        installation = _installation(kafka, topics, tmp_path, receiver.url)
        services = [installation.run(), installation.run()]
        try:
            await ready(*services)
            await apply_rules(installation, *services)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(publish_news(news, kafka.connection, topics.articles, waves=40, pause_seconds=0.3))
                for turn in (0, 1):
                    await receiver.wait_for((turn + 1) * len(expected) // 4, 60)
                    code, seconds = await stop_timed(services[turn])
                    assert (code, seconds < _STOP_SECONDS) == (0, True), services[turn].log_tail()
                    services[turn] = installation.run()
                    await ready(services[turn])
            await receiver.wait_until(lambda _: webhooks_of(receiver) >= expected, 90)
        finally:
            codes = await asyncio.to_thread(lambda: [service.stop() for service in services])
    assert codes == [0, 0]
    repeated = len(receiver.received) - len(webhooks_of(receiver))
    assert (webhooks_of(receiver) == expected, repeated) == (True, 0)


@pytest.mark.parametrize("how", ["stopped", "killed"])
async def test_while_the_broker_is_away_no_lag_is_known_and_sigterm_ends_an_idle_service_at_once(
    own_kafka: KafkaBroker, topics: Topics, tmp_path: Path, how: str
) -> None:
    installation = _installation(own_kafka, topics, tmp_path, "http://127.0.0.1:65535/")
    service = installation.run()
    try:
        await ready(service)
        await until(lambda: "wirewatch_consumer_lag_records{" in service.get("/metrics")[1])
        await asyncio.to_thread(own_kafka.stop if how == "stopped" else own_kafka.kill)
        await until(lambda: service.get("/readyz")[0] == 503)
        assert "wirewatch_consumer_lag_records{" not in (await asyncio.to_thread(service.get, "/metrics"))[1]
    finally:
        code, seconds = await stop_timed(service)
    assert (code, seconds < _STOP_SECONDS) == (0, True), service.log_tail()


@pytest.mark.timeout(300)
async def test_sigterm_while_the_broker_is_away_in_the_middle_of_work_ends_in_time_and_loses_nothing(
    own_kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    news = list(invented_news(3_000, seed=7))
    expected = expected_alerts(news)
    async with ReceiverServer([read_secret(SECRET)]) as receiver:
        installation = _installation(own_kafka, topics, tmp_path, receiver.url)
        first = installation.run()
        try:
            await ready(first)
            await apply_rules(installation, first)
            await publish_news(news, own_kafka.connection, topics.articles)
            await receiver.wait_for(len(expected) // 8, 60)
            await asyncio.to_thread(own_kafka.kill)
        finally:
            code, seconds = await stop_timed(first)
        assert len(webhooks_of(receiver)) < len(expected), "it was not stopped under load"
        await asyncio.to_thread(own_kafka.start)
        second = installation.run()
        try:
            await receiver.wait_until(lambda _: webhooks_of(receiver) >= expected, 90)
        finally:
            assert await asyncio.to_thread(second.stop) == 0, second.log_tail()
    # What could not be finished is said with 1; a SIGKILL by us would be -9.
    assert code in {0, 1}, first.log_tail()
    assert seconds < _STOP_SECONDS, first.log_tail()
    assert webhooks_of(receiver) == expected


def _installation(kafka: KafkaBroker, topics: Topics, folder: Path, receiver_url: str) -> Installation:
    return Installation(folder, bootstrap=kafka.bootstrap, prefix=topics.prefix, receiver_url=receiver_url)
