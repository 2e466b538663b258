"""Reads the table of cases in tests/golden/language.txt, whose first lines say how it is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from wirewatch.article import Article

__all__ = ["Case", "Hit", "read_cases"]

Hit = tuple[str, int, int]
"""A field, and the characters of it from start to end."""

_NAMES = {"language": "lang", "authors": "author", "countries": "country", "tags": "tag"}
_ESCAPE = re.compile(r"\\n|\\u([0-9a-f]{4})")


@dataclass(frozen=True, slots=True)
class Case:
    """`query`, with `lists` by name, matches `article` by `hits` or, if they are None, does not match."""

    line: int
    query: str
    lists: dict[str, str]
    article: Article
    hits: tuple[Hit, ...] | None

    def __str__(self) -> str:
        """Return where in the table it is."""
        return f"line {self.line}: {self.query}"


def read_cases(path: Path) -> Iterator[Case]:
    """Return the cases of the table, in its order."""
    query, lists = "", dict[str, str]()
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.startswith("% "):
            name, _, words = line[2:].partition(": ")
            lists[name] = words
        elif line.startswith(("  + ", "  - ", "  -", "  +")):
            article, hits = _article(line[4:])
            yield Case(number, query, dict(lists), article, hits if line.startswith("  +") else None)
        elif line and not line.startswith(("==", "# ")):
            query = line


def _article(text: str) -> tuple[Article, tuple[Hit, ...]]:
    values: dict[str, Any] = {}
    if text.startswith("{"):
        end = text.index("} ") if "} " in text else len(text) - 1
        values = yaml.safe_load(text[: end + 1])
        text = text[end + 2 :]
    hits: list[Hit] = []
    fields: dict[str, Any] = {"id": "case"}
    for name, value in (values | {"body": _ESCAPE.sub(_unescaped, text)}).items():
        fields["published_at" if name == "date" else name] = _field(_NAMES.get(name, name), value, hits)
    return Article(**fields), tuple(sorted(hits))


def _field(name: str, value: Any, hits: list[Hit]) -> Any:
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, 12, tzinfo=UTC)
    if isinstance(value, str):
        return _unmarked(name, value, 0, hits)
    values: list[str] = []
    for item in value:
        values.append(_unmarked(name, item, len("\n".join([*values, ""])), hits))
    return values


def _unmarked(name: str, text: str, base: int, hits: list[Hit]) -> str:
    """Return `text` without its brackets, noting what stood in them."""
    plain: list[str] = []
    open_at: list[int] = []
    for char in text:
        if char == "[":
            open_at.append(len(plain))
        elif char == "]":
            hits.append((name, base + open_at.pop(), base + len(plain)))
        else:
            plain.append(char)
    return "".join(plain)


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else "\n"
