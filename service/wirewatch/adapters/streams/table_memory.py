"""What was alerted, in a Faust table: alert id → Unix time in seconds, kept for a set time.

The changelog topic is compacted and also deleted by age, so the broker drops what is forgotten; the copy in memory
is swept here. Neither writes a tombstone a key, which would double the traffic. An entry that is read back after
it was forgotten counts as forgotten: the time in it decides, not its presence.
"""

import asyncio
from collections.abc import Callable, MutableMapping
from math import inf

__all__ = ["TableMemory", "forget_expired"]


class TableMemory:
    """An `AlertMemory` over a table; `remember` must be called while the agent handles an event."""

    def __init__(
        self, table: MutableMapping[str, float], *, remember_seconds: float, wall_clock: Callable[[], float]
    ) -> None:
        self._table = table
        self._remember_seconds = remember_seconds
        self._wall_clock = wall_clock

    def remembers(self, alert_id: str) -> bool:
        """Tell whether `alert_id` was alerted within the time that is remembered."""
        alerted_at = self._table.get(alert_id)
        return alerted_at is not None and alerted_at > self._wall_clock() - self._remember_seconds

    def remember(self, alert_id: str) -> None:
        """Write the alert to the table, and so to its changelog."""
        self._table[alert_id] = self._wall_clock()


async def forget_expired(
    entries: MutableMapping[str, float], beside: MutableMapping[str, int], *, before: float, at_a_time: int
) -> int:
    """Drop every entry alerted at or before `before`, and what is kept `beside` it; return how many.

    `entries` is what the table holds in memory, not the table: the changelog forgets by age on its own. Recovery
    and repeats leave no order in it, so all are looked at, `at_a_time` of them before the event loop gets its turn.
    """
    forgotten = 0
    alert_ids = list(entries)
    for first in range(0, len(alert_ids), at_a_time):
        for alert_id in alert_ids[first : first + at_a_time]:
            if entries.get(alert_id, inf) <= before:
                del entries[alert_id]
                beside.pop(alert_id, None)
                forgotten += 1
        await asyncio.sleep(0)
    return forgotten
