"""When to try again: the schedule of delays, the labels of their topics, and the jitter that keeps topics in order.

A retry is a message on the topic of its delay, and such a topic is read strictly in order: whoever stands behind a
message that is not due waits for it. All messages of one topic wait for the same delay, so they come due in the order
in which they were written, but for their jitter. Of two messages A before B, A comes due at most the largest jitter
after B; so B is never held up for longer than that, and `JITTER_CAP_SECONDS` of 1 s leaves a reader another second to
notice and still send each retry within 2 s of its time. (Clocks of several writers that differ add their difference.)
Larger jitter would need topics that are sorted. What larger jitter is for, not meeting a receiver that comes back with
everything at once, is the work of the bounded concurrency per receiver instead.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = [
    "DEFAULT_DELAYS_SECONDS",
    "JITTER_CAP_SECONDS",
    "Schedule",
    "delay_label",
    "due_after",
    "seconds_of_label",
]

DEFAULT_DELAYS_SECONDS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""After the first attempt at once: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h; over three days in all."""

JITTER_CAP_SECONDS = 1.0
_JITTER_SHARE = 0.1
_MAX_DELAY_SECONDS = 604_800  # a week: how long Kafka keeps a message unless told otherwise
_HOLD_DELAYS_SECONDS = (5, 60, 300)
"""For what waits without an attempt; beside them any of the schedule's own."""
_HOLD_SLACK = 1.25
"""How much longer than asked a single wait may be: one long wait costs less than many that come out exactly."""
_UNITS = (("h", 3_600), ("m", 60), ("s", 1))
_LABEL = re.compile(r"([1-9][0-9]*)([hms])")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Seconds from each failed attempt to the next one; none at all makes one attempt only.

    Raises:
        ValueError: a delay is under a second or over a week.
    """

    delays_seconds: tuple[int, ...] = DEFAULT_DELAYS_SECONDS

    def __post_init__(self) -> None:
        for delay in self.delays_seconds:
            if not 1 <= delay <= _MAX_DELAY_SECONDS:
                raise ValueError(f"a retry delay of {delay} s won't do; give 1 to {_MAX_DELAY_SECONDS} s")

    def delay_after(self, attempts: int) -> int | None:
        """Return the seconds to wait after `attempts` failed ones (1 or more), or None when that was the last."""
        if attempts < 1:
            raise ValueError(f"{attempts} attempts were made: there is nothing to wait for")
        return self.delays_seconds[attempts - 1] if attempts <= len(self.delays_seconds) else None

    def hold_for(self, seconds: float) -> int:
        """Return the delay for what can't be attempted for another `seconds`.

        The shortest that is long enough, unless it is far too long: then the longest that is not, after which more
        of the wait is left, and less of it each time.
        """
        delays = self.topic_delays_seconds
        enough = next((delay for delay in delays if delay >= seconds), None)
        if enough is not None and enough <= max(seconds * _HOLD_SLACK, delays[0]):
            return enough
        return max((delay for delay in delays if delay <= seconds), default=delays[0])

    def hold_again(self, holds: int) -> int:
        """Return the delay for what could not be attempted, nobody knows for how long, and waited `holds` times before.

        Short at first, so that a short crowd costs little; then longer, up to 5 minutes, so that a long one does not
        go round and round through Kafka.
        """
        fit = [delay for delay in self.topic_delays_seconds if delay <= _HOLD_DELAYS_SECONDS[-1]]
        return fit[min(holds, len(fit) - 1)]

    def with_delays(self, delays_seconds: tuple[int, ...]) -> "Schedule":
        """Return a schedule of other delays whose waits are those that have topics here: each as long or longer."""
        topics = self.topic_delays_seconds
        return Schedule(
            tuple(next((topic for topic in topics if topic >= delay), topics[-1]) for delay in delays_seconds)
        )

    @property
    def topic_delays_seconds(self) -> tuple[int, ...]:
        """The delays that need a topic, each once, shortest first; those for holding are among them."""
        return tuple(sorted({*self.delays_seconds, *_HOLD_DELAYS_SECONDS}))


def delay_label(seconds: int) -> str:
    """Return how topics name a delay, in the largest unit that divides it: `5s`, `5m`, `90s`, `24h`."""
    if seconds < 1:
        raise ValueError(f"a delay of {seconds} s has no label")
    unit, size = next((unit, size) for unit, size in _UNITS if seconds % size == 0)
    return f"{seconds // size}{unit}"


def seconds_of_label(label: str) -> int:
    """Return the delay that `label` names; the inverse of `delay_label`."""
    found = _LABEL.fullmatch(label)
    if not found:
        raise ValueError(f"{label!r} is not the label of a delay such as 5s, 30m or 2h")
    return int(found[1]) * dict(_UNITS)[found[2]]


def due_after(now: datetime, delay_seconds: int, jitter: float = 0.0) -> datetime:
    """Return when a retry written at `now` is due.

    `jitter`, from 0 to 1, is drawn by the caller; it adds that share of a tenth of the delay, of 1 s at most, and
    never takes anything away.
    """
    if not 0 <= jitter <= 1:
        raise ValueError(f"jitter of {jitter} is not between 0 and 1")
    return now + timedelta(seconds=delay_seconds + jitter * min(delay_seconds * _JITTER_SHARE, JITTER_CAP_SECONDS))
