"""Which offset may be committed when messages finish in any order. Pure bookkeeping, no client."""

from collections.abc import Mapping

from aiokafka import TopicPartition

__all__ = ["OffsetTracker"]


class OffsetTracker:
    """For each partition the messages being worked on, oldest first; all before the oldest are done."""

    def __init__(self) -> None:
        self._running: dict[TopicPartition, dict[int, None]] = {}
        self._next: dict[TopicPartition, int] = {}

    def begin(self, partition: TopicPartition, offset: int) -> None:
        """Take in a message; offsets of a partition must come in order."""
        self._running.setdefault(partition, {})[offset] = None
        self._next[partition] = offset + 1

    def finish(self, partition: TopicPartition, offset: int) -> None:
        """Mark a message as done; unknown ones (of a partition since lost) are ignored."""
        self._running.get(partition, {}).pop(offset, None)

    def rewind(self, partition: TopicPartition, offset: int) -> None:
        """Take a message back that was begun last: it will be read again."""
        self._running[partition].pop(offset, None)
        self._next[partition] = offset

    def committable(self) -> Mapping[TopicPartition, int]:
        """Return the offset to commit for each partition: the oldest unfinished message, or the next to come."""
        return {
            partition: next(iter(self._running[partition]), following) for partition, following in self._next.items()
        }

    def has_running(self) -> bool:
        """Tell whether any message is being worked on."""
        return any(self._running.values())

    def clear(self) -> None:
        """Forget everything: the partitions are somebody else's now."""
        self._running.clear()
        self._next.clear()
