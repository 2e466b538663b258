"""A text of an article, and where in it the phrases of queries stand."""

from collections.abc import Iterable, Iterator
from copy import copy

from wirewatch.matching.places import Places
from wirewatch.matching.wild import Vocabulary
from wirewatch.query import Form, Phrase, Slot, Unit
from wirewatch.text import (
    SYMBOLS,
    Analysed,
    TokenSpans,
    analyse,
    exact_forms,
    paragraphs,
    sentences,
    stem,
)

__all__ = ["Part", "Span"]

Span = tuple[int, int]
"""The first and the last position of what was found."""


_Positions = dict[str, list[int]]


class Part:
    """One text: title, body, or one value of another field. Its tables are made when a query first asks for them.

    `name` is the article's field, and characters of `text` stand at `base` and after in that field. In a part that
    `is_whole` a phrase is found only if it is all of it.
    """

    __slots__ = (
        "_analysed",
        "_by_exact",
        "_by_stem",
        "_language",
        "_limit",
        "_of_slots",
        "_places",
        "_tokens",
        "_units",
        "_vocabulary",
        "base",
        "is_whole",
        "name",
        "text",
    )

    def __init__(
        self, name: str, text: str, *, language: str | None = None, base: int = 0, is_whole: bool = False
    ) -> None:
        self.name = str(name)
        self.text = text
        self.base = base
        self.is_whole = is_whole
        self._analysed: Analysed | None = None
        self._language = language
        self._limit: int | None = None
        self._places: Places | None = None
        self._by_exact: _Positions | None = None
        self._vocabulary: Vocabulary | None = None
        self._by_stem: _Positions | None = None
        self._of_slots: dict[Slot, list[int]] = {}
        self._tokens: TokenSpans | None = None
        self._units: dict[Unit, list[int]] = {}

    def __len__(self) -> int:
        """The number of positions."""
        return len(self.analysed.terms)

    @property
    def analysed(self) -> Analysed:
        """The text, analysed when somebody asks first."""
        if self._analysed is None:
            self._analysed = analyse(self.text)
        return self._analysed

    @property
    def places(self) -> Places:
        """Where its terms stand."""
        if self._places is None:
            self._places = Places(self.analysed)
        return self._places

    def lead(self) -> "Part":
        """Return the first paragraph alone, with the same positions and offsets."""
        lead = copy(self)
        units = self.units(Unit.PARAGRAPH)
        lead._limit = units.count(units[0]) if units else 0  # noqa: SLF001 - its own class
        return lead

    def terms(self) -> set[str]:
        """Return the different terms, those with a symbol before them in both forms."""
        return self.places.terms

    def exact_forms(self) -> Iterable[str]:
        """Return every form that an exact or inflected word of a query is compared with."""
        return self._exact()

    def spans(self, phrase: Phrase) -> list[Span]:
        """Return where `phrase` stands, in order."""
        starts = self.places.of_phrase(phrase.terms) if phrase.is_plain else self._starts(phrase.slots)
        if not starts:
            return []
        length = len(phrase.slots)
        if self.is_whole:
            return [(0, length - 1)] if length == len(self) and 0 in starts else []
        if self._limit is not None:
            return [(start, start + length - 1) for start in starts if start + length <= self._limit]
        return [(start, start + length - 1) for start in starts]

    def units(self, unit: Unit) -> list[int]:
        """Return the number of the sentence or paragraph of each position."""
        if unit not in self._units:
            self._units[unit] = (sentences if unit is Unit.SENTENCE else paragraphs)(self.analysed)
        return self._units[unit]

    def offsets(self, spans: Iterable[Span]) -> Iterator[tuple[int, int]]:
        """Return the characters of the article's field (start, end) that each of `spans` came from."""
        if self._tokens is None:
            self._tokens = TokenSpans(self.analysed)
        tokens = self._tokens
        return ((self.base + tokens[first][0], self.base + tokens[last][1]) for first, last in spans)

    def _starts(self, slots: tuple[Slot, ...]) -> list[int]:
        if len(slots) == 1:
            return self._positions(slots[0])
        shift, rarest = min(((shift, self._positions(slot)) for shift, slot in enumerate(slots)), key=_by_count)
        if not rarest:
            return []
        others = [
            (
                index - shift,
                slot.term if slot.is_plain else None,
                frozenset(() if slot.is_plain else self._positions(slot)),
            )
            for index, slot in enumerate(slots)
            if index != shift
        ]
        has = self.analysed.has
        return [
            place - shift
            for place in rarest
            if all(has(term, place + by) if term is not None else place + by in places for by, term, places in others)
        ]

    def _positions(self, slot: Slot) -> list[int]:
        """Return the positions that have what `slot` asks for, in order."""
        if slot.is_plain:
            return self.places.of(slot.term)
        found = self._of_slots.get(slot)
        if found is None:
            found = self._of_slots[slot] = sorted(self._find(slot))
        return found

    def _find(self, slot: Slot) -> set[int]:
        if slot.form is Form.FOLDED:
            if self._vocabulary is None:
                self._vocabulary = Vocabulary(self.places.terms)
            return {place for term in self._vocabulary.matching(slot.term) for place in self.places.of(term)}
        forms = self._exact()
        if slot.form is Form.INFLECTED:
            if self._by_stem is None:
                self._by_stem = {}
                for form, positions in forms.items():
                    self._by_stem.setdefault(stem(form, self._language), []).extend(positions)
            return set(self._by_stem.get(stem(slot.exact, self._language), ()))
        if slot.is_wild:
            return {place for form in Vocabulary(forms).matching(slot.exact) for place in forms[form]}
        return set(forms.get(slot.exact, ()))

    def _exact(self) -> _Positions:
        if self._by_exact is None:
            self._by_exact = {}
            for position, form in enumerate(exact_forms(self.analysed)):
                self._by_exact.setdefault(form, []).append(position)
                if form[0] in SYMBOLS:
                    self._by_exact.setdefault(form[1:], []).append(position)
        return self._by_exact


def _by_count(found: tuple[int, list[int]]) -> int:
    return len(found[1])
