"""IPTC ninjs, the press agencies' JSON: versions 1.x, 2.x and 3.x, and near relatives such as Superdesk's.

Names are compared without regard to case, since 3.x writes `versionCreated` where 1.x and 2.x write `versioncreated`.

| of the article | from |
| --- | --- |
| id | `uri` (else `guid`, `id`): all versions of a story are one article |
| title | `headline`, else the `headlines` (role `main` first) or `headline_…`, else `title` |
| body | of `bodies` or `body_…` the best: HTML, which keeps paragraphs, then plain, then XML; else a description |
| source | `source`, else the first of `infosources`/`infosource`, else `copyrightholder` |
| published_at | `versioncreated`, else `firstcreated`, else `contentcreated` |
| authors | `authors` (Superdesk), else `by`/`byline` as it stands |
| countries | `places`/`place` whose `uri` or `scheme` is of ISO 3166 |
| tags | `subjects`/`subject`, other places, `keywords`; and `type` where it is not `text` |
| language, url | the same names; the standard has no link to a page, and `uri` is not one |

A story that is `canceled` or `withheld` (`pubstatus`) must not reach anybody: it is rejected as without (usable)
text. Pictures, videos and other types are read like text, since a caption may be the first word of a story; a rule
can leave them out by the tag. `embargoed` is not looked at: who publishes to the topic decides when.

Texts, names and times must have their type, or the item is rejected; of subjects, places and the like, which vary
most between agencies, what can be read is read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from wirewatch.article.fields import STRICT, ArticleFields, Instant
from wirewatch.article.rejected import ArticleRejected, RejectReason

__all__ = ["MARKERS", "is_ninjs", "ninjs_fields"]

MARKERS = frozenset(
    ("uri", "versioncreated", "versionCreated", "headline", "headlines", "bodies", "body_text", "body_html", "standard")
)
"""A JSON object without any of these is not ninjs; the standard demands `uri`, publishers forget it."""

_WITHDRAWN = frozenset(("canceled", "cancelled", "withheld"))
_HTML, _PLAIN, _UNKNOWN, _XML = range(4)


class _Text(TypedDict, total=False):
    __pydantic_config__ = STRICT  # type: ignore[misc]

    role: str | None
    contenttype: str | None
    value: str | None


class _Item(TypedDict, total=False):
    __pydantic_config__ = STRICT  # type: ignore[misc]

    uri: str | None
    guid: str | None
    id: str | None
    type: str | None
    pubstatus: str | None
    language: str | None
    url: str | None
    headline: str | None
    title: str | None
    versioncreated: Instant
    firstcreated: Instant
    contentcreated: Instant
    published_at: Instant
    headlines: dict[str, _Text]
    bodies: dict[str, _Text]
    descriptions: dict[str, _Text]


_ITEM = TypeAdapter(_Item)
_MOST_TEXTS = 100
_SINGULAR = {"headlines": "headline_", "bodies": "body_", "descriptions": "description_"}


def is_ninjs(message: Mapping[str, Any]) -> bool:
    """Tell whether a message with one of the MARKERS is ninjs, and not our own form with a field more."""
    if message.get("body") is not None:
        return False
    return message.get("id") is None or message.get("title") is None


def ninjs_fields(message: Mapping[str, Any]) -> ArticleFields:
    """Return what a ninjs item says of an article.

    Raises:
        pydantic.ValidationError: fields have the wrong type; all of them are named.
        ArticleRejected: the publisher has withdrawn the item, or holds it back.
    """
    names = {name.lower(): value for name, value in message.items()}
    item = _ITEM.validate_python(names | {plural: _texts(names, plural) for plural in _SINGULAR})
    status = (item.get("pubstatus") or "").lower()
    if status in _WITHDRAWN:
        raise ArticleRejected(RejectReason.NO_TEXT, f"no usable text: its publisher has it {status} (pubstatus)")
    return ArticleFields(
        id=_filled(item.get("uri")) or _filled(item.get("guid")) or item.get("id"),
        title=_filled(item.get("headline")) or _headline(item.get("headlines", {})) or item.get("title"),
        body=_body(item.get("bodies", {})) or _body(item.get("descriptions", {})),
        source=_source(names),
        url=item.get("url"),
        language=item.get("language"),
        published_at=item.get("versioncreated")
        or item.get("firstcreated")
        or item.get("contentcreated")
        or item.get("published_at"),
        authors=_authors(names),
        countries=list(filter(None, map(_country, _entries(names, "places", "place")))),
        tags=list(_tags(names, item.get("type"))),
    )


def _texts(names: Mapping[str, Any], plural: str) -> dict[str, Any]:
    """Return the texts of 2.x and 3.x (`bodies`) and of 1.x (`body_html`, …) in one form, each by its own name.

    What has the wrong type stays in place, to be named by the validation.
    """
    listed = names.get(plural)
    found: dict[str, Any] = {}
    if isinstance(listed, list):
        found = {str(number): _lower_names(text) for number, text in enumerate(listed[:_MOST_TEXTS])}
    elif listed is not None:
        found = {"0": _lower_names(listed)}
    prefix = _SINGULAR[plural]
    for name, value in names.items():
        if name.startswith(prefix):
            found[name] = {"role": name.removeprefix(prefix), "value": value}
    return found


def _filled(text: str | None) -> str | None:
    return text if text and not text.isspace() else None


def _lower_names(text: Any) -> Any:
    return {name.lower(): value for name, value in text.items()} if isinstance(text, dict) else text


def _headline(texts: Mapping[str, _Text]) -> str | None:
    return _first_of(texts, lambda text: (text.get("role") or "main") != "main")


def _body(texts: Mapping[str, _Text]) -> str | None:
    return _first_of(texts, _kind)


def _first_of(texts: Mapping[str, _Text], rank: Callable[[_Text], int]) -> str | None:
    """Return the value of the lowest rank that is not blank; the first of equals."""
    filled = [text for text in texts.values() if _filled(text.get("value"))]
    return min(filled, key=rank).get("value") if filled else None


def _kind(text: _Text) -> int:
    """Tell HTML, plain text and XML apart, by the media type, else by the role or the name after `body_`."""
    said = (text.get("contenttype") or text.get("role") or "").lower()
    if "html" in said:
        return _HTML
    if "xml" in said or "nitf" in said:
        return _XML
    return _PLAIN if "plain" in said or said in {"text", "main"} else _UNKNOWN


def _entries(names: Mapping[str, Any], *keys: str) -> Iterator[Mapping[str, Any]]:
    """Return the concepts (subjects, places, parties) under any of `keys`; a bare string is one with that name."""
    for key in keys:
        listed = names.get(key)
        for entry in listed if isinstance(listed, list) else [listed]:
            if isinstance(entry, dict):
                yield _lower_names(entry)
            elif isinstance(entry, str):
                yield {"name": entry}


def _name(entry: Mapping[str, Any]) -> str | None:
    return next((entry[key] for key in ("name", "literal", "code") if isinstance(entry.get(key), str)), None)


def _names_of(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    return filter(None, map(_name, entries))


def _source(names: Mapping[str, Any]) -> str | None:
    return next(_names_of(_entries(names, "source", "infosources", "infosource", "copyrightholder")), None)


def _authors(names: Mapping[str, Any]) -> list[str]:
    return list(_names_of(_entries(names, "authors"))) or list(_names_of(_entries(names, "by", "byline")))


def _country(place: Mapping[str, Any]) -> str | None:
    """Return the ISO 3166 code of a place that says it has one, in upper case."""
    uri, scheme, code = (place.get(key) for key in ("uri", "scheme", "code"))
    if isinstance(scheme, str) and "iso3166" in scheme and isinstance(code, str):
        return code.upper()
    if isinstance(uri, str) and "iso3166" in uri:
        return uri.rstrip("/").rpartition("/")[2].upper()
    return None


def _tags(names: Mapping[str, Any], kind: str | None) -> Iterator[str]:
    yield from _names_of(_entries(names, "subjects", "subject"))
    yield from _names_of(place for place in _entries(names, "places", "place") if _country(place) is None)
    yield from _names_of(_entries(names, "keywords"))
    if kind and kind != "text":
        yield kind
