"""`wirewatch receivers apply`: receivers from files to the running service."""

import asyncio
import sys
from pathlib import Path

import click

from wirewatch.adapters.kafka import ensure_topics
from wirewatch.bootstrap import topic_specs
from wirewatch.bootstrap.receivers import AppliedReceivers, apply_receivers
from wirewatch.cli.options import config_option, reachable_clients, settings_from
from wirewatch.cli.receivers_check import checked_receivers
from wirewatch.config import Settings
from wirewatch.delivery import ReceiverSpec

__all__ = ["command"]


@click.command("apply")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--prune", is_flag=True, help="Also remove from the service the receivers that are not in these files.")
@config_option
def command(paths: tuple[Path, ...], config: Path | None, *, prune: bool) -> None:
    """Check receivers' files, then bring them to the running service.

    A PATH is a YAML file or a folder of them. If anything is wrong in any file, nothing is applied. Every deliver
    worker takes the new receivers over within a second, without a restart. Secrets stay where they are: only their
    names go to the service.
    """
    loaded = checked_receivers(paths)
    if loaded.problems:
        click.echo("nothing was applied; correct the files first", err=True)
        sys.exit(1)
    applied = asyncio.run(_apply(settings_from(config), loaded.receivers, prune=prune))
    for line in _lines(applied):
        click.echo(line)


async def _apply(settings: Settings, receivers: tuple[ReceiverSpec, ...], *, prune: bool) -> AppliedReceivers:
    clients = await reachable_clients(settings)
    await ensure_topics(clients, topic_specs(settings), create=settings.topics.create)
    return await apply_receivers(clients, settings.topic_names(), receivers, prune=prune)


def _lines(applied: AppliedReceivers) -> list[str]:
    changes = (("added", applied.added), ("changed", applied.changed), ("removed", applied.removed))
    named = [f"{what:8} {receiver_id}" for what, receiver_ids in changes for receiver_id in receiver_ids]
    counts = ", ".join(f"{len(receiver_ids)} {what}" for what, receiver_ids in changes)
    others = f"; {len(applied.kept)} more are in the service and not in these files" if applied.kept else ""
    return [*named, f"{counts}, {len(applied.unchanged)} unchanged{others}"]
