"""Why a rule matched: the phrases that made it so, where they stand, and an extract of each field with them."""

import re
from bisect import bisect_left, bisect_right

from wirewatch.matching.document import Document, field_text
from wirewatch.matching.match import Match, Snippet, TermHit
from wirewatch.matching.supporting import Hits, hits_of
from wirewatch.rule import Rule

__all__ = ["explain", "match_of"]

_SNIPPET_CHARACTERS = 300
_BEFORE_HIT_CHARACTERS = 60
_CONSIDERED_HITS = 100
"""Hits that are looked at to choose an extract: enough, where a long text has thousands."""
_CUT = "…"
_SPACE = re.compile(r"\s")

_Spans = list[tuple[int, int]]


def explain(rule: Rule, document: Document) -> Match:
    """Return the match of `rule`, which holds for `document`."""
    return match_of(rule, document, hits_of(rule.expression, document))


def match_of(rule: Rule, document: Document, found: Hits) -> Match:
    """Return the match of `rule` whose hits in `document` have been found."""
    hits: list[TermHit] = []
    snippets: list[Snippet] = []
    for name, spans in found.items():
        text = field_text(document.article, name)
        hits += [TermHit(name, start, end, text[start:end]) for start, end in spans]
        snippets.append(_snippet(name, text, spans))
    return Match(rule, tuple(hits), tuple(snippets))


def _snippet(field: str, whole: str, spans: _Spans) -> Snippet:
    start, end = _window(whole, spans)
    head = _CUT if start else ""
    tail = _CUT if end < len(whole) else ""
    extract = whole[start:end].replace("\n", " ")
    if not extract.isprintable():  # as no space is but the plain one
        extract = _SPACE.sub(" ", extract)
    text = head + extract + tail
    shift = len(head) - start
    hits = tuple([(first + shift, last + shift) for first, last in spans if start <= first and last <= end])
    return Snippet(field, text, hits)


def _window(text: str, spans: _Spans) -> tuple[int, int]:
    """Return the part to show: all of a short text, else what has the most different hits, the first of equals."""
    if len(text) <= _SNIPPET_CHARACTERS:
        return 0, len(text)
    best_start = _best_start(text, spans[:_CONSIDERED_HITS])
    first_hit = spans[bisect_left(spans, (best_start, 0))][0]
    start = best_start and _after_space(text, best_start, first_hit)
    end = min(len(text), best_start + _SNIPPET_CHARACTERS)
    last_hit = max([b for a, b in spans if a >= start and b <= end], default=spans[0][1])
    return start, len(text) if end == len(text) else _before_space(text, max(last_hit, first_hit), end)


def _best_start(text: str, spans: _Spans) -> int:
    """Return where to begin to show the most different hits, the first of equals."""
    best_start, best_count = max(0, spans[0][0] - _BEFORE_HIT_CHARACTERS), 0
    if spans[-1][1] <= best_start + _SNIPPET_CHARACTERS:  # all of them
        return best_start
    starts = [first for first, _ in spans]
    words = [text[first:last].lower() for first, last in spans]
    possible = len(set(words))
    for first in starts:
        if best_count == possible:
            break
        start = max(0, first - _BEFORE_HIT_CHARACTERS)
        end = start + _SNIPPET_CHARACTERS
        shown = range(bisect_left(starts, start), bisect_right(starts, end))
        if len(shown) <= best_count:
            continue
        count = len({words[number] for number in shown if spans[number][1] <= end})
        if count > best_count:
            best_start, best_count = start, count
    return best_start


def _after_space(text: str, start: int, limit: int) -> int:
    """Return the first place from `start` to `limit` where a word begins, else `start`."""
    for place in range(start, limit):
        if text[place - 1].isspace():
            return place
    return start


def _before_space(text: str, limit: int, end: int) -> int:
    """Return the last place from `limit` to `end` where a word ends, else `end`."""
    for place in range(end, limit, -1):
        if text[place].isspace():
            return place
    return end
