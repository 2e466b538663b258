"""What all versions of an index share, and how an article goes through the kernels.

Keys, phrases and what is known of words only grow, so every version can use them while another is being made.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from threading import Lock

import numpy as np
import numpy.typing as npt

from wirewatch.article import Article
from wirewatch.matching.compiled.anchoring import anchored
from wirewatch.matching.compiled.found import Found
from wirewatch.matching.compiled.hashing import EIGHT
from wirewatch.matching.compiled.instructions import Program
from wirewatch.matching.compiled.judging import JUDGE, NEEDS_UNITS, OPEN_BITS, READ, SPLIT, UNREAD, decide
from wirewatch.matching.compiled.keys import ALWAYS, Keys
from wirewatch.matching.compiled.lexicon import Lexicon
from wirewatch.matching.compiled.phrases import Phrases
from wirewatch.matching.compiled.program import compile_query
from wirewatch.matching.compiled.room import with_room
from wirewatch.matching.compiled.scratch import Scratch
from wirewatch.matching.compiled.segment import Bytes, Rules, Segment, joined, merged, picked, segment_of
from wirewatch.matching.compiled.splitting import ZONE_END
from wirewatch.matching.compiled.tables import Ints, Known, State, Tables
from wirewatch.matching.compiled.units import Units
from wirewatch.query import Query
from wirewatch.rule import Rule
from wirewatch.text import stemmed_as

__all__ = ["Decided", "Engine", "Part"]

_SEPARATOR = bytes((ZONE_END,))
_AFTER_LAST = bytes(EIGHT)
_NO_SPILL = np.zeros(1, np.int32)
_CERTAIN = (1 << OPEN_BITS) - 1
_TREES_KEPT = 100_000
"""Rules that keep their trees, some 3 kB each; of others the tree is read again when a match is explained."""
_AT_ONCE = 50
"""Rules compiled under one lock."""
_FEWEST_ALIVE = 0.75
"""The share of a part's rules that are alive: with fewer the dead ones are taken out when it is merged."""
_PRIOR_ARTICLES = 50
"""How many observed articles weigh as much as a guess about a key."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A segment with its tables; of them `dead[rule]` is 1 where a later part or nothing has taken the rule's place."""

    segment: Segment
    tables: Tables
    alive: int

    @property
    def dead(self) -> Bytes:
        """1 for each rule that is passed over."""
        return self.tables.dead

    def without(self, ids: AbstractSet[str]) -> "Part":
        """Return this part with the rules of these ids dead."""
        numbers = [number for number in self.segment.numbers_of(ids) if not self.dead[number]] if ids else []
        if not numbers:
            return self
        dead = self.dead.copy()
        dead[numbers] = 1
        return Part(self.segment, self.tables._replace(dead=dead), self.alive - len(numbers))


Decided = tuple[Sequence[Rule], Sequence[Rule]]
"""The rules that match, and those that may match: of these `holds` has to say."""


