"""A receiver of webhooks that verifies what it gets: for `wirewatch listen`, the demo and tests.

A real HTTP server on a port of its own. It can be told to answer badly or not at all, as receivers do.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from wirewatch.delivery import SignatureInvalid, SigningSecret, verify

__all__ = ["Answer", "ReceivedWebhook", "ReceiverServer", "Respond"]

_MAX_BODY_BYTES = 1_048_576
_SHUTDOWN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class ReceivedWebhook:
    """A POST as it came in; header names are in lower case. `problem` says why it is not verified, None if it is."""

    headers: Mapping[str, str]
    body: bytes
    problem: str | None
    received_at: float
    """Unix time in seconds."""

    @property
    def is_verified(self) -> bool:
        """Tell whether its signature is by a secret known here, and recent."""
        return self.problem is None

    @property
    def webhook_id(self) -> str:
        """The id: the same for every attempt at one delivery."""
        return self.headers.get("webhook-id", "")

    def event(self) -> dict[str, Any]:
        """Return the body's JSON object.

        Raises:
            ValueError: it is not one.
        """
        event = json.loads(self.body)
        if not isinstance(event, dict):
            raise ValueError("the body is JSON but not an object")  # noqa: TRY004 - the body's value is wrong
        return event


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send back."""

    status: int = 204
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Respond = Callable[[ReceivedWebhook], Awaitable[Answer]]


class ReceiverServer:
    """Receives on `http://host:port/`; any path will do. Port 0 takes a free one, known after `start`.

    What is verified is answered 204, what is not 401, unless told otherwise. The last `keep` webhooks stay in
    `received`, all when `keep` is None; `on_received` is called for each, before it is answered.
    """

    def __init__(
        self,
        secrets: Sequence[SigningSecret],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        keep: int | None = None,
        on_received: Callable[[ReceivedWebhook], None] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._secrets = tuple(secrets)
        self._host = host
        self._port = port
        self._received: deque[ReceivedWebhook] = deque(maxlen=keep)
        self._on_received = on_received
        self._clock = clock
        self._respond: Respond = _answer_as_verified
        self._arrived = asyncio.Condition()
        self._released = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def received(self) -> tuple[ReceivedWebhook, ...]:
        """What came in, oldest first, unverified ones among them."""
        return tuple(self._received)

    @property
    def url(self) -> str:
        """Where to post to."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}/"

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: the port is taken, or not ours to take.
        """
        app = web.Application(client_max_size=_MAX_BODY_BYTES)
        app.router.add_post("/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await self._runner.setup()
        try:
            site = web.TCPSite(self._runner, self._host, self._port)
            await site.start()
        except BaseException:
            await self.stop()
            raise
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening; requests that hang are let go."""
        self.release()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def respond_with(self, respond: Respond) -> None:
        """Let `respond` answer from now on, whatever the signature."""
        self._respond = respond

    def answer_with(self, status: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> None:
        """Answer everything with `status` from now on, whatever the signature."""
        answer = Answer(status, headers or {}, body)

        async def respond(_: ReceivedWebhook) -> Answer:
            return answer

        self._respond = respond

    def recover(self) -> None:
        """Answer by the signature again, and let go what hangs."""
        self._respond = _answer_as_verified
        self.release()

    def hang(self) -> None:
        """Answer nothing from now on, until `release`."""
        self._released = asyncio.Event()
        self._respond = self._answer_when_released

    def release(self) -> None:
        """Let requests that hang be answered by their signature."""
        self._released.set()

    async def wait_until(
        self, condition: Callable[[Sequence[ReceivedWebhook]], bool], timeout_seconds: float = 30
    ) -> tuple[ReceivedWebhook, ...]:
        """Return what was received once `condition` holds for it.

        Raises:
            TimeoutError: it does not within `timeout_seconds`; the message says how much there was.
        """
        try:
            async with asyncio.timeout(timeout_seconds), self._arrived:
                await self._arrived.wait_for(lambda: condition(self.received))
        except TimeoutError:
            raise TimeoutError(f"only {len(self._received)} webhooks within {timeout_seconds:g} s") from None
        return self.received

    async def wait_for(self, count: int, timeout_seconds: float = 30) -> tuple[ReceivedWebhook, ...]:
        """Return what was received once there are `count` webhooks or more.

        Raises:
            TimeoutError: there are not within `timeout_seconds`.
        """
        return await self.wait_until(lambda received: len(received) >= count, timeout_seconds)

    async def _handle(self, request: web.Request) -> web.Response:
        webhook = self._verified(request.headers, await request.read())
        self._received.append(webhook)
        if self._on_received is not None:
            self._on_received(webhook)
        async with self._arrived:
            self._arrived.notify_all()
        answer = await self._respond(webhook)
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)

    def _verified(self, headers: Mapping[str, str], body: bytes) -> ReceivedWebhook:
        now = self._clock()
        problem = None
        try:
            verify(
                self._secrets,
                webhook_id=headers.get("webhook-id"),
                timestamp=headers.get("webhook-timestamp"),
                signature=headers.get("webhook-signature"),
                body=body,
                now=now,
            )
        except SignatureInvalid as error:
            problem = str(error)
        return ReceivedWebhook({name.lower(): value for name, value in headers.items()}, body, problem, now)

    async def _answer_when_released(self, webhook: ReceivedWebhook) -> Answer:
        await self._released.wait()
        return await _answer_as_verified(webhook)


async def _answer_as_verified(webhook: ReceivedWebhook) -> Answer:
    return Answer(204 if webhook.is_verified else 401)
