"""`wirewatch run`: the service itself."""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import structlog

from wirewatch.adapters.logs import configure_logs
from wirewatch.bootstrap import RoleName, serve, stop_on_signals
from wirewatch.cli.options import config_option, settings_from
from wirewatch.config import Settings
from wirewatch.config.receivers import load_receivers
from wirewatch.delivery import Receiver
from wirewatch.errors import WirewatchError

__all__ = ["command"]


@click.command("run")
@click.option(
    "--role",
    "roles",
    type=click.Choice([role.value for role in RoleName]),
    multiple=True,
    help="A role to run; several may be given. All of them unless given.",
)
@config_option
def command(roles: tuple[str, ...], config: Path | None) -> None:
    """Run the service: match articles, decide alerts, deliver webhooks.

    All roles run in one process unless --role says otherwise; start more processes of a role to share its work.
    SIGTERM or Ctrl-C stops reading, finishes and commits what is in hand, and exits with 0.

    Metrics and health are served at http.port (8420): /metrics, /livez, /readyz.
    """
    chosen = [role for role in RoleName if not roles or role in roles]
    settings = settings_from(config)
    receivers = _receivers(settings) if RoleName.DELIVER in chosen else ()
    log = configure_logs(settings.log.format, settings.log.level)
    sys.exit(asyncio.run(_run(settings, receivers, chosen, log)))


def _receivers(settings: Settings) -> Sequence[Receiver]:
    return load_receivers(settings.deliver.require_receivers_file(), os.environ)


async def _run(
    settings: Settings, receivers: Sequence[Receiver], roles: Sequence[RoleName], log: structlog.stdlib.BoundLogger
) -> int:
    stop = asyncio.Event()
    with stop_on_signals(stop):
        try:
            await serve(settings, receivers, roles, log=log, stop=stop)
        except WirewatchError as error:
            log.error("failed", error=str(error))  # noqa: TRY400 - its message says it all
            return 1
    return 0
