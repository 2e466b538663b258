"""How far behind a consumer is, in records and in seconds."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

__all__ = ["Lag", "LagClock"]


@dataclass(frozen=True, slots=True)
class Lag:
    """`records` not yet committed; `seconds` the oldest of them has waited, None where that can't be known.

    `idle_seconds` is how long the partition has been behind without one message of it being processed.
    """

    records: int
    seconds: float | None
    idle_seconds: float = 0.0


class LagClock:
    """Turns counts and the times of processed messages into seconds; `wall_clock` is Unix time in seconds.

    While messages flow, the lag is the age of the last one processed. When none was processed since the partition fell
    behind, it is the time since then, as first seen: a stuck consumer's lag keeps growing instead of vanishing.
    """

    def __init__(self, wall_clock: Callable[[], float]) -> None:
        self._wall_clock = wall_clock
        self._processed: dict[Hashable, tuple[float, float]] = {}
        self._behind_since: dict[Hashable, float] = {}

    def processed(self, partition: Hashable, timestamp_ms: int) -> None:
        """Note that a message of `partition` was processed now; `timestamp_ms` is the message's own time."""
        self._processed[partition] = (self._wall_clock(), timestamp_ms / 1000)

    def read(self, partition: Hashable, records: int | None) -> Lag | None:
        """Return the lag of `partition` that is `records` behind; None (unknown) gives None."""
        if records is None:
            return None
        if records <= 0:
            self._behind_since.pop(partition, None)
            return Lag(0, 0.0)
        now = self._wall_clock()
        since = self._behind_since.setdefault(partition, now)
        processed_at, message_time = self._processed.get(partition, (float("-inf"), 0.0))
        seconds = now - message_time if processed_at >= since else now - since
        return Lag(records, max(seconds, 0.0), now - max(since, processed_at))

    def forget(self) -> None:
        """Forget all partitions, after a rebalance."""
        self._processed.clear()
        self._behind_since.clear()
