"""Hypothesis strategies of queries and articles that have something to do with each other."""

# ruff: noqa: RUF001 - characters that look alike are a part of what is tested

from hypothesis import strategies as st

from wirewatch.article import Article
from wirewatch.query import And, Not, Or, Phrase, Query, Word
from wirewatch.rule import Rule

WORDS = ("japan", "Korea", "south", "NATO", "US-Japan", "U.S.", "AT&T", "#Quad", "日本", "政", "São", "1,000", "and")
"""Few, so that they meet; of every kind that analysis treats in its own way."""

_SEPARATORS = (" ", " ", " ", ", ", ". ", "\n\n", "-", "'s ", " \u200b", "、")

words = st.sampled_from(WORDS).map(Word)
phrases = st.lists(words, min_size=1, max_size=3).map(lambda found: Phrase(tuple(found)))


def _grown(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(several.map(And), several.map(Or), inner.map(Not))


trees: st.SearchStrategy[Query] = st.recursive(phrases, _grown, max_leaves=8)
"""Any tree, also those that the parser refuses because they would match everything."""

texts = st.lists(
    st.tuples(st.sampled_from((*WORDS, "other", "ＮＡＴＯ", "日本政府")), st.sampled_from(_SEPARATORS)), max_size=12
).map(lambda parts: "".join(word + separator for word, separator in parts))
articles = st.builds(Article, id=st.just("article"), title=texts, body=texts)


def rules_of(queries: list[str]) -> list[Rule]:
    """Return a rule for each query, with ids in their order."""
    return [Rule(id=f"rule-{number:03}", name="A rule", query=query) for number, query in enumerate(queries)]
