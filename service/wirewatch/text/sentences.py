"""Sentences and paragraphs: for each position, the number of the one it is in.

A rule of thumb that is the same everywhere is worth more here than a clever guess: an analyst must be able to say
where a sentence ends by looking at it.
"""

import re
from itertools import accumulate, pairwise

from wirewatch.text.analysis import Analysed, normal_spans

__all__ = ["paragraphs", "sentences"]

_ALWAYS_ENDS = re.compile("[!?\n\r\v\f\x85\u2028\u2029\u3002\u0964\u0965\u061f\u06d4]")
"""Marks of every script but the one that also abbreviates, and line ends; full-width forms are normalised already."""

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n|[\f\u2029]")

_TITLES = """
Mr Mrs Ms Mx Messrs Dr Prof Rev Hon Gen Lt Col Maj Capt Cpl Sgt Pvt Cmdr Adm Brig Gov Sen Rep Sens Reps Pres Amb
Insp Supt Msgr St Ste Mt Ft vs Mme Mmes Mlle Sr Sra Srta Hr Fr bzw ca проф акад ген
"""
_COUNTED = "No Nos Nr Nrs Art Fig Figs Vol Sec Ch pp Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Núm núm"
_COMPANIES = "Inc Corp Co Cos Ltd Bros Jr Dept Est approx etc est usw al"

_BEFORE_A_NAME = frozenset(_TITLES.split())
_BEFORE_A_NUMBER = frozenset(_COUNTED.split())
_BEFORE_A_SMALL_LETTER = frozenset(_COMPANIES.split())


def sentences(analysed: Analysed) -> list[int]:
    """Return the number of the sentence of each position, from 0; linear in the text's length.

    A sentence ends at `. ! ?`, at those of other scripts and where a line ends; not at the period of an initial, of
    `Mr.` and its like, of `No.` before a number, of `Inc.` before a small letter, or with no space after it.
    """
    text = analysed.normal.text
    return _numbered(
        analysed, [_is_sentence_end(text, before, after) for before, after in pairwise(normal_spans(analysed))]
    )


def paragraphs(analysed: Analysed) -> list[int]:
    """Return the number of the paragraph of each position, from 0; a paragraph ends at a blank line."""
    text = analysed.normal.text
    return _numbered(
        analysed,
        [
            after[0] - before[1] > 1 and _BLANK_LINE.search(text, before[1], after[0]) is not None
            for before, after in pairwise(normal_spans(analysed))
        ],
    )


def _numbered(analysed: Analysed, ends: list[bool]) -> list[int]:
    return list(accumulate(ends, initial=0))[: len(analysed.terms)]


def _is_sentence_end(text: str, before: tuple[int, int], after: tuple[int, int]) -> bool:
    gap = text[before[1] : after[0]]
    if gap in {" ", ""}:
        return False
    if _ALWAYS_ENDS.search(gap):
        return True
    period = gap.find(".")
    if period < 0 or not any(map(str.isspace, gap[period:])):
        return False
    return period > 0 or not _abbreviates(text[before[0] : before[1]], text[after[0]])


def _abbreviates(word: str, following: str) -> bool:
    """Say whether the period after `word` is a part of it, with the next word beginning with `following`."""
    if len(word) == 1 and word.isupper():
        return True
    return (
        word in _BEFORE_A_NAME
        or (word in _BEFORE_A_NUMBER and following.isdecimal())
        or (word in _BEFORE_A_SMALL_LETTER and following.islower())
    )
