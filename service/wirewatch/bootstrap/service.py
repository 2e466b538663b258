"""Runs roles side by side in one process: topics first, then all roles until a signal, a failure or the end.

One role that can't go on stops the others in good order and the process with an error: an orchestrator starts it
again, and a half-dead process is found by nobody.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from wirewatch.adapters.http import Check
from wirewatch.adapters.kafka import BrokerWatch, ensure_topics, patiently
from wirewatch.bootstrap.kit import Kit
from wirewatch.bootstrap.role import Role
from wirewatch.bootstrap.stopping import until_stopped
from wirewatch.bootstrap.topology import topic_specs
from wirewatch.errors import WirewatchError

__all__ = ["Service", "ServiceFailed"]

_SAMPLE_SECONDS = 2.0
_STALLED_SECONDS = 60.0
_CANCELLED_SECONDS = 0.5


class ServiceFailed(WirewatchError):  # noqa: N818 - says what happened
    """A role could not go on, or did not finish within the time allowed; what it had not finished is not committed."""


class Service:
    """The roles of one process and what there is to know of them; `run` once."""

    def __init__(self, kit: Kit, make_roles: Callable[[], Sequence[Role]]) -> None:
        """`make_roles` is called when the broker has answered and the topics are there."""
        self._kit = kit
        self._make_roles = make_roles
        self._roles: Sequence[Role] = ()
        self._broker = Check(ok=False, reason="connecting to the broker")

    def readiness(self) -> Mapping[str, Check]:
        """Return a check for the broker and one for each role: whether it can take work, and is not stalled."""
        roles: dict[str, Check] = {role.name: _readiness(role) for role in self._roles}
        return {"broker": self._broker, **(roles or {"roles": Check(ok=False, reason="not started yet")})}

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set or a role fails.

        Raises:
            ServiceFailed: with what went wrong, for a person.
        """
        if not await until_stopped(self._prepare(), stop):
            return
        self._roles = self._make_roles()
        sampler = asyncio.create_task(self._sample(), name="sample")
        try:
            await self._run_roles(stop)
        finally:
            sampler.cancel()
            await asyncio.gather(sampler, return_exceptions=True)

    async def _prepare(self) -> None:
        kit = self._kit

        def waiting(error: Exception, pause_seconds: float) -> None:
            self._broker = Check(ok=False, reason=f"the broker does not answer: {error}")
            kit.log.warning(
                "broker_away",
                bootstrap=list(kit.clients.connection.bootstrap),
                error=str(error) or repr(error),
                retry_in_seconds=pause_seconds,
            )

        specs = topic_specs(kit.settings)
        created = await patiently(
            lambda: ensure_topics(kit.clients, specs, create=kit.settings.topics.create), on_retry=waiting
        )
        self._broker = Check(ok=True)
        if created:
            kit.log.info("topics_created", topics=list(created))

    async def _run_roles(self, stop: asyncio.Event) -> None:
        stopping = asyncio.create_task(stop.wait(), name="stop")
        tasks = {asyncio.create_task(self._run_role(role, stop), name=role.name): role for role in self._roles}
        await asyncio.wait({stopping, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        unasked = set[asyncio.Task[None]]() if stop.is_set() else {task for task in tasks if task.done()}
        stop.set()
        _, late = await asyncio.wait(tasks, timeout=self._kit.settings.shutdown.grace_seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=_CANCELLED_SECONDS)
        await asyncio.gather(stopping, return_exceptions=True)
        problems = [
            problem
            for task, role in tasks.items()
            if (problem := _problem(task, role, is_late=task in late, is_unasked=task in unasked))
        ]
        if problems:
            raise ServiceFailed("; ".join(problems))

    async def _run_role(self, role: Role, stop: asyncio.Event) -> None:
        kit = self._kit
        kit.metrics.role_up(role.name, up=True)
        kit.log.info("role_started", role=role.name)
        try:
            await role.run(stop)
        except WirewatchError as error:
            kit.log.error("role_failed", role=role.name, error=str(error))  # noqa: TRY400 - its message says it all
            raise
        except Exception:
            kit.log.exception("role_crashed", role=role.name)
            raise
        finally:
            kit.metrics.role_up(role.name, up=False)
            kit.log.info("role_stopped", role=role.name)

    async def _sample(self) -> None:
        """Look at lags and at the broker, over and over; readiness must not go stale because one look failed."""
        watch = BrokerWatch(self._kit.clients)
        try:
            while True:
                try:
                    await self._look(watch)
                except Exception:
                    self._kit.log.exception("sample_failed")
                    self._broker = Check(ok=False, reason="its state could not be sampled; see the log")
                await asyncio.sleep(_SAMPLE_SECONDS)
        finally:
            await watch.stop()

    async def _look(self, watch: BrokerWatch) -> None:
        metrics = self._kit.metrics
        answers = await watch.answers()
        for role in self._roles:
            # While the broker is away nobody knows where its topics end by now.
            metrics.lags(role.name, role.lags() if answers else ())
            metrics.broker_connected(role.name, connected=answers)
        self._broker = Check(ok=answers, reason="" if answers else "the broker does not answer")


def _problem(task: asyncio.Task[None], role: Role, *, is_late: bool, is_unasked: bool) -> str | None:
    """Return what to tell a person of a role that has ended or should have, None when all is well."""
    if is_late or not task.done():
        return f"{role.name}: did not finish in time; what it had in hand is done again after the next start"
    if task.cancelled():
        return f"{role.name}: was cancelled"
    error = task.exception()
    if error is not None:
        return f"{role.name}: {error}"
    return f"{role.name}: ended without being told to" if is_unasked else None


def _readiness(role: Role) -> Check:
    reason = role.not_ready()
    if reason is None:
        stalled = [held for held in role.lags() if held.is_steady and held.lag.idle_seconds > _STALLED_SECONDS]
        if stalled:
            reason = f"{stalled[0].topic}/{stalled[0].partition} is behind and nothing of it was processed for a minute"
    return Check(ok=reason is None, reason=reason or role.remark() or "")
