"""Work that ends in time, or when it is told to.

As `asyncio.timeout`, without a timer for each: those cost more than most of what else is done about an attempt, and
nearly none of them ever goes off.
"""

import asyncio
import math
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["Bounded"]

_T = TypeVar("_T")


class Bounded:
    """Knows the work that is under way, each in a task of its own, and breaks it off; made on the event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._until: dict[asyncio.Task[Any], float] = {}
        self._broken_off: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = math.inf

    async def run(self, work: Coroutine[Any, Any, _T], *, seconds: float = math.inf) -> _T:
        """Return what `work` returns, which runs in the caller's task; one at a time in each.

        Raises:
            TimeoutError: it was broken off, after `seconds` or by `break_off`.
        """
        task = asyncio.current_task(self._loop)
        if task is None:
            raise RuntimeError("work is bounded in a task of this event loop")
        until = self._loop.time() + seconds
        self._until[task] = until
        if until < self._timer_at:
            self._set_timer(until)
        cancelled_before = task.cancelling()
        try:
            return await work
        except asyncio.CancelledError as error:
            # Who cancels it at the same time wants it to end, not to go on.
            if task in self._broken_off and task.cancelling() - 1 <= cancelled_before:
                raise TimeoutError from error
            raise
        finally:
            del self._until[task]
            if task in self._broken_off:
                self._broken_off.discard(task)
                task.uncancel()

    def break_off(self) -> int:
        """Break off all that is under way; return how many that is."""
        return self._break_off_until(math.inf)

    def _break_off_until(self, time: float) -> int:
        over = [task for task, until in self._until.items() if until <= time and task not in self._broken_off]
        self._broken_off.update(over)
        for task in over:
            task.cancel()
        return len(over)

    def _set_timer(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = at
        self._timer = self._loop.call_at(at, self._ring)

    def _ring(self) -> None:
        """Break off what is over time; the timer may have been set for what has ended since."""
        self._timer, self._timer_at = None, math.inf
        self._break_off_until(self._loop.time())
        following = min((at for task, at in self._until.items() if task not in self._broken_off), default=math.inf)
        if following < math.inf:
            self._set_timer(following)
