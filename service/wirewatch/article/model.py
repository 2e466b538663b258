"""An article as the rest of Wirewatch sees it: clean, typed and frozen."""

from datetime import datetime
from typing import NamedTuple

__all__ = ["Article"]


class Article(NamedTuple):
    """One piece of news.

    `title` and `body` are plain text: no HTML, one character (LF) ends a line, a blank line ends a paragraph. Offsets
    that other modules report are counted in characters of these two. `published_at` is aware and in UTC. `language`
    and `countries` stand as the publisher wrote them. Every text can be encoded to UTF-8 and holds no NUL.

    These promises are kept by what reads articles (`decode_article`, `parse_plain_text`), not by this class, which
    checks nothing: every message on its way becomes one.
    """

    id: str
    title: str = ""
    body: str = ""
    source: str | None = None
    url: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    authors: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
