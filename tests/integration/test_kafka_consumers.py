"""The two consumers and the rules topic against a real broker."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import CorruptRecordException
from tests.support.kafka import KafkaBroker

from wirewatch.adapters.kafka import (
    BatchConsumer,
    KafkaClients,
    KafkaPublisher,
    NotYet,
    Taken,
    TopicReader,
    TopicsError,
    TopicSpec,
    TrackedConsumer,
    ensure_topics,
    partition_count,
)
from wirewatch.errors import PublishFailed
from wirewatch.ports import KafkaConnection, Received, Record

pytestmark = pytest.mark.kafka


@pytest.fixture
def clients(kafka: KafkaBroker) -> KafkaClients:
    return KafkaClients(KafkaConnection(bootstrap=(kafka.bootstrap,)))


@pytest.fixture
async def topic(clients: KafkaClients) -> str:
    name = f"t-{uuid4().hex}"
    await ensure_topics(clients, [TopicSpec(name, 2, 1)], create=True)
    return name


def _batch_consumer(clients: KafkaClients, topic: str) -> BatchConsumer:
    return BatchConsumer(
        clients,
        purpose="match",
        topic=topic,
        group=f"g-{topic}",
        max_records=50,
        wall_clock=time.time,
        on_commit_failed=lambda _error: None,
    )


def _tracked_consumer(clients: KafkaClients, *topics: str) -> TrackedConsumer:
    return TrackedConsumer(
        clients,
        purpose="deliver",
        topics=topics,
        group=f"g-{topics[0]}",
        max_records=50,
        wall_clock=time.time,
        on_commit_failed=lambda _error: None,
        on_revoked=lambda: None,
    )


async def _publish_numbers(publisher: KafkaPublisher, topic: str, count: int) -> None:
    await publisher.publish([Record(topic, str(n).encode(), str(n).encode()) for n in range(count)])


async def _read_nothing_for_ever(reader: AIOKafkaConsumer, partition: TopicPartition) -> None:
    while True:
        assert not await reader.getmany(partition, timeout_ms=500)


async def test_a_batch_that_arrives_damaged_is_told_of_and_costs_no_other_partition(
    clients: KafkaClients, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher = KafkaPublisher(clients, "test")
    await publisher.start()
    await _publish_numbers(publisher, topic, 20)
    await publisher.stop()
    send = AIOKafkaClient.send

    async def send_over_a_bad_line(*arguments: Any, **options: Any) -> Any:
        response = await send(*arguments, **options)
        for name, partitions in getattr(response, "topics", ()):
            for number, partition in enumerate(partitions):
                if name == topic and partition[0] == 1 and partition[-1]:
                    partitions[number] = (*partition[:-1], partition[-1][:-1] + bytes((partition[-1][-1] ^ 1,)))
        return response

    monkeypatch.setattr(AIOKafkaClient, "send", send_over_a_bad_line)
    reader = clients.reader("test")
    await reader.start()
    good, bad = TopicPartition(topic, 0), TopicPartition(topic, 1)
    reader.assign([good, bad])
    values: list[bytes | None] = []
    async with asyncio.timeout(30):
        while not values:
            values += [record.value for record in (await reader.getmany(good, timeout_ms=500)).get(good, ())]
        with pytest.raises(CorruptRecordException):
            await _read_nothing_for_ever(reader, bad)
    await reader.stop()
    assert 0 < len(values) < 20


async def test_topics_are_created_with_their_settings_and_left_alone_when_there(clients: KafkaClients) -> None:
    spec = TopicSpec(f"t-{uuid4().hex}", 3, 1, {"cleanup.policy": "compact"})
    assert await ensure_topics(clients, [spec], create=True) == (spec.name,)
    assert await ensure_topics(clients, [TopicSpec(spec.name, 9, 1)], create=True) == ()
    assert await partition_count(clients, spec.name) == 3


async def test_missing_topics_are_named_when_they_may_not_be_created(clients: KafkaClients) -> None:
    with pytest.raises(TopicsError, match=r"not-there-1, not-there-2"):
        await ensure_topics(clients, [TopicSpec("not-there-1", 1, 1), TopicSpec("not-there-2", 1, 1)], create=False)


async def test_refused_topics_are_named_and_why_once(clients: KafkaClients) -> None:
    names = sorted(f"t-{uuid4().hex}" for _ in range(2))
    with pytest.raises(TopicsError, match=rf"(?i)replication [^;]+\({', '.join(names)}\); topics\.replication"):
        await ensure_topics(clients, [TopicSpec(name, 1, 7) for name in names], create=True)


async def test_publishing_to_a_topic_that_is_too_small_for_the_message_says_what_to_raise(
    clients: KafkaClients, publisher: KafkaPublisher
) -> None:
    name = f"t-{uuid4().hex}"
    await ensure_topics(clients, [TopicSpec(name, 1, 1, {"max.message.bytes": "1000"})], create=True)
    with pytest.raises(PublishFailed, match=r"max\.message\.bytes"):
        await publisher.publish([Record(name, None, b"x" * 5_000)])


async def test_many_records_arrive_in_order_where_their_keys_belong_whatever_their_size(
    clients: KafkaClients, topic: str, publisher: KafkaPublisher
) -> None:
    header = ("traceparent", b"00-1-2-01")
    large = [Record(topic, b"large", bytes([n]) * 300_000, (header,)) for n in range(3)]
    small = [Record(topic, f"key-{n % 20}".encode(), str(n).encode()) for n in range(300)]
    await publisher.publish(
        [*small[:150], *large, *small[150:], Record(topic, None, b"no key"), Record(topic, b"x", None)]
    )
    for n in range(20):
        await publisher.publish([Record(topic, f"key-{n}".encode(), b"one by one")])
    reader = TopicReader(clients, topic)
    await reader.start()
    found = await reader.load()
    await reader.stop()
    by_key: dict[bytes | None, list[Received]] = {}
    for message in found:
        by_key.setdefault(message.key, []).append(message)
    assert [message.value for message in by_key[b"large"]] == [record.value for record in large]
    assert by_key[b"large"][0].headers == (header,)
    for n in range(20):
        of_key = by_key[f"key-{n}".encode()]
        assert [m.value for m in of_key] == [*(str(i).encode() for i in range(n, 300, 20)), b"one by one"]
        assert len({message.partition for message in of_key}) == 1
    assert [message.value for message in by_key[None]] == [b"no key"]
    assert [message.value for message in by_key[b"x"]] == [None]


async def test_many_records_too_large_for_their_topic_are_refused_alike(
    clients: KafkaClients, publisher: KafkaPublisher
) -> None:
    name = f"t-{uuid4().hex}"
    await ensure_topics(clients, [TopicSpec(name, 1, 1, {"max.message.bytes": "1000"})], create=True)
    with pytest.raises(PublishFailed, match=r"max\.message\.bytes"):
        await publisher.publish([Record(name, b"a", b"x" * 5_000)] * 40)


async def test_a_committed_batch_is_not_read_again(
    clients: KafkaClients, topic: str, publisher: KafkaPublisher
) -> None:
    await _publish_numbers(publisher, topic, 120)
    first = await _consume_batches(_batch_consumer(clients, topic), until=120)
    await _publish_numbers(publisher, topic, 1)
    second = await _consume_batches(_batch_consumer(clients, topic), until=1)
    assert sorted(map(int, first)) == list(range(120))
    assert second == ["0"]


async def test_a_failing_handler_ends_the_run_and_commits_nothing(
    clients: KafkaClients, topic: str, publisher: KafkaPublisher
) -> None:
    await _publish_numbers(publisher, topic, 10)

    def fail(_batch: Sequence[Received]) -> None:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        await _consume_batches(_batch_consumer(clients, topic), until=10, before=fail)
    assert len(await _consume_batches(_batch_consumer(clients, topic), until=10)) == 10


async def test_what_is_not_acknowledged_is_not_committed_nor_is_what_came_after_it(
    clients: KafkaClients, topic: str, publisher: KafkaPublisher
) -> None:
    await publisher.publish([Record(topic, b"one-key", str(n).encode()) for n in range(150)])
    consumer, stop, handled = _batch_consumer(clients, topic), asyncio.Event(), list[int]()
    second_is_handled = asyncio.Event()

    async def acknowledge(number: int) -> None:
        if number == 1:
            await second_is_handled.wait()
            raise PublishFailed("the broker is told to fail")

    async def handle(batch: Sequence[Received]) -> Awaitable[None]:
        handled.append(len(batch))
        if len(handled) == 3:
            second_is_handled.set()
        return acknowledge(len(handled) - 1)

    await consumer.start()
    with pytest.raises(PublishFailed):
        await consumer.run(handle, stop)
    await consumer.stop()
    assert len(await _consume_batches(_batch_consumer(clients, topic), until=150 - handled[0])) == 150 - handled[0]


async def test_the_next_batch_is_handled_while_the_last_one_is_not_acknowledged_yet(
    clients: KafkaClients, topic: str, publisher: KafkaPublisher
) -> None:
    await _publish_numbers(publisher, topic, 100)
    consumer, stop, handled = _batch_consumer(clients, topic), asyncio.Event(), list[int]()
    second_is_handled = asyncio.Event()

    async def acknowledge(number: int) -> None:
        if number == 0:
            await second_is_handled.wait()

    async def handle(batch: Sequence[Received]) -> Awaitable[None]:
        handled.append(len(batch))
        if len(handled) == 2:
            second_is_handled.set()
        if sum(handled) == 100:
            stop.set()
        return acknowledge(len(handled) - 1)

    await consumer.start()
    async with asyncio.timeout(60):
        await consumer.run(handle, stop)
    await consumer.stop()
    await _publish_numbers(publisher, topic, 1)
    assert await _consume_batches(_batch_consumer(clients, topic), until=1) == ["0"]


async def test_nothing_is_missed_when_a_second_worker_joins(
    clients: KafkaClients, topic: str, publisher: KafkaPublisher
) -> None:
    seen = Counter[str]()
    stop = asyncio.Event()

    async def handle(batch: Sequence[Received]) -> Awaitable[None]:
        seen.update((received.value or b"").decode() for received in batch)
        return asyncio.sleep(0)

    workers = [_batch_consumer(clients, topic), _batch_consumer(clients, topic)]
    await workers[0].start()
    runs = [asyncio.create_task(workers[0].run(handle, stop))]
    await _publish_numbers(publisher, topic, 500)
    await workers[1].start()
    runs.append(asyncio.create_task(workers[1].run(handle, stop)))
    await publisher.publish([Record(topic, str(n).encode(), str(n).encode()) for n in range(500, 1_000)])
    await _until(lambda: len(seen) == 1_000)
    await _until(lambda: all(worker.is_assigned for worker in workers))
    stop.set()
    await asyncio.gather(*runs)
    for worker in workers:
        await worker.stop()
    assert set(seen) == {str(n) for n in range(1_000)}


async def test_what_was_finished_out_of_order_is_committed_only_up_to_the_oldest_unfinished(
    clients: KafkaClients, topic: str, publisher: KafkaPublisher
) -> None:
    await publisher.publish([Record(topic, b"one-key", str(n).encode()) for n in range(10)])

    async def all_but_the_fifth(received: Received, done: Callable[[], None], _is_ours: Callable[[], bool]) -> Taken:
        if received.value != b"4":
            done()
        return Taken()

    first = await _consume_tracked(_tracked_consumer(clients, topic), all_but_the_fifth, until=10)
    again = await _consume_tracked(_tracked_consumer(clients, topic), _finish, until=6)
    assert first == [str(n) for n in range(10)]
    assert again == [str(n) for n in range(4, 10)]


async def test_a_message_that_is_not_due_waits_while_other_topics_go_on(
    clients: KafkaClients, publisher: KafkaPublisher
) -> None:
    now_topic, later_topic = f"now-{uuid4().hex}", f"later-{uuid4().hex}"
    await ensure_topics(clients, [TopicSpec(now_topic, 1, 1), TopicSpec(later_topic, 1, 1)], create=True)
    await publisher.publish([Record(later_topic, None, b"late-1"), Record(later_topic, None, b"late-2")])
    await publisher.publish([Record(now_topic, None, str(n).encode()) for n in range(20)])
    due_at = time.monotonic() + 1.5

    async def when_due(received: Received, done: Callable[[], None], _is_ours: Callable[[], bool]) -> Taken | NotYet:
        if received.topic == later_topic and time.monotonic() < due_at:
            return NotYet(due_at - time.monotonic())
        done()
        return Taken()

    seen = await _consume_tracked(_tracked_consumer(clients, now_topic, later_topic), when_due, until=22)
    assert seen[-2:] == ["late-1", "late-2"]
    assert time.monotonic() >= due_at


async def test_the_rules_topic_is_read_to_its_end_and_then_followed(
    clients: KafkaClients, topic: str, publisher: KafkaPublisher
) -> None:
    await _publish_numbers(publisher, topic, 300)
    rules = TopicReader(clients, topic)
    await rules.start()
    try:
        assert {message.value for message in await rules.load()} == {str(n).encode() for n in range(300)}
        assert await rules.changes() == []
        await publisher.publish([Record(topic, b"7", None)])
        changes = [message async for message in _first_changes(rules)]
        assert [(message.key, message.value) for message in changes] == [(b"7", None)]
    finally:
        await rules.stop()


async def test_an_empty_rules_topic_is_read_at_once(clients: KafkaClients, topic: str) -> None:
    rules = TopicReader(clients, topic)
    await rules.start()
    assert await rules.load() == ()
    await rules.stop()


async def _first_changes(rules: TopicReader) -> AsyncIterator[Received]:
    async with asyncio.timeout(20):
        while not (changes := await rules.changes()):
            pass
    for change in changes:
        yield change


async def _finish(_received: Received, done: Callable[[], None], _is_ours: Callable[[], bool]) -> Taken:
    done()
    return Taken()


async def _consume_batches(
    consumer: BatchConsumer, *, until: int, before: Callable[[Sequence[Received]], None] = lambda _batch: None
) -> list[str]:
    """Run until `until` values were handled, then stop in good order; return them."""
    seen = list[str]()
    stop = asyncio.Event()

    async def handle(batch: Sequence[Received]) -> Awaitable[None]:
        before(batch)
        seen.extend((received.value or b"").decode() for received in batch)
        if len(seen) >= until:
            stop.set()
        return asyncio.sleep(0)

    await consumer.start()
    try:
        async with asyncio.timeout(60):
            await consumer.run(handle, stop)
    finally:
        await consumer.stop()
    return seen


async def _consume_tracked(
    consumer: TrackedConsumer,
    take: Callable[[Received, Callable[[], None], Callable[[], bool]], "asyncio.Future[Taken] | object"],
    *,
    until: int,
) -> list[str]:
    """Run until `until` messages were taken, then stop in good order; return their values."""
    seen = list[str]()
    stop = asyncio.Event()

    async def watch(received: Received, done: Callable[[], None], is_ours: Callable[[], bool]) -> Taken | NotYet:
        outcome: Taken | NotYet = await take(received, done, is_ours)  # type: ignore[misc]
        if isinstance(outcome, Taken):
            seen.append((received.value or b"").decode())
        if len(seen) >= until:
            stop.set()
        return outcome

    await consumer.start()
    try:
        async with asyncio.timeout(60):
            await consumer.run(watch, stop)
    finally:
        await consumer.stop()
    return seen


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.02)
