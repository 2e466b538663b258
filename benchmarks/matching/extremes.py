"""The worst that an article of 1 MB and a rule of 1,000 terms can do."""

from collections.abc import Iterator
from functools import partial

from benchmarks.matching.articles import invented_articles
from benchmarks.matching.engines import decide, engine
from benchmarks.matching.measure import processor_seconds
from benchmarks.matching.rules import Kind, invented_rules
from benchmarks.matching.world import World

from wirewatch.article import Article
from wirewatch.query.limits import terms_in
from wirewatch.rule import Rule

__all__ = ["worst_cases"]

_MEGABYTE = 1_000_000
_BEST_OF = 3
_GROUP = 450
"""Words on each side of a NEAR: the shortest ones, so that all of them fit into a query."""
_NEW = ("éaq", "1a/q", "$aq1", "a.b", "яa", "e\u0301a", "№a", "e\u00ada", "\u1100\u1161a")
"""Words that are not plain; others are put in the place of `a`."""
_END = ".\n\n" + "x " * 200 + "absent"
"""Of a text: what rules ask for is there, far from all else."""


def worst_cases(world: World) -> Iterator[tuple[str, float]]:
    """Yield what was matched against what, and the seconds of one core it took, the best of three."""
    rules = list(invented_rules(world, Kind.BOOLEAN, 10_000, seed=1))
    news = next(invented_articles(world, 1, seed=99))
    for name, article in {
        "1 MB of news": next(invented_articles(world, 1, seed=98, words=_MEGABYTE // 7)),
        "1 MB of words never seen": _article(" ".join(f"w{number:x}q" for number in range(_MEGABYTE // 7))),
        "1 MB of one word": _article("a " * (_MEGABYTE // 2)),
        "1 MB without a space": _article("a" * _MEGABYTE),
        "1 MB of Chinese": _article("\u65e5\u672c" * (_MEGABYTE // 6)),
    }.items():
        yield f"{name}, 10,000 rules (a)", _seconds(rules, article)
    words = sorted(world.general.words, key=len)[: 2 * _GROUP]
    left, right = " OR ".join(words[:_GROUP]), " OR ".join(words[_GROUP:])
    for query in (f"({left}) NEAR/100 ({right})", " AND ".join(words), " OR ".join(f"{word}*" for word in words)):
        rule = Rule(id="large", name="Large", query=query)
        yield f"400 words, {terms_in(rule.expression)} terms: {_short(query)}", _seconds([rule], news)
    for text, query in (
        ("a a a a b ", "a NEAR/100 b"),
        ("a a a a b ", "((a NEAR/100 b) NEAR/100 a) NEAR/100 absent"),
        ("a a a a b ", '"a a a a a a a a a a b"'),
        ("a a a a b ", "ATLEAST/100 (a NEAR/5 b)"),
        ("a a a a b ", f"({' OR '.join(['a', 'b', *words[: _GROUP - 2]])}) NEAR/100 absent"),
        ("a a x b x ", "((a NEAR/1 a) NEAR/1 a) NEAR/1 b"),
        ("a b c d x x x e x x ", "a NEAR/2 b NEAR/2 c NEAR/2 d NEAR/1 e"),
        ("a a a a b. ", "(a SENTENCE b) SENTENCE absent"),
        ("a a a a b. ", f"({' OR '.join(['a', *words[:_GROUP]])}) SENTENCE absent"),
        ("a a a. ", "a SENTENCE a SENTENCE a SENTENCE a"),
        ("a a a a b\n\n", "ATLEAST/100 (absent PARAGRAPH (a OR b))"),
        ("\u00e4 \u00f6. ", "\u00e4 SENTENCE absent"),
        ("a a a a b. ", "lead:(a NEAR absent)"),
    ):
        rule = Rule(id="mean", name="Mean", query=query)
        body = text * (_MEGABYTE // len(text.encode())) + _END
        yield f"1 MB of {text.strip()}: {_short(query)}", _seconds([rule], _article(body))
    yield from _new_words()


def _new_words() -> Iterator[tuple[str, float]]:
    """Yield the same of words that are all different and not plain, none seen before."""
    for example in _NEW:
        words = " ".join(example.replace("a", _letters(number)) for number in range(_MEGABYTE // 5))
        body = words.encode()[:_MEGABYTE].decode(errors="ignore") + " x. here x. absent"
        for query in ("unheardof", "here SENTENCE absent"):
            yield f"1 MB of new words like {example!a}: {query}", _seconds_at_first(query, _article(body))


def _letters(number: int) -> str:
    """Return a number as letters, another one for each."""
    letters = ""
    while number or not letters:
        number, letter = divmod(number, 26)
        letters += chr(ord("a") + letter)
    return letters


def _seconds_at_first(query: str, article: Article) -> float:
    times = []
    for _ in range(_BEST_OF):
        index = engine([Rule(id="new", name="New", query=query)])
        decide(index, _article("here x. absent"))
        times.append(processor_seconds(partial(decide, index, article)))
    return min(times)


def _article(body: str) -> Article:
    return Article(id="worst", title="Worst", body=body)


def _short(query: str) -> str:
    return query if len(query) < 60 else f"{query[:25]} … {query[-25:]}"


def _seconds(rules: list[Rule], article: Article) -> float:
    index = engine(rules)
    return min(processor_seconds(partial(decide, index, article)) for _ in range(_BEST_OF))
