"""How articles go through the kernels, a run of them at a time, and what is known of their words."""

from array import array
from collections.abc import Sequence
from itertools import groupby
from threading import Lock

import numpy as np
import numpy.typing as npt

from wirewatch.article import Article
from wirewatch.kernels.addresses import placed
from wirewatch.matching.compiled.deciding import (
    HEAD,
    JUDGE,
    NEEDS_UNITS,
    ORDER,
    READ,
    SPLIT,
    START,
    TOO_LARGE,
    UNREAD,
    decide,
)
from wirewatch.matching.compiled.found import Found
from wirewatch.matching.compiled.keys import Keys
from wirewatch.matching.compiled.lexicon import Lexicon
from wirewatch.matching.compiled.parts import Part
from wirewatch.matching.compiled.phrases import Phrases
from wirewatch.matching.compiled.scratch import Scratch
from wirewatch.matching.compiled.tables import Known, State
from wirewatch.matching.compiled.units import Units
from wirewatch.rule import Rule
from wirewatch.text import nearly_normal, stemmed_as

__all__ = ["Decided", "Decider"]

Decided = tuple[Sequence[Rule], Sequence[Rule]]
"""The rules that match, and those that may match: of these `holds` has to say."""

_NOTHING: Decided = ((), ())
_MANY_MISSES = 100
"""Pieces that are not known with which it is quicker to normalise the whole article first."""
_NO_SPILL = np.zeros(0, np.int64)


class Decider:
    """What is known of words, and the space of each thread; safe for several threads at once."""

    def __init__(self, keys: Keys, phrases: Phrases, lock: Lock) -> None:
        self._keys = keys
        self._phrases = phrases
        self._lock = lock
        """Held while keys are added, or something is learnt."""
        self._units = Units()
        self._scratch: list[Scratch] = []
        self._all_scratch: list[Scratch] = []
        self.lexicons: dict[str, Lexicon] = {}
        """By language, `""` while no rule asks for inflections."""
        self.has_other_zones = False
        """Whether a rule asks about more than title and body."""

    def decide(self, articles: Sequence[Article], parts: tuple[Part, ...]) -> list[Decided]:
        """Return of each of `articles` the rules of `parts` that match or may match."""
        if not parts:
            return [_NOTHING] * len(articles)
        scratch = self._free_scratch()
        try:
            decided: list[Decided] = []
            for code, run in groupby(articles, _stemmed_as) if self._keys.has_inflected else (("", articles),):
                together = [*run]
                self._decide(together, self._lexicon(code), parts, scratch)
                decided += _answers(len(together), parts, scratch)
            return decided
        finally:
            self._scratch.append(scratch)

    def counts(self, keys: int) -> npt.NDArray[np.float32]:
        """Return in how many articles each of the first `keys` keys was."""
        seen = np.zeros(keys, np.float32)
        for scratch in self._all_scratch:
            counted = scratch.space.counts[:keys]
            seen[: len(counted)] += counted
        return seen

    def _decide(self, articles: Sequence[Article], lexicon: Lexicon, parts: tuple[Part, ...], scratch: Scratch) -> None:
        keys = self._keys
        orders, texts = self._orders(articles)
        addresses, sizes, _owners = placed(texts)
        told = np.frombuffer(array("q", orders + addresses + sizes), np.int64)
        normal: dict[int, Sequence[object]] = {}
        scratch.make_room(0, 0, len(keys), len(self._phrases), articles=len(articles))
        with self._lock:
            terms, known, generation = keys.terms.table, lexicon.known, lexicon.generation
        begin, spill, spilled_for = START, _NO_SPILL, 0
        while True:
            desks = scratch.desks(parts, terms, known)
            halt = decide(told, len(texts), begin, spill, desks.addresses)
            if halt == 0:
                return
            space = scratch.space
            number, order, size = space.state[[State.ARTICLE, State.ORDER, State.SIZE]].tolist()
            zones, _, facts_number = orders[order : order + ORDER]
            facts = orders[order + ORDER : order + ORDER + facts_number]
            if number != spilled_for:
                spill, spilled_for = _NO_SPILL, number
            if halt == UNREAD:
                if number not in normal and space.state.item(State.MISSES) > _MANY_MISSES:
                    normal[number] = _normalise(texts, space.state.item(State.TEXT), zones, told)
                    begin = SPLIT
                    continue
                if not scratch.make_room_needed():
                    known, generation, spill = self._learn(lexicon, generation, scratch, facts)
                    scratch.make_room(size + len(spill), 0, len(keys), 0)
                begin = READ if scratch.space.hashes is space.hashes else SPLIT
            elif halt == TOO_LARGE:
                scratch.make_room(size, zones, 0, 0)
                begin = SPLIT
            elif halt == NEEDS_UNITS:
                self._units.number(desks.first)
                begin = JUDGE
            else:
                scratch.make_room_for_answers()
                begin = READ  # for an epoch of its own, in which no rule has been looked at

    def _orders(self, articles: Sequence[Article]) -> tuple[list[int], list[str]]:
        """Return what `decide` is told of `articles`, and their texts that rules may ask about."""
        orders: list[int] = []
        texts: list[str] = []
        facts_of = self._keys.of_article if self._keys.has_facts else None
        has_other_zones = self.has_other_zones
        for article in articles:
            published = article.published_at
            zones = _all_zones(article) if has_other_zones else (article.title, article.body)
            facts = facts_of(article) if facts_of is not None else ()
            orders += (len(zones), published.toordinal() if published is not None else 0, len(facts), *facts)
            texts += zones
        return orders, texts

    def _learn(
        self, lexicon: Lexicon, generation: int, scratch: Scratch, facts: list[int]
    ) -> tuple[Known, int, npt.NDArray[np.int64]]:
        """Let `lexicon` know what was missed; return what is known then, and what has to be handed over each time.

        If all that was known when the article was read has been forgotten since, what was missed says too little.
        """
        space = scratch.space
        spill = [len(facts), *facts]
        raw = space.text[: space.state[State.SIZE]].tobytes()
        places = space.missed[: 2 * int(space.state[State.MISSES])].tolist()
        with self._lock:
            lexicon.tidy()
            if lexicon.generation == generation:
                pieces = (raw[start:end] for start, end in zip(places[::2], places[1::2], strict=True))
                for forms in lexicon.learn(pieces):
                    spill += [len(forms), *forms]
            return lexicon.known, lexicon.generation, np.array(spill, np.int64)

    def _lexicon(self, code: str) -> Lexicon:
        lexicon = self.lexicons.get(code)
        if lexicon is None:
            with self._lock:
                lexicon = self.lexicons.setdefault(code, Lexicon(self._keys, code))
        return lexicon

    def _free_scratch(self) -> Scratch:
        try:
            return self._scratch.pop()  # to ask first whether there is one would leave time for another thread
        except IndexError:
            scratch = Scratch()
            self._all_scratch.append(scratch)
            return scratch


