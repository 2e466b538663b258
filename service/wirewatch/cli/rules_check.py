"""`wirewatch rules check`: are rule files right, and do the rules do what their examples say?"""

import sys
from pathlib import Path

import click

from wirewatch.adapters.rule_files import load_rules, run_examples

__all__ = ["command"]


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
def command(paths: tuple[Path, ...]) -> None:
    """Check rule files, and run each rule's own examples.

    A PATH is a YAML file or a folder of them. All that is wrong in any file is printed on stderr, each with its file,
    line and column; the exit code is 1 then, else 0.
    """
    loaded = load_rules(paths)
    problems = (*loaded.problems, *run_examples(loaded.rules, loaded.examples))
    for problem in problems:
        click.echo(f"{problem}\n", err=True)
    counted = f"{_count(len(loaded.rules), 'rule')}, {_count(len(loaded.examples), 'example')}"
    if problems:
        click.echo(f"{_count(len(problems), 'problem')}; without them: {counted}", err=True)
        sys.exit(1)
    click.echo(f"{counted}: all good")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
