"""What there is to write about: topics with their words and names, drawn as often as natural text has them."""

import random
from dataclasses import dataclass
from itertools import accumulate, islice

from benchmarks.matching.words import CITIES, COUNTRIES, FUNCTION_WORDS, common_words, families, names

__all__ = ["Drawn", "Topic", "World", "invented_world"]

_SEED = 20_260_401
_TOPICS = 800
_FAMILIES = 8_000
_WORDS_OF_TOPIC = 40
_COMMON_OF_TOPIC = 10
_NAMES_OF_TOPIC = 14


class Drawn:
    """Words that are drawn by Zipf's law: the n-th with a frequency as 1 / (n + shift)."""

    def __init__(self, words: list[str], shift: float) -> None:
        self.words = words
        self._cumulated = list(accumulate(1 / (rank + shift) for rank in range(1, len(words) + 1)))

    def draw(self, chance: random.Random, count: int) -> list[str]:
        """Return `count` words, independent of one another."""
        return chance.choices(self.words, cum_weights=self._cumulated, k=count)


@dataclass(frozen=True, slots=True)
class Topic:
    """A field of the news: the words that its articles are full of, pairs of words that stand together, its names.

    `families` are words with the same beginning, which a wildcard stands for.
    """

    words: Drawn
    pairs: Drawn
    names: Drawn
    families: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """All that articles and rules are made of. `unheard` are names that no article has."""

    function_words: Drawn
    general: Drawn
    places: Drawn
    topics: tuple[Topic, ...]
    popularity: tuple[float, ...]
    unheard: tuple[str, ...]

    def topic(self, chance: random.Random) -> Topic:
        """Return a topic, the popular ones more often."""
        return chance.choices(self.topics, cum_weights=self.popularity)[0]


def invented_world() -> World:
    """Return the one world of the benchmark."""
    chance = random.Random(_SEED)  # noqa: S311 - the same world at each run is what is wanted
    stems = list(families(chance, _FAMILIES))
    common = common_words(chance)
    rare = [word for family in stems for word in family]
    chance.shuffle(rare)
    name = names(chance)
    heard = list(dict.fromkeys(islice(name, _TOPICS * _NAMES_OF_TOPIC)))
    topics = tuple(_topic(chance, common, stems, heard) for _ in range(_TOPICS))
    unheard = sorted(set(islice(name, 60_000)).difference(heard))
    return World(
        function_words=Drawn(list(dict.fromkeys(FUNCTION_WORDS)), 1.0),
        general=Drawn(common + rare, 20.0),
        places=Drawn([*COUNTRIES, *CITIES], 10.0),
        topics=topics,
        popularity=tuple(accumulate(1 / (rank + 100) for rank in range(_TOPICS))),
        unheard=tuple(unheard),
    )


def _topic(chance: random.Random, common: list[str], stems: list[tuple[str, ...]], heard: list[str]) -> Topic:
    own = chance.sample(stems, k=_WORDS_OF_TOPIC // 2)
    words = [word for family in own for word in family[:2]][: _WORDS_OF_TOPIC - _COMMON_OF_TOPIC]
    words += chance.sample(common, k=_COMMON_OF_TOPIC)
    chance.shuffle(words)
    pairs = [
        f"{one} {other}" for one, other in zip(chance.sample(words, k=10), chance.sample(words, k=10), strict=True)
    ]
    return Topic(Drawn(words, 4.0), Drawn(pairs, 3.0), Drawn(chance.sample(heard, k=_NAMES_OF_TOPIC), 2.0), tuple(own))
