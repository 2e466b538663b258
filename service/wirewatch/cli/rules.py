"""`wirewatch rules`: work on watch rules."""

import click

from wirewatch.cli.lazy import LazyGroup

__all__ = ["command"]

_COMMANDS = {
    "apply": "wirewatch.cli.rules_apply",
    "check": "wirewatch.cli.rules_check",
    "explain": "wirewatch.cli.rules_explain",
}


@click.group("rules", cls=LazyGroup, modules=_COMMANDS)
def command() -> None:
    """Check and explain watch rules, and bring them to the running service."""
