"""Invented articles by the thousand, with the alerts that each must raise known from how it was made.

The rules' words are made up and occur nowhere else, so that what a rule must match follows from the words put in, and
not from our own matcher.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

from wirewatch.dedupe import alert_id

__all__ = ["NewsMessage", "invented_news", "invented_rules"]

_RULES = 12
_FILLER = (
    *("harbour", "council", "budget", "winter", "railway", "minister", "harvest", "festival", "engine", "library"),
    *("coast", "bridge", "museum", "orchard", "signal", "market", "season", "captain", "garden", "letter", "history"),
    *("planet", "colour", "quarter", "village", "island", "forest", "teacher"),
)
_UNREADABLE = (
    b"{not json %d",
    b"\xff\xfe %d",
    b"[%d]",
    b'{"title": %d, "body": []}',
    b'{"id": "blank-%d", "title": " "}',
)


@dataclass(frozen=True, slots=True)
class NewsMessage:
    """A message for the articles topic; `alerts` are the ids that it must lead to."""

    key: bytes
    value: bytes
    alerts: frozenset[str]
    is_readable: bool = True


def invented_rules() -> list[dict[str, object]]:
    """Return rules for the rule files: two made-up words each, one of them a phrase every third time."""
    return [
        {
            "id": f"rule-{n}",
            "name": f"Rule {n}",
            "query": f'"alfa{n} bravo{n}"' if n % 3 == 0 else f"alfa{n} AND bravo{n}",
        }
        for n in range(_RULES)
    ]


def invented_news(count: int, *, seed: int, unreadable: float = 0.05, repeated: float = 0.05) -> Iterator[NewsMessage]:
    """Return `count` messages: the given shares of them unreadable, and repeats of an earlier article."""
    chance = random.Random(seed)  # noqa: S311 - the same news at each run is what is wanted
    earlier: list[NewsMessage] = []
    for number in range(count):
        drawn = chance.random()
        if drawn < unreadable:
            broken = chance.choice(_UNREADABLE) % number
            yield NewsMessage(f"broken-{number}".encode(), broken, frozenset(), is_readable=False)
        elif drawn < unreadable + repeated and earlier:
            yield chance.choice(earlier)
        else:
            earlier.append(_article(number, chance))
            yield earlier[-1]


def _article(number: int, chance: random.Random) -> NewsMessage:
    words = chance.choices(_FILLER, k=80)
    matched = chance.sample(range(_RULES), k=chance.choice((0, 0, 1, 1, 2)))
    for rule in matched:
        words.insert(chance.randrange(len(words)), f"alfa{rule} bravo{rule}")
    for rule in set(range(_RULES)) - set(matched):
        if chance.random() < 0.05:  # a near miss
            words.insert(0, f"alfa{rule}")
    article_id = f"news-{number}"
    value = {"id": article_id, "title": " ".join(words[:8]), "body": " ".join(words[8:]), "source": "Invented Wire"}
    return NewsMessage(
        article_id.encode(),
        json.dumps(value).encode(),
        frozenset(alert_id(f"rule-{rule}", article_id) for rule in matched),
    )
