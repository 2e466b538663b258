"""What the match role makes of a core, and how soon a worker with many rules is at work, on a real Kafka.

`python -m benchmarks.pipeline [ARTICLES] [RULES] [RULES_AT_START]`

- articles/s of one match process on one core, the broker on another, with rules that few articles match, against a loop
  in a process of its own on the same core that only reads (`getmany`) and decodes the same articles, by turns;
- seconds from the start of a match process until it is ready, its rules read from the topic, with no compiled code
  cached.

Both readers work off the same backlog. The clock of each begins when it has had its first articles, so that starting
and joining a group don't count; processor time is printed beside it, since a machine that others use as well tells
little by the clock.
"""

import asyncio
import json
import logging
import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from aiokafka import AIOKafkaConsumer, TopicPartition
from benchmarks.matching.articles import invented_articles
from benchmarks.matching.rules import Kind, invented_rules
from benchmarks.matching.world import World, invented_world
from tests.support.kafka import KafkaCluster
from tests.support.kafka_client import client_options
from tests.support.running import until
from tests.support.service import Installation, ServiceProcess

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher, ensure_topics
from wirewatch.article import decode_article
from wirewatch.bootstrap import topic_specs
from wirewatch.config import load_settings
from wirewatch.ports import KafkaConnection, Record
from wirewatch.routing import Topics
from wirewatch.rule import Rule, encode_rule

_DEFAULTS = (100_000, 10_000, 100_000)
_DISTINCT = 20_000
_SEED = 1
_PARTITIONS = 4
_TURNS = 5
_TOPIC = "rate-0.articles"
_START_SECONDS = 600.0
_ARTICLES = 'wirewatch_articles_total{outcome="%s"}'
_CPU = "process_cpu_seconds_total"


@dataclass(frozen=True)
class _Reading:
    """How many articles at a moment, and how much processor time until then."""

    articles: float
    at: float
    processor_seconds: float

    def until(self, end: "_Reading") -> tuple[float, float]:
        """Return articles/s and microseconds of the processor an article."""
        articles = end.articles - self.articles
        return articles / (end.at - self.at), (end.processor_seconds - self.processor_seconds) / articles * 1e6


