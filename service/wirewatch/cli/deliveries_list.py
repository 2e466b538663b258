"""`wirewatch deliveries list`: what did not arrive."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from wirewatch.bootstrap.deliveries import Kept, KeptAs, Selection, kept_deliveries
from wirewatch.cli.deliveries_options import kept_options, line_of
from wirewatch.cli.options import config_option, reachable_clients, settings_from
from wirewatch.config import Settings

__all__ = ["command"]


@click.command("list")
@kept_options
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line for each instead.")
@config_option
def command(
    kept_as: str | None, receiver: str | None, since: datetime | None, config: Path | None, *, as_json: bool
) -> None:
    """Print deliveries that failed or were parked and were not replayed since, oldest first.

    A delivery that is still being retried is not among them.
    """
    wanted = (KeptAs(kept_as),) if kept_as else tuple(KeptAs)
    selection = Selection(wanted, receiver=receiver, since=since)
    lines = asyncio.run(_lines(settings_from(config), selection, _json_line if as_json else line_of))
    for line in lines:
        click.echo(line)
    if not as_json:
        click.echo(f"{len(lines)} deliver{'y' if len(lines) == 1 else 'ies'}", err=True)


async def _lines(settings: Settings, selection: Selection, line: Callable[[Kept], str]) -> list[str]:
    """Return a line for each, oldest first; the deliveries themselves would be too much to hold."""
    clients = await reachable_clients(settings)
    all_kept = kept_deliveries(clients, settings.topic_names(), selection)
    dated = [(kept.kept_at, line(kept)) async for kept in all_kept]
    return [text for _, text in sorted(dated)]


def _json_line(kept: Kept) -> str:
    delivery = kept.delivery
    shown = {
        "kept_as": kept.kept_as,
        "kept_at": kept.kept_at.isoformat(),
        "receiver": delivery.receiver,
        "alert_id": delivery.alert_id,
        "created_at": delivery.created_at.isoformat(),
        "attempts": delivery.attempts,
        "replays": delivery.replays,
        **{what: said for what in ("reason", "cause", "status", "error") if (said := kept.said(what))},
    }
    return json.dumps(shown, ensure_ascii=False)
