"""`wirewatch rules explain`: how a query is understood, and why it does, or does not, match an article."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

import click

from wirewatch.adapters.rule_files import LoadedRules, load_rules
from wirewatch.article import Article
from wirewatch.cli.inputs import read_articles
from wirewatch.cli.render import plain
from wirewatch.errors import WirewatchError
from wirewatch.matching import Traced, candidate_words, fields_of, trace
from wirewatch.query import (
    And,
    AtLeast,
    Compare,
    InField,
    Named,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Within,
    children_of,
    format_query,
    parse,
)

__all__ = ["command"]

_DEFAULT_FOLDER = Path("rules")
_LIKE_AN_ID = re.compile("[a-z0-9]+(-[a-z0-9]+)+")
_MAX_HITS = 5
_COLUMN = 44
"""Where what was found begins, to the right of the tree."""


@click.command("explain")
@click.argument("what", metavar="ID|QUERY")
@click.argument("file", required=False, metavar="[FILE]")
@click.option(
    "--rules",
    "paths",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A rule file or a folder of them, for the ID and for named lists; may be repeated. [default: rules, if there]",
)
def command(what: str, file: str | None, paths: tuple[Path, ...]) -> None:
    """Show how a rule's query is understood and, for the articles in FILE, why it does or does not match.

    ID is that of a rule; anything else is read as a QUERY. The tree shows each operator with what it joins, the fields
    are those that are looked at, and an article without any of the candidate words is never looked at. FILE holds
    articles as JSON, JSON lines, ninjs or plain text; - is standard input.
    """
    query = _query(what, paths or ((_DEFAULT_FOLDER,) if _DEFAULT_FOLDER.is_dir() else ()))
    click.echo(f"query       {plain(format_query(query))}")
    click.echo(f"fields      {', '.join(fields_of(query))}")
    click.echo(f"candidates  articles with {' or '.join(map(plain, candidate_words(query)))}")
    if file is None:
        click.echo("\n".join(["tree", *(f"  {line}" for line in _tree(query))]))
        return
    for article in read_articles([file]):
        _show(query, article)


def _query(what: str, paths: tuple[Path, ...]) -> Query:
    """Return the query of the rule `what`, or that `what` is.

    Raises:
        QueryError: it is neither.
        WirewatchError: a rule file that was asked for has errors, and the rule is not among those without.
    """
    loaded = load_rules(paths)
    rule = next((rule for rule in loaded.rules if rule.id == what), None)
    if rule is not None:
        return rule.expression
    if any(problem.line == 0 for problem in loaded.errors):
        raise WirewatchError("\n".join(map(str, loaded.errors)))
    if _LIKE_AN_ID.fullmatch(what):
        click.echo(f"no rule has the id {what}: it is read as a query{_did_you_mean(what, loaded)}", err=True)
    return parse(what, loaded.lists)


def _did_you_mean(what: str, loaded: LoadedRules) -> str:
    near = get_close_matches(what, [rule.id for rule in loaded.rules], n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _show(query: Query, article: Article) -> None:
    traced = trace(query, article)
    verdict = click.style("matches", bold=True) if traced.holds else "does not match"
    click.echo(f"\n{verdict}  {plain(article.title or article.id)}")
    for line in _rows(traced):
        click.echo(f"  {line}")


def _tree(query: Query, indent: str = "") -> Iterator[str]:
    yield plain(_label(query))
    operands = tuple(children_of(query))
    for operand in operands:
        is_last = operand is operands[-1]
        first, *rest = _tree(operand)
        yield f"{indent}{'└─' if is_last else '├─'} {first}"
        yield from (f"{indent}{'   ' if is_last else '│  '}{line}" for line in rest)


def _rows(traced: Traced) -> Iterator[str]:
    """Yield the lines of the tree, each with what was found."""
    lines = _tree(traced.query)
    for line, part in zip(lines, _flat(traced), strict=True):
        sign = "yes" if part.holds else "no "
        yield f"{line:{_COLUMN}} {sign} {_found(part)}".rstrip()


def _flat(traced: Traced) -> Iterator[Traced]:
    yield traced
    for part in traced.parts:
        yield from _flat(part)


def _found(part: Traced) -> str:
    if part.parts and not isinstance(part.query, Near | Within | AtLeast):
        return ""
    shown = [f"{hit.field} {hit.start}-{hit.end} {plain(hit.text)!r}" for hit in part.hits[:_MAX_HITS]]
    more = [f"{len(part.hits) - _MAX_HITS} more"] if len(part.hits) > _MAX_HITS else []
    return ", ".join(shown + more)


def _label(query: Query) -> str:  # noqa: PLR0911 - a case a node
    match query:
        case And():
            return "AND"
        case Or():
            return "OR"
        case Not():
            return "NOT"
        case Near():
            return f"{'BEFORE' if query.ordered else 'NEAR'}/{query.distance}"
        case Within():
            return query.unit.value
        case AtLeast():
            return f"ATLEAST/{query.count}"
        case InField():
            return f"{query.name}:"
        case Named():
            return f"${query.name}"
        case Phrase() | Compare():
            return format_query(query)
