"""`wirewatch match`: what rules would catch, without a broker."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from wirewatch.adapters.rule_files import load_rules
from wirewatch.article import Article
from wirewatch.cli.inputs import InputProblem, read_articles
from wirewatch.cli.problems import report_problems
from wirewatch.matching import Match, PlainIndex

__all__ = ["command"]


@click.command("match")
@click.option(
    "--rules",
    "rule_paths",
    multiple=True,
    required=True,
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="A YAML file of rules, or a folder of them; may be given several times.",
)
@click.option("--all", "show_all", is_flag=True, help="Print a line for each article that matched nothing, too.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...|-")
def command(rule_paths: tuple[Path, ...], files: tuple[str, ...], show_all: bool) -> None:  # noqa: FBT001 - click's way
    """Match articles from FILEs, or from standard input where a FILE is "-", against rules.

    Prints a line of JSON for each match: article_id, rule_id, and terms with the field, start, end and text of each.
    With --all, an article without a match has a line with rule_id null and no terms.
    """
    index = PlainIndex(load_rules(rule_paths).usable())
    problems: list[InputProblem] = []
    for article in read_articles(files, on_problem=problems.append):
        matched = index.match_with_faults(article)
        for fault in matched.faults:
            click.echo(f"{fault.rule.id} failed on {article.id}: {fault.error!r}", err=True)
        for line in _lines(article, matched.matches, show_all=show_all):
            click.echo(json.dumps(line, ensure_ascii=False))
    report_problems(problems)


def _lines(article: Article, matches: tuple[Match, ...], *, show_all: bool) -> Iterator[dict[str, object]]:
    for match in matches:
        yield {"article_id": article.id, "rule_id": match.rule.id, "terms": [hit._asdict() for hit in match.terms]}
    if show_all and not matches:
        yield {"article_id": article.id, "rule_id": None, "terms": []}
