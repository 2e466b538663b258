"""Acknowledging in the order of offsets what was finished in any order."""

from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass

__all__ = ["InOrderAcks", "Pending"]


@dataclass(slots=True)
class Pending:
    """A message being handled; `acknowledge` is called once it and all before it in its partition are finished."""

    acknowledge: Callable[[], object]
    finished: bool = False


class InOrderAcks:
    """A queue for each partition, from the oldest message that is still being handled."""

    def __init__(self) -> None:
        self._queues: dict[Hashable, deque[Pending]] = {}

    def begin(self, partition: Hashable, acknowledge: Callable[[], object]) -> Pending:
        """Take in the next message of `partition`; messages must come in the order of their offsets."""
        pending = Pending(acknowledge)
        self._queues.setdefault(partition, deque()).append(pending)
        return pending

    def finish(self, partition: Hashable, pending: Pending) -> None:
        """Mark a message as finished, and acknowledge as many from the front as are."""
        pending.finished = True
        queue = self._queues[partition]
        while queue and queue[0].finished:
            queue.popleft().acknowledge()
        if not queue:
            del self._queues[partition]
