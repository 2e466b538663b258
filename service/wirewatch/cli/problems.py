"""What is said of articles that could not be read from files: all of them, after the good ones are done."""

import sys
from collections.abc import Sequence

import click

from wirewatch.cli.inputs import InputProblem

__all__ = ["report_problems"]


def report_problems(problems: Sequence[InputProblem]) -> None:
    """Print `problems` on stderr and exit with 1 if there are any."""
    for problem in problems:
        click.echo(f"Error: {problem}", err=True)
    if problems:
        click.echo(f"{len(problems)} could not be read; all others were", err=True)
        sys.exit(1)
