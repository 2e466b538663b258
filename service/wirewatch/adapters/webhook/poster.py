"""Posting webhooks: one attempt in, the facts of it out, whatever the receiver or the network does."""

import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.http import HttpProcessingError

from wirewatch.adapters.webhook.connecting import Dials, guarded_sockets
from wirewatch.adapters.webhook.failures import failure_of
from wirewatch.adapters.webhook.post_client import PostClient
from wirewatch.adapters.webhook.resolving import PooledResolver
from wirewatch.delivery import (
    AddressPolicy,
    AttemptResult,
    Bounded,
    Delivery,
    FailureKind,
    Network,
    Receiver,
    WebhookRequest,
    Wish,
    parse_retry_after,
    webhook_request,
)
from wirewatch.ports import Header

__all__ = ["WebhookPoster"]

_SECOND_TRY_WITHIN_SECONDS = 1.0
_SECOND_TRY_AFTER = frozenset({FailureKind.CONNECT, FailureKind.RESET})
_WISHES = frozenset(Wish)


class WebhookPoster:
    """Owns the connections; `start` and `stop` it, or use it as an async context manager.

    `allowed_networks` are internal ones that webhooks may connect to all the same. `ssl_context` is the system's trust
    unless given, `resolver` the system's, in threads of its own. `stopwatch` is any monotonic clock, in seconds. How
    many attempts run at once is the caller's affair.
    """

    def __init__(
        self,
        *,
        allowed_networks: Sequence[Network] = (),
        ssl_context: ssl.SSLContext | None = None,
        resolver: AbstractResolver | None = None,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._policy = AddressPolicy(tuple(allowed_networks))
        self._ssl_context = ssl_context
        self._resolver = resolver
        self._own_resolver: PooledResolver | None = None
        self._stopwatch = stopwatch
        self._dials: ContextVar[Dials | None] = ContextVar("dials", default=None)
        self._client: PostClient | None = None
        self._attempts: Bounded | None = None

    async def start(self) -> None:
        """Be ready; nothing is connected yet."""
        self._own_resolver = PooledResolver() if self._resolver is None else None
        self._attempts = Bounded()
        connector = aiohttp.TCPConnector(
            limit=0,
            resolver=self._resolver or self._own_resolver,
            ssl=self._ssl_context or ssl.create_default_context(),
            socket_factory=guarded_sockets(self._policy, self._dials),
        )
        self._client = PostClient(connector)

    async def stop(self) -> None:
        """Close all connections; attempts under way fail."""
        if self._client is not None:
            await self._client.close()
            self._client = None
        if self._own_resolver is not None:
            await self._own_resolver.close()
            self._own_resolver = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def post(
        self, receiver: Receiver, delivery: Delivery, headers: Sequence[Header], now: datetime
    ) -> AttemptResult:
        """Attempt `delivery` and return the facts; `headers` are those of its record, `now` the time it starts.

        Everything is over within the receiver's `timeout_seconds`. A connection that fails within a second gets one
        second try at once, as part of the same attempt: an idle connection that its receiver closed just then is no
        fault of anybody.
        """
        if self._client is None or self._attempts is None:
            raise RuntimeError("the poster is not started")
        started = self._stopwatch()
        try:
            request = webhook_request(receiver, delivery, headers, now)
            attempt = self._attempt(self._client, request, now, started)
            return await self._attempts.run(attempt, seconds=receiver.timeout_seconds)
        except TimeoutError:
            kind, detail = FailureKind.TIMEOUT, f"no complete answer within {receiver.timeout_seconds:g} s"
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost more than this attempt
            kind, detail = failure_of(error, Dials())
        return AttemptResult(self._stopwatch() - started, failure=kind, detail=detail)

    async def _attempt(
        self, client: PostClient, request: WebhookRequest, now: datetime, started: float
    ) -> AttemptResult:
        result = await self._try(client, request, now, started)
        quick = result.duration_seconds < _SECOND_TRY_WITHIN_SECONDS
        if quick and result.failure in _SECOND_TRY_AFTER:
            return await self._try(client, request, now, started)
        return result

    async def _try(self, client: PostClient, request: WebhookRequest, now: datetime, started: float) -> AttemptResult:
        dials = Dials()
        self._dials.set(dials)
        try:
            answer = await client.post(request)
            return _result_of(answer.status, answer.headers, now, self._stopwatch() - started)
        except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
            kind, detail = failure_of(error, dials)
            return AttemptResult(self._stopwatch() - started, failure=kind, detail=detail)


def _result_of(status: int, headers: Mapping[str, str], now: datetime, duration_seconds: float) -> AttemptResult:
    failure, detail = None, ""
    if 300 <= status < 400:  # noqa: PLR2004 - HTTP's classes of status
        failure, detail = FailureKind.REDIRECT, f"the receiver answered {status}; redirects are not followed"
    elif not 200 <= status < 300:  # noqa: PLR2004
        failure, detail = FailureKind.STATUS, f"the receiver answered {status}"
    retry_after_seconds = parse_retry_after(headers.get("retry-after"), now)
    wish = _wish(headers.get("webhook-delivery"))
    return AttemptResult(duration_seconds, status, failure, retry_after_seconds, detail, wish)


def _wish(value: str | None) -> Wish | None:
    text = value.strip().lower() if value is not None else ""
    return Wish(text) if text in _WISHES else None
