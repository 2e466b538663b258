"""How articles go through the kernels, a run of them at a time, and what is known of their words."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from threading import Lock

import numpy as np
import numpy.typing as npt

from wirewatch.article import Article
from wirewatch.article.skimming import Skimmed
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
from wirewatch.matching.compiled.runs import Asked, Run, run_of, run_of_described, run_of_skimmed
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
_OTHER_ZONES, _FOR_STEMS = frozenset(("source", "url", "authors")), frozenset(("language",))
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
        decided: list[Decided] = []
        for code, those in self._by_stems(articles):
            decided += self._decide(run_of(those, self._asked()), code, parts)
        return decided

    def decide_skimmed(self, skimmed: Skimmed, parts: tuple[Part, ...]) -> list[Decided]:
        """Return of each article of `skimmed` the rules of `parts` that match or may match."""
        if not parts:
            return [_NOTHING] * len(skimmed)
        names = self._names_asked()
        if not names:  # then no rule of `parts` asks for more than texts and days, whatever comes meanwhile
            return self._decide(run_of_skimmed(skimmed), "", parts)
        decided: list[Decided] = []
        for code, those in self._by_stems(skimmed.described(names)):
            run = run_of_described(skimmed, len(decided), those, self._asked())
            decided += self._decide(run, code, parts)
        return decided

    def counts(self, keys: int) -> npt.NDArray[np.float32]:
        """Return in how many articles each of the first `keys` keys was."""
        seen = np.zeros(keys, np.float32)
        for scratch in self._all_scratch:
            counted = scratch.space.counts[:keys]
            seen[: len(counted)] += counted
        return seen

    def _decide(self, run: Run, code: str, parts: tuple[Part, ...]) -> list[Decided]:
        scratch = self._free_scratch()
        try:
            self._decide_run(run, self._lexicon(code), parts, scratch)
            return _answers(run.articles, parts, scratch)
        finally:
            self._scratch.append(scratch)

    def _decide_run(self, run: Run, lexicon: Lexicon, parts: tuple[Part, ...], scratch: Scratch) -> None:
        keys, told = self._keys, run.told
        normal: dict[int, Sequence[object]] = {}
        scratch.make_room(0, 0, len(keys), len(self._phrases), articles=run.articles)
        with self._lock:
            terms, known, generation = keys.terms.table, lexicon.known, lexicon.generation
        begin, spill, spilled_for = START, _NO_SPILL, 0
        while True:
            desks = scratch.desks(parts, terms, known)
            halt = decide(told, run.texts, begin, spill, desks.addresses)
            if halt == 0:
                return
            space = scratch.space
            number, order, size = space.state[[State.ARTICLE, State.ORDER, State.SIZE]].tolist()
            zones, _, facts_number = told[order : order + ORDER].tolist()
            facts = told[order + ORDER : order + ORDER + facts_number].tolist()
            if number != spilled_for:
                spill, spilled_for = _NO_SPILL, number
            if halt == UNREAD:
                if number not in normal and space.state.item(State.MISSES) > _MANY_MISSES:
                    normal[number] = _normalise(run, space.state.item(State.TEXT), zones)
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

    def _asked(self) -> Asked:
        keys = self._keys
        return Asked(keys.of_article if keys.has_facts else None, self.has_other_zones)

    def _names_asked(self) -> frozenset[str]:
        """Return the names of what rules ask about in an article beside its texts and day."""
        names = self._keys.facts_of
        if self.has_other_zones:
            names |= _OTHER_ZONES
        return names | _FOR_STEMS if self._keys.has_inflected else names

    def _by_stems(self, articles: Sequence[Article]) -> Iterator[tuple[str, Sequence[Article]]]:
        """Yield `articles` in runs whose words have their stems in the same way, and that way."""
        if not self._keys.has_inflected:
            yield "", articles
            return
        for code, those in groupby(articles, _stemmed_as):
            yield code, [*those]

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


def _normalise(run: Run, first: int, zones: int) -> Sequence[object]:
    """Have a kernel take the normal form of some of the texts of `run`; return what has to be kept until then.

    There is much less in it that has to be analysed, and all of it is normalised in less time than a few words.
    """
    last = first + zones
    addresses, sizes, owners = placed([nearly_normal(run.text_of(text)) for text in range(first, last)])
    run.told[-2 * run.texts :][first:last] = addresses
    run.told[-run.texts :][first:last] = sizes
    return owners


def _stemmed_as(article: Article) -> str:
    return stemmed_as(article.language)


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
