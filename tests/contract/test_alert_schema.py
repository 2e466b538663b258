"""The alert as other languages see it: CloudEvents 1.0, and the published JSON Schema."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from wirewatch.alert import Alert, MatchMessage, alert_from, match_message
from wirewatch.article import Article
from wirewatch.dedupe import alert_id
from wirewatch.matching import RuleIndex
from wirewatch.rule import Rule

_PUBLISHED = Path(__file__).parents[2] / "deploy" / "schemas" / "alert.v1.json"
_NOW = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def _match(article: Article) -> MatchMessage:
    index = RuleIndex([Rule(id="harbour", name="The harbour", query="harbour", tags=("ports",))])
    (match,) = index.match(article)
    return match_message(match, article, received_at=_NOW, matched_at=_NOW)


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


def test_a_match_survives_its_own_wire() -> None:
    match = _match(Article(id="a-1", title="The harbour opens", url="https://example.com/a"))
    assert MatchMessage.decode(match.encode()) == match


@pytest.mark.parametrize("unknown", [b'{"extra": 1}', b"{}", b"[]", b"\xff"])
def test_what_is_no_match_is_refused_with_the_fields_named(unknown: bytes) -> None:
    with pytest.raises(ValueError, match="MatchMessage"):
        MatchMessage.decode(unknown)
