"""`wirewatch demo`: the whole way on this machine, from an article to a verified webhook, in a minute."""

import asyncio
import json
import os
import secrets
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import click
from pydantic import ValidationError

from wirewatch.adapters.embedded import EmbeddedBroker
from wirewatch.adapters.kafka import KafkaClients, ensure_topics
from wirewatch.adapters.logs import configure_logs
from wirewatch.adapters.rule_files import load_rules
from wirewatch.adapters.webhook import ReceivedWebhook, ReceiverServer
from wirewatch.alert import Alert
from wirewatch.bootstrap import (
    RoleName,
    apply_rules,
    clients_for,
    compile_matching,
    serve,
    stop_on_signals,
    topic_specs,
)
from wirewatch.cli.inputs import read_articles
from wirewatch.cli.publish import publish_all
from wirewatch.cli.render import readable_alert
from wirewatch.config import Settings, load_settings
from wirewatch.dedupe import alert_id
from wirewatch.delivery import Receiver, read_secret
from wirewatch.errors import WirewatchError

__all__ = ["command"]


class DemoFailed(WirewatchError):  # noqa: N818 - says what happened
    """The demo could not be set up."""


@click.command("demo")
@click.option(
    "--rules",
    "rules_folder",
    type=click.Path(exists=True, path_type=Path),
    default=Path("rules"),
    show_default=True,
    help="The rules to apply.",
)
@click.option(
    "--seeds",
    "seeds_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("seeds"),
    show_default=True,
    help="The folder of sample articles, with expected.json.",
)
@click.option("--seconds", type=click.FloatRange(min=1), default=60.0, show_default=True, help="How long to wait.")
@click.option("--keep", is_flag=True, help="Stay up afterwards, until Ctrl-C.")
def command(rules_folder: Path, seeds_folder: Path, seconds: float, *, keep: bool) -> None:
    """Show the service at work: broker, all roles and a receiver of webhooks on this machine.

    Applies the rules, publishes the sample articles and prints each alert as its webhook arrives and verifies. Exits
    with 0 when every expected alert has arrived, with 1 and what is missing otherwise.
    """
    sys.exit(asyncio.run(_demo(rules_folder, seeds_folder, seconds, keep=keep)))


async def _demo(rules_folder: Path, seeds_folder: Path, seconds: float, *, keep: bool) -> int:
    expected = _expected(seeds_folder)
    arrived = _Arrived(expected)
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        stack.enter_context(stop_on_signals(stop))
        receiver, server = await _receiver(stack, arrived)
        settings = await _settings(stack)
        clients = clients_for(settings)
        # Before the service starts: it reads all rules before its first article, but takes a while over new ones.
        await _apply(clients, settings, rules_folder)
        click.echo(
            "rules applied; matching is being loaded: the first time it is compiled, which may take a minute", err=True
        )
        await asyncio.to_thread(compile_matching)
        await stack.enter_async_context(_service(settings, receiver, stop))
        await publish_all(
            clients, settings.topic_names(), read_articles(_article_files(seeds_folder)), on_progress=lambda _: None
        )
        click.echo(f"articles published; webhooks arrive at {server.url}:\n", err=True)
        await _first(arrived.complete, stop, seconds)
        code = _conclude(arrived)
        if keep and not stop.is_set():
            click.echo(_staying(settings), err=True)
            await stop.wait()
    return code


class _Arrived:
    """The alerts that are expected, by id, and those that came; each is printed once, as it comes."""

    def __init__(self, expected: Mapping[str, tuple[str, str]]) -> None:
        self.missing = dict(expected)
        self.count = 0
        self.unverified = 0
        self.unexpected: set[str] = set()
        self.complete = asyncio.Event()
        self._expected = expected
        self._seen: set[str] = set()

    def take(self, webhook: ReceivedWebhook) -> None:
        """Note a webhook that came in, and print it."""
        if not webhook.is_verified:
            self.unverified += 1
            click.echo(f"NOT VERIFIED: {webhook.problem}", err=True)
            return
        try:
            alert = Alert.decode(webhook.body)
        except ValidationError as error:
            raise DemoFailed(f"a webhook arrived that is no alert: {error}") from error
        if alert.id in self._seen:
            return
        self._seen.add(alert.id)
        self.count += 1
        if alert.id not in self._expected:
            self.unexpected.add(f"{alert.data.article.id} for {alert.subject}")
        click.echo(readable_alert(alert, click.style("verified", fg="green")))
        self.missing.pop(alert.id, None)
        if not self.missing:
            self.complete.set()


