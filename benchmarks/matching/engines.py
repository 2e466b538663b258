"""What is measured in this process: Wirewatch's engine, its oracle, and reading a text without matching it.

All that depends on the engine's interface stands here.
"""

import gc
from collections.abc import Iterable, Sequence

from wirewatch.article import Article
from wirewatch.matching import PlainIndex, RuleIndex
from wirewatch.matching.document import Document
from wirewatch.matching.holds import holds
from wirewatch.rule import Rule

__all__ = [
    "Engine",
    "changed",
    "decide",
    "deciding",
    "engine",
    "explain",
    "explaining",
    "means",
    "oracle",
    "reader",
    "ready",
    "taking",
]

Engine = RuleIndex


def engine(rules: Iterable[Rule]) -> Engine:
    """Return Wirewatch's engine."""
    return Engine(rules)


def ready(index: Engine, seen: Sequence[Article]) -> Engine:
    """Return `index` after it has seen some articles, as it is in a service that runs.

    Its rules are found by what was rare so far, and not looked through for garbage.
    """
    gc.collect()
    gc.freeze()
    deciding(index, seen)
    index = index.tuned()
    deciding(index, seen[: len(seen) // 10])
    return index


def decide(index: Engine, article: Article) -> frozenset[str]:
    """Return the ids of the rules that match, without more."""
    return frozenset(rule.id for rule in index.decide(article))


def deciding(index: Engine, articles: Sequence[Article]) -> int:
    """Return how many rules match: what is timed, since Lucene's side does not ask for ids either."""
    return sum(map(len, index.decide_all(articles)))


def taking(index: Engine, articles: Sequence[Article]) -> int:
    """Return the same after each of these rules was taken from the index."""
    return sum(len([*rules]) for rules in index.decide_all(articles))


def explaining(index: Engine | PlainIndex, articles: Sequence[Article]) -> int:
    """Return how many rules match, each with its hits and snippets worked out."""
    return sum(len(index.match(article)) for article in articles)


def explain(index: Engine | PlainIndex, article: Article) -> frozenset[str]:
    """Return the ids of the rules that match, each with its hits and snippets worked out."""
    return frozenset(match.rule.id for match in index.match(article))


def means(rule: Rule, article: Article) -> bool:
    """Say whether a rule matches by what its query means, looked at alone and without kernels."""
    return holds(rule.expression, Document(article))


def changed(index: Engine, put: Sequence[Rule], removed: Sequence[str]) -> Engine:
    """Return the index with a few rules put in, or in place of those with their ids, and a few removed."""
    return index.changed(put, removed)


def oracle(rules: Iterable[Rule]) -> PlainIndex:
    """Return the index in plain Python."""
    return PlainIndex(rules)


def reader() -> Engine:
    """Return an index that does no more than fold and tokenise: nothing has the word that its rule asks for."""
    return ready(Engine([Rule(id="reader", name="reader", query="unheardof")]), ())
