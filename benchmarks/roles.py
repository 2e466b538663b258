"""How fast each role is alone, and all of them together, on a real Kafka: `make bench-roles`.

Each role works off a backlog that the one before it left, in a process of its own, from its start to its last commit
(start-up not counted: the clock begins when it is ready). The whole is one process with all roles, fed as fast as it
will take. Every figure is of this machine at this moment; the ratio to a loop that only reads the same articles says
more.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.kafka import KafkaCluster
from tests.support.kafka_client import read_topic
from tests.support.news import NewsMessage, invented_news, invented_rules
from tests.support.service import SECRET, Installation, ServiceProcess

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher, ensure_topics
from wirewatch.adapters.webhook import ReceiverServer
from wirewatch.bootstrap import apply_rules, topic_specs
from wirewatch.config import load_settings
from wirewatch.delivery import read_secret
from wirewatch.ports import KafkaConnection, Record
from wirewatch.routing import Topics
from wirewatch.rule import Rule

_DEFAULT_ARTICLES = 20_000
_MATCHED = 'wirewatch_articles_total{outcome="%s"}'


async def _main(count: int) -> None:
    news = list(invented_news(count, seed=7, unreadable=0.0, repeated=0.0))
    with TemporaryDirectory(prefix="wirewatch-bench-") as folder:
        cluster = KafkaCluster(Path(folder))
        cluster.start()
        try:
            await _alone(Path(folder), cluster, news)
            await _together(Path(folder), cluster, news)
        finally:
            cluster.stop()


async def _alone(folder: Path, cluster: KafkaCluster, news: Sequence[NewsMessage]) -> None:
    async with ReceiverServer([read_secret(SECRET)], keep=0) as receiver:
        installation = await _installation(folder, cluster, "alone.", receiver.url)
        await _feed(cluster, Topics(prefix="alone."), news)
        started = time.perf_counter()
        await read_topic(cluster.connection, "alone.articles", count=len(news))
        _say("a loop that only reads the articles", len(news), time.perf_counter() - started, "articles")
        matches = sum(len(message.alerts) for message in news)
        for role, series, amount, what in (
            ("match", _MATCHED % "matched", sum(bool(message.alerts) for message in news), "articles"),
            ("alert", 'wirewatch_alerts_total{decision="emitted"}', matches, "alerts"),
            ("deliver", 'wirewatch_deliveries_total{outcome="delivered"}', matches, "deliveries"),
        ):
            service = installation.run("--role", role)
            try:
                took = await _seconds_until(service, series, amount)
            finally:
                await asyncio.to_thread(service.stop)
            _say(f"{role} alone", len(news) if role == "match" else amount, took, what)


async def _together(folder: Path, cluster: KafkaCluster, news: Sequence[NewsMessage]) -> None:
    matches = sum(len(message.alerts) for message in news)
    async with ReceiverServer([read_secret(SECRET)], keep=0) as receiver:
        installation = await _installation(folder, cluster, "whole.", receiver.url)
        await _feed(cluster, Topics(prefix="whole."), news)
        service = installation.run()
        try:
            took = await _seconds_until(service, 'wirewatch_deliveries_total{outcome="delivered"}', matches)
        finally:
            await asyncio.to_thread(service.stop)
        _say("all roles in one process", len(news), took, "articles")


async def _installation(folder: Path, cluster: KafkaCluster, prefix: str, receiver_url: str) -> Installation:
    """Make the topics and the rules of one installation."""
    place = folder / prefix.strip(".")
    place.mkdir()
    bootstrap = cluster.brokers[0].bootstrap
    installation = Installation(place, bootstrap=bootstrap, prefix=prefix, receiver_url=receiver_url)
    clients = KafkaClients(KafkaConnection((bootstrap,)))
    settings = load_settings(None, {"WIREWATCH_TOPICS__PREFIX": prefix})
    await ensure_topics(clients, topic_specs(settings), create=True)
    await apply_rules(
        clients, Topics(prefix=prefix), [Rule.model_validate(rule) for rule in invented_rules()], prune=False
    )
    return installation


async def _feed(cluster: KafkaCluster, topics: Topics, news: Sequence[NewsMessage]) -> None:
    publisher = KafkaPublisher(KafkaClients(cluster.connection), "bench")
    await publisher.start()
    for first in range(0, len(news), 1_000):
        batch = news[first : first + 1_000]
        await publisher.publish([Record(topics.articles, message.key, message.value) for message in batch])
    await publisher.stop()


async def _seconds_until(service: ServiceProcess, series: str, amount: int) -> float:
    """Return the seconds from the first sign of work to the last."""
    await _until(lambda: (service.metric(series) or 0) > 0)
    first, started = service.metric(series) or 0.0, time.perf_counter()
    await _until(lambda: (service.metric(series) or 0) >= amount)
    return (time.perf_counter() - started) * amount / max(amount - first, 1)


async def _until(condition: Callable[[], bool]) -> None:
    while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - another process has the answer
        await asyncio.sleep(0.02)


def _say(what: str, amount: int, seconds: float, unit: str) -> None:
    print(f"{what:40} {amount / seconds:10,.0f} {unit}/s", flush=True)


if __name__ == "__main__":
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # what it says while topics get their leaders
    asyncio.run(_main(int(sys.argv[1]) if len(sys.argv) > 1 else _DEFAULT_ARTICLES))
