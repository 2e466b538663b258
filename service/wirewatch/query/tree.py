"""The tree of a query: frozen values that compare by meaning and know where they came from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum

from wirewatch.query.slots import Form, Slot, slots_of

__all__ = [
    "And",
    "AtLeast",
    "Compare",
    "Comparison",
    "FieldName",
    "InField",
    "Named",
    "Near",
    "Not",
    "Or",
    "Phrase",
    "Query",
    "Span",
    "Unit",
    "Within",
    "Word",
    "children_of",
]

Span = tuple[int, int]
_NOWHERE: Span = (0, 0)


class FieldName(StrEnum):
    """A field of an article, by its name in a query."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    SOURCE = "source"
    AUTHOR = "author"
    URL = "url"
    LANG = "lang"
    COUNTRY = "country"
    TAG = "tag"
    SITE = "site"

    @property
    def is_whole(self) -> bool:
        """Whether a phrase in this field must be all of a value, from its first position to its last."""
        return self in {FieldName.LANG, FieldName.COUNTRY, FieldName.TAG}


class Unit(StrEnum):
    """What two matches must both be in."""

    SENTENCE = "SENTENCE"
    PARAGRAPH = "PARAGRAPH"


class Comparison(Enum):
    """How an article's value stands to that of the query."""

    EQUAL = "="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Word:
    r"""A word as it was written, without quotes and the sign of its form.

    In `text`, `*` and `?` are wild, unless a backslash stands before them; two backslashes are one. `slots` is what
    analysis makes of it: `US-Japan` has two, `&` alone has none.
    """

    text: str
    form: Form = Form.FOLDED
    span: Span = field(default=_NOWHERE, compare=False, repr=False)
    slots: tuple[Slot, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "slots", slots_of(self.text, self.form))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words one after the other; one word alone is a phrase of one.

    `slots` are those of its words, at least one: each is asked of one position. `is_plain` when each of them is just
    its term; `terms` are the terms of the slots (with `*` and `?` in those that are wild).

    Inside an `InField` whose field `is_whole` it must be all of a value. In `site` it has a single word, a host.
    """

    words: tuple[Word, ...]
    span: Span = field(default=_NOWHERE, compare=False, repr=False)
    slots: tuple[Slot, ...] = field(init=False, compare=False, repr=False)
    terms: tuple[str, ...] = field(init=False, compare=False, repr=False)
    is_plain: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        words = self.words
        slots = words[0].slots if len(words) == 1 else tuple([slot for word in words for slot in word.slots])
        alone = slots[0] if len(slots) == 1 else None  # by far the most
        object.__setattr__(self, "slots", slots)
        object.__setattr__(self, "terms", (alone.term,) if alone else tuple([slot.term for slot in slots]))
        object.__setattr__(self, "is_plain", alone.is_plain if alone else all(slot.is_plain for slot in slots))


@dataclass(frozen=True, slots=True)
class Near:
    """A match of `left` and one of `right` in one field that share no word, with `distance` tokens or fewer between.

    Between means between their closest words, so that one may stand inside the other. With `ordered` all of the left
    one comes before all of the right one. Operands are phrases, `Or` of operands, `Near`, `Within`, or a `Named` of
    one. What matches is the words of the two.
    """

    left: "Query"
    right: "Query"
    distance: int = 10
    ordered: bool = False
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Within:
    """A match of `left` and one of `right` in the same sentence or paragraph, sharing no word; operands as of `Near`.

    A match that itself reaches over two units is in none.
    """

    left: "Query"
    right: "Query"
    unit: Unit
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` matches of `operand` (as of `Near`) whose stretches don't overlap, over all its fields."""

    operand: "Query"
    count: int
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class InField:
    """Its operand, with every phrase looked for in the field `name` alone; never inside another `InField`.

    Without one, phrases are looked for in title and body.
    """

    name: FieldName
    operand: "Query"
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """The day (in UTC) an article was published, or its number of words, compared with `value`.

    The words are the positions of title and body. An article without a date holds no comparison of dates.
    """

    comparison: Comparison
    value: date | int
    span: Span = field(default=_NOWHERE, compare=False, repr=False)

    @property
    def subject(self) -> str:
        """What is compared, as a query names it."""
        return "words" if isinstance(self.value, int) else "date"


@dataclass(frozen=True, slots=True)
class Named:
    """The named list `$name`, which means its `operand`; spans inside that are of the list's own text."""

    name: str
    operand: "Query"
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


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


Query = Phrase | Near | Within | AtLeast | InField | Compare | Named | Not | And | Or


def children_of(query: Query) -> Iterator[Query]:
    """Yield the operands of a node, in order."""
    match query:
        case Phrase() | Compare():
            pass
        case Near(left, right) | Within(left, right):
            yield left
            yield right
        case AtLeast(operand) | Not(operand):
            yield operand
        case InField() | Named():
            yield query.operand
        case And(operands) | Or(operands):
            yield from operands
