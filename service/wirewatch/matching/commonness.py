"""A guess at how many articles have a term, made without having seen any."""

__all__ = ["commonness"]

_FUNCTION_WORDS = """
a about after all also an and are as at be been but by can could for from had has have he her his i in into is it its
more new no not of on one or other our out over people said say says she so than that the their them there they this
to two up us was we were what when which who will with would year years you
"""
_IN_NEARLY_ALL = frozenset(_FUNCTION_WORDS.split())
_FUNCTION_WORD = 1_000.0
_ONE_CHARACTER = 100.0


def commonness(term: str) -> float:
    """Return a cost for looking at a rule whenever `term` turns up: high for the words of every text."""
    if term in _IN_NEARLY_ALL:
        return _FUNCTION_WORD
    return _ONE_CHARACTER if len(term) == 1 else 10.0 / len(term)
