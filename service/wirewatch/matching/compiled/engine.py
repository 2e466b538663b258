"""What all versions of an index share.

Keys, phrases and what is known of words only grow, so every version can use them while another is being made.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from threading import Lock

import numpy as np
import numpy.typing as npt

from wirewatch.article import Article
from wirewatch.article.skimming import Skimmed
from wirewatch.matching.compiled.anchoring import anchored
from wirewatch.matching.compiled.decider import Decided, Decider
from wirewatch.matching.compiled.instructions import Program
from wirewatch.matching.compiled.keys import ALWAYS, Keys
from wirewatch.matching.compiled.parts import Part
from wirewatch.matching.compiled.phrases import Phrases
from wirewatch.matching.compiled.program import compile_query
from wirewatch.matching.compiled.room import with_room
from wirewatch.matching.compiled.segment import Bytes, Segment, joined, merged, picked, segment_of
from wirewatch.matching.compiled.tables import Tables
from wirewatch.query import Query
from wirewatch.rule import Rule

__all__ = ["Engine"]

_WORDS_IN_TREES = 1_000_000
"""Rules keep their trees, half a kilobyte a word, until so many words are in them; that of any other is read again when
a match of it is explained.
"""
_AT_ONCE = 50
"""Rules compiled under one lock."""
_FEWEST_ALIVE = 0.75
"""The share of a part's rules that are alive: with fewer the dead ones are taken out when it is merged."""
_PRIOR_ARTICLES = 50
"""How many observed articles weigh as much as a guess about a key."""


class Engine:
    """Keys, phrases, words and scratch space; safe for several threads at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._changing = Lock()
        """Held by whoever changes rules, which may take longer than an article can wait."""
        self._keys = Keys()
        self._phrases = Phrases(self._keys)
        self._programs = self._words = 0
        self._uses = np.zeros(1 << 10, np.int32)
        self._decider = Decider(self._keys, self._phrases, self._lock)

    def part_of(self, rules: Iterable[Rule]) -> Part:
        """Return the part of an index with all of `rules`; of several with one id the last is alive."""
        segment = segment_of(self._compiled(rules))
        with self._lock:
            self._uses = with_room(self._uses, len(self._keys))
            counted = np.bincount(segment.keys)
            self._uses[: len(counted)] += counted
        last = {rule.id: number for number, rule in enumerate(segment.rules)}
        dead = np.zeros(len(segment), np.uint8)
        if len(last) < len(segment):
            dead[:] = 1
            dead[[*last.values()]] = 0
        return self._anchored(segment, dead)

    def merged(self, parts: Sequence[Part]) -> Part:
        """Return one part instead of several, its rules found by what the fewest articles have had so far."""
        segments = [part.segment for part in parts]
        with self._changing:
            rules = joined(segments)
        segment = merged(segments, rules)
        dead = np.concatenate([part.dead for part in parts])
        if _FEWEST_ALIVE * len(dead) > sum(part.alive for part in parts):
            segment = picked(segment, np.flatnonzero(dead == 0).astype(np.int32))
            dead = np.zeros(len(segment), np.uint8)
        return self._anchored(segment, dead)

    def _anchored(self, segment: Segment, dead: Bytes) -> Part:
        segment, anchors, postings = anchored(segment, dead, self._shares())
        phrases = self._phrases
        tables = Tables(anchors, postings, segment.code, phrases.starts, phrases.keys, dead)
        return Part(segment, tables, len(segment) - int(np.count_nonzero(dead)))

    def _compiled(self, rules: Iterable[Rule]) -> Iterator[tuple[Rule, Program]]:
        """Yield each rule with its program; whoever has met a new word gets a turn now and then."""
        remaining = iter(rules)
        while some := list(islice(remaining, _AT_ONCE)):
            with self._changing:
                programs = self._programs_of(some)
            for rule, program in zip(some, programs, strict=True):
                self._words += len(program.keys)
                if self._words > _WORDS_IN_TREES:
                    rule.forget_expression()
                yield rule, program

    def _programs_of(self, rules: list[Rule]) -> list[Program]:
        with self._lock:
            first = len(self._keys)
            programs = [self._program(rule.expression) for rule in rules]
            searches = [(lexicon, lexicon.meet(first)) for lexicon in self._decider.lexicons.values()]
        for lexicon, search in searches:
            if search.asked:  # of all words that are known
                found = lexicon.found(search)
                with self._lock:
                    lexicon.give(search, found)
        return programs

    def decide(self, articles: Sequence[Article], parts: tuple[Part, ...]) -> list[Decided]:
        """Return of each of `articles` the rules of `parts` that match or may match."""
        return self._decider.decide(articles, parts)

    def decide_skimmed(self, skimmed: Skimmed, parts: tuple[Part, ...]) -> list[Decided]:
        """Return the same of each article of `skimmed`."""
        return self._decider.decide_skimmed(skimmed, parts)

    def _program(self, query: Query) -> Program:
        program, has_other_zones = compile_query(query, self._keys, self._phrases)
        self._decider.has_other_zones |= has_other_zones
        self._programs += 1
        return program

    def _shares(self) -> npt.NDArray[np.float32]:
        # What many rules ask for is common in the news: until articles tell, that is the better half of the guess.
        with self._lock:
            guessed = np.array(self._keys.shares)
            self._uses = with_room(self._uses, len(guessed))
            uses = self._uses[: len(guessed)]
            guessed = np.minimum(1, guessed + uses / np.float32(1 + self._programs), dtype=np.float32)
        seen = self._decider.counts(len(guessed))
        shares: npt.NDArray[np.float32] = (guessed * _PRIOR_ARTICLES + seen) / (_PRIOR_ARTICLES + seen[ALWAYS])
        return shares
