"""A circuit breaker for each receiver: one that can't be connected to is not tried by everything that waits for it.

It opens after a run of attempts that met no receiver at all. While it is open deliveries are held without using up
attempts; then a single one is tried, and what becomes of it closes the breaker or opens it for longer. It is a matter
of this worker and of now: after a restart it is closed.
"""

from dataclasses import dataclass

from wirewatch.delivery.outcome import FailureKind

__all__ = ["Breakers"]

_OPENS_AFTER = 10
_OPEN_SECONDS = (10.0, 30.0, 60.0, 120.0, 300.0)
_PROBE_SECONDS = 5.0
"""How long others wait for the outcome of a probe before they ask again."""
_NO_RECEIVER = frozenset(
    {FailureKind.CONNECT, FailureKind.DNS, FailureKind.TLS, FailureKind.TIMEOUT, FailureKind.RESET}
)


@dataclass(slots=True)
class _Breaker:
    failures: int = 0
    openings: int = 0
    open_until: float | None = None
    is_probing: bool = False


class Breakers:
    """By receiver; `now` is any clock in seconds that never goes back."""

    def __init__(self) -> None:
        self._breakers: dict[str, _Breaker] = {}

    @property
    def open(self) -> int:
        """How many are open."""
        return sum(breaker.open_until is not None for breaker in self._breakers.values())

    def wait_seconds(self, receiver_id: str, now: float) -> float | None:
        """Return how long to leave the receiver alone, None to go on; who goes on while it is open is the probe."""
        breaker = self._breakers.get(receiver_id)
        if breaker is None or breaker.open_until is None:
            return None
        if breaker.open_until > now:
            return breaker.open_until - now
        if breaker.is_probing:
            return _PROBE_SECONDS
        breaker.is_probing = True
        return None

    def learn(self, receiver_id: str, failure: FailureKind | None, now: float) -> None:
        """Take in how an attempt ended; any answer at all closes the breaker."""
        if failure is FailureKind.UNEXPECTED:
            self._breakers.get(receiver_id, _Breaker()).is_probing = False
            return
        if failure not in _NO_RECEIVER:
            self._breakers.pop(receiver_id, None)
            return
        breaker = self._breakers.setdefault(receiver_id, _Breaker())
        breaker.failures += 1
        was_open = breaker.open_until is not None and breaker.open_until > now
        if breaker.failures >= _OPENS_AFTER and not was_open:
            breaker.open_until = now + _OPEN_SECONDS[min(breaker.openings, len(_OPEN_SECONDS) - 1)]
            breaker.openings += 1
        breaker.is_probing = False

    def forget(self, receiver_id: str) -> None:
        """Close it: its receiver was defined anew, or enabled."""
        self._breakers.pop(receiver_id, None)
