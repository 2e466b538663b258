"""What is posted: whole where it is small, cut where it must be, valid JSON always."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.delivery import MAX_BYTES, TARGET_BYTES, BodyMode
from wirewatch.delivery.payload import payload

URL = "https://news.example/stories/" + "a" * 300
SMALL: dict[str, Any] = {
    "specversion": "1.0",
    "id": "alr_1",
    "source": "urn:wirewatch",
    "type": "org.wirewatch.alert.v1",
    "subject": "règle 1",
    "time": "2026-03-01T12:00:00Z",
    "datacontenttype": "application/json",
    "data": {"article": {"id": "a1", "title": "東京とソウル", "url": URL}, "hits": [], "snippets": []},
}


def _large(characters: int) -> dict[str, Any]:
    hits = [{"field": "body", "start": n, "end": n + 9, "text": "キーワード" * 20} for n in range(200)]
    snippets = [{"field": "body", "text": "本文" * characters, "hits": []} for _ in range(30)]
    article = {**SMALL["data"]["article"], "title": "題" * characters}
    return {
        **SMALL,
        "data": {**SMALL["data"], "article": article, "hits": hits, "hits_omitted": 7, "snippets": snippets},
    }


def test_small_alert_is_posted_whole() -> None:
    headers, body = payload(SMALL, BodyMode.STRUCTURED)
    assert json.loads(body) == SMALL
    assert headers == (("content-type", "application/cloudevents+json; charset=utf-8"),)


def test_binary_mode_has_the_attributes_as_headers_and_the_data_as_body() -> None:
    headers, body = payload(SMALL, BodyMode.BINARY)
    assert json.loads(body) == SMALL["data"]
    found = dict(headers)
    assert found["content-type"] == "application/json"
    assert found["ce-id"] == "alr_1"
    assert found["ce-subject"] == "r%C3%A8gle%201"
    assert "ce-data" not in found


def test_standard_body_has_type_time_and_data() -> None:
    _, body = payload(SMALL, BodyMode.STANDARD)
    assert json.loads(body) == {"type": SMALL["type"], "timestamp": SMALL["time"], "data": SMALL["data"]}


@pytest.mark.parametrize("mode", BodyMode)
@pytest.mark.parametrize("characters", [300, 5_000, 200_000])
def test_large_alert_is_cut_to_the_target_with_a_marker_and_its_whole_link(mode: BodyMode, characters: int) -> None:
    _, body = payload(_large(characters), mode)
    assert len(body) <= TARGET_BYTES
    found = json.loads(body)
    data = found if mode is BodyMode.BINARY else found["data"]
    assert data["truncated"] is True
    assert data["article"]["url"] == URL
    assert data["article"]["title"].endswith("…") or characters == 300
    assert len(data["hits"]) + data["hits_omitted"] == 207


def test_same_alert_gives_the_same_bytes() -> None:
    assert payload(_large(5_000), BodyMode.STRUCTURED) == payload(_large(5_000), BodyMode.STRUCTURED)


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=3_000),
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.text(max_size=20), inner, max_size=10),
    max_leaves=60,
)


@given(alert=st.dictionaries(st.sampled_from([*SMALL, "other"]), values), mode=st.sampled_from(BodyMode))
def test_whatever_an_alert_holds_the_body_is_json_within_the_limit(alert: dict[str, Any], mode: BodyMode) -> None:
    headers, body = payload(alert, mode)
    assert len(body) <= MAX_BYTES
    json.loads(body)
    for name, value in headers:
        assert (name + value).isascii()
        assert (name + value).isprintable()
