"""`wirewatch rules apply`: rules from files to the running service."""

import asyncio
import sys
from pathlib import Path

import click

from wirewatch.adapters.rule_files import Gravity, load_rules, run_examples
from wirewatch.bootstrap import AppliedRules, apply_rules
from wirewatch.cli.options import config_option, reachable_clients, settings_from
from wirewatch.config import Settings
from wirewatch.rule import Rule

__all__ = ["command"]


@click.command("apply")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--prune", is_flag=True, help="Also remove from the service the rules that are not in these files.")
@config_option
def command(paths: tuple[Path, ...], config: Path | None, *, prune: bool) -> None:
    """Check rule files, then bring their rules to the running service.

    A PATH is a YAML file or a folder of them. If there is an error in any file, nothing is applied. Every match worker
    takes the new rules over within a second, without a restart.
    """
    loaded = load_rules(paths)
    problems = (*loaded.problems, *run_examples(loaded.rules, loaded.examples))
    for problem in problems:
        click.echo(f"{problem}\n", err=True)
    if any(problem.severity is Gravity.ERROR for problem in problems):
        click.echo("nothing was applied; correct the files first", err=True)
        sys.exit(1)
    applied = asyncio.run(_apply(settings_from(config), loaded.rules, prune=prune))
    for line in _lines(applied):
        click.echo(line)


async def _apply(settings: Settings, rules: tuple[Rule, ...], *, prune: bool) -> AppliedRules:
    clients = await reachable_clients(settings, settings.topic_names().rules)
    return await apply_rules(clients, settings.topic_names(), rules, prune=prune)


def _lines(applied: AppliedRules) -> list[str]:
    changes = (("added", applied.added), ("changed", applied.changed), ("removed", applied.removed))
    named = [f"{what:8} {rule_id}" for what, rule_ids in changes for rule_id in rule_ids]
    counts = ", ".join(f"{len(rule_ids)} {what}" for what, rule_ids in changes)
    others = f"; {len(applied.kept)} more rules are in the service and not in these files" if applied.kept else ""
    return [*named, f"{counts}, {len(applied.unchanged)} unchanged{others}"]
