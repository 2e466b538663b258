"""`wirewatch tail`: the alerts as they are emitted."""

import asyncio
from pathlib import Path

import click
from pydantic import ValidationError

from wirewatch.adapters.kafka import TopicReader
from wirewatch.alert import Alert
from wirewatch.bootstrap import stop_on_signals
from wirewatch.cli.options import config_option, reachable_clients, settings_from
from wirewatch.cli.render import plain, readable_alert
from wirewatch.config import Settings
from wirewatch.ports import Received

__all__ = ["command"]


@click.command("tail")
@click.option("--json", "as_json", is_flag=True, help="Print each alert's CloudEvent as a JSON line instead.")
@click.option("--from-beginning", is_flag=True, help="Begin with the oldest alert that is kept, not with the next one.")
@config_option
def command(config: Path | None, *, as_json: bool, from_beginning: bool) -> None:
    """Print alerts as they are emitted, until Ctrl-C."""
    asyncio.run(_tail(settings_from(config), as_json=as_json, from_beginning=from_beginning))


async def _tail(settings: Settings, *, as_json: bool, from_beginning: bool) -> None:
    clients = await reachable_clients(settings, settings.topic_names().alerts)
    tail = TopicReader(clients, settings.topic_names().alerts)
    await tail.start(from_beginning=from_beginning)
    stop = asyncio.Event()
    try:
        with stop_on_signals(stop):
            while not stop.is_set():
                for received in await tail.changes():
                    click.echo(_line(received, as_json=as_json))
    finally:
        await tail.stop()


def _line(received: Received, *, as_json: bool) -> str:
    raw = received.value or b""
    if as_json:
        return raw.decode(errors="replace")
    try:
        alert = Alert.decode(raw)
    except ValidationError:
        return f"not an alert of this version, at {received.topic}/{received.partition}/{received.offset}: " + plain(
            raw.decode(errors="replace")
        )
    return readable_alert(alert, alert.time.astimezone().strftime("%H:%M:%S"))
