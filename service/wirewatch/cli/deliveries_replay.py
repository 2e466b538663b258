"""`wirewatch deliveries replay`: send again what did not arrive."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

import click

from wirewatch.bootstrap.deliveries import KeptAs, Replayed, Selection, replay
from wirewatch.cli.deliveries_options import kept_options
from wirewatch.cli.options import config_option, reachable_clients, settings_from
from wirewatch.config import Settings

__all__ = ["command"]


@click.command("replay")
@click.argument("alert_ids", nargs=-1, metavar="[ALERT_ID]...")
@kept_options
@config_option
def command(
    alert_ids: tuple[str, ...],
    kept_as: str | None,
    receiver: str | None,
    since: datetime | None,
    config: Path | None,
) -> None:
    """Send failed and parked deliveries again, oldest first, with all their attempts before them.

    Name alerts, a --receiver, or a time with --since: what fits all that is given is sent, under the same ids as
    before. What was replayed once is not replayed again, unless it failed again. Exits with 1 when nothing was sent.
    """
    if not (alert_ids or receiver or since):
        raise click.UsageError("say which: give an ALERT_ID, --receiver or --since")
    wanted = (KeptAs(kept_as),) if kept_as else tuple(KeptAs)
    selection = Selection(wanted, alert_ids=alert_ids, receiver=receiver, since=since)
    replayed = asyncio.run(_replay(settings_from(config), selection))
    for receiver_id, problem in replayed.left.items():
        click.echo(f"left what is for {receiver_id}: {problem}", err=True)
    for receiver_id, count in sorted(replayed.sent.items()):
        click.echo(f"{count} for {receiver_id}")
    if not replayed.sent:
        click.echo("nothing was replayed", err=True)
        sys.exit(1)


async def _replay(settings: Settings, selection: Selection) -> Replayed:
    clients = await reachable_clients(settings)
    return await replay(clients, settings.topic_names(), selection)
