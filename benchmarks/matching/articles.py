"""Invented articles: about 400 words, written as news is, with its capitals, punctuation and paragraphs."""

import random
from collections.abc import Iterator

from benchmarks.matching.world import Topic, World

from wirewatch.article import Article

__all__ = ["invented_articles"]

_WORDS = 400
_TITLE_WORDS = (8, 12)
_SENTENCE_WORDS = (8, 30)
_PARAGRAPH_SENTENCES = (2, 4)


def invented_articles(world: World, count: int, *, seed: int, words: int = _WORDS) -> Iterator[Article]:
    """Yield `count` articles with bodies of about `words` words."""
    chance = random.Random(seed)  # noqa: S311 - the same articles at each run are what is wanted
    for number in range(count):
        topics = [world.topic(chance) for _ in range(chance.choice((1, 1, 2)))]
        body = _body(chance, _stream(chance, world, topics, words), words)
        title = _title(_stream(chance, world, topics, 60), chance.randint(*_TITLE_WORDS))
        if chance.random() < 0.5:  # half of all publishers print these
            body = body.replace("'", "\u2019")
            title = title.replace("'", "\u2019")
        yield Article(id=f"article-{number}", title=title, body=body, source="Invented Wire", language="en")


def _stream(chance: random.Random, world: World, topics: list[Topic], words: int) -> list[str]:
    """Return words and names to write down one after the other, `words` words or a few more."""
    plain = words * 9 // 10
    units = world.function_words.draw(chance, plain * 45 // 100)
    units += world.general.draw(chance, plain * 35 // 100)
    units += world.places.draw(chance, 2 + plain // 70)
    for topic in topics:
        share = plain // len(topics)
        units += topic.words.draw(chance, share * 18 // 100)
        units += topic.pairs.draw(chance, share // 100)
        units += topic.names.draw(chance, share * 3 // 100)
    units += [_number(chance) for _ in range(words // 60)]
    chance.shuffle(units)
    return units


def _number(chance: random.Random) -> str:
    return chance.choice(
        (f"{chance.randint(2, 99)}", f"{chance.randint(1_000, 99_000):,}", f"{chance.uniform(1, 9):.1f}")
    )


def _title(units: list[str], words: int) -> str:
    longer = [unit for unit in units if len(unit) > 3] or units
    written = " ".join(longer[:words]).split()[:words]
    return " ".join(written).capitalize() if written[0].islower() else " ".join(written)


def _body(chance: random.Random, units: list[str], words: int) -> str:
    paragraphs: list[str] = []
    written, position = 0, 0
    while position < len(units) and written < words:
        sentences = []
        for _ in range(chance.randint(*_PARAGRAPH_SENTENCES)):
            length = chance.randint(*_SENTENCE_WORDS)
            part = units[position : position + length]
            position += length
            if part:
                sentences.append(_sentence(chance, part))
                written += sum(unit.count(" ") + 1 for unit in part)
        paragraphs.append(" ".join(sentences))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _sentence(chance: random.Random, units: list[str]) -> str:
    units = [_decorated(chance, unit) for unit in units]
    units[-1] = units[-1].rstrip(",")
    text = " ".join(units)
    text = text[0].upper() + text[1:]
    drawn = chance.random()
    if drawn < 0.12:
        return f'"{text}," {"he" if drawn < 0.06 else "she"} said.'
    return f"{text}{'?' if drawn > 0.97 else '.'}"


def _decorated(chance: random.Random, unit: str) -> str:
    drawn = chance.random()
    if drawn < 0.06:
        return f"{unit},"
    if drawn < 0.075 and len(unit) > 3:
        return f"{unit}'s"
    if drawn < 0.08 and len(unit) > 4:
        return f"{unit}-based"
    if drawn < 0.083:
        return "U.S."
    return unit
