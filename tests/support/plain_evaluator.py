"""The oracle: what a query means, worked out the slow way.

Shares the analysis of text and the tree with the service, as the language says it must, and nothing of matching: no
tables of positions, no anchors, no windows. A phrase is compared with every part of the text, a proximity with every
pair of matches, and a match is simply the set of its positions.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from wirewatch.article import Article
from wirewatch.query import (
    And,
    AtLeast,
    Compare,
    Comparison,
    FieldName,
    Form,
    InField,
    Named,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Slot,
    Unit,
    Within,
    children_of,
)
from wirewatch.rule import Rule
from wirewatch.text import analyse, exact_forms, paragraphs, sentences, stem

__all__ = ["is_match", "matching_rules", "may_match_without_words"]

Match = frozenset[int]
"""The positions of its words."""


@dataclass(frozen=True)
class Word:
    """What stands at a position."""

    names: frozenset[str]
    exact: str
    language: str | None
    sentence: int
    paragraph: int


def matching_rules(rules: Iterable[Rule], article: Article) -> list[str]:
    """Return the ids of the rules that match `article`, in order, by evaluating every one of them."""
    return sorted(rule.id for rule in rules if rule.enabled and is_match(rule.expression, article))


def is_match(query: Query, article: Article, field: FieldName | None = None) -> bool:  # noqa: PLR0911 - a case a node
    """Say whether `query` holds for `article`, its words looked for in `field`, or without one in title and body."""
    match query:
        case Not():
            return not is_match(query.operand, article, field)
        case And():
            return False not in [is_match(operand, article, field) for operand in query.operands]
        case Or():
            return True in [is_match(operand, article, field) for operand in query.operands]
        case InField():
            return is_match(query.operand, article, query.name)
        case Named():
            return is_match(query.operand, article, field)
        case Compare():
            return _compares(query, article)
        case Phrase() if field is FieldName.SITE:
            return _is_site("".join(word.text for word in query.words).lower(), article.url or "")
        case AtLeast():
            return (
                sum(_most_apart(_matches(query.operand, text, field)) for text in _texts(article, field)) >= query.count
            )
    return any(_matches(query, text, field) for text in _texts(article, field))


def may_match_without_words(query: Query, *, wanted: bool = True) -> bool:
    """Say whether `query` may hold (or, if not `wanted`, not hold) for an article with none of its words."""
    match query:
        case Compare():
            return True
        case Not():
            return may_match_without_words(query.operand, wanted=not wanted)
        case And() | Or():
            results = [may_match_without_words(operand, wanted=wanted) for operand in query.operands]
            return all(results) if isinstance(query, And) is wanted else any(results)
        case InField() | Named():
            return may_match_without_words(query.operand, wanted=wanted)
    return not wanted


def _texts(article: Article, field: FieldName | None) -> list[list[Word]]:
    title, body = _words(article.title, article.language), _words(article.body, article.language)
    values: dict[FieldName | None, tuple[str | None, ...]] = {
        FieldName.SOURCE: (article.source,),
        FieldName.URL: (article.url,),
        FieldName.LANG: (article.language, _primary(article.language)),
        FieldName.AUTHOR: article.authors,
        FieldName.COUNTRY: article.countries,
        FieldName.TAG: article.tags,
    }
    if field in values:
        return [_words(value, article.language) for value in values[field] if value]
    lead = [word for word in body if word.paragraph == body[0].paragraph]
    return {None: [title, body], FieldName.TITLE: [title], FieldName.BODY: [body], FieldName.LEAD: [lead]}.get(
        field, []
    )


def _primary(language: str | None) -> str | None:
    return language.replace("_", "-").split("-")[0] if language else None


@lru_cache(1_000)
def _words(text: str, language: str | None) -> list[Word]:
    analysed = analyse(text)
    rows = zip(analysed.terms, exact_forms(analysed), sentences(analysed), paragraphs(analysed), strict=True)
    return [
        Word(frozenset({term, analysed.marked.get(at, term)}), exact, language, sentence, paragraph)
        for at, (term, exact, sentence, paragraph) in enumerate(rows)
    ]


def _matches(query: Query, text: list[Word], field: FieldName | None) -> list[Match]:
    match query:
        case Phrase():
            length = len(query.slots)
            starts = range(len(text) - length + 1)
            if field is not None and field.is_whole:
                starts = range(1 if length == len(text) else 0)
            return [frozenset(range(at, at + length)) for at in starts if _stands(query.slots, text[at : at + length])]
        case Or():
            return [found for operand in query.operands for found in _matches(operand, text, field)]
        case Named():
            return _matches(query.operand, text, field)
        case Near() | Within():
            lefts, rights = (_matches(operand, text, field) for operand in children_of(query))
            return [one | other for one, other in product(lefts, rights) if _belong(query, one, other, text)]
    raise TypeError(type(query).__name__)


def _stands(slots: tuple[Slot, ...], words: list[Word]) -> bool:
    return all(any(_fits(slot, word)) for slot, word in zip(slots, words, strict=True))


def _fits(slot: Slot, word: Word) -> Iterator[bool]:
    if slot.form is Form.INFLECTED:
        yield stem(slot.exact, word.language) == stem(word.exact, word.language)
    elif slot.form is Form.FOLDED:
        yield from (_glob(slot.term, name) for name in word.names)
    else:
        yield _glob(slot.exact, word.exact)
        yield _glob(slot.exact, word.exact[1:]) if word.exact[0] in "&@#$" else False


def _glob(pattern: str, text: str) -> bool:
    """Match by a table: which beginnings of `text` each beginning of `pattern` stands for."""
    reached = {0}
    for char in pattern:
        if char == "*":
            reached = set(range(min(reached, default=len(text) + 1), len(text) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(text) and char in {"?", text[at]}}
    return len(text) in reached


def _belong(query: Near | Within, one: Match, other: Match, text: list[Word]) -> bool:
    if one & other:
        return False
    if isinstance(query, Near):
        if query.ordered and max(one) > min(other):
            return False
        return min(abs(a - b) for a, b in product(one, other)) - 1 <= query.distance
    return len({text[at].sentence if query.unit is Unit.SENTENCE else text[at].paragraph for at in one | other}) == 1


def _most_apart(matches: list[Match]) -> int:
    """Return how many of the stretches of `matches` at most don't overlap."""
    stretches = sorted({(min(match), max(match)) for match in matches})
    best: list[int] = []
    for begin, end in reversed(stretches):
        after = [count for (start, _), count in zip(reversed(stretches), best, strict=False) if start > end]
        best.append(1 + max(after, default=0))
        assert begin <= end
    return max(best, default=0)


def _compares(query: Compare, article: Article) -> bool:
    if isinstance(query.value, int):
        difference = (
            len(_words(article.title, article.language)) + len(_words(article.body, article.language)) - query.value
        )
    elif article.published_at is None:
        return False
    else:
        difference = (article.published_at.date() - query.value).days
    return {
        Comparison.EQUAL: difference == 0,
        Comparison.LESS: difference < 0,
        Comparison.AT_MOST: difference <= 0,
        Comparison.GREATER: difference > 0,
        Comparison.AT_LEAST: difference >= 0,
    }[query.comparison]


def _is_site(wanted: str, url: str) -> bool:
    authority = re.split("[/?#]", url.partition("//")[2])[0]
    host = authority.rpartition("@")[2].partition(":")[0].lower().rstrip(".")
    return host == wanted or host.endswith("." + wanted)
