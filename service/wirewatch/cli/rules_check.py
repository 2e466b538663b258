"""`wirewatch rules check`: are rule files right, and do the rules do what their examples say?"""

import json
import sys
from pathlib import Path

import click

from wirewatch.adapters.rule_files import Gravity, LoadedRules, Problem, load_rules, run_examples

__all__ = ["command"]


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the problems as a JSON list on stdout, for editors.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
def command(paths: tuple[Path, ...], *, as_json: bool, strict: bool) -> None:
    """Check rule files, and run each rule's own examples.

    A PATH is a YAML file or a folder of them. All that is wrong in any file is printed on stderr, each with its file,
    line and column. The exit code is 1 if there is an error, else 0; a warning is no error unless --strict is given.
    """
    loaded = load_rules(paths)
    problems = (*loaded.problems, *run_examples(loaded.rules, loaded.examples))
    if as_json:
        click.echo(json.dumps([_fields(problem) for problem in problems], ensure_ascii=False, indent=2))
    else:
        _print(problems, loaded)
    if any(strict or problem.severity is Gravity.ERROR for problem in problems):
        sys.exit(1)


def _print(problems: tuple[Problem, ...], loaded: LoadedRules) -> None:
    for problem in problems:
        click.echo(f"{problem}\n", err=True)
    counted = f"{_count(len(loaded.rules), 'rule')}, {_count(len(loaded.examples), 'example')}"
    errors = sum(problem.severity is Gravity.ERROR for problem in problems)
    warnings = len(problems) - errors
    warned = f", {_count(warnings, 'warning')}" if warnings else ""
    if errors:
        click.echo(f"{_count(errors, 'error')}{warned}; without them: {counted}", err=True)
    else:
        click.echo(f"{counted}{warned or ': all good'}")


def _fields(problem: Problem) -> dict[str, object]:
    return {
        "file": str(problem.file),
        "line": problem.line,
        "column": problem.column,
        "end_line": problem.end_line,
        "end_column": problem.end_column,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint,
    }


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
