"""One kind of rules, so many of them: every engine on the same articles and rules, and whether they agree."""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.matching.articles import invented_articles
from benchmarks.matching.engines import decide, deciding, engine, explain, explaining, means, oracle, ready
from benchmarks.matching.lucene import PRESEARCHERS, Lucene, run_lucene
from benchmarks.matching.measure import Rate, rate_of
from benchmarks.matching.rules import Kind, invented_rules
from benchmarks.matching.translate import write_articles, write_rules
from benchmarks.matching.world import World

from wirewatch.article import Article
from wirewatch.rule import Rule

__all__ = ["TOGETHER", "Cell", "News", "Recipe", "invented_news", "measured", "rules_of"]

Recipe = Sequence[tuple[Kind, int]]
"""How many rules of each kind."""

_SEED = 1
_MEASURED_ARTICLES = 2_000
_EARLIER_ARTICLES = 4_000
TOGETHER = 100
"""Articles that are decided together, as many as the match role does."""
_COMPARED_ARTICLES = 300
_FEWEST_COMPARED = 20
_ORACLE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class News:
    """Articles to measure with, each matched once, and those of the days before."""

    earlier: tuple[Article, ...]
    today: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What was measured; `differing` counts the articles on which not all engines agree.

    On these, `disputed` counts the rules that do not match for all engines, and `wrong` those of which Wirewatch says
    something else than the language means (`holds`).

    `decide` is of articles that are new, some of their words too, TOGETHER at a time; `again` of the same ones once
    more, `alone` one by one, `explain` with all that is said of a match.
    """

    kind: str
    rules: int
    matches_per_article: float
    build_seconds: float
    decide: Rate
    again: Rate
    alone: Rate
    explain: Rate
    oracle: Rate | None
    lucene: dict[str, Lucene]
    compared: int
    differing: int
    disputed: int
    wrong: int

    @property
    def ratio(self) -> float | None:
        """How many times as many articles a second as the better of Lucene's."""
        best = max((found.articles_per_second for found in self.lucene.values()), default=None)
        return None if best is None else self.decide.per_second / best


@cache
def invented_news(world: World) -> News:
    """Return the articles of the benchmark."""
    articles = tuple(invented_articles(world, _EARLIER_ARTICLES + _MEASURED_ARTICLES, seed=_SEED))
    return News(articles[:_EARLIER_ARTICLES], articles[_EARLIER_ARTICLES:])


def rules_of(world: World, recipe: Recipe) -> Iterator[Rule]:
    """Yield the rules of a recipe."""
    return chain.from_iterable(invented_rules(world, kind, count, seed=_SEED) for kind, count in recipe)


def measured(world: World, news: News, recipe: Recipe, *, java: Path | None, with_oracle: bool = True) -> Cell:
    """Measure every engine with these rules, Lucene first: of large rules both don't fit into a machine's memory."""
    lucene = _lucene(java, rules_of(world, recipe), news.today)
    rules = list(rules_of(world, recipe))
    started = time.process_time()
    index = engine(rules)
    build_seconds = time.process_time() - started
    index = ready(index, news.earlier)
    compared = news.today[:_COMPARED_ARTICLES]
    decided = rate_of(partial(deciding, index), news.today, together=TOGETHER)
    again = rate_of(partial(deciding, index), news.today, together=TOGETHER)
    alone = rate_of(partial(deciding, index), news.today)
    explained = rate_of(partial(explaining, index), news.today)
    answers = [[decide(index, article) for article in compared]]
    del index
    plain_rate = None
    if with_oracle:
        plain_rate, plain_answers = _oracle(rules, news.earlier, compared)
        answers.append(plain_answers)
    answers += [list(found.matches[: len(compared)]) for found in lucene.values()]
    disputed = _disputed(rules, answers)
    return Cell(
        kind="+".join(kind for kind, _ in recipe),
        rules=len(rules),
        matches_per_article=sum(map(len, answers[0])) / len(compared),
        build_seconds=build_seconds,
        decide=decided,
        again=again,
        alone=alone,
        explain=explained,
        oracle=plain_rate,
        lucene=lucene,
        compared=min(map(len, answers)),
        differing=_differing(answers),
        disputed=len(disputed),
        wrong=sum(
            (rule.id in answers[0][position]) is not means(rule, compared[position]) for position, rule in disputed
        ),
    )


def _oracle(
    rules: Sequence[Rule], earlier: Sequence[Article], compared: Sequence[Article]
) -> tuple[Rate, list[frozenset[str]]]:
    """Return how fast the oracle is, and what it says of as many articles as it manages in a few seconds."""
    plain = oracle(rules)
    rate = rate_of(partial(explaining, plain), earlier, at_most_seconds=_ORACLE_SECONDS)
    count = max(_FEWEST_COMPARED, int(_ORACLE_SECONDS / rate.seconds))
    return rate, [explain(plain, article) for article in compared[:count]]


def _lucene(java: Path | None, rules: Iterable[Rule], articles: Sequence[Article]) -> dict[str, Lucene]:
    found: dict[str, Lucene] = {}
    if java is None:
        return found
    with TemporaryDirectory(prefix="wirewatch-bench-") as name:
        folder = Path(name)
        write_rules(folder / "rules.jsonl", rules)
        write_articles(folder / "articles.jsonl", articles)
        for presearcher in PRESEARCHERS:
            try:
                found[presearcher] = run_lucene(java, folder, presearcher)
            except subprocess.CalledProcessError as error:
                print(f"Lucene ({presearcher}) failed: {error.stderr[-2_000:]}", file=sys.stderr)
    return found


def _differing(answers: Sequence[Sequence[frozenset[str]]]) -> int:
    """Return the number of articles on which two of the engines that were asked about them differ."""
    first, *others = answers
    return sum(
        any(position < len(other) and other[position] != ids for other in others) for position, ids in enumerate(first)
    )


def _disputed(rules: Sequence[Rule], answers: Sequence[Sequence[frozenset[str]]]) -> list[tuple[int, Rule]]:
    """Return each article's place and each rule of which two of the engines that were asked about it differ."""
    ids = [
        (position, rule_id)
        for position in range(len(answers[0]))
        for rule_id in _not_in_all([answer[position] for answer in answers if position < len(answer)])
    ]
    named = {rule_id for _, rule_id in ids}
    by_id = {rule.id: rule for rule in rules if rule.id in named}
    return [(position, by_id[rule_id]) for position, rule_id in ids]


def _not_in_all(sets: Sequence[frozenset[str]]) -> frozenset[str]:
    return frozenset.union(*sets) - frozenset.intersection(*sets)
