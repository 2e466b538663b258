"""The alert as other languages see it: CloudEvents 1.0, and the published JSON Schema."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from wirewatch.alert import Alert, MatchMessage, alert_from, encode_matches
from wirewatch.article import Article
from wirewatch.dedupe import alert_id
from wirewatch.matching import RuleIndex
from wirewatch.rule import Rule

_PUBLISHED = Path(__file__).parents[2] / "deploy" / "schemas" / "alert.v1.json"
_NOW = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def _wire(article: Article, **rule: Any) -> bytes:
    index = RuleIndex([Rule(id="harbour", name="The harbour", query="harbour", **rule)])
    (value,) = encode_matches(index.match(article), article, received_at=_NOW, matched_at=_NOW)
    return value


def _match(article: Article) -> MatchMessage:
    return MatchMessage.decode(_wire(article, tags=("ports",)))


def _event(article: Article) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(alert_from(_match(article), emitted_at=_NOW).encode())
    return event


def test_the_published_schema_is_the_models() -> None:
    """After a change of the model: `python -m tests.contract.write_schema`, and a new version if it breaks readers."""
    assert json.loads(_PUBLISHED.read_text("utf-8")) == Alert.model_json_schema(mode="serialization")


def test_an_alert_fits_the_published_schema() -> None:
    article = Article(id="a-1", title="The harbour opens", body="Ships enter the harbour.", published_at=_NOW)
    jsonschema.validate(_event(article), json.loads(_PUBLISHED.read_text("utf-8")))


def test_an_alert_has_what_cloudevents_demands() -> None:
    event = _event(Article(id="a-1", title="The harbour opens"))
    assert event["specversion"] == "1.0"
    assert event["id"] == alert_id("harbour", "a-1")
    assert event["type"] == "org.wirewatch.alert.v1"
    assert event["source"] == "urn:wirewatch"
    assert event["subject"] == "harbour"
    assert datetime.fromisoformat(event["time"]) == _NOW
    assert None not in event.values()


def test_hits_are_offsets_into_the_articles_own_text() -> None:
    article = Article(id="a-1", title="The Harbour opens", body="Ships enter the harbour.")
    texts = {"title": article.title, "body": article.body}
    hits = _event(article)["data"]["hits"]
    assert [(hit["field"], hit["text"]) for hit in hits] == [("title", "Harbour"), ("body", "harbour")]
    assert all(texts[hit["field"]][hit["start"] : hit["end"]] == hit["text"] for hit in hits)


def test_a_huge_article_gives_a_small_alert() -> None:
    article = Article(
        id="a-1",
        title="harbour " * 5_000,
        body="the harbour " * 50_000,
        authors=tuple("x" * 1_000 for _ in range(1_000)),
        tags=tuple("y" * 1_000 for _ in range(1_000)),
    )
    match = _match(article)
    assert len(alert_from(match, emitted_at=_NOW).encode()) < 40_000
    assert len(match.hits) + match.hits_omitted == 55_000


_FULL: dict[str, Any] = {
    "source": "A wire",
    "url": "https://example.com/a",
    "language": "en",
    "published_at": _NOW,
    "authors": ("Ann", "Bo"),
    "countries": ("no",),
    "tags": ("sea",),
}


@pytest.mark.parametrize("said", [{}, _FULL, *({name: value} for name, value in _FULL.items())])
def test_a_match_says_what_the_article_and_the_rule_say_and_nothing_that_a_reader_would_assume(
    said: dict[str, Any],
) -> None:
    article = Article(id="a-1", title="The harbour opens", **said)
    wire = _wire(article)
    match = MatchMessage.decode(wire)
    assert match.article.model_dump() == {name: value for name, value in article._asdict().items() if name != "body"}
    assert json.loads(wire) == json.loads(match.model_dump_json(exclude_defaults=True))


def test_a_match_names_its_rules_tags_and_receivers() -> None:
    rule = {"tags": ("ports", "sea"), "receivers": ("desk",), "severity": "high"}
    match = MatchMessage.decode(_wire(Article(id="a-1", title="The harbour opens"), **rule))
    assert match.rule.model_dump(include=set(rule)) == rule


def test_all_matches_of_an_article_are_written_in_their_order() -> None:
    article = Article(id="a-1", title="The harbour of Oslo")
    index = RuleIndex([Rule(id="oslo", name="Oslo", query="Oslo"), Rule(id="harbour", name="H", query="harbour")])
    values = encode_matches(index.match(article), article, received_at=_NOW, matched_at=_NOW)
    assert [MatchMessage.decode(value).id for value in values] == [alert_id("harbour", "a-1"), alert_id("oslo", "a-1")]


def test_an_alerts_id_is_for_ever() -> None:
    assert alert_id("harbour", "a-1") == "alr_kva6nyezm3s2v7z6gwo2zxsegmy342y3"
    assert alert_id("rule-7", "url-é") == "alr_nkstgbv7dgb7hy5et6rfh4rx4akl4by7"


@pytest.mark.parametrize("unknown", [b'{"extra": 1}', b"{}", b"[]", b"\xff"])
def test_what_is_no_match_is_refused_with_the_fields_named(unknown: bytes) -> None:
    with pytest.raises(ValueError, match="MatchMessage"):
        MatchMessage.decode(unknown)
