"""What kernels are told of articles that are decided together (see `deciding`): of each its zones, day and facts."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wirewatch.article import Article
from wirewatch.article.skimming import Skimmed
from wirewatch.kernels.addresses import WIDTH_BITS, placed
from wirewatch.matching.compiled.deciding import ORDER

__all__ = ["Asked", "Run", "run_of", "run_of_described", "run_of_skimmed"]

_Numbers = npt.NDArray[np.int64]
_TEXT_ZONES = 2


class Asked(NamedTuple):
    """What rules ask about beside title, body and day: facts (or None), and whether other zones."""

    facts_of: Callable[[Article], Sequence[int]] | None
    has_other_zones: bool


class Run(NamedTuple):
    """Articles to be decided together; `text_of` gives a zone's text by its number among those of all."""

    told: _Numbers
    articles: int
    texts: int
    text_of: Callable[[int], str]
    owner: object
    """What has to be kept as long as addresses of texts are used."""


def run_of(articles: Sequence[Article], asked: Asked) -> Run:
    """Return what is told of `articles`."""
    run, _, _ = _told(articles, asked)
    return run


def run_of_skimmed(skimmed: Skimmed) -> Run:
    """Return what is told of skimmed articles when rules ask about title, body and day alone."""
    number = len(skimmed)
    starts, ends = (skimmed.texts[:, bound::2].reshape(-1) for bound in range(2))
    orders = np.zeros((number, ORDER), np.int64)
    orders[:, 0] = _TEXT_ZONES
    orders[:, 1] = skimmed.days
    told = np.concatenate((orders.reshape(-1), skimmed.address + starts, ends - starts << WIDTH_BITS))

    def text_of(text: int) -> str:
        return skimmed.text(int(starts[text]), int(ends[text]))

    return Run(told, number, len(starts), text_of, skimmed)


def run_of_described(skimmed: Skimmed, first: int, described: Sequence[Article], asked: Asked) -> Run:
    """Return the same of those from the number `first` on, of which all else is `described` that rules ask about."""
    run, orders_at, texts_at = _told(described, asked)
    last = first + len(described)
    orders, places = np.array(orders_at, np.int64), np.array(texts_at, np.int64)
    starts, ends = (skimmed.texts[first:last, bound::2] for bound in range(2))
    run.told[orders + 1] = skimmed.days[first:last]
    for zone in range(_TEXT_ZONES):
        run.told[-2 * run.texts :][places + zone] = skimmed.address + starts[:, zone]
        run.told[-run.texts :][places + zone] = ends[:, zone] - starts[:, zone] << WIDTH_BITS

    def text_of(text: int) -> str:
        article = bisect_right(texts_at, text) - 1
        zone = text - texts_at[article]
        if zone >= _TEXT_ZONES:
            return run.text_of(text)
        return skimmed.text(int(starts[article, zone]), int(ends[article, zone]))

    return run._replace(text_of=text_of, owner=(run.owner, skimmed))


def _told(articles: Sequence[Article], asked: Asked) -> tuple[Run, list[int], list[int]]:
    """Return what is told of `articles`, and where each one's order and its texts begin."""
    orders: list[int] = []
    texts: list[str] = []
    orders_at: list[int] = []
    texts_at: list[int] = []
    facts_of, has_other_zones = asked
    for article in articles:
        orders_at.append(len(orders))
        texts_at.append(len(texts))
        published = article.published_at
        zones = _all_zones(article) if has_other_zones else (article.title, article.body)
        facts = facts_of(article) if facts_of is not None else ()
        orders += (len(zones), published.toordinal() if published is not None else 0, len(facts), *facts)
        texts += zones
    addresses, sizes, owners = placed(texts)
    told = np.frombuffer(array("q", orders + addresses + sizes), np.int64)
    return Run(told, len(articles), len(texts), texts.__getitem__, owners), orders_at, texts_at


def _all_zones(article: Article) -> tuple[str, ...]:
    return (article.title, article.body, article.source or "", article.url or "", *article.authors)
