"""What is still to be replayed of a topic: each delivery once, the latest of it, and nothing twice."""

from datetime import UTC, datetime

from wirewatch.alert.delivery import Delivery
from wirewatch.delivery import replay_marker, replay_record, still_waiting
from wirewatch.ports import Received, Record
from wirewatch.routing import Topics

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOPICS = Topics()


class _Failed:
    """The topic of failed deliveries, in one partition."""

    def __init__(self) -> None:
        self.messages: list[Received] = []

    def add(self, record: Record) -> Received:
        offset = len(self.messages)
        message = Received("failed", 0, offset, record.key, record.value, record.headers, 1_000 * offset)
        self.messages.append(message)
        return message

    def fail(self, alert_id: str, receiver: str = "desk", replays: int = 0) -> Received:
        delivery = Delivery(
            alert_id=alert_id, receiver=receiver, alert={}, created_at=NOON, attempts=9, replays=replays
        )
        headers = (("traceparent", b"00-1"), ("wirewatch-reason", b"exhausted"))
        return self.add(Record("failed", receiver.encode(), delivery.encode(), headers))

    def waiting(self) -> list[str]:
        return [delivery.alert_id for _, delivery in still_waiting(self.messages)]

    def replay(self) -> list[Record]:
        left = still_waiting(self.messages)
        for message, delivery in left:
            self.add(replay_marker(message, delivery))
        return [replay_record(message, delivery, TOPICS) for message, delivery in left]


def test_what_was_replayed_once_is_not_replayed_again() -> None:
    topic = _Failed()
    topic.fail("a")
    topic.fail("b")
    assert len(topic.replay()) == 2
    assert topic.replay() == []


def test_what_failed_again_after_its_replay_waits_again_even_before_the_marker() -> None:
    topic = _Failed()
    message = topic.fail("a")
    ((_, delivery),) = still_waiting(topic.messages)
    topic.fail("a", replays=1)  # it was quick to fail
    topic.add(replay_marker(message, delivery))
    assert topic.waiting() == ["a"]


def test_a_delivery_that_stands_there_twice_is_replayed_once() -> None:
    topic = _Failed()
    topic.fail("a")
    topic.fail("a")
    assert len(topic.replay()) == 1
    assert topic.waiting() == []


def test_one_alert_for_two_receivers_is_two_deliveries() -> None:
    topic = _Failed()
    topic.fail("a", "desk")
    message = topic.fail("a", "archive")
    topic.add(replay_marker(message, Delivery.decode(message.value or b"")))
    assert [delivery.receiver for _, delivery in still_waiting(topic.messages)] == ["desk"]


def test_a_replay_starts_anew_under_the_same_id_with_its_trace_and_without_the_old_reason() -> None:
    topic = _Failed()
    topic.fail("a")
    (record,) = topic.replay()
    delivery = Delivery.decode(record.value or b"")
    assert (delivery.alert_id, delivery.attempts, delivery.replays, delivery.due_at) == ("a", 0, 1, None)
    assert (record.topic, record.key) == (TOPICS.deliveries, b"desk")
    assert record.headers == (("traceparent", b"00-1"),)


def test_what_is_no_delivery_and_a_marker_of_nonsense_are_passed_over() -> None:
    topic = _Failed()
    topic.add(Record("failed", b"desk", b"{not json"))
    topic.add(Record("failed", b"desk", None, (("wirewatch-replayed", b"a"), ("wirewatch-replays", b"many"))))
    topic.fail("a")
    assert topic.waiting() == ["a"]
