"""The `wirewatch` command: one module a subcommand, loaded when it is asked for.

Exit codes: 0 done, 1 failed, 2 misused (arguments, settings). Results go to stdout, everything else to stderr.
"""

import logging
import sys
from collections.abc import Sequence

import click

from wirewatch import __version__
from wirewatch.cli.lazy import LazyGroup
from wirewatch.config import SettingsError
from wirewatch.errors import WirewatchError

__all__ = ["main"]

_COMMANDS = {
    "deliveries": "wirewatch.cli.deliveries",
    "demo": "wirewatch.cli.demo",
    "listen": "wirewatch.cli.listen",
    "match": "wirewatch.cli.match",
    "publish": "wirewatch.cli.publish",
    "receivers": "wirewatch.cli.receivers",
    "rules": "wirewatch.cli.rules",
    "run": "wirewatch.cli.run",
    "tail": "wirewatch.cli.tail",
}


@click.group("wirewatch", cls=LazyGroup, modules=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def _cli() -> None:
    """Watch the news: articles on Kafka in, a signed webhook out for every rule that matches."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command with `arguments`, those of the process unless given, and exit with its code."""
    # Where nobody sets up logs, Python would print what the client library logs beside our own message.
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())
    try:
        _cli(arguments, prog_name="wirewatch")
    except SettingsError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except WirewatchError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read our output has seen enough; keep Python from complaining at exit.
        sys.stdout = None
        sys.exit(1)