class Engine:
    """Keys, phrases, words and scratch space; safe for several threads at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._changing = Lock()
        """Held by whoever changes rules, which may take longer than an article can wait."""
        self._keys = Keys()
        self._phrases = Phrases(self._keys)
        self._has_other_zones = False
        self._programs = 0
        self._uses = np.zeros(1 << 10, np.int32)
        self._lexicons: dict[str, Lexicon] = {}
        self._units = Units()
        self._scratch: list[Scratch] = []
        self._all_scratch: list[Scratch] = []

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
                if self._programs > _TREES_KEPT:
                    rule.forget_expression()
                yield rule, program

    def _programs_of(self, rules: list[Rule]) -> list[Program]:
        with self._lock:
            first = len(self._keys)
            programs = [self._program(rule.expression) for rule in rules]
            searches = [(lexicon, lexicon.meet(first)) for lexicon in self._lexicons.values()]
        for lexicon, search in searches:
            if search.asked:  # of all words that are known
                found = lexicon.found(search)
                with self._lock:
                    lexicon.give(search, found)
        return programs

    def decide(self, article: Article, parts: Sequence[Part]) -> Decided:
        """Return the rules of `parts` that match or may match."""
        if not parts:
            return [], []
        scratch = self._free_scratch()
        try:
            return self._decide(article, parts, scratch)
        finally:
            self._scratch.append(scratch)

    def _decide(self, article: Article, parts: Sequence[Part], scratch: Scratch) -> Decided:
        keys = self._keys
        raw, zones = self._zones(article)
        facts = keys.of_article(article)
        spill = np.array((len(facts), *facts), np.int32) if facts else _NO_SPILL
        published = article.published_at
        day = published.toordinal() if published is not None else 0
        lexicon = self._lexicon(article.language)
        scratch.make_room(len(raw), zones, len(keys), len(self._phrases))
        with self._lock:
            terms, known, generation = keys.terms.table, lexicon.known, lexicon.generation
        begin = SPLIT
        while True:
            desk = scratch.desk(0, parts[0].tables, terms, known)
            count = decide(raw, begin, spill, day, zones, desk.address)
            if count != UNREAD:
                break
            split = scratch.space.hashes
            if not scratch.make_room_needed():
                known, generation, spill = self._learn(lexicon, generation, raw, scratch, facts)
                scratch.make_room(len(raw) + len(spill), zones, len(keys), 0)
            begin = READ if scratch.space.hashes is split else SPLIT
        matched: list[tuple[Rules, Ints]] = []
        is_open: list[Rule] = []
        for number, part in enumerate(parts):
            if number > 0:
                desk = scratch.desk(number, part.tables, terms, known)
                count = decide(raw, JUDGE, spill, day, zones, desk.address)
            if count == NEEDS_UNITS:
                self._units.number(raw, scratch.space.missed, desk)
                count = decide(raw, JUDGE, spill, day, zones, desk.address)
            if count:
                rules, numbers, to_ask = part.segment.rules, scratch.space.matched, count >> OPEN_BITS
                matched.append((rules, numbers[: count & _CERTAIN].copy()))
                is_open += rules[numbers[len(numbers) - to_ask :]].tolist() if to_ask else ()
        scratch.forget_desks(len(parts))
        return Found(matched), is_open

    def _zones(self, article: Article) -> tuple[bytes, int]:
        """Return the texts that rules may ask about, each with a mark after it, and their number."""
        texts = [article.title, article.body]
        if self._has_other_zones:
            texts += [article.source or "", article.url or "", *article.authors]
        try:
            encoded = [*map(str.encode, texts), _AFTER_LAST]
        except UnicodeEncodeError:  # half of a character
            encoded = [*[text.encode("utf-8", "surrogatepass") for text in texts], _AFTER_LAST]
        return _SEPARATOR.join(encoded), len(texts)

    def _free_scratch(self) -> Scratch:
        try:
            return self._scratch.pop()  # to ask first whether there is one would leave time for another thread
        except IndexError:
            scratch = Scratch()
            self._all_scratch.append(scratch)
            return scratch

    def _program(self, query: Query) -> Program:
        program, has_other_zones = compile_query(query, self._keys, self._phrases)
        self._has_other_zones |= has_other_zones
        self._programs += 1
        return program

    def _shares(self) -> npt.NDArray[np.float32]:
        # What many rules ask for is common in the news: until articles tell, that is the better half of the guess.
        with self._lock:
            guessed = np.array(self._keys.shares)
            self._uses = with_room(self._uses, len(guessed))
            uses = self._uses[: len(guessed)]
            guessed = np.minimum(1, guessed + uses / np.float32(1 + self._programs), dtype=np.float32)
        seen = np.zeros(len(guessed), np.float32)
        for scratch in self._all_scratch:
            counted = scratch.space.counts[: len(guessed)]
            seen[: len(counted)] += counted
        shares: npt.NDArray[np.float32] = (guessed * _PRIOR_ARTICLES + seen) / (_PRIOR_ARTICLES + seen[ALWAYS])
        return shares

    def _learn(
        self, lexicon: Lexicon, generation: int, raw: bytes, scratch: Scratch, facts: list[int]
    ) -> tuple[Known, int, Ints]:
        """Let `lexicon` know what was missed; return what is known then, and what has to be handed over each time.

        If all that was known when the article was read has been forgotten since, what was missed says too little.
        """
        spill = [len(facts), *facts]
        places = scratch.space.missed[: 2 * int(scratch.space.state[State.MISSES])].tolist()
        with self._lock:
            lexicon.tidy()
            if lexicon.generation == generation:
                pieces = (raw[start:end] for start, end in zip(places[::2], places[1::2], strict=True))
                for forms in lexicon.learn(pieces):
                    spill += [len(forms), *forms]
            return lexicon.known, lexicon.generation, np.array(spill, np.int32)

    def _lexicon(self, language: str | None) -> Lexicon:
        code = stemmed_as(language) if self._keys.has_inflected else ""
        lexicon = self._lexicons.get(code)
        if lexicon is None:
            with self._lock:
                lexicon = self._lexicons.setdefault(code, Lexicon(self._keys, code))
        return lexicon
