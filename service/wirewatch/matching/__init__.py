"""One article against all rules.

::

    rules ──anchors──► for each term, the rules that can't match an article without it (or one like it)
    article ─analyse─► its terms ──► candidates ──holds──► matched rules ──explain──► hits and snippets

A rule none of whose anchors is in the article costs nothing. A candidate is checked exactly, on positions, by the same
`holds` that says what a query means. Only matched rules are explained. An exception costs the rule that raised it,
and is returned as a fact.
"""

from wirewatch.matching.index import RuleIndex
from wirewatch.matching.match import Fault, Match, Matched, Snippet, TermHit
from wirewatch.matching.plain import PlainIndex
from wirewatch.matching.trace import Traced, candidate_words, fields_of, trace

__all__ = [
    "Fault",
    "Match",
    "Matched",
    "PlainIndex",
    "RuleIndex",
    "Snippet",
    "TermHit",
    "Traced",
    "candidate_words",
    "fields_of",
    "trace",
]
