"""The tree of a query: frozen values that compare by meaning and know where they came from."""

from dataclasses import dataclass, field

from wirewatch.text import terms_of

__all__ = ["And", "Not", "Or", "Phrase", "Query", "Span", "Word"]

Span = tuple[int, int]
_NOWHERE: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was written, without quotes and escapes, and the terms that analysis makes of it.

    `US-Japan` has two terms; `&` alone has none.
    """

    text: str
    span: Span = field(default=_NOWHERE, compare=False, repr=False)
    terms: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", terms_of(self.text))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words one after the other; one word alone is a phrase of one. `terms` are those of its words, at least one."""

    words: tuple[Word, ...]
    span: Span = field(default=_NOWHERE, compare=False, repr=False)
    terms: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", tuple(term for word in self.words for term in word.terms))


@dataclass(frozen=True, slots=True)
class Not:
    """Its operand does not hold."""

    operand: "Query"
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more operands hold, anywhere in the article."""

    operands: tuple["Query", ...]
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of two or more operands holds."""

    operands: tuple["Query", ...]
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


Query = Phrase | Not | And | Or
