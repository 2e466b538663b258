"""Wildcards: which terms a pattern with `*` (any run of characters) and `?` (exactly one) stands for."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile
from typing import Generic, TypeVar

__all__ = ["Vocabulary", "WildTable", "wild_pattern"]

T = TypeVar("T")


@lru_cache(maxsize=20_000)
def wild_pattern(pattern: str) -> re.Pattern[str]:
    """Return what a term must match as a whole; it is tried in time linear in the term, whatever the pattern is.

    Between two `*` the first place that fits is as good as any later one, so it is never given up again: the groups
    are atomic, and only the last `*` is tried at several places.
    """
    return re.compile(_expression(pattern))


@lru_cache(maxsize=20_000)
def _line_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(f"\n({_expression(pattern)})(?=\n)")


def _expression(pattern: str) -> str:
    first, *rest = pattern.split("*")
    if not rest:
        return _literal(first)
    *between, last = rest
    middle = "".join(f"(?>.*?{_literal(piece)})" for piece in between if piece)
    return f"{_literal(first)}{middle}.*{_literal(last)}"


def _literal(piece: str) -> str:
    return "".join("." if char == "?" else re.escape(char) for char in piece)


class Vocabulary:
    """Different terms, none with a line end in it; one search over all of them is much faster than one for each."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._lines = "\n".join(("", *terms, ""))

    def matching(self, pattern: str) -> list[str]:
        """Return the terms that `pattern` stands for."""
        return _line_pattern(pattern).findall(self._lines)


class WildTable(Generic[T]):
    """Values under patterns, found by a term that matches without trying every pattern.

    A pattern is kept under the plain characters it begins with, else under those it ends with; only a pattern that has
    neither is tried on each term.
    """

    def __init__(self, items: Iterable[tuple[str, T]]) -> None:
        self._by_prefix: dict[str, list[tuple[str, T]]] = {}
        self._by_suffix: dict[str, list[tuple[str, T]]] = {}
        self._others: list[tuple[str, T]] = []
        self._prefix_lengths: list[int] = []
        self._suffix_lengths: list[int] = []
        for pattern, value in items:
            self.add(pattern, value)

    def add(self, pattern: str, value: T) -> None:
        """Put `value` under `pattern`."""
        prefix, suffix = _plain(pattern), _plain(pattern[::-1])[::-1]
        if prefix:
            self._by_prefix.setdefault(prefix, []).append((pattern, value))
            if len(prefix) not in self._prefix_lengths:
                self._prefix_lengths.append(len(prefix))
        elif suffix:
            self._by_suffix.setdefault(suffix, []).append((pattern, value))
            if len(suffix) not in self._suffix_lengths:
                self._suffix_lengths.append(len(suffix))
        else:
            self._others.append((pattern, value))

    def of(self, term: str) -> list[T]:
        """Return the values of the patterns that `term` matches."""
        tried = list(self._others)
        for length in self._prefix_lengths:
            tried += self._by_prefix.get(term[:length], ())
        for length in self._suffix_lengths:
            tried += self._by_suffix.get(term[-length:], ())
        return [value for pattern, value in tried if wild_pattern(pattern).fullmatch(term)]


def _plain(pattern: str) -> str:
    return "".join(takewhile(lambda char: char not in "*?", pattern))
