"""Fair dispatch: each receiver has a queue of its own and its own share of concurrency.

A receiver that is slow fills its own queue and nobody else's. Within one receiver jobs start in the order in which
they were offered. Nothing here knows what a job does.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

__all__ = ["Dispatcher", "Job"]

Job = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class _Lane:
    """One receiver's work: what waits, and what is under way with the task that does it.

    A task goes on with what waits, one job after another, and ends when there is nothing it may begin.
    """

    waiting: deque[Job] = field(default_factory=deque)
    running: dict[asyncio.Task[None], Job] = field(default_factory=dict)
    pausing: asyncio.TimerHandle | None = None


class Dispatcher:
    """Runs the jobs of many receivers side by side, on the event loop of its caller.

    A job handles its own failures. An exception that leaves one is a fault that nobody may miss: no further job is
    started, and `offer`, `wait_for_space` and `drain` raise it from then on, so that the caller stops and commits
    nothing of it.
    """

    def __init__(
        self,
        *,
        max_queued: int,
        max_in_flight: Callable[[str], int],
        begin_in_seconds: Callable[[str], float] = lambda _: 0.0,
    ) -> None:
        """Make one.

        Args:
            max_queued: how many jobs of one receiver wait, those under way not counted; 1 or more.
            max_in_flight: how many jobs of a receiver, given its id, run at once; asked whenever one could start, and
                never taken for less than 1.
            begin_in_seconds: asked before each start: 0 when a job of that receiver may start now, which then does,
                else the seconds until it is to be asked again.
        """
        if max_queued < 1:
            raise ValueError(f"max_queued of {max_queued} would take no job at all")
        self._max_queued = max_queued
        self._max_in_flight = max_in_flight
        self._begin_in_seconds = begin_in_seconds
        self._lanes: dict[str, _Lane] = {}
        self._watchers: list[asyncio.Future[None]] = []
        self._fault: Exception | None = None
        self._closed = False
        self._stopped = False

    @property
    def queued(self) -> int:
        """How many jobs wait, of all receivers."""
        return sum(len(lane.waiting) for lane in self._lanes.values())

    @property
    def in_flight(self) -> int:
        """How many jobs are under way, of all receivers."""
        return sum(len(lane.running) for lane in self._lanes.values())

    @property
    def fault(self) -> Exception | None:
        """What left a job and should not have; None while all is well."""
        return self._fault

    def offer(self, receiver_id: str, job: Job) -> bool:
        """Take `job` and return True; return False at once when that receiver's queue is full, or after `close`."""
        self._raise_fault()
        if self._closed or not self._has_space(receiver_id):
            return False
        lane = self._lanes.setdefault(receiver_id, _Lane())
        lane.waiting.append(job)
        self._start_waiting(receiver_id, lane)
        return True

    async def wait_for_space(self, receiver_id: str, timeout_seconds: float) -> bool:
        """Return True once that receiver's queue has space, or False when it has none within `timeout_seconds`."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._until(lambda: self._closed or self._has_space(receiver_id))
        except TimeoutError:
            return False
        self._raise_fault()
        return not self._closed

    async def drain(self) -> None:
        """Return when every job taken so far, and any taken meanwhile, is done."""
        await self._until(lambda: not self._lanes)
        self._raise_fault()

    async def close(self, grace_seconds: float) -> tuple[Job, ...]:
        """Take no more jobs, go on with those there are for `grace_seconds`, then cancel what is left.

        Returns the jobs that were cancelled or never started, each receiver's in its order: their deliveries are not
        done. A fault is not raised from here: `fault` has it.
        """
        self._closed = True
        self._wake()
        try:
            async with asyncio.timeout(grace_seconds):
                await self._until(lambda: not self._lanes)
        except TimeoutError:
            pass
        finally:
            unfinished = await self._stop()
        return unfinished

    async def _stop(self) -> tuple[Job, ...]:
        self._stopped = True
        lanes = tuple((dict(lane.running), tuple(lane.waiting)) for lane in self._lanes.values())
        tasks = [task for running, _ in lanes for task in running]
        for lane in self._lanes.values():
            if lane.pausing is not None:
                lane.pausing.cancel()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lanes.clear()
        return tuple(
            job
            for running, waiting in lanes
            for job in (*(job for task, job in running.items() if task.cancelled()), *waiting)
        )

    def _has_space(self, receiver_id: str) -> bool:
        lane = self._lanes.get(receiver_id)
        return lane is None or len(lane.waiting) < self._max_queued

    def _start_waiting(self, receiver_id: str, lane: _Lane) -> None:
        while (job := self._next(receiver_id, lane)) is not None:
            working = self._work(receiver_id, lane, job)
            lane.running[asyncio.create_task(working, name=f"deliver-to-{receiver_id}")] = job
        self._wake()

    def _next(self, receiver_id: str, lane: _Lane) -> Job | None:
        """Take the job that is to be started now, None when there is none or it may not be."""
        if not lane.waiting or lane.pausing is not None or self._fault is not None or self._stopped:
            return None
        if len(lane.running) >= max(self._max_in_flight(receiver_id), 1):
            return None
        wait_seconds = self._begin_in_seconds(receiver_id)
        if wait_seconds > 0:
            lane.pausing = asyncio.get_running_loop().call_later(wait_seconds, self._go_on, receiver_id, lane)
            return None
        return lane.waiting.popleft()

    def _go_on(self, receiver_id: str, lane: _Lane) -> None:
        lane.pausing = None
        self._start_waiting(receiver_id, lane)

    async def _work(self, receiver_id: str, lane: _Lane, first: Job) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("jobs run in tasks")
        job: Job | None = first
        try:
            while job is not None:
                await job()
                del lane.running[task]
                job = self._next(receiver_id, lane)
                if job is not None:
                    lane.running[task] = job
                    # Tasks made for earlier jobs may not have run yet: those start first.
                    await asyncio.sleep(0)
                    self._start_waiting(receiver_id, lane)
        except Exception as error:  # noqa: BLE001 - kept, and raised to the caller at its next call
            self._fault = self._fault or error
        finally:
            lane.running.pop(task, None)
            self._start_waiting(receiver_id, lane)
            if not lane.running and not lane.waiting:
                self._lanes.pop(receiver_id, None)
            self._wake()

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Return when `condition` holds or there is a fault."""
        while self._fault is None and not condition():
            changed = asyncio.get_running_loop().create_future()
            self._watchers.append(changed)
            await changed

    def _wake(self) -> None:
        for watcher in self._watchers:
            if not watcher.done():
                watcher.set_result(None)
        self._watchers.clear()

    def _raise_fault(self) -> None:
        if self._fault is not None:
            raise self._fault
