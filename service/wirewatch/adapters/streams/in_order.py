"""Acknowledging in the order of offsets what was finished in any order, and noticing what never came.

Faust commits up to the first hole among what was acknowledged, but takes a hole of one message for none. So each
message is expected here when the consumer hands it over, begun when the agent gets it, and acknowledged only after all
that were expected before it. One that was handed over and never came to the agent is an error, not a hole.
"""

from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from wirewatch.errors import WirewatchError

__all__ = ["InOrderAcks", "MessageSkipped", "Pending"]


class MessageSkipped(WirewatchError):  # noqa: N818 - says what happened
    """A message got lost between consumer and agent; nothing from it on is acknowledged, so it is read again."""


@dataclass(slots=True)
class Pending:
    """A message being handled; `acknowledge` is called once it and all before it in its partition are finished."""

    acknowledge: Callable[[], object]
    finished: bool = False


@dataclass(slots=True)
class _Lane:
    """One partition: the offsets handed over and not begun, of the latest assignment; and what was begun."""

    generation: int = -1
    expected: deque[int] = field(default_factory=deque)
    begun: deque[Pending] = field(default_factory=deque)


class InOrderAcks:
    """A lane for each partition; `generation` numbers the assignments of partitions to workers."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, _Lane] = {}

    def expect(self, partition: Hashable, offset: int, generation: int) -> None:
        """Note that the consumer hands a message over; with a new assignment all is handed over anew."""
        lane = self._lanes.setdefault(partition, _Lane())
        if lane.generation != generation:
            lane.generation = generation
            lane.expected.clear()
        lane.expected.append(offset)

    def begin(
        self, partition: Hashable, offset: int, generation: int, acknowledge: Callable[[], object]
    ) -> Pending | None:
        """Take in the next message of `partition`; None when it belongs to an assignment that is over.

        Raises:
            MessageSkipped: another message should have come before it.
        """
        lane = self._lanes.get(partition)
        if lane is None or lane.generation != generation:
            return None
        if not lane.expected or lane.expected[0] != offset:
            missing = lane.expected[0] if lane.expected else "none"
            raise MessageSkipped(f"{partition} gave message {offset} where {missing} was expected")
        lane.expected.popleft()
        pending = Pending(acknowledge)
        lane.begun.append(pending)
        return pending

    def finish(self, partition: Hashable, pending: Pending) -> None:
        """Mark a message as finished, and acknowledge as many from the front as are."""
        pending.finished = True
        begun = self._lanes[partition].begun
        while begun and begun[0].finished:
            begun.popleft().acknowledge()
