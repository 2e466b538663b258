"""Messages finish in any order and are acknowledged in that of their offsets; one that never came is noticed."""

import pytest

from wirewatch.adapters.streams.in_order import InOrderAcks, MessageSkipped, Pending


class _Partition:
    """A partition's acknowledgements, by offset."""

    def __init__(self, *offsets: int, generation: int = 1) -> None:
        self.acks = InOrderAcks()
        self.acknowledged: list[int] = []
        self.expect(*offsets, generation=generation)

    def expect(self, *offsets: int, generation: int = 1) -> None:
        for offset in offsets:
            self.acks.expect("p", offset, generation)

    def begin(self, offset: int, generation: int = 1) -> Pending | None:
        return self.acks.begin("p", offset, generation, lambda: self.acknowledged.append(offset))

    def begun(self, offset: int, generation: int = 1) -> Pending:
        pending = self.begin(offset, generation)
        assert pending is not None
        return pending


def test_a_message_is_acknowledged_only_after_all_before_it() -> None:
    partition = _Partition(7, 8, 9)
    pending = {offset: partition.begun(offset) for offset in (7, 8, 9)}
    partition.acks.finish("p", pending[9])
    partition.acks.finish("p", pending[8])
    assert partition.acknowledged == []
    partition.acks.finish("p", pending[7])
    assert partition.acknowledged == [7, 8, 9]


def test_partitions_do_not_wait_for_each_other() -> None:
    partition = _Partition(7)
    partition.begun(7)
    partition.acks.expect("q", 3, 1)
    other = partition.acks.begin("q", 3, 1, lambda: partition.acknowledged.append(3))
    assert other is not None
    partition.acks.finish("q", other)
    assert partition.acknowledged == [3]


def test_a_message_that_was_handed_over_and_did_not_come_is_an_error_at_the_next_one() -> None:
    partition = _Partition(7, 8, 9)
    first = partition.begun(7)
    with pytest.raises(MessageSkipped, match="message 9 where 8 was expected"):
        partition.begin(9)
    partition.acks.finish("p", first)
    assert partition.acknowledged == [7]


def test_a_message_that_was_never_handed_over_is_an_error() -> None:
    partition = _Partition(7)
    partition.begun(7)
    with pytest.raises(MessageSkipped, match="message 8 where none"):
        partition.begin(8)


def test_a_hole_that_the_consumer_never_saw_is_none() -> None:
    partition = _Partition(7, 20)
    for offset in (7, 20):
        partition.acks.finish("p", partition.begun(offset))
    assert partition.acknowledged == [7, 20]


def test_what_was_handed_over_before_a_rebalance_and_did_not_come_is_no_longer_expected() -> None:
    partition = _Partition(7, 8, 9)
    partition.begun(7)
    partition.expect(8, 9, generation=2)
    assert partition.begin(8, generation=1) is None
    assert partition.begin(8, generation=2) is not None


def test_what_is_still_being_handled_from_before_a_rebalance_holds_back_its_repeat() -> None:
    partition = _Partition(7)
    old = partition.begun(7)
    partition.expect(7, 8, generation=2)
    repeat, following = partition.begun(7, 2), partition.begun(8, 2)
    partition.acks.finish("p", repeat)
    partition.acks.finish("p", following)
    assert partition.acknowledged == []
    partition.acks.finish("p", old)
    assert partition.acknowledged == [7, 7, 8]


def test_a_partition_that_nothing_was_handed_over_of_has_nothing_to_begin() -> None:
    assert InOrderAcks().begin("p", 1, 1, lambda: None) is None
