"""Rules and articles for an engine that is not ours, as JSON lines: queries in a neutral form, articles as tokens.

A query is an array that begins with what it is: `["phrase", slot…]`, where a slot is a term, or `[pattern]` with `*`
and `?` in it; `["near", distance, ordered, left, right]`; `["and", operand…]`, `["or", operand…]`, `["not", operand]`.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from wirewatch.article import Article
from wirewatch.query import And, Form, Near, Not, Or, Phrase, Query, Slot
from wirewatch.rule import Rule
from wirewatch.text import terms_of

__all__ = ["Neutral", "neutral", "write_articles", "write_rules"]

Neutral = list["str | int | Neutral"]


def neutral(query: Query) -> Neutral:
    """Return the neutral form of `query`.

    Raises:
        ValueError: it has something that the benchmark's rules never have.
    """
    match query:
        case Phrase():
            return ["phrase", *map(_slot, query.slots)]
        case Near(left, right, distance, ordered):
            return ["near", distance, ordered, neutral(left), neutral(right)]
        case And(operands):
            return ["and", *map(neutral, operands)]
        case Or(operands):
            return ["or", *map(neutral, operands)]
        case Not(operand):
            return ["not", neutral(operand)]
        case _:
            raise ValueError(f"{type(query).__name__} has no neutral form")


def _slot(slot: Slot) -> "str | Neutral":
    if slot.form is not Form.FOLDED:
        raise ValueError("exact and inflected words have no neutral form")
    return [slot.term] if slot.is_wild else slot.term


def write_rules(path: Path, rules: Iterable[Rule]) -> None:
    """Write each rule as `[id, query]`."""
    with path.open("w", encoding="utf-8") as file:
        for rule in rules:
            file.write(json.dumps([rule.id, neutral(rule.expression)], ensure_ascii=False) + "\n")


def write_articles(path: Path, articles: Iterable[Article]) -> None:
    """Write the tokens of each article: `{"title": [term…], "body": [term…]}`."""
    with path.open("w", encoding="utf-8") as file:
        for article in articles:
            tokens = {"title": terms_of(article.title), "body": terms_of(article.body)}
            file.write(json.dumps(tokens, ensure_ascii=False) + "\n")