def _expected(seeds_folder: Path) -> Mapping[str, tuple[str, str]]:
    """Return the (article, rule) of each alert that must come, by the alert's id."""
    file = seeds_folder / "expected.json"
    try:
        matches: dict[str, list[str]] = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise DemoFailed(
            f"{file} can't be read: {error}; run the demo in Wirewatch's folder, or name --seeds"
        ) from error
    return {alert_id(rule, article): (article, rule) for article, rules in matches.items() for rule in rules}


async def _receiver(stack: AsyncExitStack, arrived: _Arrived) -> tuple[Receiver, ReceiverServer]:
    secret = read_secret("whsec_" + b64encode(secrets.token_bytes(32)).decode())
    server = await stack.enter_async_context(ReceiverServer([secret], on_received=arrived.take))
    return Receiver(id="default", url=server.url, secrets=(secret,), allow_http=True), server


async def _settings(stack: AsyncExitStack) -> Settings:
    """Start the embedded broker and return the settings for it; nothing of the caller's environment counts."""
    broker = await stack.enter_async_context(EmbeddedBroker())
    return load_settings(
        None,
        {
            "WIREWATCH_KAFKA__BOOTSTRAP": broker.bootstrap,
            "WIREWATCH_DELIVER__ALLOW_NETWORKS": "127.0.0.0/8",
            "WIREWATCH_HTTP__HOST": "127.0.0.1",
            "WIREWATCH_HTTP__PORT": "0",
            "WIREWATCH_LOG__LEVEL": os.environ.get("WIREWATCH_LOG__LEVEL", "warning"),
        },
    )


@asynccontextmanager
async def _service(settings: Settings, receiver: Receiver, stop: asyncio.Event) -> AsyncIterator[None]:
    """Run all roles while the context lasts; if they fail, everything stops."""
    log = configure_logs(settings.log.format, settings.log.level)
    stop_service = asyncio.Event()
    service = asyncio.create_task(serve(settings, [receiver], list(RoleName), log=log, stop=stop_service))
    service.add_done_callback(lambda _: stop.set())
    try:
        yield
    finally:
        stop_service.set()
        await service


async def _apply(clients: KafkaClients, settings: Settings, rules_folder: Path) -> None:
    await ensure_topics(clients, topic_specs(settings), create=True)
    await apply_rules(clients, settings.topic_names(), load_rules([rules_folder]).usable(), prune=False)


def _article_files(seeds_folder: Path) -> tuple[str, ...]:
    return tuple(str(file) for file in sorted(seeds_folder.iterdir()) if file.suffix in {".txt", ".jsonl"})


async def _first(complete: asyncio.Event, stop: asyncio.Event, seconds: float) -> None:
    """Return when either is set, or after `seconds`."""
    waits = [asyncio.create_task(event.wait()) for event in (complete, stop)]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    await asyncio.gather(*waits, return_exceptions=True)


def _conclude(arrived: _Arrived) -> int:
    """Say how it went; return the exit code."""
    problems: Iterable[str] = (
        *(f"missing: {article} for {rule}" for article, rule in sorted(arrived.missing.values())),
        *(f"unexpected: {what}" for what in sorted(arrived.unexpected)),
        *([f"{arrived.unverified} webhooks did not verify"] if arrived.unverified else []),
    )
    for problem in problems:
        click.echo(problem, err=True)
    click.echo(f"\n{arrived.count} alerts delivered and verified, {len(arrived.missing)} missing", err=True)
    return 1 if problems else 0


def _staying(settings: Settings) -> str:
    bootstrap = ",".join(settings.kafka.bootstrap)
    return (
        f"\nStaying up; stop with Ctrl-C. In another terminal:\n"
        f"  export WIREWATCH_KAFKA__BOOTSTRAP={bootstrap}\n"
        f"  wirewatch tail\n"
        f"  wirewatch publish FILE"
    )
