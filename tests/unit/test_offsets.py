"""Which offset may be committed when messages finish in any order."""

from aiokafka import TopicPartition

from wirewatch.adapters.kafka.offsets import OffsetTracker

_PARTITION = TopicPartition("deliveries", 0)


def test_nothing_past_the_oldest_unfinished_message_is_committed() -> None:
    tracker = OffsetTracker()
    for offset in (5, 6, 7):
        tracker.begin(_PARTITION, offset)
    tracker.finish(_PARTITION, 6)
    tracker.finish(_PARTITION, 7)
    assert tracker.committable() == {_PARTITION: 5}


def test_all_finished_commits_the_next_offset() -> None:
    tracker = OffsetTracker()
    for offset in (5, 6):
        tracker.begin(_PARTITION, offset)
        tracker.finish(_PARTITION, offset)
    assert tracker.committable() == {_PARTITION: 7}
    assert not tracker.has_running()


def test_a_message_put_back_is_neither_in_flight_nor_committed() -> None:
    tracker = OffsetTracker()
    tracker.begin(_PARTITION, 5)
    tracker.finish(_PARTITION, 5)
    tracker.begin(_PARTITION, 6)
    tracker.rewind(_PARTITION, 6)
    assert tracker.committable() == {_PARTITION: 6}
    assert not tracker.has_running()


def test_a_late_finish_after_the_partition_was_lost_changes_nothing() -> None:
    tracker = OffsetTracker()
    tracker.begin(_PARTITION, 5)
    tracker.clear()
    tracker.finish(_PARTITION, 5)
    assert tracker.committable() == {}
