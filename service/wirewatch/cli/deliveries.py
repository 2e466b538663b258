"""`wirewatch deliveries`: work on deliveries that did not arrive."""

import click

from wirewatch.cli.lazy import LazyGroup

__all__ = ["command"]

_COMMANDS = {
    "list": "wirewatch.cli.deliveries_list",
    "replay": "wirewatch.cli.deliveries_replay",
    "show": "wirewatch.cli.deliveries_show",
}


@click.group("deliveries", cls=LazyGroup, modules=_COMMANDS)
def command() -> None:
    """Look at deliveries that failed or were parked, and send them again."""
