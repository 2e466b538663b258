"""`wirewatch receivers`: work on who gets alerts."""

import click

from wirewatch.cli.lazy import LazyGroup

__all__ = ["command"]

_COMMANDS = {
    "apply": "wirewatch.cli.receivers_apply",
    "check": "wirewatch.cli.receivers_check",
    "disable": "wirewatch.cli.receivers_disable",
    "enable": "wirewatch.cli.receivers_enable",
    "list": "wirewatch.cli.receivers_list",
    "rotate-secret": "wirewatch.cli.receivers_rotate",
    "test": "wirewatch.cli.receivers_test",
}


@click.group("receivers", cls=LazyGroup, modules=_COMMANDS)
def command() -> None:
    """Check receivers, bring them to the running service, and look after them."""
