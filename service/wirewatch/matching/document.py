"""An article as matching sees it: its fields' texts, analysed when somebody asks for them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from wirewatch.article import Article
from wirewatch.matching.host import HostPart
from wirewatch.matching.part import Part
from wirewatch.query import FieldName, Phrase
from wirewatch.text import Seeker, is_sought

__all__ = ["VALUE_SEPARATOR", "Document", "Hit", "field_text"]

VALUE_SEPARATOR = "\n"
"""Stands between the values of a field with several of them, where offsets into that field are counted."""

Hit = tuple[str, int, int]
"""The name of an article's field, and the characters (start, end) of it."""

_SOUGHT = 100
"""Phrases that are looked for in a text before it is analysed: for more that is quicker."""

_TITLE, _BODY = FieldName.TITLE.value, FieldName.BODY.value
_MULTIPLE = {FieldName.AUTHOR: "authors", FieldName.COUNTRY: "countries", FieldName.TAG: "tags"}
_SINGLE = {FieldName.SOURCE: "source", FieldName.URL: "url", FieldName.LANG: "language"}


class Document:
    """An article; each text is analysed when somebody asks for it first."""

    __slots__ = ("_hits", "_parts", "_seeker", "_terms", "_text", "article")

    def __init__(self, article: Article) -> None:
        self.article = article
        self._terms: set[str] | None = None
        self._text: tuple[Part, ...] | None = None
        self._hits: dict[tuple[str, ...], list[Hit]] = {}
        self._seeker: Seeker | None = None
        self._parts: dict[FieldName, tuple[Part, ...]] = {}

    @property
    def text(self) -> tuple[Part, ...]:
        """Title and body."""
        if self._text is None:
            self._text = self.parts(FieldName.TITLE) + self.parts(FieldName.BODY)
        return self._text

    @property
    def terms(self) -> set[str]:
        """The terms of title and body."""
        if self._terms is None:
            self._terms = set().union(*[part.terms() for part in self.text])
        return self._terms

    @property
    def day(self) -> date | None:
        """The day of publication, in UTC."""
        return self.article.published_at.date() if self.article.published_at is not None else None

    @property
    def words(self) -> int:
        """The number of positions of title and body."""
        return sum(map(len, self.text))

    def parts(self, field: FieldName | None) -> tuple[Part, ...]:
        """Return the texts of `field`: none where the article says nothing of it; title and body without one."""
        if field is None:
            return self.text
        if field not in self._parts:
            self._parts[field] = self._made(field)
        return self._parts[field]

    def has(self, phrase: Phrase, field: FieldName | None) -> bool:
        """Say whether `phrase` stands in `field`, or without one in title or body."""
        if field is None and phrase.is_plain:
            if len(phrase.terms) == 1:
                return phrase.terms[0] in self.terms
            if not self.terms.issuperset(phrase.terms):
                return False
        return any(part.spans(phrase) for part in self.parts(field))

    def hits(self, phrase: Phrase, field: FieldName | None) -> list[Hit]:
        """Return where `phrase` stands in `field`, or without one in title and body, in no order, some perhaps twice.

        Each plain phrase is looked for in title and body once.
        """
        if field is not None or not phrase.is_plain:
            return self._analysed_hits(phrase, field)
        found = self._hits.get(phrase.terms)
        if found is None:
            found = self._sought_hits(phrase.terms)
            if found is None:
                found = self._analysed_hits(phrase, field) if phrase.terms[0] in self.terms else []
            self._hits[phrase.terms] = found
        return found

    def foretell(self, phrases: Sequence[tuple[str, ...]], found: Iterable[int]) -> None:
        """Know where plain phrases stand, of which `phrases` has the terms: of each either all is told or nothing.

        `found` has three numbers each time: which of them, and the characters from where to where it stands in a text
        of the title, a line end and the body; -1 for both where that is to be found out.
        """
        hits: dict[tuple[str, ...], list[Hit]] = {terms: [] for terms in phrases}
        base = len(self.article.title) + 1
        numbers = iter(found)
        for phrase, start, end in zip(numbers, numbers, numbers, strict=True):
            if start >= base:
                hits[phrases[phrase]].append((_BODY, start - base, end - base))
            elif start < 0:
                hits.pop(phrases[phrase], None)
            elif end < base:
                hits[phrases[phrase]].append((_TITLE, start, end))
        self._hits.update(hits)

    def _analysed_hits(self, phrase: Phrase, field: FieldName | None) -> list[Hit]:
        return [(part.name, *place) for part in self.parts(field) for place in part.offsets(part.spans(phrase))]

    def _sought_hits(self, terms: tuple[str, ...]) -> list[Hit] | None:
        """Return the hits in title and body without analysing them, None where that can't be done or doesn't pay."""
        if self._text is not None or len(self._hits) >= _SOUGHT or not is_sought(terms):
            return None
        try:
            if self._seeker is None:
                self._seeker = Seeker(f"{self.article.title}\n{self.article.body}")
            spans = self._seeker.spans(terms)
        except ValueError:
            self._text = self.text  # from now on phrases are looked up there
            return None
        self.foretell((terms,), [number for start, end in spans for number in (0, start, end)])
        return self._hits[terms]

    def _made(self, field: FieldName) -> tuple[Part, ...]:
        if field in {FieldName.TITLE, FieldName.BODY}:
            text = self.article.title if field is FieldName.TITLE else self.article.body
            return (Part(field, text, language=self.article.language),)
        if field is FieldName.LEAD:
            return (self.parts(FieldName.BODY)[0].lead(),)
        if field is FieldName.SITE:
            return (HostPart(self.article.url),) if self.article.url else ()
        if field is FieldName.LANG and self.article.language:
            return tuple(_language_parts(self.article.language))
        return tuple(
            Part(field, value, base=base, language=self.article.language, is_whole=field.is_whole)
            for base, value in _values(self.article, field)
        )


def field_text(article: Article, name: str) -> str:
    """Return the text of the field that a part of this name is of: what the offsets of its hits are counted in."""
    if name == _BODY:
        return article.body
    if name == _TITLE:
        return article.title
    return VALUE_SEPARATOR.join(value for _, value in _values(article, FieldName(name)))


def _language_parts(language: str) -> Iterator[Part]:
    """Yield the whole value, and its first subtag alone: `en` is asked for where `en-US` is meant too."""
    yield Part(FieldName.LANG, language, is_whole=True)
    primary = language.replace("_", "-").split("-", 1)[0]
    if primary != language:
        yield Part(FieldName.LANG, primary, is_whole=True)


def _values(article: Article, field: FieldName) -> Iterator[tuple[int, str]]:
    """Yield each value of a field other than title and body, with where it begins in the field's text."""
    base = 0
    single = getattr(article, _SINGLE[field]) if field in _SINGLE else None
    for value in getattr(article, _MULTIPLE[field]) if field in _MULTIPLE else (single,) if single else ():
        yield base, value
        base += len(value) + len(VALUE_SEPARATOR)
