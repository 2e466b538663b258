"""An alert as `tail`, `listen` and `demo` show it to a person."""

from datetime import UTC, datetime

import click

from wirewatch.alert import Alert, MatchMessage, alert_from, encode_matches
from wirewatch.article import Article
from wirewatch.cli.render import readable_alert
from wirewatch.matching import PlainIndex
from wirewatch.rule import Rule

_NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def _alert(article: Article) -> Alert:
    matches = PlainIndex([Rule(id="harbour", name="The harbour", query="harbour", severity="high")]).match(article)
    (written,) = encode_matches(matches, article, received_at=_NOW, matched_at=_NOW)
    return alert_from(MatchMessage.decode(written), emitted_at=_NOW)


def test_an_alert_is_the_rule_the_headline_and_where_they_met_with_the_hits_in_bold() -> None:
    alert = _alert(
        Article(id="a", title="Ships come in", body="All harbour lights\n\nwere out.", source="Wire", url="u")
    )
    assert readable_alert(alert, "12:00:00").splitlines() == [
        f"12:00:00  {click.style('The harbour', bold=True)} [high]  {alert.id}",
        "    Ships come in (Wire)",
        f"    All {click.style('harbour', bold=True)} lights were out.",
        "    u",
    ]


def test_nothing_in_an_article_steers_the_terminal() -> None:
    shown = click.unstyle(
        readable_alert(_alert(Article(id="a", title="\x1b[2J \u202eharbour\u2028x", body="\x9b31m")), "now")
    )
    assert shown.splitlines()[1:] == ["     [2J harbour x"]
