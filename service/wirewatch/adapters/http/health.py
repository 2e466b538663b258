"""What the roles say of themselves, kept until somebody asks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

__all__ = ["Check", "Checks", "Health"]


@dataclass(frozen=True, slots=True)
class Check:
    """The state of one part; `reason` is for a person and says why it is not `ok`."""

    ok: bool
    reason: str = ""


Checks = Callable[[], Mapping[str, Check]]
"""Asked at each request; must be quick and must not wait for anything."""


class Health:
    """The state of each role: whether it can take work, and when it last gave a sign of life.

    `stopwatch` is a monotonic clock in seconds. A role that has once beaten must beat again within `stale_seconds`.
    """

    def __init__(self, roles: Iterable[str], stopwatch: Callable[[], float], *, stale_seconds: float = 60.0) -> None:
        self._stopwatch = stopwatch
        self._stale_seconds = stale_seconds
        self._ready = {role: Check(ok=False, reason="starting") for role in roles}
        self._beaten_at: dict[str, float] = {}

    def set_ready(self, role: str, ready: bool, reason: str = "") -> None:  # noqa: FBT001 - named by the method
        """Note whether `role` can take work now; `reason` says why not."""
        self._ready[role] = Check(ok=ready, reason=reason)

    def beat(self, role: str) -> None:
        """Note that `role`'s loop goes round; from the first beat on it is watched."""
        self._beaten_at[role] = self._stopwatch()

    def rest(self, role: str) -> None:
        """Stop watching `role` until it beats again: it has ended, or waits for something without a limit."""
        self._beaten_at.pop(role, None)

    def readiness(self) -> Mapping[str, Check]:
        """Return a check for each role: whether it can take work."""
        return dict(self._ready)

    def liveness(self) -> Mapping[str, Check]:
        """Return a check for each role: whether it is stuck. One that never began to beat is not."""
        now = self._stopwatch()
        return {role: self._alive(now - self._beaten_at.get(role, now)) for role in self._ready}

    def _alive(self, silent_seconds: float) -> Check:
        if silent_seconds <= self._stale_seconds:
            return Check(ok=True)
        return Check(ok=False, reason=f"no sign of life for {silent_seconds:.0f} s")
