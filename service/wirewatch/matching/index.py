"""All rules, arranged so that an article meets only those it could match."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from copy import copy
from itertools import chain
from typing import Self

from wirewatch.article import Article
from wirewatch.article.skimming import Skimmed
from wirewatch.matching.compiled.decider import Decided
from wirewatch.matching.compiled.engine import Engine
from wirewatch.matching.compiled.foretelling import Foreteller
from wirewatch.matching.compiled.parts import Part
from wirewatch.matching.document import Document
from wirewatch.matching.explain import match_of
from wirewatch.matching.holds import holds
from wirewatch.matching.match import Fault, Match, Matched
from wirewatch.matching.supporting import Hits, hits_of
from wirewatch.query import Query
from wirewatch.rule import Rule

__all__ = ["Decided", "RuleIndex"]

_MERGED_FROM = 4
"""A part is merged with the one before it when that is less than so many times as large."""

_Sought = tuple[Document, Sequence[tuple[Rule, Hits]], Sequence[Fault]]
"""An article, the hits of each rule that matches it, and the rules that failed."""


class RuleIndex:
    """The enabled ones of a set of rules; it never changes, `changed` gives the next one and shares most with it.

    Of several rules with one id the last counts. `seek` finds the hits of a query that holds. Any number of threads may
    match at once: the kernels do not hold Python's lock.
    """

    def __init__(self, rules: Iterable[Rule], *, seek: Callable[[Query, Document], Hits] = hits_of) -> None:
        self._seek = seek
        self._engine = Engine()
        self._foreteller = Foreteller()
        self._parts: tuple[Part, ...] = tuple(self._parts_of(rules))

    def __len__(self) -> int:
        """The number of rules that can match."""
        return sum(part.alive for part in self._parts)

    def changed(self, put: Iterable[Rule], removed: Iterable[str] = ()) -> Self:
        """Return the index of these rules with `put` added or in place of those with their ids, less the `removed`."""
        changed = list(put)
        gone = {*(rule.id for rule in changed), *removed}
        parts = [part.without(gone) for part in self._parts] + self._parts_of(changed)
        return self._with(self._merged([part for part in parts if part.alive]))

    def tuned(self) -> Self:
        """Return the same index in one part, its rules found by what the fewest articles so far had."""
        return self._with([self._engine.merged(self._parts)] if self._parts else [])

    def decide(self, article: Article) -> Sequence[Rule]:
        """Return the rules that match `article`, in no order, unexplained, each taken from the index when asked for."""
        return self.decide_all((article,))[0]

    def decide_all(self, articles: Sequence[Article]) -> list[Sequence[Rule]]:
        """Return what `decide` does of each of `articles`: for many together, in half the time."""
        return [
            _certain(article, decided) for article, decided in zip(articles, self.decided_all(articles), strict=True)
        ]

    def match(self, article: Article) -> tuple[Match, ...]:
        """Return the matches of `article`, by rule id."""
        return self.match_with_faults(article).matches

    def match_with_faults(self, article: Article) -> Matched:
        """Return the matches of `article` and the rules that raised; a rule's exception costs that rule alone."""
        return self.explained_all(zip((article,), self.decided_all((article,)), strict=True))[0]

    def decided_all(self, articles: Sequence[Article]) -> list[Decided]:
        """Return of each of `articles` the rules that match, and those that may: for `explained_all` to go on with."""
        return self._engine.decide(articles, self._parts)

    def decided_skimmed(self, skimmed: Skimmed) -> list[Decided]:
        """Return the same of each article of `skimmed`."""
        return self._engine.decide_skimmed(skimmed, self._parts)

    def explained_all(self, decided: Iterable[tuple[Article, Decided]]) -> list[Matched]:
        """Return the matches of articles of which it is known what was decided; of each as `match_with_faults`.

        The hits of all are found before any match is made of them: that is done quicker for some dozen together.
        """
        return [_matched(*sought) for sought in [self._sought(article, *those) for article, those in decided]]

    def _parts_of(self, rules: Iterable[Rule]) -> list[Part]:
        off: set[str] = set()
        enabled = _enabled(rules, off)
        first = next(enabled, None)
        if first is None:  # nothing to have kernels compiled for
            return []
        part = self._engine.part_of(chain((first,), enabled)).without(off)
        return [part] if part.alive else []

    def _sought(self, article: Article, matched: Sequence[Rule], is_open: Sequence[Rule]) -> _Sought:
        document = Document(article)
        matched = [*matched]  # each time that they are asked for, they are taken from the index
        if matched:
            with suppress(Exception):  # a rule that can't be read fails by itself below
                self._foreteller.foretell(document, matched)
        found: list[tuple[Rule, Hits]] = []
        faults: list[Fault] = []
        for rules, is_sure in ((matched, True), (is_open, False)):
            for rule in rules:
                try:
                    if is_sure or holds(rule.expression, document):
                        found.append((rule, self._seek(rule.expression, document)))
                except Exception as error:  # noqa: BLE001 - whatever it is, the other rules must go on
                    faults.append(Fault(rule, error))
        return document, found, faults

    def _with(self, parts: Iterable[Part]) -> Self:
        new = copy(self)
        new._parts = tuple(parts)  # noqa: SLF001 - its own class
        return new

    def _merged(self, parts: list[Part]) -> list[Part]:
        while len(parts) > 1 and parts[-2].alive < _MERGED_FROM * parts[-1].alive:
            parts[-2:] = [self._engine.merged(parts[-2:])]
        return parts


def _matched(document: Document, found: Iterable[tuple[Rule, Hits]], faults: Sequence[Fault]) -> Matched:
    matches: list[Match] = []
    for rule, hits in found:
        try:
            matches.append(match_of(rule, document, hits))
        except Exception as error:  # noqa: BLE001 - the same
            faults = [*faults, Fault(rule, error)]
    if len(matches) > 1:
        matches.sort(key=lambda match: match.rule.id)
    return Matched(tuple(matches), tuple(sorted(faults, key=lambda fault: fault.rule.id)))


def _certain(article: Article, decided: Decided) -> Sequence[Rule]:
    matched, is_open = decided
    if not is_open:
        return matched
    document = Document(article)
    return [*matched, *(rule for rule in is_open if holds(rule.expression, document))]


def _enabled(rules: Iterable[Rule], off: set[str]) -> Iterator[Rule]:
    """Yield the rules that are enabled; `off` has then the ids of those that, in the end, are not."""
    for rule in rules:
        if rule.enabled:
            off.discard(rule.id)
            yield rule
        else:
            off.add(rule.id)
