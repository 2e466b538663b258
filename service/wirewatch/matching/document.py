"""An article as matching sees it: the terms of each field, and where each term stands."""

from wirewatch.article import Article
from wirewatch.text import Analysed, analyse

__all__ = ["Document", "Field"]


class Field:
    """One field's terms; the table of positions is made when the first phrase asks for it."""

    __slots__ = ("_positions", "analysed", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.analysed: Analysed = analyse(text)
        self._positions: dict[str, list[int]] | None = None

    def positions(self, term: str) -> list[int]:
        """Return where `term` stands, in order."""
        if self._positions is None:
            self._positions = _positions(self.analysed)
        return self._positions.get(term, [])

    def occurrences(self, terms: tuple[str, ...]) -> list[int]:
        """Return the positions at which `terms` begin to stand one after the other, in order."""
        shift, rarest = min(((index, self.positions(term)) for index, term in enumerate(terms)), key=_by_count)
        has = self.analysed.has
        return [
            position - shift
            for position in rarest
            if all(has(term, position - shift + index) for index, term in enumerate(terms))
        ]


class Document:
    """An article's fields in the order of a match's hits; `terms` are those of all of them."""

    __slots__ = ("fields", "terms")

    def __init__(self, article: Article) -> None:
        self.fields = (Field("title", article.title), Field("body", article.body))
        self.terms: set[str] = set()
        for field in self.fields:
            self.terms.update(field.analysed.terms, field.analysed.marked.values())

    def has_phrase(self, terms: tuple[str, ...]) -> bool:
        """Say whether `terms` stand one after the other in one of the fields."""
        if len(terms) == 1:
            return terms[0] in self.terms
        return self.terms.issuperset(terms) and any(field.occurrences(terms) for field in self.fields)


def _positions(analysed: Analysed) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = {}
    for position, term in enumerate(analysed.terms):
        positions.setdefault(term, []).append(position)
    for position, term in analysed.marked.items():
        positions.setdefault(term, []).append(position)
    return positions


def _by_count(found: tuple[int, list[int]]) -> int:
    return len(found[1])
