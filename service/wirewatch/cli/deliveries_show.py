"""`wirewatch deliveries show`: everything about one."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from wirewatch.bootstrap.deliveries import Kept, Selection, kept_deliveries
from wirewatch.cli.deliveries_options import line_of
from wirewatch.cli.options import config_option, reachable_clients, settings_from
from wirewatch.cli.render import plain
from wirewatch.config import Settings

__all__ = ["command"]


@click.command("show")
@click.argument("alert_id")
@click.option("--receiver", help="Only the delivery to this receiver.")
@config_option
def command(alert_id: str, receiver: str | None, config: Path | None) -> None:
    """Print what is kept of an alert's deliveries: why, after how many attempts, and what would be sent.

    ALERT_ID is the alert's id, which is its webhook-id too. Exits with 1 when nothing of it failed or is parked.
    """
    found = asyncio.run(_found(settings_from(config), Selection(alert_ids=(alert_id,), receiver=receiver)))
    if not found:
        click.echo(f"no delivery of {alert_id} failed or is parked", err=True)
        sys.exit(1)
    for kept in found:
        for line in _lines(kept):
            click.echo(line)


async def _found(settings: Settings, selection: Selection) -> tuple[Kept, ...]:
    clients = await reachable_clients(settings)
    all_kept = kept_deliveries(clients, settings.topic_names(), selection)
    return tuple([kept async for kept in all_kept])


def _lines(kept: Kept) -> Iterator[str]:
    yield line_of(kept)
    yield f"    alert emitted {kept.delivery.created_at:%Y-%m-%dT%H:%M:%SZ}, replayed {kept.delivery.replays} times"
    if kept.said("error"):
        yield f"    {plain(kept.said('error'))}"
    for line in json.dumps(kept.delivery.alert, indent=2, ensure_ascii=False).splitlines():
        yield f"    {plain(line)}"