def _normalise(texts: Sequence[str], first: int, zones: int, told: npt.NDArray[np.int64]) -> Sequence[object]:
    """Have a kernel take the normal form of some of `texts`; return what has to be kept until then.

    There is much less in it that has to be analysed, and all of it is normalised in less time than a few words.
    """
    last = first + zones
    addresses, sizes, owners = placed([*map(nearly_normal, texts[first:last])])
    told[-2 * len(texts) :][first:last] = addresses
    told[-len(texts) :][first:last] = sizes
    return owners


def _stemmed_as(article: Article) -> str:
    return stemmed_as(article.language)


def _all_zones(article: Article) -> tuple[str, ...]:
    return (article.title, article.body, article.source or "", article.url or "", *article.authors)


def _answers(articles: int, parts: Sequence[Part], scratch: Scratch) -> list[Decided]:
    """Return what was decided of so many articles."""
    decided = [_NOTHING] * articles
    space = scratch.space
    heads, used = space.state.item(State.HEADS), space.state.item(State.ANSWERS)
    if heads == 0:
        return decided
    answers, each = space.answers[:used].copy(), iter(space.heads[: HEAD * heads].tolist())
    first = 0
    for article, part, matched, to_ask in zip(each, each, each, each, strict=True):
        last = first + matched
        rules = parts[part].segment.rules
        those = (rules, first, last)
        uncertain: Sequence[Rule] = rules[answers[last : last + to_ask]].tolist() if to_ask else ()
        first = last + to_ask
        matching, open_before = decided[article]
        found = matching.with_more(those) if isinstance(matching, Found) else Found(answers, (those,))
        decided[article] = found, [*open_before, *uncertain] if open_before else uncertain
    return decided
