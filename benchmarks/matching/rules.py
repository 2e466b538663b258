"""Invented rules as people write them, in three kinds, as text in the rule language.

`boolean`: two to four items, all of which must be there: words, phrases, groups of alternatives. `monitoring`: the
large ones of media monitoring: a client's names near or with its business, without what is known to be noise.
`names`: names and phrases alone. `rare` is `boolean` with items from far apart, which hardly an article has together.
"""

import random
from collections.abc import Iterator
from enum import StrEnum

from benchmarks.matching.world import Topic, World

from wirewatch.rule import Rule

__all__ = ["Kind", "invented_queries", "invented_rules"]


class Kind(StrEnum):
    """What sort of rules."""

    BOOLEAN = "a"
    MONITORING = "b"
    NAMES = "c"
    RARE = "rare"


_UNHEARD_NAMES = 0.4
"""The share of names watched for that are in no news these days."""


def invented_rules(world: World, kind: Kind, count: int, *, seed: int) -> Iterator[Rule]:
    """Yield `count` rules."""
    for number, query in enumerate(invented_queries(world, kind, count, seed=seed)):
        yield Rule(id=f"{kind}-{number}", name=f"Rule {number}", query=query)


def invented_queries(world: World, kind: Kind, count: int, *, seed: int) -> Iterator[str]:
    """Yield the queries of `count` rules."""
    chance = random.Random(f"{kind} {seed}")  # noqa: S311 - the same rules at each run are what is wanted
    make = {Kind.BOOLEAN: _boolean, Kind.MONITORING: _monitoring, Kind.NAMES: _names, Kind.RARE: _rare}[kind]
    for _ in range(count):
        yield make(chance, world)


def _boolean(chance: random.Random, world: World) -> str:
    topic = world.topic(chance)
    count = chance.choice((2, 3, 3, 3, 4, 4))
    items: dict[str, None] = {}
    if chance.random() < 0.5:
        items[_quoted(world.places.draw(chance, 1)[0])] = None
    while len(items) < count:
        items[_item(chance, world, topic)] = None
    return " AND ".join(items)


def _rare(chance: random.Random, world: World) -> str:
    count = chance.choice((2, 3, 3, 4))
    items = {_quoted(world.topic(chance).names.draw(chance, 1)[0]): None}
    while len(items) < count:
        items[_term(chance, world.topic(chance))] = None
    return " AND ".join(items)


def _item(chance: random.Random, world: World, topic: Topic) -> str:
    drawn = chance.random()
    if drawn < 0.15:
        return world.general.draw(chance, 1)[0]
    if drawn < 0.65:
        return _term(chance, topic)
    return _group(dict.fromkeys(_term(chance, topic) for _ in range(chance.randint(2, 5))))


def _term(chance: random.Random, topic: Topic) -> str:
    drawn = chance.random()
    if drawn < 0.15:
        return _quoted(topic.names.draw(chance, 1)[0])
    if drawn < 0.25:
        return _quoted(topic.pairs.draw(chance, 1)[0])
    return chance.choice(topic.words.words)


def _names(chance: random.Random, world: World) -> str:
    count = chance.choice((1, 1, 1, 2, 3))
    topic = world.topic(chance)
    return " OR ".join(
        dict.fromkeys(
            f'"{chance.choice(world.unheard) if chance.random() < _UNHEARD_NAMES else topic.names.draw(chance, 1)[0]}"'
            for _ in range(count)
        )
    )


def _monitoring(chance: random.Random, world: World) -> str:
    """Return a rule of 100 to 400 terms."""
    topics = [world.topic(chance) for _ in range(4)]
    size = chance.randint(17, 60)
    client = _group(_client(chance, world, topics[0], size))
    business = _group(_business(chance, world, topics, 2 * size))
    context = _group(_business(chance, world, topics[1:], size))
    noise = _group(_business(chance, world, [world.topic(chance), world.topic(chance)], size))
    distance = chance.choice((5, 10, 20, 50))
    return f"({client} NEAR/{distance} {business}) AND {context} AND NOT {noise}"


def _client(chance: random.Random, world: World, topic: Topic, size: int) -> dict[str, None]:
    """Return the names of a client, its people and products: few of them in any news."""
    known = [_quoted(name) for name in topic.names.draw(chance, 14)]
    return dict.fromkeys(known + [_quoted(name) for name in chance.choices(world.unheard, k=size)])


def _business(chance: random.Random, world: World, topics: list[Topic], size: int) -> dict[str, None]:
    """Return words of some topics, one in five with a wildcard."""
    terms: dict[str, None] = {}
    for _ in range(size):
        topic = chance.choice(topics)
        drawn = chance.random()
        if drawn < 0.2:
            family = chance.choice(topic.families)
            terms[f"{min(family, key=len)}*"] = None
        elif drawn < 0.7:
            terms[chance.choice(topic.words.words)] = None
        elif drawn < 0.85:
            terms[_quoted(topic.pairs.draw(chance, 1)[0])] = None
        else:
            terms[chance.choice(world.general.words)] = None
    return terms


def _group(terms: dict[str, None]) -> str:
    text = " OR ".join(terms)
    return text if len(terms) == 1 else f"({text})"


def _quoted(words: str) -> str:
    return f'"{words}"' if " " in words or "-" in words else words
