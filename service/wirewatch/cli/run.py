"""`wirewatch run`: the service itself."""

import asyncio
import gc
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import click
import structlog

from wirewatch.adapters.logs import configure_logs
from wirewatch.bootstrap import RoleName, serve, stop_on_signals
from wirewatch.cli.options import config_option, settings_from
from wirewatch.config import Settings
from wirewatch.errors import WirewatchError

__all__ = ["command"]

_LEAVE_SECONDS = 0.75
_SWITCH_SECONDS = 0.0005
"""How long a thread that learns rules keeps Python's lock: an article waits for it several times, by default 5 ms."""
_NEW_OBJECTS = 20_000
"""How many more there are before cycles among them are looked for; Python's 700 are reached every few messages."""


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
    log = configure_logs(settings.log.format, settings.log.level)
    gc.freeze()  # what is loaded by now stays: to look through it again and again was a quarter of a delivery's cost
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
    sys.setswitchinterval(_SWITCH_SECONDS)
    sys.exit(asyncio.run(_run(settings, chosen, log)))


async def _run(settings: Settings, roles: Sequence[RoleName], log: structlog.stdlib.BoundLogger) -> int:
    stop = asyncio.Event()
    code = 0
    guard = asyncio.create_task(_guard_the_end(stop, settings.shutdown.grace_seconds), name="guard-the-end")
    with stop_on_signals(stop):
        try:
            await serve(settings, (), roles, log=log, stop=stop)
        except WirewatchError as error:
            log.error("failed", error=str(error))  # noqa: TRY400 - its message says it all
            code = 1
    guard.cancel()
    _leave_within(_LEAVE_SECONDS, code)
    return code


async def _guard_the_end(stop: asyncio.Event, grace_seconds: float) -> None:
    """Once told to stop, see to it that the process ends even if the event loop itself should hang."""
    await stop.wait()
    _leave_within(grace_seconds + 2 * _LEAVE_SECONDS, 1)


def _leave_within(seconds: float, code: int) -> None:
    """End the process in `seconds` if it has not ended by then.

    Whatever still runs when the roles are over (a library's thread that waits for the broker) has nothing to finish
    that is not done again after the next start.
    """
    timer = threading.Timer(seconds, os._exit, (code,))
    timer.daemon = True
    timer.start()
