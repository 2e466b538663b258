"""What was alerted, in a Faust table: alert id → Unix time in seconds, kept for a set time.

The changelog topic is compacted and also deleted by age, so the broker drops what is forgotten; the copy in memory
is swept here. Neither writes a tombstone a key, which would double the traffic. An entry that is read back after
it was forgotten counts as forgotten: the time in it decides, not its presence.
"""

from collections.abc import Callable, MutableMapping

__all__ = ["TableMemory"]


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


def forget_expired(store: MutableMapping[str, float], *, before: float, limit: int) -> int:
    """Drop up to `limit` entries of `store` alerted at or before `before`; return how many.

    `store` is the table's local store, not the table: the changelog forgets by age on its own. Entries are in the
    order they were written or recovered, so the first young one ends the sweep.
    """
    expired: list[str] = []
    for alert_id, alerted_at in store.items():
        if alerted_at > before or len(expired) == limit:
            break
        expired.append(alert_id)
    for alert_id in expired:
        del store[alert_id]
    return len(expired)
