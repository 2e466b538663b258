"""Articles as plain text: a line `date YYYY-MM-DD headline`, an empty line, the body."""

import re

from wirewatch.article.clean import without_controls
from wirewatch.article.decode import article_from
from wirewatch.article.fields import ArticleFields
from wirewatch.article.instant import read_instant
from wirewatch.article.model import Article
from wirewatch.article.rejected import ArticleRejected, RejectReason

__all__ = ["parse_plain_text"]

_FIRST_LINE = re.compile(r"\s*date[ \t]+([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ \t]+([^\n]*))?(?:\n|\Z)")
_FORM = "the first line of a plain-text article is: date YYYY-MM-DD headline"


def parse_plain_text(text: str) -> Article:
    """Read an article of plain text; the date is its `published_at`, its id comes from title and body.

    Raises:
        ArticleRejected: the first line is another, the date does not exist, or there is no text.
    """
    text = without_controls(text.removeprefix("\ufeff")).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise ArticleRejected(RejectReason.EMPTY, "there is nothing but white space")
    found = _FIRST_LINE.match(text)
    if found is None:
        raise ArticleRejected(RejectReason.WRONG_TYPE, _FORM)
    try:
        published_at = read_instant(found[1])
    except ValueError as error:
        raise ArticleRejected(RejectReason.WRONG_TYPE, f"the date {found[1]}: {error}") from error
    body = text[found.end() :].strip("\n")
    return article_from(ArticleFields(title=(found[2] or "").strip(), body=body, published_at=published_at))
