"""Values under anchors, found by an article's words.

The news repeats its words: what a word leads to is worked out when it is first met, and then looked up.
"""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from wirewatch.matching.anchors import Anchor
from wirewatch.matching.document import Document
from wirewatch.matching.wild import WildTable
from wirewatch.query import FieldName, Form
from wirewatch.text import stem

__all__ = ["AnchorTable"]

T = TypeVar("T")
_MAX_REMEMBERED = 200_000
"""Words whose values are kept: more than the vocabulary of a day's news."""


class AnchorTable(Generic[T]):
    """Finds the values any of whose anchors a document has."""

    def __init__(self, items: Iterable[tuple[Anchor, T]]) -> None:
        by_field: dict[FieldName | None, list[tuple[Anchor, T]]] = {None: []}
        for anchor, value in items:
            by_field.setdefault(anchor.field, []).append((anchor, value))
        self._text = _Zone(by_field.pop(None))
        self._fields = {field: _Zone(anchored) for field, anchored in by_field.items()}

    def of(self, document: Document) -> Iterator[T]:
        """Yield the values, some perhaps more than once."""
        by_term = self._text.by_term
        for term in document.terms:
            if found := by_term[term]:
                yield from found
        yield from self._inflected(self._text, document, None)
        for field, zone in self._fields.items():
            for term in {term for part in document.parts(field) for term in part.terms()}:
                yield from zone.by_term[term]
            yield from self._inflected(zone, document, field)

    def _inflected(self, zone: "_Zone[T]", document: Document, field: FieldName | None) -> Iterator[T]:
        if zone.is_inflected:
            by_form = zone.by_form(document.article.language)
            for part in document.parts(field):
                for form in part.exact_forms():
                    yield from by_form[form]


class _Zone(Generic[T]):
    """The anchors of one field, or of the text."""

    def __init__(self, items: list[tuple[Anchor, T]]) -> None:
        self.by_term = _ByTerm((anchor, value) for anchor, value in items if anchor.slot.form is not Form.INFLECTED)
        self._inflected = [(anchor.slot.exact, value) for anchor, value in items if anchor.slot.form is Form.INFLECTED]
        self.is_inflected = bool(self._inflected)
        self._by_language: dict[str | None, _ByForm[T]] = {}

    def by_form(self, language: str | None) -> "_ByForm[T]":
        """Return what a form of a word in `language` leads to."""
        if language not in self._by_language:
            if len(self._by_language) >= _MAX_LANGUAGES:
                self._by_language.clear()
            self._by_language[language] = _ByForm(self._inflected, language)
        return self._by_language[language]


_MAX_LANGUAGES = 100
"""Publishers write languages as they like."""


class _ByTerm(dict[str, tuple[T, ...]]):
    """The values by term."""

    def __init__(self, items: Iterable[tuple[Anchor, T]]) -> None:
        super().__init__()
        wild: list[tuple[str, T]] = []
        self._plain: dict[str, list[T]] = {}
        for anchor, value in items:
            if anchor.slot.is_wild:
                wild.append((anchor.slot.term, value))
            else:
                self._plain.setdefault(anchor.slot.term, []).append(value)
        self._wild = WildTable(wild)

    def __missing__(self, term: str) -> tuple[T, ...]:
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        values = self[term] = (*self._plain.get(term, ()), *self._wild.of(term))
        return values


class _ByForm(dict[str, tuple[T, ...]]):
    """The values by the form of a word as it was written in one language."""

    def __init__(self, items: Iterable[tuple[str, T]], language: str | None) -> None:
        super().__init__()
        self._language = language
        self._stems: dict[str, list[T]] = {}
        for exact, value in items:
            self._stems.setdefault(stem(exact, language), []).append(value)

    def __missing__(self, form: str) -> tuple[T, ...]:
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        values = self[form] = tuple(self._stems.get(stem(form, self._language), ()))
        return values
