"""Time and memory of this process.

Times of matching are of the processor, not of the clock: what else the machine does then costs nobody anything. On a
machine with nothing else to do the two are the same, for one thread.
"""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from wirewatch.article import Article

__all__ = ["Rate", "processor_seconds", "rate_of", "resident_bytes"]

_PASSES = 5
_FEWEST = 4


@dataclass(frozen=True, slots=True)
class Rate:
    """`seconds` an article, the median of some passes over different articles, and the largest of these."""

    seconds: float
    largest: float

    @property
    def per_second(self) -> float:
        """Articles a second."""
        return 1 / self.seconds


def rate_of(
    work: Callable[[Sequence[Article]], object],
    articles: Sequence[Article],
    *,
    together: int = 1,
    at_most_seconds: float = 5.0,
) -> Rate:
    """Return how fast `work` is on `articles`, so many together, each seen once; fewer of them if it takes too long."""
    gc.collect()
    length = len(articles) // _PASSES
    times = []
    for number in range(_PASSES):
        done, started = 0, time.process_time()
        until = started + at_most_seconds / _PASSES
        for first in range(number * length, (number + 1) * length, together):
            some = articles[first : min(first + together, (number + 1) * length)]
            work(some)
            done += len(some)
            if done >= _FEWEST and time.process_time() > until:
                break
        times.append((time.process_time() - started) / done)
    return Rate(statistics.median(times), max(times))


def processor_seconds(work: Callable[[], object]) -> float:
    """Return the seconds of the processor that `work` takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def resident_bytes() -> int:
    """Return the memory of this process that is in use now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096
