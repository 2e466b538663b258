"""Each match has a fate with a name, and is remembered only after all it led to is acknowledged."""

import asyncio
import json

import pytest
from tests.support.stages import FakeMemory, FakePublisher, received

from wirewatch.alert import Alert, Decision
from wirewatch.alert.delivery import Delivery
from wirewatch.errors import PublishFailed
from wirewatch.pipeline import AlertFact, AlertStage
from wirewatch.ports import Received
from wirewatch.routing import Topics

_TOPICS = Topics()
_RECEIVED_AT = 1_772_366_400.0  # 2026-03-01T12:00:00Z
_TRACE = (("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("tracestate", b"a=1"))
_RULE = {"id": "harbour", "revision": "0" * 12, "name": "Harbour", "query": "harbour", "severity": "low"}


def _match(alert_id: str = "alr_one", **rule: object) -> Received:
    value = {
        "id": alert_id,
        "rule": {**_RULE, **rule},
        "article": {"id": "one", "title": "The harbour opens"},
        "received_at": "2026-03-01T12:00:00Z",
        "matched_at": "2026-03-01T12:00:01Z",
    }
    return received(json.dumps(value).encode(), topic=_TOPICS.matches, key=b"harbour", headers=(*_TRACE, ("x", b"y")))


class _Desk:
    """A stage with its surroundings."""

    def __init__(self, now: float = _RECEIVED_AT + 2.5) -> None:
        self.publisher = FakePublisher()
        self.memory = FakeMemory()
        self.stage = AlertStage(topics=_TOPICS, publisher=self.publisher, wall_clock=lambda: now)

    async def handle(self, message: Received) -> AlertFact:
        return await self.stage.handle(message, self.memory)

    def deliveries(self) -> list[Delivery]:
        return [Delivery.decode(record.value or b"") for record in self.publisher.on(_TOPICS.deliveries)]


async def test_a_new_match_becomes_an_alert_and_a_delivery_to_each_receiver_of_its_rule() -> None:
    desk = _Desk()
    fact = await desk.handle(_match(receivers=["desk", "night", "desk"]))
    assert (fact.decision, fact.alert_id, fact.rule_id) == (Decision.EMITTED, "alr_one", "harbour")
    (alert,) = desk.publisher.on(_TOPICS.alerts)
    event = Alert.decode(alert.value or b"")
    assert (alert.key, event.id, event.subject) == (b"harbour", "alr_one", "harbour")
    assert [delivery.receiver for delivery in desk.deliveries()] == ["desk", "night"]
    assert [record.key for record in desk.publisher.on(_TOPICS.deliveries)] == [b"desk", b"night"]
    assert {delivery.alert_id for delivery in desk.deliveries()} == {"alr_one"}
    assert all(Alert.model_validate(delivery.alert) == event for delivery in desk.deliveries())


async def test_a_delivery_holds_the_bytes_of_its_alert_whatever_its_texts_look_like() -> None:
    desk = _Desk()
    await desk.handle(_match(receivers=['"alert":{}', "desk"], name='A "quoted" h\u00e4rbour \u2028 "alert":{}'))
    (alert,) = desk.publisher.on(_TOPICS.alerts)
    for record, delivery in zip(desk.publisher.on(_TOPICS.deliveries), desk.deliveries(), strict=True):
        assert record.value == delivery.encode()
        assert delivery.body() == alert.value
    assert [delivery.receiver for delivery in desk.deliveries()] == ['"alert":{}', "desk"]


async def test_a_rule_without_receivers_goes_to_the_default_one() -> None:
    desk = _Desk()
    await desk.handle(_match())
    assert [delivery.receiver for delivery in desk.deliveries()] == ["default"]


async def test_the_time_from_article_to_alert_is_told_and_never_negative() -> None:
    assert (await _Desk().handle(_match())).article_to_alert_seconds == 2.5
    assert (await _Desk(now=_RECEIVED_AT - 60).handle(_match())).article_to_alert_seconds == 0


async def test_an_alert_is_remembered_only_after_it_is_acknowledged() -> None:
    desk = _Desk()
    desk.publisher.hold()
    handling = asyncio.create_task(desk.handle(_match()))
    await desk.publisher.waiting.wait()
    assert desk.memory.ids == []
    desk.publisher.acknowledge()
    assert (await handling).decision is Decision.EMITTED
    assert desk.memory.ids == ["alr_one"]


async def test_an_alert_that_is_not_acknowledged_is_not_remembered_and_comes_again_whole() -> None:
    desk = _Desk()
    desk.publisher.broken = True
    with pytest.raises(PublishFailed):
        await desk.handle(_match())
    assert desk.memory.ids == []
    desk.publisher.broken = False
    assert (await desk.handle(_match())).decision is Decision.EMITTED


async def test_an_alert_that_was_interrupted_is_not_remembered_and_comes_again_whole() -> None:
    desk = _Desk()
    desk.publisher.hold()
    handling = asyncio.create_task(desk.handle(_match()))
    await desk.publisher.waiting.wait()
    handling.cancel()
    await asyncio.gather(handling, return_exceptions=True)
    assert desk.memory.ids == []
    desk.publisher.acknowledge()
    assert (await desk.handle(_match())).decision is Decision.EMITTED


async def test_a_second_match_while_the_first_is_under_way_is_a_duplicate() -> None:
    desk = _Desk()
    desk.publisher.hold()
    first = asyncio.create_task(desk.handle(_match()))
    await desk.publisher.waiting.wait()
    second = await desk.handle(_match())
    desk.publisher.acknowledge()
    assert (second.decision, second.alert_id) == (Decision.DUPLICATE, "alr_one")
    assert (await first).decision is Decision.EMITTED
    assert len(desk.publisher.on(_TOPICS.alerts)) == 1


async def test_a_match_that_is_remembered_is_a_duplicate_and_publishes_nothing() -> None:
    desk = _Desk()
    desk.memory.remember("alr_one")
    fact = await desk.handle(_match())
    assert (fact.decision, fact.article_to_alert_seconds) == (Decision.DUPLICATE, None)
    assert desk.publisher.kept == []


async def test_other_alerts_do_not_wait_for_one_that_is_under_way() -> None:
    desk = _Desk()
    desk.publisher.hold()
    first = asyncio.create_task(desk.handle(_match()))
    await desk.publisher.waiting.wait()
    desk.publisher.acknowledge()
    assert (await desk.handle(_match("alr_two"))).decision is Decision.EMITTED
    assert (await first).decision is Decision.EMITTED


async def test_the_trace_passes_on_to_the_alert_and_to_its_deliveries() -> None:
    desk = _Desk()
    await desk.handle(_match())
    (alert,) = desk.publisher.on(_TOPICS.alerts)
    (delivery,) = desk.publisher.on(_TOPICS.deliveries)
    assert alert.headers == (("content-type", b"application/cloudevents+json; charset=utf-8"), *_TRACE)
    assert delivery.headers == _TRACE


@pytest.mark.parametrize("value", [None, b"", b"{", b"\xff\xfe", b"[]", b'{"id": "x"}'])
async def test_what_is_no_match_is_kept_whole_with_the_reason(value: bytes | None) -> None:
    desk = _Desk()
    fact = await desk.handle(received(value, topic=_TOPICS.matches, headers=(("x", b"\xff"),)))
    (record,) = desk.publisher.kept
    assert fact.decision is Decision.REJECTED
    assert (record.topic, record.key, record.value) == (_TOPICS.matches_rejected, b"a-key", value or b"")
    assert record.headers[0] == ("x", b"\xff")
    assert dict(record.headers)["wirewatch-reason"] == b"not_a_match"
    assert dict(record.headers)["wirewatch-error"].decode() == fact.error


@pytest.mark.parametrize(
    "message", [_match("not an id"), _match("a.dot"), _match(receivers=[""]), _match(receivers=["r" * 201])]
)
async def test_a_match_that_could_only_lead_to_an_unusable_delivery_is_rejected_before_anything_is_sent(
    message: Received,
) -> None:
    desk = _Desk()
    assert (await desk.handle(message)).decision is Decision.REJECTED
    assert [record.topic for record in desk.publisher.kept] == [_TOPICS.matches_rejected]
    assert desk.memory.ids == []


async def test_what_could_not_be_rejected_is_not_given_a_fate() -> None:
    desk = _Desk()
    desk.publisher.broken = True
    with pytest.raises(PublishFailed):
        await desk.handle(received(b"{", topic=_TOPICS.matches))
