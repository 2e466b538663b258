"""Keys: numbers for all that rules ask of a word, or of an article as a whole.

A key is a slot of a query (`korea`, `=US`, `defen*`, `~minister`) or a fact (`lang:ko`). Numbers are given out once and
never taken back, so that whatever was compiled with them stays valid. Key 0 holds always.
"""

from array import array
from collections.abc import Iterable

from wirewatch.article import Article
from wirewatch.matching.anchors import Anchor
from wirewatch.matching.commonness import commonness
from wirewatch.matching.compiled.terms import Terms
from wirewatch.matching.document import Document
from wirewatch.matching.wild import WildTable
from wirewatch.query import FieldName, Form, Phrase, Slot
from wirewatch.text import SYMBOLS, stem

__all__ = ["ALWAYS", "FormKey", "Keys"]

ALWAYS = 0

FormKey = tuple[str, str, str]
"""A word as it stands in a text: its term, its exact form, its term with the symbol before it (empty without)."""

_MAX_REMEMBERED = 100_000
_IN_ALL = 2_000.0
"""The `commonness` of what is in every article."""
_FACT = 0.3
_ATTRIBUTES = {
    FieldName.LANG: "language",
    FieldName.SITE: "url",
    FieldName.COUNTRY: "countries",
    FieldName.TAG: "tags",
}
"""What an article has of each field whose values are facts."""


class Keys:
    """The keys given out so far, and which of them a word or a value of a field has.

    One thread at a time gives out keys; others may ask meanwhile which of them something has.
    """

    def __init__(self) -> None:
        self._number = 1
        self._plain: dict[str, int] = {}
        self._exact: dict[str, int] = {}
        self._inflected: dict[str, int] = {}
        self._stems: dict[str | None, dict[str, list[int]]] = {}
        self._wild: dict[Slot, int] = {}
        self._wild_terms: WildTable[int] = WildTable(())
        self._wild_exact: WildTable[int] = WildTable(())
        self._facts: dict[tuple[FieldName, Phrase], int] = {}
        self._facts_of_field: dict[FieldName, list[tuple[Phrase, int]]] = {}
        self._values: dict[tuple[FieldName, str, int], tuple[int, ...]] = {}
        self.shares = array("f", [1.0])
        """For each key, a guess at the share of articles that have it."""
        self.terms = Terms()
        """What tells kernels the keys of plain words."""
        self.slots: list[Slot | FieldName | None] = [None]
        """What each key asks for; of a fact only the field."""

    def __len__(self) -> int:
        """One more than the largest key."""
        return self._number

    @property
    def has_inflected(self) -> bool:
        """Whether the keys of a word depend on the language of the text."""
        return bool(self._inflected)

    @property
    def has_facts(self) -> bool:
        """Whether any key is one of an article as a whole."""
        return bool(self._facts_of_field)

    @property
    def facts_of(self) -> frozenset[str]:
        """The names of what has to be known of an article to tell its facts."""
        fields = tuple(self._facts_of_field)
        return frozenset((*map(_ATTRIBUTES.__getitem__, fields), "language")) if fields else frozenset()

    def of_slot(self, slot: Slot) -> int:
        """Return the key of `slot`, a new one when it was never asked for."""
        if slot.is_wild:
            key = self._wild.get(slot)
        elif slot.form is Form.FOLDED:
            key = self._plain.get(slot.term)
        else:
            key = (self._exact if slot.form is Form.EXACT else self._inflected).get(slot.exact)
        return self._new(slot) if key is None else key

    def of_fact(self, field: FieldName, phrase: Phrase) -> int:
        """Return the key that holds for articles with the value `phrase` in `field`."""
        key = self._facts.get((field, phrase))
        if key is None:
            key = self._facts[field, phrase] = self._next(field)
            self._facts_of_field.setdefault(field, []).append((phrase, key))
        return key

    def of_form(self, form: FormKey, language: str | None) -> list[int]:
        """Return the keys that a word in a text of `language` has, each once."""
        term, exact, marked = form
        terms = (term, marked) if marked else (term,)
        exacts = (exact, exact[1:]) if exact[0] in SYMBOLS else (exact,)
        found = [key for each in terms if (key := self._plain.get(each)) is not None]
        if self._exact:
            found += [key for each in exacts if (key := self._exact.get(each)) is not None]
        if self._wild:
            found += [key for each in terms for key in self._wild_terms.of(each)]
            found += [key for each in exacts for key in self._wild_exact.of(each)]
        if self._inflected:
            found += self._of_stem(exact, language)
        return list(dict.fromkeys(found)) if len(found) > 1 else found

    def of_article(self, article: Article) -> list[int]:
        """Return the facts of an article."""
        if not self._facts_of_field:
            return []
        return [key for field in tuple(self._facts_of_field) for key in self._of_values(field, article)]

    def _of_values(self, field: FieldName, article: Article) -> Iterable[int]:
        value = _value(field, article)
        if not value:
            return ()
        # With how many facts there were: what another thread works out while one is added must not stand for all.
        facts = tuple(self._facts_of_field[field])
        met = (field, value, len(facts))
        found = self._values.get(met)
        if found is None:
            parts = Document(article).parts(field)
            found = tuple(key for phrase, key in facts if any(part.spans(phrase) for part in parts))
            if len(self._values) >= _MAX_REMEMBERED:
                self._values.clear()
            self._values[met] = found
        return found

    def _of_stem(self, exact: str, language: str | None) -> list[int]:
        if language not in self._stems:
            table: dict[str, list[int]] = {}
            for form, key in self._inflected.items():
                table.setdefault(stem(form, language), []).append(key)
            self._stems[language] = table
        return self._stems[language].get(stem(exact, language), [])

    def _new(self, slot: Slot) -> int:
        key = self._next(slot)
        self.terms.put(slot, key)
        if slot.is_wild:
            self._wild[slot] = key
            if slot.form is Form.FOLDED:
                self._wild_terms.add(slot.term, key)
            else:
                self._wild_exact.add(slot.exact, key)
        elif slot.form is Form.FOLDED:
            self._plain[slot.term] = key
        elif slot.form is Form.EXACT:
            self._exact[slot.exact] = key
        else:
            self._inflected[slot.exact] = key
            self._stems.clear()
        return key

    def _next(self, asked: Slot | FieldName) -> int:
        key = self._number
        self._number += 1
        self.slots.append(asked)
        self.shares.append(_FACT if isinstance(asked, FieldName) else min(1.0, commonness(Anchor(asked)) / _IN_ALL))
        return key


def _value(field: FieldName, article: Article) -> str:
    value = getattr(article, _ATTRIBUTES[field])
    return value if isinstance(value, str) else "\n".join(value or ())
