"""The benchmark's other side: Lucene Monitor finds the same matches as Wirewatch, whatever looks for its candidates."""

from pathlib import Path

import pytest
from benchmarks.matching.articles import invented_articles
from benchmarks.matching.engines import explain, oracle
from benchmarks.matching.lucene import PRESEARCHERS, LuceneMissing, find_java, run_lucene
from benchmarks.matching.rules import Kind, invented_rules
from benchmarks.matching.translate import write_articles, write_rules
from benchmarks.matching.world import invented_world

from wirewatch.article import Article
from wirewatch.rule import Rule


@pytest.mark.parametrize("presearcher", PRESEARCHERS)
def test_lucene_finds_the_same_matches(presearcher: str, tmp_path: Path) -> None:
    try:
        java = find_java()
    except LuceneMissing as missing:
        pytest.skip(str(missing))
    world = invented_world()
    articles = [*invented_articles(world, 40, seed=5), *_CLOSE]
    rules = [*_by_hand(), *(rule for kind in Kind for rule in invented_rules(world, kind, 150, seed=5))]
    write_rules(tmp_path / "rules.jsonl", rules)
    write_articles(tmp_path / "articles.jsonl", articles)
    plain = oracle(rules)

    found = run_lucene(java, tmp_path, presearcher, warm_up_seconds=0, measured_seconds=0)

    assert found.matches == tuple(explain(plain, article) for article in articles)
    assert any(found.matches)


_CLOSE = tuple(
    Article(id=f"close-{number}", title="Defenders of Seoul", body=body)
    for number, body in enumerate(
        (
            "South Korea defends itself",
            "South one two three Korea four five six seven defends",
            "Korea South one two three four five six defends",
            "one South Korea two three four five six defends seven",
        )
    )
)


def _by_hand() -> list[Rule]:
    queries = (
        '"South Korea"',
        '"South Korea" NEAR/5 defen*',
        'defen* BEFORE/10 "South Korea"',
        '"South Korea" BEFORE/1 defen*',
        '"South Korea defen*"',
        '"Seoul South"',
        "Seoul NEAR/100 South",
        "de?ends AND NOT (Seoul NEAR/3 Defend*)",
        "*nds OR south*",
    )
    return [Rule(id=f"by-hand-{number}", name="By hand", query=query) for number, query in enumerate(queries)]
