"""`wirewatch match`: a line of JSON for each match."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from wirewatch.adapters.rule_files import RuleFileError
from wirewatch.cli.match import command

RULES = "rules:\n  - {id: japan, name: Japan, query: Japan}\n  - {id: korea, name: Korea, query: South Korea}\n"
ARTICLES = [
    {"id": "1", "title": "Japan and South Korea", "body": "They met."},
    {"id": "2", "title": "Elsewhere", "body": "Nothing."},
]


@pytest.fixture
def rules(tmp_path: Path) -> str:
    (tmp_path / "rules.yaml").write_text(RULES)
    return str(tmp_path / "rules.yaml")


@pytest.fixture
def articles(tmp_path: Path) -> str:
    (tmp_path / "articles.jsonl").write_text("".join(json.dumps(article) + "\n" for article in ARTICLES))
    return str(tmp_path / "articles.jsonl")


def test_each_match_is_a_line(rules: str, articles: str) -> None:
    result = CliRunner().invoke(command, ["--rules", rules, articles])
    assert result.exit_code == 0
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"article_id": "1", "rule_id": "japan", "terms": [{"field": "title", "start": 0, "end": 5, "text": "Japan"}]},
        {
            "article_id": "1",
            "rule_id": "korea",
            "terms": [{"field": "title", "start": 10, "end": 21, "text": "South Korea"}],
        },
    ]


def test_all_has_a_line_for_an_article_without_a_match(rules: str, articles: str) -> None:
    result = CliRunner().invoke(command, ["--all", "--rules", rules, articles])
    assert json.loads(result.stdout.splitlines()[-1]) == {"article_id": "2", "rule_id": None, "terms": []}


def test_rules_with_errors_are_not_used(tmp_path: Path, articles: str) -> None:
    (tmp_path / "bad.yaml").write_text("rules: 5")
    result = CliRunner().invoke(command, ["--rules", str(tmp_path / "bad.yaml"), articles])
    assert isinstance(result.exception, RuleFileError)
