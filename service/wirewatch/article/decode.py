"""From a message's bytes to an article, or to the reason why not. The hot path: a few microseconds."""

import re
from collections.abc import Sequence
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from wirewatch.article.clean import clean_body, clean_title, without_controls
from wirewatch.article.fields import ArticleFields
from wirewatch.article.identity import bounded_id, id_from_text, id_from_url
from wirewatch.article.model import Article
from wirewatch.article.ninjs import MARKERS, is_ninjs, ninjs_fields
from wirewatch.article.rejected import ArticleRejected, RejectReason
from wirewatch.errors import field_problems

__all__ = ["article_from", "decode_article", "described_by"]


class _Message(ArticleFields, total=False):
    """Our form, and what gives ninjs away: one parse serves both."""

    uri: Any
    versioncreated: Any
    versionCreated: Any  # noqa: N815 - ninjs 3.x
    headline: Any
    headlines: Any
    bodies: Any
    body_text: Any
    body_html: Any
    standard: Any


_validate_json = TypeAdapter(_Message).validator.validate_json
_BOM = b"\xef\xbb\xbf"
_CONTROL_ESCAPE = re.compile(rb"\\(?:u00[01]|[bf])")
_ESCAPE = re.compile(
    rb"\\(?:(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(u[dD][89a-fA-F][0-9a-fA-F]{2})|[^u]|u)",
    re.DOTALL,
)


def decode_article(raw: bytes | None, *, max_bytes: int) -> Article:
    """Read an article: JSON in our form, or IPTC ninjs.

    A byte order mark is passed over, and half a surrogate pair, as a text cut in the middle of an emoji leaves it, is
    read as U+FFFD: neither is worth losing a story.

    Raises:
        ArticleRejected: it can't be read; nothing else is raised whatever the bytes are.
    """
    if not raw:
        raise ArticleRejected(RejectReason.EMPTY, "there is no value" if raw is None else "the value has no bytes")
    if len(raw) > max_bytes:
        raise ArticleRejected(RejectReason.TOO_LARGE, f"{len(raw):,} bytes, the limit is {max_bytes:,}")
    try:
        message = _validate_json(raw)
    except ValidationError as error:
        return _second_look(raw, error)
    if not MARKERS.isdisjoint(message) and is_ninjs(message):
        return _ninjs_article(raw)
    return article_from(message, controls=_may_hold_controls(raw))


def article_from(fields: ArticleFields, *, controls: bool = True) -> Article:
    """Return the clean article of what a message says; `controls` tells whether it may hold control characters.

    Raises:
        ArticleRejected: it has no text.
    """
    if controls:
        fields = _without_controls(fields)
    title = clean_title(fields.get("title") or "")
    body = clean_body(fields.get("body") or "")
    if not (title.strip() or body.strip()):
        raise ArticleRejected(RejectReason.NO_TEXT, "title and body are both missing or blank")
    url = (fields.get("url") or "").strip() or None
    given = bounded_id((fields.get("id") or "").strip())
    return described_by(fields, given or (url and id_from_url(url)) or id_from_text(title, body), title, body)


def described_by(fields: ArticleFields, article_id: str = "", title: str = "", body: str = "") -> Article:
    """Return an article with this id and these texts, and all else that a message says."""
    return Article(  # in its order: names would cost as much again
        article_id,
        title,
        body,
        fields.get("source") or None,
        (fields.get("url") or "").strip() or None,
        fields.get("language") or None,
        fields.get("published_at"),
        _filled(fields.get("authors")),
        _filled(fields.get("countries")),
        _filled(fields.get("tags")),
    )


def _filled(texts: Sequence[str] | None) -> tuple[str, ...]:
    return tuple([stripped for text in texts if (stripped := text.strip())]) if texts else ()


def _may_hold_controls(raw: bytes) -> bool:
    """Tell whether JSON that was read may hold control characters: they can only stand in it as escapes."""
    return _CONTROL_ESCAPE.search(raw) is not None


def _without_controls(fields: ArticleFields) -> ArticleFields:
    cleaned = {name: _harmless(value) for name, value in fields.items() if name in ArticleFields.__annotations__}
    return cast("ArticleFields", cleaned)


def _harmless(value: Any) -> Any:
    if isinstance(value, str):
        return without_controls(value)
    return [without_controls(text) for text in value] if isinstance(value, list) else value


def _ninjs_article(raw: bytes) -> Article:
    try:
        return article_from(ninjs_fields(from_json(raw)), controls=_may_hold_controls(raw))
    except ValidationError as error:
        raise ArticleRejected(RejectReason.WRONG_TYPE, f"as ninjs: {field_problems(error)}") from error


def _second_look(raw: bytes, error: ValidationError) -> Article:
    """Read what the fast path could not, or say why it can't be read."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as not_utf8:
        detail = f"byte {not_utf8.start} is not UTF-8: {not_utf8.reason}"
        raise ArticleRejected(RejectReason.NOT_UTF8, detail) from not_utf8
    if not text.strip("\ufeff \t\r\n"):
        raise ArticleRejected(RejectReason.EMPTY, "there is nothing but white space") from error
    repaired = _with_whole_characters(raw.removeprefix(_BOM))
    if repaired != raw:
        return decode_article(repaired, max_bytes=len(repaired))
    if error.errors(include_url=False, include_input=False)[0]["type"] == "json_invalid":
        raise ArticleRejected(RejectReason.NOT_JSON, field_problems(error).removeprefix("message: ")) from error
    item = from_json(raw)
    if isinstance(item, dict) and not MARKERS.isdisjoint(item) and is_ninjs(item):
        return _ninjs_article(raw)
    detail = field_problems(error) if isinstance(item, dict) else "an article is a JSON object; this is none"
    raise ArticleRejected(RejectReason.WRONG_TYPE, detail) from error


def _with_whole_characters(raw: bytes) -> bytes:
    """Replace the escapes of lone surrogates in JSON; all else stays."""
    return _ESCAPE.sub(lambda found: b"\\ufffd" if found[2] else found[0], raw) if b"\\u" in raw else raw
