"""Which part of a query can match no article that another part does not match as well.

Only what is certain by looking at the two is told: a False says nothing.
"""

from fnmatch import fnmatchcase

from wirewatch.query.slots import Form, Slot
from wirewatch.query.tree import AtLeast, FieldName, InField, Near, Phrase, Query, Within
from wirewatch.text import SYMBOLS

__all__ = ["is_narrower"]

_IN_TEXT = frozenset({FieldName.TITLE, FieldName.BODY, FieldName.LEAD})


def is_narrower(one: Query, other: Query) -> bool:  # noqa: PLR0911 - a case a pair of nodes
    """Say whether each article that `one` matches is surely one that `other`, which is not equal to it, matches."""
    match one, other:
        case Phrase(), Phrase():
            return one.slots != other.slots and _is_in(other.slots, one.slots)
        case InField(name, Phrase() as inside), Phrase():
            return name in _IN_TEXT and _is_in(other.slots, inside.slots)
        case InField(name, inside), InField(wider_name, wider):
            return _is_narrower_field(name, inside, wider_name, wider)
        case Near(), Near() if one != other and (one.left, one.right) == (other.left, other.right):
            return one.distance <= other.distance and one.ordered >= other.ordered
        case AtLeast(operand, count), AtLeast(wider, wider_count) if operand == wider:
            return count > wider_count
        case ((Near() | Within()), _):
            return any(_is_same_or_narrower(operand, other) for operand in (one.left, one.right))
        case AtLeast(operand), _:
            return _is_same_or_narrower(operand, other)
        case _:
            return False


def _is_same_or_narrower(one: Query, other: Query) -> bool:
    return one == other or is_narrower(one, other)


def _is_narrower_field(name: FieldName, inside: Query, wider_name: FieldName, wider: Query) -> bool:
    if (name, wider_name) == (FieldName.LEAD, FieldName.BODY):
        return isinstance(inside, Phrase) and _is_same_or_narrower(inside, wider)
    if name is not wider_name or name.is_whole or name is FieldName.SITE:
        return False
    return is_narrower(inside, wider)


def _is_in(part: tuple[Slot, ...], whole: tuple[Slot, ...]) -> bool:
    """Say whether a phrase of the slots `part` stands wherever one of the slots `whole` does."""
    length = len(part)
    return any(all(map(_fits, part, whole[start : start + length])) for start in range(len(whole) - length + 1))


def _fits(wide: Slot, slot: Slot) -> bool:
    """Say whether each word that `slot` stands for is one that `wide` stands for."""
    if wide == slot:
        return True
    if wide.form is not Form.FOLDED or slot.form is Form.INFLECTED:
        return False
    if not wide.is_wild:
        return not slot.is_wild and wide.term in {slot.term, slot.term.lstrip(SYMBOLS)}
    return ("*" not in slot.term or "?" not in wide.term) and fnmatchcase(slot.term, wide.term)
