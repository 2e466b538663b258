"""Sentences and paragraphs: for each position, the number of the one it is in.

A rule of thumb that is the same everywhere is worth more here than a clever guess: an analyst must be able to say
where a sentence ends by looking at it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise

from wirewatch.text.analysis import Analysed, analyse, normal_spans

__all__ = ["ABBREVIATIONS", "Before", "Gap", "Joints", "gap", "gaps", "joints", "paragraphs", "sentences"]

_ALWAYS_ENDS = re.compile("[!?\n\r\v\f\x85\u2028\u2029\u3002\u0964\u0965\u061f\u06d4]")
"""Marks of every script but the one that also abbreviates, and line ends; full-width forms are normalised already."""

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n|[\f\u2029]")

_TELLING = re.compile(rf"[\s.]|{_ALWAYS_ENDS.pattern}")
"""What is more in a gap than something other than space."""

_TITLES = """
Mr Mrs Ms Mx Messrs Dr Prof Rev Hon Gen Lt Col Maj Capt Cpl Sgt Pvt Cmdr Adm Brig Gov Sen Rep Sens Reps Pres Amb
Insp Supt Msgr St Ste Mt Ft vs Mme Mmes Mlle Sr Sra Srta Hr Fr bzw ca проф акад ген
"""
_COUNTED = "No Nos Nr Nrs Art Fig Figs Vol Sec Ch pp Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Núm núm"
_COMPANIES = "Inc Corp Co Cos Ltd Bros Jr Dept Est approx etc est usw al"


class Before:
    """What a period abbreviates before, as bits; what follows is one or more of these."""

    ANYTHING = 1
    A_NUMBER = 2
    A_SMALL_LETTER = 4


ABBREVIATIONS: Mapping[str, int] = {
    word: before
    for words, before in (
        (_TITLES, Before.ANYTHING),
        (_COUNTED, Before.A_NUMBER),
        (_COMPANIES, Before.A_SMALL_LETTER),
    )
    for word in words.split()
}
"""Words whose period is a part of them before some words; so is that of a capital letter alone, before anything."""


class Gap:
    """What stands between two words, or in a part of that, as bits; 0 is nothing at all."""

    ENDS = 1
    """A mark that always ends a sentence."""
    PERIOD_FIRST = 2
    """Its first character is a period."""
    PERIOD_LATER = 4
    """Another is the first period."""
    SPACE_AFTER_PERIOD = 8
    SPACE = 16
    OTHER = 32
    """Anything but space."""
    PAGE = 64
    """What ends a paragraph beside a blank line."""
    LONG = 128
    """More than one character."""


@dataclass(frozen=True, slots=True)
class Joints:
    """What a part of a text, one with a space or an end on each side, says of sentences and paragraphs.

    `lead` and `trail` are what stands before its first word and after its last, see `Gap`; `abbreviates` before what
    its last word does so, and `follows` what its first word is, see `Before`. Where it has no word, `lead` is all of
    it. `inner` has a byte for each word but the first: 1 where it begins a sentence, 2 more where it does a paragraph.
    """

    words: int
    lead: int
    trail: int
    abbreviates: int
    follows: int
    inner: bytes


def sentences(analysed: Analysed) -> list[int]:
    """Return the number of the sentence of each position, from 0; linear in the text's length.

    A sentence ends at `. ! ?`, at those of other scripts and where a line ends; not at the period of an initial, of
    `Mr.` and its like, of `No.` before a number, of `Inc.` before a small letter, or with no space after it.
    """
    return _numbered(analysed, _sentence_ends(analysed.normal.text, normal_spans(analysed)))


def paragraphs(analysed: Analysed) -> list[int]:
    """Return the number of the paragraph of each position, from 0; a paragraph ends at a blank line."""
    return _numbered(analysed, _paragraph_ends(analysed.normal.text, normal_spans(analysed)))


def joints(part: str) -> Joints:
    """Return what `part`, which has no line end in it, says of sentences and paragraphs."""
    analysed = analyse(part)
    text, spans = analysed.normal.text, normal_spans(analysed)
    if not spans:
        return Joints(0, gap(text), 0, 0, 0, b"")
    ends = zip(_sentence_ends(text, spans), _paragraph_ends(text, spans), strict=True)
    return Joints(
        len(spans),
        gap(text[: spans[0][0]]),
        gap(text[spans[-1][1] :]),
        _abbreviates_before(text[slice(*spans[-1])]),
        _is_followed_by(text[spans[0][0]]),
        bytes(sentence | paragraph << 1 for sentence, paragraph in ends),
    )


def gap(text: str) -> int:
    """Return what `text`, a part of what stands between two words, is, see `Gap`."""
    if not text:
        return 0
    period = text.find(".")
    flags = Gap.PERIOD_FIRST if period == 0 else Gap.PERIOD_LATER if period > 0 else 0
    flags |= Gap.ENDS * (_ALWAYS_ENDS.search(text) is not None) | Gap.PAGE * (_BLANK_LINE.search(text) is not None)
    flags |= Gap.SPACE_AFTER_PERIOD * (period >= 0 and any(map(str.isspace, text[period:])))
    flags |= Gap.SPACE * any(map(str.isspace, text)) | Gap.OTHER * (not text.isspace())
    return flags | Gap.LONG * (len(text) > 1)


def gaps(characters: str) -> dict[str, int]:
    """Return what each of `characters` is by itself between words, but for those that are no more than Gap.OTHER."""
    return {char: gap(char) for char in _TELLING.findall(characters)}


def _numbered(analysed: Analysed, ends: list[bool]) -> list[int]:
    return list(accumulate(ends, initial=0))[: len(analysed.terms)]


def _sentence_ends(text: str, spans: list[tuple[int, int]]) -> list[bool]:
    return [_is_sentence_end(text, before, after) for before, after in pairwise(spans)]


def _paragraph_ends(text: str, spans: list[tuple[int, int]]) -> list[bool]:
    return [
        after[0] - before[1] > 1 and _BLANK_LINE.search(text, before[1], after[0]) is not None
        for before, after in pairwise(spans)
    ]


def _is_sentence_end(text: str, before: tuple[int, int], after: tuple[int, int]) -> bool:
    gap = text[before[1] : after[0]]
    if gap in {" ", ""}:
        return False
    if _ALWAYS_ENDS.search(gap):
        return True
    period = gap.find(".")
    if period < 0 or not any(map(str.isspace, gap[period:])):
        return False
    return period > 0 or not _abbreviates_before(text[before[0] : before[1]]) & _is_followed_by(text[after[0]])


def _abbreviates_before(word: str) -> int:
    """Return before what the period after `word` is a part of it, see `Before`."""
    if len(word) == 1:
        return Before.ANYTHING if word.isupper() else 0
    return ABBREVIATIONS.get(word, 0)


def _is_followed_by(following: str) -> int:
    """Return what a word is that begins with the character `following`, see `Before`."""
    return Before.ANYTHING | Before.A_NUMBER * following.isdecimal() | Before.A_SMALL_LETTER * following.islower()
