"""What is posted of an alert: all of it where that is small, else as much as fits, in valid JSON all the same.

Receivers and what stands before them refuse large bodies. An alert above `TARGET_BYTES` is cut in the order of what a
reader misses least: hits beyond the first ones, snippets, long texts. `data.truncated` then says so, cut texts end
with an ellipsis, and the article's own link stays whole. None is ever above `MAX_BYTES`.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import JsonValue
from pydantic_core import to_json

from wirewatch.delivery.receiver import BodyMode

__all__ = ["MAX_BYTES", "TARGET_BYTES", "payload"]

TARGET_BYTES = 20_000
MAX_BYTES = 64_000
_ELLIPSIS = "…"
_JSON_TYPE = "application/json"
_STRUCTURED_TYPE = "application/cloudevents+json; charset=utf-8"
_ATTRIBUTES = ("specversion", "id", "source", "type", "subject", "time", "dataschema")
_MAX_ATTRIBUTE = 1_000

Json = dict[str, Any]


def payload(alert: Mapping[str, JsonValue], mode: BodyMode) -> tuple[tuple[tuple[str, str], ...], bytes]:
    """Return the headers and the body that carry `alert` in `mode`; the same for every attempt."""
    body = _in_mode(alert, mode)
    if len(body) > TARGET_BYTES:
        for smaller in _ever_smaller(alert):
            body = _in_mode(smaller, mode)
            if len(body) <= TARGET_BYTES:
                break
    if mode is BodyMode.BINARY:
        return (("content-type", _JSON_TYPE), *_attributes(alert)), body
    return (("content-type", _STRUCTURED_TYPE if mode is BodyMode.STRUCTURED else _JSON_TYPE),), body


def _in_mode(alert: Mapping[str, JsonValue], mode: BodyMode) -> bytes:
    match mode:
        case BodyMode.STRUCTURED:
            value: Any = alert
        case BodyMode.BINARY:
            value = alert.get("data")
        case BodyMode.STANDARD:
            value = {"type": alert.get("type"), "timestamp": alert.get("time"), "data": alert.get("data")}
    return to_json(value, inf_nan_mode="null")


def _attributes(alert: Mapping[str, JsonValue]) -> tuple[tuple[str, str], ...]:
    """Return the `ce-*` headers; what is not printable ASCII is percent-encoded, as the HTTP binding says."""
    given = ((name, alert.get(name)) for name in _ATTRIBUTES)
    return tuple((f"ce-{name}", _percent_encoded(str(value)[:_MAX_ATTRIBUTE])) for name, value in given if value)


def _percent_encoded(text: str) -> str:
    return "".join(
        char if "!" <= char <= "~" and char not in '"%' else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in text
    )


def _ever_smaller(alert: Mapping[str, JsonValue]) -> Iterator[Json]:
    """Yield the alert with more and more left out; the last one is below any limit."""
    data = alert.get("data")
    if isinstance(data, dict):
        for most_hits, most_snippets, most_characters in ((20, 20, 500), (10, 5, 300), (5, 2, 200), (1, 1, 100)):
            smaller = {**data, "truncated": True}
            hits = data.get("hits")
            if isinstance(hits, list) and len(hits) > most_hits:
                omitted = data.get("hits_omitted")
                smaller["hits"] = hits[:most_hits]
                smaller["hits_omitted"] = len(hits) - most_hits + (omitted if isinstance(omitted, int) else 0)
            snippets = data.get("snippets")
            if isinstance(snippets, list):
                smaller["snippets"] = snippets[:most_snippets]
            yield {**alert, "data": _cut(smaller, _shorten(most_characters))}
        article = data.get("article")
        least = {name: article.get(name) for name in ("id", "url")} if isinstance(article, dict) else {}
        data = _cut({"truncated": True, "article": least}, _shorten(1_000))
    yield {**{name: _cut(alert.get(name), _shorten(1_000)) for name in (*_ATTRIBUTES, "datacontenttype")}, "data": data}


def _shorten(most_characters: int) -> Callable[[str, str], str]:
    def shorten(key: str, text: str) -> str:
        if len(text) <= most_characters or (key == "url" and len(text) <= _MAX_ATTRIBUTE * 2):
            return text  # half a link leads nowhere
        return text[: most_characters - 1] + _ELLIPSIS

    return shorten


def _cut(value: Any, shorten: Callable[[str, str], str], key: str = "") -> Any:
    match value:
        case str():
            return shorten(key, value)
        case dict():
            return {name: _cut(each, shorten, name) for name, each in value.items()}
        case list():
            return [_cut(each, shorten) for each in value]
        case _:
            return value
