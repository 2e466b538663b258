"""`wirewatch rules explain`: what a person sees who asks why a rule did, or did not, alert."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wirewatch.cli.rules_explain import command
from wirewatch.query import QueryError

RULES = """\
lists:
  asia: Japan OR South Korea
rules:
  - id: asia-defense
    name: Defense in Asia
    query: $asia AND defen* NEAR/2 minister NOT (sport OR lang:fr)
"""
ARTICLE = '{"id": "1", "title": "Japan speaks", "body": "The defense minister of Japan."}'


def explain(folder: Path, what: str, article: str | None = None) -> Result:
    rules = folder / "rules.yaml"
    rules.write_text(RULES, "utf-8")
    arguments = ["--rules", str(rules), what]
    if article is not None:
        (folder / "article.json").write_text(article, "utf-8")
        arguments.append(str(folder / "article.json"))
    return CliRunner().invoke(command, arguments)


def test_rule_is_shown_as_a_tree_with_its_fields_and_candidates(tmp_path: Path) -> None:
    assert explain(tmp_path, "asia-defense").stdout == (
        "query       $asia AND defen* NEAR/2 minister AND NOT (sport OR lang:fr)\n"
        "fields      title, body, lang\n"
        "candidates  articles with minister\n"
        "tree\n"
        "  AND\n"
        "  ├─ $asia\n"
        "  │  └─ OR\n"
        "  │     ├─ Japan\n"
        "  │     └─ South Korea\n"
        "  ├─ NEAR/2\n"
        "  │  ├─ defen*\n"
        "  │  └─ minister\n"
        "  └─ NOT\n"
        "     └─ OR\n"
        "        ├─ sport\n"
        "        └─ lang:\n"
        "           └─ fr\n"
    )


def test_article_that_matches_shows_where_each_part_was_found(tmp_path: Path) -> None:
    lines = explain(tmp_path, "asia-defense", ARTICLE).stdout.splitlines()
    assert "matches  Japan speaks" in lines
    assert [line.split() for line in lines[5:]] == [
        ["AND", "yes"],
        ["├─", "$asia", "yes"],
        ["│", "└─", "OR", "yes"],
        ["│", "├─", "Japan", "yes", "title", "0-5", "'Japan',", "body", "24-29", "'Japan'"],
        ["│", "└─", "South", "Korea", "no"],
        ["├─", "NEAR/2", "yes", "body", "4-11", "'defense',", "body", "12-20", "'minister'"],
        ["│", "├─", "defen*", "yes", "body", "4-11", "'defense'"],
        ["│", "└─", "minister", "yes", "body", "12-20", "'minister'"],
        ["└─", "NOT", "yes"],
        ["└─", "OR", "no"],
        ["├─", "sport", "no"],
        ["└─", "lang:", "no"],
        ["└─", "fr", "no"],
    ]


def test_article_that_does_not_match_shows_which_part_is_missing(tmp_path: Path) -> None:
    result = explain(tmp_path, "Japan BEFORE/1 minister", ARTICLE)
    assert "does not match  Japan speaks" in result.stdout
    assert ["BEFORE/1", "no"] in [line.split()[:2] for line in result.stdout.splitlines()]
    result = explain(tmp_path, "Japan AND China", ARTICLE)
    assert [line.split()[-2:] for line in result.stdout.splitlines() if "China" in line][-1] == ["China", "no"]


def test_what_is_no_id_is_a_query_that_may_use_the_lists(tmp_path: Path) -> None:
    assert "$asia" in explain(tmp_path, "$asia AND summit").stdout


def test_query_that_is_wrong_is_told_as_rules_check_tells_it(tmp_path: Path) -> None:
    result = explain(tmp_path, "Japan AND")
    assert isinstance(result.exception, QueryError)
    assert "expected a term after AND" in str(result.exception)


def test_every_article_of_the_file_is_explained(tmp_path: Path) -> None:
    result = explain(tmp_path, "Japan", f"{ARTICLE}\n{ARTICLE}\n")
    assert result.stdout.count("\nmatches  Japan speaks\n") == 2


@pytest.mark.parametrize("title", ["\x1b[2J red", "\u202e evil"])
def test_article_can_not_steer_the_terminal(tmp_path: Path, title: str) -> None:
    result = explain(tmp_path, "Japan", '{"id": "1", "title": "' + title.replace("\x1b", "\\u001b") + '", "body": "x"}')
    assert "\x1b[2J" not in result.stdout
    assert "\u202e" not in result.stdout


def test_what_looks_like_an_id_and_is_none_is_said_to_be_read_as_a_query(tmp_path: Path) -> None:
    result = explain(tmp_path, "asia-defence")
    assert result.stderr == "no rule has the id asia-defence: it is read as a query; did you mean asia-defense?\n"
    assert "query       asia-defence" in result.stdout
