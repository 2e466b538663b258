"""The Faust app of the alert role, run in our own event loop."""

import asyncio
import shutil
import ssl
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import faust
from aiokafka.errors import KafkaError

from wirewatch.adapters.refused import ReadRefused
from wirewatch.adapters.streams.in_order import InOrderAcks, MessageSkipped
from wirewatch.adapters.streams.stoppable import StoppableApp
from wirewatch.adapters.streams.table_memory import TableMemory, forget_expired
from wirewatch.errors import WirewatchError
from wirewatch.ports import KafkaConnection, Lag, LagClock, Received

__all__ = ["AlertStream", "AlertStreamOptions", "MatchHandler", "StreamCrashed"]

_STOP_SECONDS = 5.0
_TEAR_DOWN_SECONDS = 1.0
_WATCH_SECONDS = 1.0
_SWEEPS_IN_A_LIFE = 100
_MOST_SECONDS_BETWEEN_SWEEPS = 3_600.0
_SWEPT_AT_A_TIME = 10_000


class StreamCrashed(WirewatchError):  # noqa: N818 - says what happened
    """Faust gave up; the process should be started again, nothing that it had not finished is committed."""


class MatchHandler(Protocol):
    """Gives one message its fate; see `AlertStage.handle`."""

    def __call__(self, received: Received, memory: TableMemory, /) -> Awaitable[None]:
        """Return when all that the message led to is acknowledged and remembered, or raise: the stream then crashes."""
        ...


