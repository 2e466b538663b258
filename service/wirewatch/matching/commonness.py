"""A guess at how many articles have a word, made without having seen any."""

from wirewatch.matching.anchors import Anchor
from wirewatch.query import Form

__all__ = ["commonness"]

_FUNCTION_WORDS = """
a about after all also an and are as at be been but by can could for from had has have he her his i in into is it its
more new no not of on one or other our out over people said say says she so than that the their them there they this
to two up us was we were what when which who will with would year years you
"""
_IN_NEARLY_ALL = frozenset(_FUNCTION_WORDS.split())
_FUNCTION_WORD = 1_000.0
_ONE_CHARACTER = 100.0
_PLAIN = 10.0
_WILD = 100.0
_INFLECTED = 200.0
"""Every word of an article has to be looked at in one more form, as soon as there is one rule like this."""
_OTHER_FIELD = 400.0
"""One more text is to be analysed, and thousands of articles have the same language."""


def commonness(anchor: Anchor) -> float:
    """Return a cost for looking at a rule whenever an article has `anchor`: high for the words of every text."""
    slot = anchor.slot
    cost = _OTHER_FIELD if anchor.field is not None else 0.0
    if slot.form is Form.INFLECTED:
        return cost + _INFLECTED / max(slot.plain_length, 0.01)
    if slot.is_wild:
        return cost + _WILD / max(slot.plain_length, 0.01)
    if slot.term in _IN_NEARLY_ALL and (slot.form is Form.FOLDED or slot.exact.islower()):
        return cost + _FUNCTION_WORD
    return cost + (_ONE_CHARACTER if len(slot.term) == 1 else _PLAIN / len(slot.term))
