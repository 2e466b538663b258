"""What is measured in this process: Wirewatch's engine, its oracle, and reading a text without matching it.

All that depends on the engine's interface stands here.
"""

from collections.abc import Iterable, Sequence

from wirewatch.article import Article
from wirewatch.matching import RuleIndex
from wirewatch.rule import Rule
from wirewatch.text import analyse

__all__ = ["Engine", "changed", "decide", "engine", "explain", "oracle", "read_only", "ready"]


class Engine(RuleIndex):
    """The index, with its rules."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        super().__init__(self.rules)


def engine(rules: Iterable[Rule]) -> Engine:
    """Return Wirewatch's engine."""
    return Engine(rules)


def ready(index: Engine, seen: Sequence[Article]) -> Engine:
    """Return `index` after it has seen some articles, as it is in a service that runs."""
    for article in seen:
        decide(index, article)
    return index


def decide(index: Engine, article: Article) -> frozenset[str]:
    """Return the ids of the rules that match, without more."""
    return explain(index, article)


def explain(index: RuleIndex, article: Article) -> frozenset[str]:
    """Return the ids of the rules that match, each with its hits and snippets worked out."""
    return frozenset(match.rule.id for match in index.match(article))


def changed(index: Engine, put: Sequence[Rule], removed: Sequence[str]) -> Engine:
    """Return the index with a few rules put in, or in place of those with their ids, and a few removed."""
    return Engine(rule for rule in (*index.rules, *put) if rule.id not in removed)


def oracle(rules: Iterable[Rule]) -> RuleIndex:
    """Return the index in plain Python."""
    return RuleIndex(rules)


def read_only(article: Article) -> int:
    """Fold and tokenise an article and do nothing else."""
    return len(analyse(article.title).terms) + len(analyse(article.body).terms)