@dataclass(frozen=True, slots=True)
class AlertStreamOptions:
    """`source` is the topic of matches, `partitions` its count; the changelog must have as many.

    `max_in_flight` bounds the messages handled side by side, and those done that wait for an earlier one.
    `instance_id` makes the worker a static member of its group: it may restart within the session's timeout without
    a rebalance.
    """

    group: str
    source: str
    partitions: int
    replication: int
    remember_seconds: float
    max_in_flight: int = 500
    session_timeout_seconds: float = 15.0
    instance_id: str | None = None

    @property
    def changelog(self) -> str:
        """The topic that Faust keeps the table in; create it with `changelog_config` before the stream starts."""
        return f"{self.group}-alerted-changelog"

    @property
    def changelog_config(self) -> Mapping[str, str]:
        """Compacted, so that a key stands once, and deleted by age, so that it does not stand for ever."""
        kept_ms = int(self.remember_seconds * 1000)
        return {
            "cleanup.policy": "compact,delete",
            "retention.ms": str(kept_ms),
            "segment.ms": str(max(kept_ms // 7, 60_000)),
        }


class AlertStream:
    """One worker of the alert role: `start`, then `wait` until it is stopped or crashes, then `stop`."""

    def __init__(
        self,
        connection: KafkaConnection,
        options: AlertStreamOptions,
        *,
        handler: MatchHandler,
        wall_clock: Callable[[], float],
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._options = options
        self._handler = handler
        self._wall_clock = wall_clock
        self._scratch = Path(tempfile.mkdtemp(prefix="wirewatch-faust-"))
        self._acks = InOrderAcks()
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(options.max_in_flight)
        self._lag_clock = LagClock(wall_clock)
        self._app = self._new_app(connection, ssl_context)
        self._table = self._app.Table(
            "alerted",
            partitions=options.partitions,
            key_type=str,
            value_type=float,
            extra_topic_configs=dict(options.changelog_config),
        )
        self._memory = TableMemory(self._table, remember_seconds=options.remember_seconds, wall_clock=wall_clock)
        source = self._app.topic(
            options.source, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
        )
        self._app.agent(source, name="alert")(self._consume)
        self._helpers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Join the group and recover the table.

        Raises:
            StreamCrashed: Faust could not start.
        """
        self._helpers.append(asyncio.create_task(self._watch_membership(), name="watch-membership"))
        try:
            await self._app.start()
        except Exception as error:
            raise StreamCrashed(f"the alert stream did not start: {error!r}") from error
        self._raise_if_crashed()
        self._helpers.append(asyncio.create_task(self._sweep(), name="forget-expired-alerts"))

    async def wait(self) -> None:
        """Return when the stream was stopped.

        Raises:
            StreamCrashed: it crashed instead.
        """
        await self._app.wait_until_stopped()
        self._raise_if_crashed()

    async def stop(self) -> None:
        """Take no more, finish what is being handled, commit, leave the group."""
        for helper in self._helpers:
            helper.cancel()
        await asyncio.gather(*self._helpers, return_exceptions=True)
        stopping = asyncio.create_task(self._app.stop(), name="stop-faust")
        try:
            # In the middle of a rebalance Faust may wait for its end; what is not committed is decided again.
            await asyncio.wait({stopping}, timeout=_STOP_SECONDS)
            if not stopping.done() or stopping.cancelled() or stopping.exception() is not None:
                # After a crash Faust's stop ends half-way, with the cancellation of a task of its own.
                await self._tear_down()
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def remembered(self) -> int:
        """The number of alerts in the local table."""
        return len(self._table.data)

    @property
    def is_assigned(self) -> bool:
        """Whether the worker is in its group and its table is recovered (it may hold no partition)."""
        return bool(self._app._assignment is not None and not self._app.rebalancing and not self._app.in_recovery)  # noqa: SLF001 - Faust offers no other view of it

    def lag(self) -> Mapping[int, Lag]:
        """Return the lag of each partition of matches held, where it is known."""
        held = [tp for tp in self._app._assignment or () if tp.topic == self._options.source]  # noqa: SLF001 - Faust offers no other view of it
        readings = {tp.partition: self._lag_clock.read(tp.partition, self._behind(tp)) for tp in held}
        return {partition: lag for partition, lag in readings.items() if lag is not None}

    def _new_app(self, connection: KafkaConnection, ssl_context: ssl.SSLContext | None) -> Any:
        options = self._options
        return StoppableApp(
            options.group,
            on_handed_over=self._expect,
            broker=[f"kafka://{server}" for server in connection.bootstrap],
            broker_client_id=f"{connection.client_id}-alert",
            broker_credentials=_credentials(connection, ssl_context),
            broker_session_timeout=options.session_timeout_seconds,
            broker_rebalance_timeout=30.0,
            broker_commit_interval=1.0,
            consumer_auto_offset_reset="earliest",
            consumer_group_instance_id=options.instance_id,
            consumer_metadata_max_age_ms=30_000,
            producer_acks=-1,
            store="memory://",
            table_standby_replicas=0,
            topic_allow_declare=False,  # it would ask to create its changelog even where that exists and we may not
            topic_disable_leader=True,
            topic_partitions=options.partitions,
            topic_replication_factor=options.replication,
            datadir=str(self._scratch),
            web_enabled=False,
            autodiscover=False,
        )

    def _expect(self, message: Any) -> None:
        if message.topic == self._options.source:
            self._acks.expect(message.tp, message.offset, message.generation_id)

    async def _consume(self, stream: Any) -> None:
        """The agent: hand each event to a task of its own, never raise."""
        async for event in stream.noack().events():
            await self._slots.acquire()
            message = event.message
            try:
                pending = self._acks.begin(
                    message.tp, message.offset, message.generation_id, partial(self._acknowledge, event)
                )
            except MessageSkipped as error:
                await self._app.crash(error)
                return
            if pending is None:
                self._slots.release()
                continue
            task = asyncio.create_task(self._handle(event, message.tp, pending), name="alert")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _acknowledge(self, event: Any) -> None:
        event.ack()
        # Only here: what is finished and waits behind a slow one is in memory as well, and must have its limit too.
        self._slots.release()

    async def _handle(self, event: Any, partition: Any, pending: Any) -> None:
        received = _received(event.message)
        try:
            await self._handler(received, self._memory)
            # Only here: a message whose task was cancelled or failed is not acknowledged, and comes again.
            self._acks.finish(partition, pending)
            self._lag_clock.processed(received.partition, received.timestamp_ms)
        except Exception as error:  # noqa: BLE001 - nothing may escape unnoticed: stop the whole stream, commit nothing
            await self._app.crash(error)

    async def _tear_down(self) -> None:
        """Do what is left of Faust's stop, as far as it goes: its services, its tasks, its connections."""
        for rest in (self._app._stop_children, self._app._stop_futures, self._close_producer):  # noqa: SLF001 - the steps of its stop
            await asyncio.wait({asyncio.create_task(rest())}, timeout=_TEAR_DOWN_SECONDS)

    async def _close_producer(self) -> None:
        producer = self._app._producer  # noqa: SLF001 - the property would make one
        if producer is not None:
            await producer.stop()

    def _behind(self, tp: Any) -> int | None:
        end = self._app.consumer.highwater(tp)
        committed = self._app.consumer._committed_offset.get(tp)  # noqa: SLF001 - Faust offers no other view of it
        return end - committed if end is not None and committed is not None else None

    async def _watch_membership(self) -> None:
        """Crash when the broker keeps us out of the group."""
        while True:
            if (refusal := self._app.refusal) is not None:
                await self._app.crash(refusal)
                return
            await asyncio.sleep(_WATCH_SECONDS)

    async def _sweep(self) -> None:
        """Keep the table in memory to what is remembered, and a hundredth more."""
        remember_seconds = self._options.remember_seconds
        store = self._table.data
        while True:
            await asyncio.sleep(min(remember_seconds / _SWEEPS_IN_A_LIFE, _MOST_SECONDS_BETWEEN_SWEEPS))
            await forget_expired(
                store.data,
                store._key_partition,  # noqa: SLF001 - what Faust keeps of each key it recovered
                before=self._wall_clock() - remember_seconds,
                at_a_time=_SWEPT_AT_A_TIME,
            )

    def _raise_if_crashed(self) -> None:
        if self._app.crashed:
            reason = self._app.crash_reason
            if isinstance(reason, KafkaError):
                reason = ReadRefused.by(reason, group=self._options.group, topics=[self._options.source])
            said = str(reason) if isinstance(reason, WirewatchError) else repr(reason)
            raise StreamCrashed(f"the alert stream crashed: {said}")


def _received(message: Any) -> Received:
    headers = message.headers or ()
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return Received(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers=tuple(pairs),
        timestamp_ms=int(message.timestamp * 1000),
    )


def _credentials(connection: KafkaConnection, ssl_context: ssl.SSLContext | None) -> Any:
    if connection.sasl is not None:
        return faust.SASLCredentials(
            username=connection.sasl.username,
            password=connection.sasl.password,
            mechanism=connection.sasl.mechanism,
            ssl_context=ssl_context,
        )
    return faust.SSLCredentials(ssl_context) if ssl_context is not None else None
