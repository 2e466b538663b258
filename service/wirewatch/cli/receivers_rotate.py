"""`wirewatch receivers rotate-secret`: a new signing secret, the old ones valid for a while longer."""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from wirewatch.bootstrap.receivers import rotate_secret
from wirewatch.cli.options import config_option, reachable_clients, settings_from
from wirewatch.config import Settings, reference_reader
from wirewatch.delivery import ReceiverError, ReceiverSpec, Reference, SecretReference, read_key

__all__ = ["command"]


@click.command("rotate-secret")
@click.argument("receiver")
@click.option("--env", "variable", metavar="NAME", help="The environment variable of the workers with the new secret.")
@click.option("--file", metavar="PATH", help="The file of the workers with the new secret.")
@click.option(
    "--keep-hours",
    type=click.FloatRange(min=0),
    default=24.0,
    show_default=True,
    help="How long the old secrets go on signing beside it.",
)
@config_option
def command(receiver: str, variable: str | None, file: str | None, keep_hours: float, config: Path | None) -> None:
    """Sign what goes to RECEIVER with a new secret, and for a while with the old ones as well.

    Put the new secret where all workers find it, run this, give the secret to the subscriber before the old ones end,
    and write what is printed into the receivers' file.
    """
    if (variable is None) == (file is None):
        raise click.UsageError("give one of --env and --file: where the workers find the new secret")
    new = Reference(env=variable) if variable is not None else Reference(file=str(Path(file or "").absolute()))
    _check(new)
    rotated = asyncio.run(_rotate(settings_from(config), receiver, new, timedelta(hours=keep_hours)))
    for line in _lines(rotated):
        click.echo(line)


def _check(new: Reference) -> None:
    """Check the secret where it is here too; raises SecretError."""
    try:
        text = reference_reader(os.environ)(new)
    except ReceiverError as error:
        click.echo(f"note: the new secret was not checked, for here {error}", err=True)
        return
    read_key(text)


async def _rotate(settings: Settings, receiver: str, new: Reference, keep: timedelta) -> ReceiverSpec:
    clients = await reachable_clients(settings)
    return await rotate_secret(clients, settings.topic_names(), receiver, new, keep=keep, now=datetime.now(UTC))


def _lines(spec: ReceiverSpec) -> Iterator[str]:
    yield f"  - id: {spec.id}"
    yield "    secret:"
    for secret in spec.secrets:
        yield f"      - {{{_shown(secret)}}}"


def _shown(secret: SecretReference) -> str:
    where = f"env: {secret.env}" if secret.env is not None else f"file: {secret.file}"
    return f"{where}, until: {secret.until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if secret.until else where
