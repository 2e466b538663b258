"""Where the terms of a text stand."""

from wirewatch.text import SYMBOLS, Analysed

__all__ = ["Places"]

_SCANNED_FOR = 16
"""Terms that the text is scanned for, one by one; whoever asks for more gets the places of all worked out."""


class Places:
    """The positions of the terms of a text, found when somebody asks."""

    __slots__ = ("_analysed", "_different", "_found", "_has_all")

    def __init__(self, analysed: Analysed) -> None:
        self._analysed = analysed
        self._different: set[str] | None = None
        self._found: dict[str, list[int]] = {}
        self._has_all = False

    @property
    def terms(self) -> set[str]:
        """The different terms, those with a symbol before them in both forms."""
        if self._different is None:
            self._different = {*self._analysed.terms, *self._analysed.marked.values()}
        return self._different

    def of(self, term: str) -> list[int]:
        """Return the positions of `term`, in order."""
        found = self._found.get(term)
        if found is not None:
            return found
        if self._has_all or term not in self.terms:
            return []
        if len(self._found) >= _SCANNED_FOR:
            self._find_all()
        else:
            self._found[term] = self._scan(term)
        return self._found[term]

    def of_phrase(self, terms: tuple[str, ...]) -> list[int]:
        """Return where these terms stand one after the other."""
        if len(terms) == 1:
            return self.of(terms[0])
        if not self.terms.issuperset(terms):
            return []
        if self._analysed.marked and any(term[0] in SYMBOLS for term in terms):
            has = self._analysed.has
            return [
                start
                for start in self.of(terms[0])
                if all(has(term, start + shift) for shift, term in enumerate(terms))
            ]
        all_terms, wanted, length = self._analysed.terms, list(terms), len(terms)
        return [start for start in self.of(terms[0]) if all_terms[start : start + length] == wanted]

    def _scan(self, term: str) -> list[int]:
        if term[0] in SYMBOLS:
            return [position for position, marked in self._analysed.marked.items() if marked == term]
        terms = self._analysed.terms
        found: list[int] = []
        position = -1
        for _ in range(terms.count(term)):
            position = terms.index(term, position + 1)
            found.append(position)
        return found

    def _find_all(self) -> None:
        self._found = {}
        for position, term in enumerate(self._analysed.terms):
            self._found.setdefault(term, []).append(position)
        for position, term in self._analysed.marked.items():
            self._found.setdefault(term, []).append(position)
        self._has_all = True
