"""What the benchmark of matching is measured on: the same at each run, and as large as it says."""

import statistics
from itertools import islice

import pytest
from benchmarks.matching.articles import invented_articles
from benchmarks.matching.rules import Kind, invented_queries, invented_rules
from benchmarks.matching.translate import neutral
from benchmarks.matching.world import World, invented_world

from wirewatch.query import parse
from wirewatch.query.limits import terms_in
from wirewatch.text import terms_of


@pytest.fixture(scope="module")
def world() -> World:
    return invented_world()


def test_news_and_rules_are_the_same_at_each_run(world: World) -> None:
    again = invented_world()

    assert list(invented_articles(world, 3, seed=1)) == list(invented_articles(again, 3, seed=1))
    for kind in Kind:
        assert list(invented_queries(world, kind, 5, seed=1)) == list(invented_queries(again, kind, 5, seed=1))


def test_more_rules_begin_with_the_same_rules(world: World) -> None:
    few = list(invented_queries(world, Kind.BOOLEAN, 5, seed=1))

    assert list(islice(invented_queries(world, Kind.BOOLEAN, 50, seed=1), 5)) == few


def test_articles_have_about_400_words_and_a_title_of_8_to_12(world: World) -> None:
    articles = list(invented_articles(world, 50, seed=1))

    assert 390 <= statistics.mean(len(terms_of(article.body)) for article in articles) <= 420
    assert all(8 <= len(article.title.split()) <= 12 for article in articles)


@pytest.mark.parametrize(("kind", "fewest", "most"), [(Kind.BOOLEAN, 2, 50), (Kind.MONITORING, 100, 400)])
def test_rules_have_as_many_terms_as_their_kind_says(kind: Kind, fewest: int, most: int, world: World) -> None:
    sizes = [terms_in(rule.expression) for rule in invented_rules(world, kind, 50, seed=1)]

    assert fewest <= min(sizes)
    assert max(sizes) <= most


def test_a_query_is_translated_with_all_that_it_asks_for() -> None:
    query = parse('("South Korea" NEAR/5 defen*) AND (Japan OR Tokyo) AND NOT trade')

    assert neutral(query) == [
        "and",
        ["near", 5, False, ["phrase", "south", "korea"], ["phrase", ["defen*"]]],
        ["or", ["phrase", "japan"], ["phrase", "tokyo"]],
        ["not", ["phrase", "trade"]],
    ]


def test_a_query_that_can_not_be_translated_is_refused() -> None:
    with pytest.raises(ValueError, match="exact"):
        neutral(parse("=US"))
