"""The shipped rules and the sample articles agree, near misses and all."""

import json
from pathlib import Path

from wirewatch.adapters.rule_files import load_rules, run_examples
from wirewatch.article import Article
from wirewatch.cli.inputs import read_articles
from wirewatch.matching import RuleIndex

_ROOT = Path(__file__).parents[2]
_SEEDS = _ROOT / "seeds"
_EXPECTED: dict[str, list[str]] = json.loads((_SEEDS / "expected.json").read_bytes())


def _articles() -> list[Article]:
    return list(read_articles([str(file) for file in sorted(_SEEDS.iterdir()) if file.suffix in {".txt", ".jsonl"}]))


def test_each_sample_article_matches_just_what_is_expected_of_it() -> None:
    index = RuleIndex(load_rules([_ROOT / "rules"]).usable())
    assert {article.id: [match.rule.id for match in index.match(article)] for article in _articles()} == _EXPECTED


def test_each_shipped_rule_is_matched_by_a_sample_article_or_an_example_of_its_own() -> None:
    loaded = load_rules([_ROOT / "rules"])
    sampled = {rule for rules in _EXPECTED.values() for rule in rules}
    shown = {example.rule_id for example in loaded.examples if example.is_match}
    rules = {rule.id for rule in loaded.usable()}
    assert sampled <= rules
    assert sampled | shown == rules
    assert loaded.problems == run_examples(loaded.rules, loaded.examples) == ()


def test_the_given_article_is_expected_to_match_its_rule() -> None:
    [given] = read_articles([str(next(_SEEDS.glob("000_*.txt")))])
    assert "japan-rok-defense" in _EXPECTED[given.id]


def test_samples_hold_near_misses_and_several_languages() -> None:
    articles = _articles()
    assert len(articles) >= 30
    assert sum(not _EXPECTED[article.id] for article in articles) >= 10
    assert len({(article.language or "")[:2] for article in articles}) >= 6
