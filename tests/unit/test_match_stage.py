"""An article becomes its matches or a rejected record, and nothing that a message holds stops the stage."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain, count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.stages import received, rule

from wirewatch.alert import MatchMessage
from wirewatch.article import RejectReason
from wirewatch.dedupe import alert_id
from wirewatch.matching import RuleIndex
from wirewatch.matching.document import Document
from wirewatch.matching.supporting import Hits, hits_of
from wirewatch.pipeline import ArticleFact, ArticleOutcome, MatchStage
from wirewatch.ports import Received
from wirewatch.query import Query
from wirewatch.routing import Topics

_NOW = 1_700_000_100.0
_TOPICS = Topics()
_INDEX = RuleIndex([rule("harbour", "harbour"), rule("ships", "ship"), rule("oslo", "Oslo")])
_ARTICLE = {"id": "one", "title": "The harbour opens", "body": "A ship came in."}
_UNMATCHED = {"title": "Weather", "body": "Rain."}
_TRACE = (("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("tracestate", b"a=1"))


def _stage(max_bytes: int = 10_000) -> MatchStage:
    ticks = count()
    return MatchStage(_TOPICS, max_bytes, wall_clock=lambda: _NOW, stopwatch=lambda: next(ticks) * 0.25)


def _facts(stage: MatchStage, batch: Sequence[Received], index: RuleIndex = _INDEX) -> list[ArticleFact]:
    return [*chain.from_iterable(stage.process(batch, index))]


def _only(stage: MatchStage, message: Received, index: RuleIndex = _INDEX) -> ArticleFact:
    (fact,) = _facts(stage, [message], index)
    return fact


def _matches(fact: ArticleFact) -> list[MatchMessage]:
    return [MatchMessage.decode(record.value or b"") for record in fact.records]


def _article(**changes: object) -> bytes:
    return json.dumps({**_ARTICLE, **changes}).encode()


def test_each_rule_that_matches_gives_a_record_under_its_own_id_with_its_revision() -> None:
    fact = _only(_stage(), received(_article()))
    assert fact.outcome is ArticleOutcome.MATCHED
    assert [(record.topic, record.key) for record in fact.records] == [
        (_TOPICS.matches, b"harbour"),
        (_TOPICS.matches, b"ships"),
    ]
    first = _matches(fact)[0]
    assert first.id == alert_id("harbour", "one")
    assert first.rule.revision == rule("harbour", "harbour").revision
    assert (first.hits[0].field, first.hits[0].text) == ("title", "harbour")


def test_a_match_tells_when_the_article_reached_kafka_and_when_it_was_matched() -> None:
    (match, _) = _matches(_only(_stage(), received(_article(), timestamp_ms=1_700_000_000_123)))
    assert match.received_at == datetime.fromtimestamp(1_700_000_000.123, UTC)
    assert match.matched_at == datetime.fromtimestamp(_NOW, UTC)


@pytest.mark.parametrize("timestamp_ms", [-1, 1_700_000_000_000_000_000, -(2**63), 2**63 - 1])
def test_an_article_without_a_possible_time_was_received_now(timestamp_ms: int) -> None:
    (match, _) = _matches(_only(_stage(), received(_article(), timestamp_ms=timestamp_ms)))
    assert match.received_at == match.matched_at


def test_an_article_that_matches_nothing_gives_no_record() -> None:
    fact = _only(_stage(), received(_article(**_UNMATCHED)))
    assert (fact.outcome, fact.records) == (ArticleOutcome.UNMATCHED, ())


@pytest.mark.parametrize("size", [0, 1, 1_000, 9_000])
def test_a_batch_of_any_size_gives_one_fact_for_each_message_in_their_order(size: int) -> None:
    ids = [f"number-{number}" for number in range(100)]
    kinds: list[dict[str, Any]] = [{}, _UNMATCHED, {"title": 1}]
    batch = [received(_article(id=each, **kind, url="x" * size)) for each in ids for kind in kinds]
    facts = _facts(_stage(), batch)
    assert [fact.outcome for fact in facts] == [*ArticleOutcome] * len(ids)
    assert [_matches(fact)[0].article.id for fact in facts[::3]] == ids


def test_a_batch_with_thousands_of_matches_gives_all_of_them_in_order() -> None:
    index = RuleIndex([rule(f"rule-{number:03}", "harbour") for number in range(150)])
    ids = [f"number-{number}" for number in range(100)]
    facts = _facts(_stage(), [received(_article(id=each)) for each in ids], index)
    assert [_matches(fact)[0].article.id for fact in facts] == ids
    assert [len(fact.records) for fact in facts] == [150] * len(ids)


def test_others_may_have_their_turn_after_every_hundred_articles() -> None:
    batch = [received(_article(**_UNMATCHED))] * 250
    assert [len(facts) for facts in _stage().process(batch, _INDEX)] == [0] * 3 + [250]


def test_others_may_have_their_turn_between_articles_that_are_clear_and_those_that_have_to_be_cleaned() -> None:
    batch = [received(_article(**_UNMATCHED)), received(_article(title="<p>Weather</p>", body="Rain."))] * 50
    assert [len(facts) for facts in _stage().process(batch, _INDEX)] == [0] * 2 + [100]


def test_others_may_have_their_turn_after_each_large_article() -> None:
    batch = [received(_article(title="Weather", body="Rain. " * 100_000))] * 3
    assert [len(facts) for facts in _stage(max_bytes=1_000_000).process(batch, _INDEX)] == [0] * 3 + [3]


def test_others_may_have_their_turn_after_a_score_of_matches() -> None:
    batch = [received(_article())] * 25  # of two matches each
    assert [len(facts) for facts in _stage().process(batch, _INDEX)] == [0] * (1 + 3) + [25]


def test_others_may_have_their_turn_after_the_matches_of_an_article_with_many() -> None:
    index = RuleIndex([rule(f"harbour-{number}", "harbour") for number in range(50)])
    batch = [received(_article())] * 3
    assert [len(facts) for facts in _stage().process(batch, index)] == [0] * (1 + 3) + [3]


def test_what_became_of_each_article_stands_in_their_order_whatever_had_to_be_done_to_read_it() -> None:
    batch = [
        received(_article()),
        received(_article(title="<p>Weather</p>", body="Rain.")),
        received(b"{"),
        received(_article(title="<p>The harbour</p>", body="Rain.", id="two")),
        received(_article(**_UNMATCHED)),
    ] * 60
    facts = _facts(_stage(), batch)
    found = [(fact.outcome, [match.article.id for match in _matches(fact)]) for fact in facts if not fact.reject_reason]
    outcome = ArticleOutcome
    assert (
        found
        == [
            (outcome.MATCHED, ["one"] * 2),
            (outcome.UNMATCHED, []),
            (outcome.MATCHED, ["two"]),
            (outcome.UNMATCHED, []),
        ]
        * 60
    )
    assert [fact.reject_reason for fact in facts[2::5]] == [RejectReason.NOT_JSON] * 60


def test_the_time_in_the_index_is_measured_and_only_that() -> None:
    assert _only(_stage(), received(_article(**_UNMATCHED))).match_seconds == 0.25
    assert _only(_stage(), received(_article())).match_seconds == 0.5  # and once more to explain
    assert _only(_stage(), received(b"{")).match_seconds is None


def test_articles_that_are_decided_together_share_the_time_it_took() -> None:
    batch = [received(_article(**_UNMATCHED)), received(b"{"), received(_article())]
    assert [fact.match_seconds for fact in _facts(_stage(), batch)] == [0.125, None, 0.125 + 0.25]


def test_the_trace_passes_on_to_every_match_and_other_headers_do_not() -> None:
    fact = _only(_stage(), received(_article(), headers=(*_TRACE, ("producer", b"x"))))
    assert [record.headers for record in fact.records] == [_TRACE, _TRACE]


def test_a_rejected_article_keeps_its_bytes_key_and_headers_and_says_why_and_where_from() -> None:
    raw = b"{not json \xf0\x9f\x98\x80"
    fact = _only(_stage(), received(raw, headers=(*_TRACE, ("producer", b"\xff"))))
    (record,) = fact.records
    assert (fact.outcome, fact.reject_reason) == (ArticleOutcome.REJECTED, RejectReason.NOT_JSON)
    assert (record.topic, record.key, record.value) == (_TOPICS.articles_rejected, b"a-key", raw)
    assert record.headers[:3] == (*_TRACE, ("producer", b"\xff"))
    ours = dict(record.headers[3:])
    assert ours["wirewatch-reason"] == b"not_json"
    assert ours["wirewatch-error"].decode() == fact.reject_error
    assert (ours["wirewatch-origin-topic"], ours["wirewatch-origin-partition"], ours["wirewatch-origin-offset"]) == (
        b"wirewatch.articles",
        b"3",
        b"42",
    )
    assert ours["wirewatch-origin-timestamp-ms"] == b"1700000000000"


def test_a_tombstone_is_kept_as_a_record_without_bytes_and_not_as_a_tombstone() -> None:
    (record,) = _only(_stage(), received(None, key=None)).records
    assert (record.key, record.value) == (None, b"")
    assert dict(record.headers)["wirewatch-reason"] == b"empty"


def test_an_article_over_the_size_limit_is_rejected_whole() -> None:
    raw = _article()
    (record,) = _only(_stage(max_bytes=len(raw) - 1), received(raw)).records
    assert (record.value, dict(record.headers)["wirewatch-reason"]) == (raw, b"too_large")


def test_a_rule_that_raises_is_named_and_costs_only_itself() -> None:
    rules = [rule("harbour", "harbour"), rule("ships", "ship")]

    def seek_all_but_ships(query: Query, document: Document) -> Hits:
        if query is rules[1].expression:
            raise RuntimeError("this rule can't be explained")
        return hits_of(query, document)

    index = RuleIndex(rules, seek=seek_all_but_ships)
    fact = _only(_stage(), received(_article()), index)
    assert [record.key for record in fact.records] == [b"harbour"]
    assert fact.faulty_rules == ("ships",)


@given(
    value=st.none()
    | st.binary(max_size=200)
    | st.dictionaries(
        st.sampled_from(["id", "title", "body", "url", "published_at", "tags", "uri", "headline"]),
        st.none() | st.text() | st.integers() | st.lists(st.text(max_size=5), max_size=3),
    ).map(lambda fields: json.dumps({"title": "harbour", **fields}).encode()),
    timestamp_ms=st.integers(-(2**63), 2**63 - 1),
)
def test_whatever_a_message_holds_it_gives_records_that_can_be_sent(value: bytes | None, timestamp_ms: int) -> None:
    fact = _only(_stage(), received(value, timestamp_ms=timestamp_ms))
    assert (fact.outcome is ArticleOutcome.UNMATCHED) == (not fact.records)
    for record in fact.records:
        assert isinstance(record.value, bytes)
        assert all(isinstance(content, bytes) for _, content in record.headers)
