"""`wirewatch receivers test`: a signed sample, sent the way that alerts are."""

import asyncio
import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from wirewatch.bootstrap.receivers import known_receivers
from wirewatch.bootstrap.sample import sample_delivery, send_sample
from wirewatch.cli.options import config_option, reachable_clients, settings_from
from wirewatch.config import Settings, reference_reader
from wirewatch.delivery import AttemptResult

__all__ = ["command"]


@click.command("test")
@click.argument("receiver")
@config_option
def command(receiver: str, config: Path | None) -> None:
    """Send a sample alert to RECEIVER from this machine, made, signed and posted as real ones are.

    The sample's rule is `wirewatch-test`. Its secrets must be found here, as on a worker. Exits with 0 when the
    receiver has accepted it, with 1 and the reason otherwise. Nothing is retried, and the receiver's state is left as
    it is; a receiver that is disabled can be tested too.
    """
    result = asyncio.run(_test(settings_from(config), receiver))
    took = f"{result.duration_seconds:.2f} s"
    if result.failure is None:
        click.echo(f"accepted after {took}" + (f" ({result.status})" if result.status else ""))
        return
    click.echo(f"not accepted ({result.failure}) after {took}: {result.detail}", err=True)
    sys.exit(1)


async def _test(settings: Settings, receiver_id: str) -> AttemptResult:
    clients = await reachable_clients(settings)
    spec = (await known_receivers(clients, settings.topic_names())).spec(receiver_id)
    receiver = spec.resolve(reference_reader(os.environ))
    now = datetime.now(UTC)
    return await send_sample(settings, receiver, sample_delivery(receiver_id, secrets.token_hex(8), now), now)
