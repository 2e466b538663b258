"""The oracle: what a query means, worked out the slow way.

Shares the analysis of text and the tree with the service, as the language says it must, and nothing of the index: no
positions, no anchors, no explanation. A phrase is looked for by comparing it with every part of the text.
"""

from collections.abc import Iterable

from wirewatch.article import Article
from wirewatch.query import And, Not, Or, Phrase, Query
from wirewatch.rule import Rule
from wirewatch.text import analyse

Texts = list[list[set[str]]]
"""For each field, for each token, what it can be called: its term, and its term with the symbol before it."""


def matching_rules(rules: Iterable[Rule], article: Article) -> list[str]:
    """Return the ids of the rules that match `article`, in order, by evaluating every one of them."""
    texts = [_names(article.title), _names(article.body)]
    return sorted(rule.id for rule in rules if rule.enabled and is_match(rule.expression, texts))


def is_match(query: Query, texts: Texts) -> bool:
    """Say whether `query` holds for `texts`."""
    if isinstance(query, Phrase):
        return any(_contains(text, query.terms) for text in texts)
    if isinstance(query, Not):
        return not is_match(query.operand, texts)
    results = [is_match(operand, texts) for operand in query.operands]
    if isinstance(query, And):
        return False not in results
    assert isinstance(query, Or)
    return True in results


def _names(text: str) -> list[set[str]]:
    analysed = analyse(text)
    return [
        {term, analysed.marked[position]} if position in analysed.marked else {term}
        for position, term in enumerate(analysed.terms)
    ]


def _contains(text: list[set[str]], terms: tuple[str, ...]) -> bool:
    for start in range(len(text) - len(terms) + 1):
        part = text[start : start + len(terms)]
        if all(term in names for term, names in zip(terms, part, strict=True)):
            return True
    return False
