"""The commands as a person meets them: results on stdout, errors on stderr, exit codes 0, 1 and 2."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.support.kafka import KafkaBroker
from tests.support.kafka_client import admin_client, read_topic
from tests.support.running import SEED, publish_seed, ready, until
from tests.support.service import Installation, json_lines

from wirewatch.article import decode_article
from wirewatch.routing import Topics

_NOBODY = "http://127.0.0.1:65535/"


@pytest.fixture
def installation(kafka: KafkaBroker, topics: Topics, tmp_path: Path) -> Installation:
    return Installation(tmp_path, bootstrap=kafka.bootstrap, prefix=topics.prefix, receiver_url=_NOBODY)


@pytest.fixture
def offline(tmp_path: Path) -> Installation:
    return Installation(tmp_path, bootstrap="127.0.0.1:9", prefix="offline.", receiver_url=None)


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "demo",
        "publish",
        "match",
        "tail",
        "listen",
        "rules",
        "rules check",
        "rules apply",
        "receivers apply",
        "receivers test",
        "deliveries list",
        "deliveries replay",
    ],
)
def test_every_command_explains_itself(offline: Installation, command: str) -> None:
    done = offline.command_here(*command.split(), "--help")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5


@pytest.mark.parametrize(
    "arguments", ["", "nonsense", "run --role nonsense", "publish", "match seeds", "rules check", "deliveries replay"]
)
def test_misuse_exits_with_2_and_says_so_on_stderr(offline: Installation, arguments: str) -> None:
    done = offline.command_here(*arguments.split())
    assert done.returncode == 2
    assert done.stderr
    assert not done.stdout


def test_wrong_settings_exit_with_2_and_are_all_named(offline: Installation) -> None:
    offline.env |= {"WIREWATCH_HTTP__PORT": "many", "WIREWATCH_TOPICS__PARTITION": "3"}
    done = offline.command("run")
    assert done.returncode == 2
    assert "WIREWATCH_HTTP__PORT" in done.stderr
    assert "WIREWATCH_TOPICS__PARTITION" in done.stderr
    assert "WIREWATCH_TOPICS__PARTITIONS" in done.stderr


def test_a_broker_that_is_not_there_fails_a_command_and_says_what_to_set(offline: Installation) -> None:
    done = offline.command("publish", SEED)
    assert done.returncode == 1
    assert "WIREWATCH_KAFKA__BOOTSTRAP" in done.stderr


def test_broken_rules_are_not_applied(installation: Installation) -> None:
    file = installation.folder / "rules.yaml"
    file.write_text("rules:\n  - {id: a, name: A, query: Japan}\n  - {id: b, name: B, query: Japan AND}\n", "utf-8")
    done = installation.command_here("rules", "apply", str(file))
    assert done.returncode == 1
    assert f"{file}:3:" in done.stderr
    assert "nothing was applied" in done.stderr


def test_applying_rules_says_what_was_added_changed_and_removed(installation: Installation) -> None:
    file = installation.folder / "rules.yaml"
    file.write_text("rules:\n  - {id: a, name: A, query: Japan}\n  - {id: b, name: B, query: Korea}\n", "utf-8")
    first = installation.command_here("rules", "apply", str(file))
    file.write_text("rules:\n  - {id: a, name: A, query: Japan}\n  - {id: c, name: C, query: Korea}\n", "utf-8")
    second = installation.command_here("rules", "apply", str(file))
    file.write_text("rules:\n  - {id: a, name: A, query: Japan AND Korea}\n", "utf-8")
    third = installation.command_here("rules", "apply", "--prune", str(file))
    assert first.stdout.splitlines()[-1] == "2 added, 0 changed, 0 removed, 0 unchanged"
    assert second.stdout.splitlines()[-1] == (
        "1 added, 0 changed, 0 removed, 1 unchanged; 1 more rules are in the service and not in these files"
    )
    assert third.stdout.splitlines() == [
        "changed  a",
        "removed  b",
        "removed  c",
        "0 added, 1 changed, 2 removed, 0 unchanged",
    ]


async def test_published_articles_reach_the_topic_keyed_by_their_id(
    installation: Installation, kafka: KafkaBroker, topics: Topics
) -> None:
    lines = "\n".join(json.dumps({"id": f"a-{n}", "title": f"Title {n}"}) for n in range(1_200))
    done = await asyncio.to_thread(installation.command, "publish", "-", SEED, stdin=lines)
    assert done.returncode == 0, done.stderr
    assert "published 1201 articles" in done.stderr
    records = await read_topic(kafka.connection, topics.articles)
    assert {record.key for record in records} >= {b"a-0", b"a-1199"}
    assert all(decode_article(record.value, max_bytes=10**6).id.encode() == record.key for record in records)


def test_a_file_with_a_broken_line_says_which(offline: Installation, installation: Installation) -> None:
    file = offline.folder / "news.jsonl"
    file.write_text('{"title": "Good"}\n{"title": \n', "utf-8")
    done = installation.command_here("publish", str(file))
    assert done.returncode == 1
    assert f"{file}:2" in done.stderr


def test_matching_without_a_broker_prints_a_json_line_for_each_match(offline: Installation) -> None:
    done = offline.command("match", "--rules", "rules", "--all", SEED, "-", stdin='{"id": "dull", "title": "Dull day"}')
    assert done.returncode == 0, done.stderr
    lines = json_lines(done.stdout)
    assert {"article_id": "dull", "rule_id": None, "terms": []} in lines
    (seed,) = [line for line in lines if line["rule_id"] == "japan-rok-defense"]
    assert {hit["text"] for hit in seed["terms"]} >= {"Japan", "South Korea", "defense"}


async def test_tail_shows_the_first_alert_even_when_it_began_before_there_was_a_topic_and_stops_on_sigint(
    installation: Installation, kafka: KafkaBroker, topics: Topics
) -> None:
    with _tailing(installation) as (output, interrupt):
        async with admin_client(kafka.connection) as admin, asyncio.timeout(60):
            while topics.alerts not in await admin.list_topics():
                await asyncio.sleep(0.1)
        service = installation.run("--role", "match", "--role", "alert")
        try:
            await ready(service)
            await publish_seed(installation, service)
            await until(lambda: output.read_text("utf-8").endswith("\n"))
        finally:
            await asyncio.to_thread(service.stop)
        assert await asyncio.to_thread(interrupt) == 0
    assert "The vice defense ministers of Japan and South Korea" in output.read_text("utf-8")
    with _tailing(installation, "--from-beginning", "--json") as (output, _):
        await until(lambda: output.read_text("utf-8").endswith("\n"))
        assert json_lines(output.read_text("utf-8"))[0]["subject"] == "japan-rok-defense"


@contextmanager
def _tailing(installation: Installation, *arguments: str) -> Iterator[tuple[Path, Callable[[], int]]]:
    """Run `tail` while the context lasts; give its output, and what presses Ctrl-C and waits."""
    output = installation.folder / f"tail{len(arguments)}.txt"
    with output.open("w", encoding="utf-8") as stdout:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "wirewatch", "tail", *arguments], env=installation.env, stdout=stdout
        )

    def interrupt() -> int:
        process.send_signal(signal.SIGINT)
        return process.wait(20)

    try:
        yield output, interrupt
    finally:
        process.kill()
        process.wait()
