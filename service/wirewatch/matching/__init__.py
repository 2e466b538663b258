"""One article against all rules: a library of its own, which needs no Kafka.

::

    from wirewatch.matching import RuleIndex

    index = RuleIndex(rules)             # of `wirewatch.rule.Rule`; a few seconds for 100,000
    for match in index.match(article):   # an `wirewatch.article.Article`
        print(match.rule.id, [hit.text for hit in match.terms])
    for rules in index.decide_all(articles):   # of many together, unexplained: some 10 µs each
        print([rule.id for rule in rules])

    index = index.changed([new_rule], removed=["old-rule"])   # milliseconds; the old index still stands

::

    rules ──compile──► programs, found by their rarest words ┐
    article ──read───► its words ─────────────────judge──────┴─► matched rules ──explain──► hits and snippets

A rule none of whose rarest words is in the article costs nothing. What passes is decided exactly, on positions: by the
compiled kernels (`compiled`) for most of the language, else by `holds`, which says what a query means. Only matched
rules are explained. An exception costs the rule that raised it, and is returned as a fact.

`PlainIndex` gives the same answers in plain Python: the oracle, and quicker where a few rules meet a few articles,
since it has nothing to load or compile.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from wirewatch.matching.match import Fault, Match, Matched, Snippet, TermHit
from wirewatch.matching.plain import PlainIndex
from wirewatch.matching.trace import Traced, candidate_words, fields_of, trace

if TYPE_CHECKING:
    from wirewatch.matching.compiled.ahead import compile_deciding, compile_numbering, compile_seeking, is_compiled
    from wirewatch.matching.index import Decided, RuleIndex

__all__ = [
    "Decided",
    "Fault",
    "Match",
    "Matched",
    "PlainIndex",
    "RuleIndex",
    "Snippet",
    "TermHit",
    "Traced",
    "candidate_words",
    "compile_deciding",
    "compile_numbering",
    "compile_seeking",
    "fields_of",
    "is_compiled",
    "trace",
]


_LATER = {
    "wirewatch.matching.index": ("Decided", "RuleIndex"),
    "wirewatch.matching.compiled.ahead": ("compile_deciding", "compile_numbering", "compile_seeking", "is_compiled"),
}


def __getattr__(name: str) -> Any:
    """Import the compiled index for who asks for it: it takes Numba, most of a second that few commands need."""
    for module, names in _LATER.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