@contextmanager
def _on_core(core: int) -> Iterator[None]:
    """Give processes that are started within it one core of those there are."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[core % len(cores)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, set(cores))


async def _main(articles: int, rules: int, rules_at_start: int) -> None:
    logging.getLogger("aiokafka").setLevel(logging.ERROR)  # new topics have no leader yet, which it says many times
    with TemporaryDirectory(prefix="wirewatch-bench-") as folder:
        cluster = KafkaCluster(Path(folder) / "kafka")
        with _on_core(1):
            cluster.start()
        try:
            world = invented_world()
            await _throughput(Path(folder), cluster, world, articles, rules)
            await _start(Path(folder), cluster, invented_rules(world, Kind.BOOLEAN, rules_at_start, seed=_SEED))
        finally:
            cluster.stop()


async def _throughput(folder: Path, cluster: KafkaCluster, world: World, count: int, rules: int) -> None:
    """Let the loop and the role take turns: what else a machine does changes from one minute to the next."""
    shares: list[float] = []
    for turn in range(_TURNS):
        asked = invented_rules(world, Kind.RARE, rules, seed=_SEED)
        installation = await _installation(folder / f"rate-{turn}", cluster, asked)
        if turn == 0:
            await _publish(cluster, (Record(_TOPIC, None, value) for value in _articles(world, count)))
        reading_rate, reading_processor = await asyncio.to_thread(_read, cluster.connection, _TOPIC, count)
        print(f"only reads and decodes: {reading_rate:,.0f} articles/s, {reading_processor:.0f} µs of the core each")
        rate, processor, matches = await _matching(installation, count)
        shares.append(rate / reading_rate)
        print(f"match role, {rules:,} rules: {rate:,.0f} articles/s, {processor:.0f} µs of the core each")
        print(f"  {shares[-1]:.2f} of reading and decoding alone; {matches:.2f} matches an article")
    print(f"median of {_TURNS}: {median(shares):.2f} (to reach: 0.5)")


async def _matching(installation: Installation, count: int) -> tuple[float, float, float]:
    """Return articles/s, microseconds of the processor and matches an article of a match role."""
    with _on_core(0):
        service = installation.run("--role", "match", WIREWATCH_TOPICS__ARTICLES=_TOPIC)
    try:
        begun = await _matched(service, 1)
        done = await _matched(service, count)
        matches = service.metric("wirewatch_matches_total") or 0
    finally:
        await asyncio.to_thread(service.stop)
    return *begun.until(done), matches / count


def _articles(world: World, count: int) -> Iterator[bytes]:
    """Yield articles in our own form, each with an id of its own; after a while the texts begin again."""
    texts = list(invented_articles(world, min(count, _DISTINCT), seed=_SEED))
    for number, text in enumerate(islice(cycle(texts), count)):
        news = {"id": f"news-{number}", "title": text.title, "body": text.body, "source": text.source}
        rest = {"url": f"https://news.example/{number}", "language": "en", "published_at": "2026-03-01T12:00:00Z"}
        yield json.dumps(news | rest).encode()


async def _start(folder: Path, cluster: KafkaCluster, rules: Iterator[Rule]) -> None:
    installation = await _installation(folder / "start", cluster, rules)
    cache = folder / "numba"
    began = time.monotonic()
    service = installation.run("--role", "match", NUMBA_CACHE_DIR=str(cache))
    try:
        await until(service.is_ready, _START_SECONDS)
        took = time.monotonic() - began
        processor = service.metric(_CPU) or 0
        loaded = service.metric("wirewatch_rules_loaded") or 0
        memory = (service.metric("process_resident_memory_bytes") or 0) / 1e6
    finally:
        await asyncio.to_thread(service.stop)
        shutil.rmtree(cache, ignore_errors=True)
    print(
        f"start with {loaded:,.0f} rules: {took:.1f} s, {processor:.1f} s of the processor, {memory:,.0f} MB resident"
    )


async def _installation(folder: Path, cluster: KafkaCluster, rules: Iterator[Rule]) -> Installation:
    """Make the topics of an installation that is named as its folder, and publish its rules."""
    await asyncio.to_thread(folder.mkdir)
    prefix = f"{folder.name}."
    installation = Installation(folder, bootstrap=cluster.bootstrap, prefix=prefix, receiver_url=None)
    ours = {"WIREWATCH_TOPICS__PREFIX": prefix, "WIREWATCH_TOPICS__PARTITIONS": str(_PARTITIONS)}
    installation.env |= ours
    settings = load_settings(None, ours)
    await ensure_topics(KafkaClients(cluster.connection), topic_specs(settings), create=True)
    topic = Topics(prefix=prefix).rules
    await _publish(cluster, (Record(topic, rule.id.encode(), encode_rule(rule)) for rule in rules))
    return installation


async def _publish(cluster: KafkaCluster, records: Iterator[Record]) -> None:
    publisher = KafkaPublisher(KafkaClients(cluster.connection), "bench")
    await publisher.start()
    while batch := list(islice(records, 2_000)):
        await publisher.publish(batch)
    await publisher.stop()


async def _matched(service: ServiceProcess, articles: int) -> _Reading:
    """Return the first reading with `articles` or more; asking costs the role some of its time and is seldom done."""
    reading = await asyncio.to_thread(_reading_of, service)
    while reading.articles < articles:
        if service.exit_code is not None:
            raise AssertionError(service.log_tail())
        await asyncio.sleep(0.05 if articles == 1 else 0.25)
        reading = await asyncio.to_thread(_reading_of, service)
    return reading


def _reading_of(service: ServiceProcess) -> _Reading:
    text = service.get("/metrics")[1]
    values = dict(line.rpartition(" ")[::2] for line in text.splitlines() if not line.startswith("#"))
    articles = sum(float(values.get(_ARTICLES % outcome, 0)) for outcome in ("matched", "unmatched", "rejected"))
    return _Reading(articles, time.monotonic(), float(values.get(_CPU, 0)))


def _read(connection: KafkaConnection, topic: str, count: int) -> tuple[float, float]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_reader, args=(theirs, connection, topic, count))
    with _on_core(0):
        process.start()
    theirs.close()  # else nothing would tell that it has ended without an answer
    readings: tuple[_Reading, _Reading] = ours.recv()
    process.join()
    begun, done = readings
    return begun.until(done)


def _reader(pipe: Connection, connection: KafkaConnection, topic: str, count: int) -> None:
    pipe.send(asyncio.run(_read_and_decode(connection, topic, count)))


async def _read_and_decode(connection: KafkaConnection, topic: str, count: int) -> tuple[_Reading, _Reading]:
    consumer = AIOKafkaConsumer(
        group_id=None,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4 * 1024 * 1024,
        **client_options(connection),
    )
    consumer.assign([TopicPartition(topic, partition) for partition in range(_PARTITIONS)])
    await consumer.start()
    read = 0
    begun: _Reading | None = None
    while read < count:
        for records in (await consumer.getmany(timeout_ms=1_000, max_records=500)).values():
            for record in records:
                decode_article(record.value, max_bytes=1_000_000)
            read += len(records)
        begun = begun or _Reading(read, time.monotonic(), time.process_time())
    done = _Reading(read, time.monotonic(), time.process_time())
    await consumer.stop()
    assert begun is not None
    return begun, done


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(_main(*given, *_DEFAULTS[len(given) :]))
