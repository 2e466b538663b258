"""How often attempts at one receiver may begin: evenly spaced, so that nobody who comes back is met by a crowd."""

__all__ = ["Pace"]


class Pace:
    """By receiver; `now` is any clock in seconds that never goes back."""

    def __init__(self) -> None:
        self._next_at: dict[str, float] = {}

    def begin(self, receiver_id: str, rate_per_second: float | None, now: float) -> float:
        """Return 0 and count an attempt as begun, or the seconds until one may begin."""
        if rate_per_second is None:
            self._next_at.pop(receiver_id, None)
            return 0.0
        next_at = self._next_at.get(receiver_id, now)
        if next_at > now:
            return next_at - now
        self._next_at[receiver_id] = now + 1 / rate_per_second
        return 0.0
