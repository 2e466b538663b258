"""`wirewatch receivers check`: are receivers' files right?"""

import os
import sys
from pathlib import Path

import click

from wirewatch.config.receivers import LoadedReceivers, read_receiver_files

__all__ = ["checked_receivers", "command"]


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
def command(paths: tuple[Path, ...]) -> None:
    """Check receivers' files.

    A PATH is a YAML file or a folder of them. All that is wrong in any file is printed on stderr, each with its file,
    line and column; the exit code is 1 then, else 0. A secret that is not to be found here is only a note: it has to
    be there where the workers run.
    """
    loaded = checked_receivers(paths)
    counted = f"{len(loaded.receivers)} receiver{'' if len(loaded.receivers) == 1 else 's'}"
    if loaded.problems:
        click.echo(f"{len(loaded.problems)} wrong; without them: {counted}", err=True)
        sys.exit(1)
    click.echo(f"{counted}: all good")


def checked_receivers(paths: tuple[Path, ...]) -> LoadedReceivers:
    """Return what the files hold, after printing what is wrong and what is only missing here."""
    loaded = read_receiver_files(paths, os.environ)
    for problem in loaded.problems:
        click.echo(f"{problem}", err=True)
    for note in loaded.absent:
        click.echo(f"{note.where}: note: not checked, for here {note.message}", err=True)
    return loaded
