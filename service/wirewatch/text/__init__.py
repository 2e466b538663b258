"""The one analysis of text: what a word is, in an article and in a rule alike, so that the two can't disagree.

::

    text ──normalise──► NFKC without invisible characters, each character knowing where it came from
         ──tokens─────► runs of letters, digits and marks; one character at a time where a script has no spaces
         ──fold───────► case, diacritics, apostrophes, possessives and the periods of abbreviations gone: terms

The terms of a text are a list; a term's index is its position. Offsets into the original text are worked out only
when somebody asks (`token_spans`), since most articles match nothing.
"""

from wirewatch.text.analysis import Analysed, analyse, exact_forms, terms_of, token_spans
from wirewatch.text.fold import fold
from wirewatch.text.normal import Normalised, normalise

__all__ = ["Analysed", "Normalised", "analyse", "exact_forms", "fold", "normalise", "terms_of", "token_spans"]
