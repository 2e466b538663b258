"""What a match says."""

from dataclasses import dataclass
from typing import NamedTuple

from wirewatch.rule import Rule

__all__ = ["Fault", "Match", "Matched", "Snippet", "TermHit"]


class TermHit(NamedTuple):
    """A phrase of the query, found: characters `start` to `end` of the article's `field` read `text`."""

    field: str
    start: int
    end: int
    text: str


class Snippet(NamedTuple):
    """An extract of a field, on one line; `hits` are (start, end) offsets into this `text`, in order."""

    field: str
    text: str
    hits: tuple[tuple[int, int], ...]


class Match(NamedTuple):
    """`rule` matched; `terms` are the hits that made it so, by field and place; `snippets` one a field with hits."""

    rule: Rule
    terms: tuple[TermHit, ...]
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """`rule` raised `error` where it should have said whether it matches; all other rules went on."""

    rule: Rule
    error: Exception


class Matched(NamedTuple):
    """What an article led to: its matches, by rule id, and the rules that could not say."""

    matches: tuple[Match, ...]
    faults: tuple[Fault, ...] = ()
