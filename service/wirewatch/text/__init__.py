"""The one analysis of text: what a word is, in an article and in a rule alike, so that the two can't disagree.

::

    text ──normalise──► NFKC without invisible characters, each character knowing where it came from
         ──tokens─────► runs of letters, digits and marks; one character at a time where a script has no spaces
         ──fold───────► case, diacritics, apostrophes, possessives and the periods of abbreviations gone: terms

The terms of a text are a list; a term's index is its position. All else about a position is worked out only when
somebody asks, since most articles match nothing: its offsets in the original (`token_spans`), its word with case and
diacritics (`exact_forms`), its stem (`stems`), its sentence and paragraph. Each is a list in step with the terms.

To tell where a few plain words stand, a text in Latin script need not be analysed at all: see `seeking`.
"""

from wirewatch.text.analysis import Analysed, TokenSpans, analyse, exact_forms, terms_of, token_spans
from wirewatch.text.characters import CATEGORIES, SYMBOLS
from wirewatch.text.fold import fold
from wirewatch.text.normal import MOST_STACKED, Normalised, nearly_normal, normalise
from wirewatch.text.seeking import AROUND, MARKS, SMALL_ALIKE, STOPS, UNLIKE, Seeker, is_sought
from wirewatch.text.sentences import ABBREVIATIONS, Before, Gap, Joints, gap, gaps, joints, paragraphs, sentences
from wirewatch.text.stems import stem, stemmed_as, stems

__all__ = [
    "ABBREVIATIONS",
    "AROUND",
    "CATEGORIES",
    "MARKS",
    "MOST_STACKED",
    "SMALL_ALIKE",
    "STOPS",
    "SYMBOLS",
    "UNLIKE",
    "Analysed",
    "Before",
    "Gap",
    "Joints",
    "Normalised",
    "Seeker",
    "TokenSpans",
    "analyse",
    "exact_forms",
    "fold",
    "gap",
    "gaps",
    "is_sought",
    "joints",
    "nearly_normal",
    "normalise",
    "paragraphs",
    "sentences",
    "stem",
    "stemmed_as",
    "stems",
    "terms_of",
    "token_spans",
]
