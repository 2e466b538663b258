"""Invented articles and rules in the proportions of news, the same at each run.

Words have the frequencies of a natural language (the n-th most frequent is used in proportion to 1/n); an article has
400 of them. Rules are two rarer words and a group of three of which one must be there: of 10,000 about one in three
articles matches one.
"""

import json
import random
from collections.abc import Iterator
from itertools import accumulate

from wirewatch.rule import Rule

__all__ = ["news_articles", "news_rules"]

_WORDS = 30_000
_ARTICLE_WORDS = 400
_TITLE_WORDS = 9
_SENTENCE_WORDS = 18
_PARAGRAPH_SENTENCES = 5
_DISTINCT = 20_000
_RARE = (1_000, 20_000)
_COMMON = (100, 1_000)


def _vocabulary() -> list[str]:
    chance = random.Random(1)  # noqa: S311 - the same at each run is what is wanted
    syllables = [a + b for a in "bcdfghjklmnprstvwz" for b in ("a", "e", "i", "o", "u", "an", "er", "is", "on")]
    words = dict.fromkeys(
        "".join(chance.choices(syllables, k=chance.choice((1, 2, 2, 3, 3, 4)))) for _ in range(99_999)
    )
    return list(words)[:_WORDS]


_VOCABULARY = _vocabulary()
_FREQUENCIES = list(accumulate(1 / (rank + 2) for rank in range(len(_VOCABULARY))))


def news_articles(count: int) -> Iterator[bytes]:
    """Yield `count` articles in our own form, each with an id of its own; after 20,000 the texts begin again."""
    chance = random.Random(2)  # noqa: S311 - the same at each run is what is wanted
    texts = [(_sentence(chance, _TITLE_WORDS), _body(chance)) for _ in range(min(count, _DISTINCT))]
    for number in range(count):
        title, body = texts[number % len(texts)]
        article = {
            "id": f"news-{number}",
            "title": title,
            "body": body,
            "source": "Invented Wire",
            "url": f"https://news.example/{number}",
            "language": "en",
            "published_at": "2026-03-01T12:00:00Z",
            "countries": ["no"],
        }
        yield json.dumps(article).encode()


def news_rules(count: int) -> Iterator[Rule]:
    """Yield `count` rules."""
    chance = random.Random(3)  # noqa: S311 - the same at each run is what is wanted
    for number in range(count):
        first, second = _word(chance, _RARE), _word(chance, _RARE)
        others = " OR ".join(_word(chance, _COMMON) for _ in range(3))
        yield Rule(id=f"rule-{number}", name=f"Rule {number}", query=f"{first} AND {second} AND ({others})")


def _word(chance: random.Random, ranks: tuple[int, int]) -> str:
    """Return a word with a rank between `ranks`, the more frequent ones more often."""
    low, high = ranks
    return _VOCABULARY[min(int(low * (high / low) ** chance.random()), len(_VOCABULARY) - 1)]


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_VOCABULARY, cum_weights=_FREQUENCIES, k=words)).capitalize()


def _body(chance: random.Random) -> str:
    sentences = [f"{_sentence(chance, _SENTENCE_WORDS)}." for _ in range(_ARTICLE_WORDS // _SENTENCE_WORDS)]
    return "\n\n".join(
        " ".join(sentences[first : first + _PARAGRAPH_SENTENCES])
        for first in range(0, len(sentences), _PARAGRAPH_SENTENCES)
    )
