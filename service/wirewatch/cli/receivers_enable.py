"""`wirewatch receivers enable`: let deliveries be made again."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from wirewatch.bootstrap.receivers import enable_receiver
from wirewatch.cli.options import config_option, reachable_clients, settings_from
from wirewatch.config import Settings

__all__ = ["command"]


@click.command("enable")
@click.argument("receiver")
@config_option
def command(receiver: str, config: Path | None) -> None:
    """Let deliveries be made to RECEIVER again, after it was disabled.

    What was parked for it meanwhile stays parked until it is asked for with `wirewatch deliveries replay`.
    """
    asyncio.run(_enable(settings_from(config), receiver))
    click.echo(
        f"{receiver} is enabled; for what was parked: wirewatch deliveries replay --receiver {receiver} --parked"
    )


async def _enable(settings: Settings, receiver: str) -> None:
    clients = await reachable_clients(settings)
    await enable_receiver(clients, settings.topic_names(), receiver, datetime.now(UTC))
