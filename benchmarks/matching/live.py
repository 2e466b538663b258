"""A rule added, changed and removed among many, while another thread goes on matching."""

import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.matching.engines import Engine, changed, decide

from wirewatch.article import Article
from wirewatch.rule import Rule

__all__ = ["Live", "live_changes"]

_CHANGES = 10
_MARK = "qqlivechange"


@dataclass(frozen=True, slots=True)
class Live:
    """Seconds of the clock. `visible`: until articles are matched against changed rules, the longest of all changes.

    `undisturbed` and `disturbed` are the longest times of an article, without and with changes meanwhile.
    """

    visible: float
    median_visible: float
    undisturbed: float
    disturbed: float


class _Matching:
    """Matches articles over and over in a thread, against the index of the moment."""

    def __init__(self, index: Engine, articles: Sequence[Article]) -> None:
        self.index = index
        self.longest = 0.0
        self._articles = articles
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            for article in self._articles:
                started = time.perf_counter()
                decide(self.index, article)
                self.longest = max(self.longest, time.perf_counter() - started)

    def take_longest(self) -> float:
        """Return the longest time of an article since it was last asked."""
        longest, self.longest = self.longest, 0.0
        return longest

    def stop(self) -> None:
        """Stop the thread."""
        self._stop.set()
        self._thread.join()


def live_changes(index: Engine, articles: Sequence[Article]) -> Live:
    """Add a rule, change it, remove it, ten times, each time asking whether the change is in force."""
    asked = Article(id="asked", title="Asked", body=f"{_MARK} one two")
    matching = _Matching(index, articles)
    try:
        time.sleep(1.0)
        undisturbed = matching.take_longest()
        times = []
        for number in range(_CHANGES):
            added = Rule(id=f"live-{number}", name="Live", query=f"{_MARK} AND one")
            narrower = Rule(id=f"live-{number}", name="Live", query=f"{_MARK} AND absent")
            for put, removed, expected in (((added,), (), True), ((narrower,), (), False), ((), (added.id,), False)):
                started = time.perf_counter()
                matching.index = changed(matching.index, put, removed)
                is_there = added.id in decide(matching.index, asked)
                times.append(time.perf_counter() - started)
                assert is_there is expected, f"change {number} is not in force"
        disturbed = matching.take_longest()
    finally:
        matching.stop()
    return Live(max(times), statistics.median(times), undisturbed, disturbed)
