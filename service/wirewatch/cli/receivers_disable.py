"""`wirewatch receivers disable`: let nothing be sent to a receiver."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from wirewatch.bootstrap.receivers import disable_receiver
from wirewatch.cli.options import config_option, reachable_clients, settings_from
from wirewatch.config import Settings

__all__ = ["command"]


@click.command("disable")
@click.argument("receiver")
@config_option
def command(receiver: str, config: Path | None) -> None:
    """Let nothing be sent to RECEIVER until it is enabled; what would have been is parked, and nothing is lost."""
    asyncio.run(_disable(settings_from(config), receiver))
    click.echo(f"{receiver} is disabled; its deliveries are parked")


async def _disable(settings: Settings, receiver: str) -> None:
    clients = await reachable_clients(settings)
    await disable_receiver(clients, settings.topic_names(), receiver, datetime.now(UTC))
