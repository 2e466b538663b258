"""When nearly everything is unreadable, the fault is not the articles': stop instead of draining the topic.

A wrong topic name, a producer's new format or a deploy of ours that can't read the old one would otherwise move
every article to the dead-letter topic within minutes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from wirewatch.errors import WirewatchError

__all__ = ["RejectLimitExceeded", "RejectWindow"]


class RejectLimitExceeded(WirewatchError):  # noqa: N818 - a limit that was exceeded, like the std library's names
    """More of the latest articles were rejected than the limit allows; nothing of the last batch is committed."""


@dataclass(frozen=True, slots=True)
class RejectWindow:
    """The outcomes of the last `run` articles of one worker, True for each that was rejected.

    `share` is between 0 and 1; 1 never stops anything. Fewer than `run` articles never exceed the limit, so a handful
    of bad ones at the start stop nothing.
    """

    share: float
    run: int
    outcomes: tuple[bool, ...] = ()

    def after(self, batch: Iterable[bool], topic: str) -> "RejectWindow":
        """Return the window with a batch's outcomes added; ask before any of the batch is published.

        Raises:
            RejectLimitExceeded: somewhere in the batch more than `share` of the last `run` articles were rejected.
        """
        everything = (*self.outcomes, *batch)
        if sum(everything) <= self.share * self.run:
            return replace(self, outcomes=everything[-self.run :])
        rejected = sum(everything[: self.run])
        for end in range(self.run, len(everything) + 1):
            if end > self.run:
                rejected += everything[end - 1] - everything[end - 1 - self.run]
            if rejected > self.share * self.run:
                raise RejectLimitExceeded(
                    f"{rejected} of {self.run} articles in a row on {topic} could not be read, more than the limit of "
                    f"{self.share:.0%}; stopped before moving the rest to the rejected topic. Look at the reasons "
                    f"there, mend the producer or the topic's name, then start again (match.reject_limit_share and "
                    f"match.reject_limit_run set the limit)"
                )
        return replace(self, outcomes=everything[-self.run :])
