"""What the webhook tests share: a delivery, a receiver for a URL, and a server that speaks bytes, not HTTP."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from types import TracebackType
from typing import Any, Self

from wirewatch.adapters.webhook import WebhookPoster
from wirewatch.delivery import AttemptResult, Delivery, Receiver, read_secret

SECRET_TEXT = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SECRET = read_secret(SECRET_TEXT)
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
DELIVERY = Delivery(
    alert_id="alr_mfrggzdfmztwq2lk",
    receiver="desk",
    alert={"specversion": "1.0", "id": "alr_mfrggzdfmztwq2lk", "data": {"title": "東京とソウルが合意 → défense"}},
    created_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
)
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def receiver_at(url: str, **changes: Any) -> Receiver:
    """Return a receiver that may be on http, with a deadline that keeps a failing test short."""
    receiver = Receiver("desk", url, (SECRET,), timeout_seconds=10, allow_http=True)
    return replace(receiver, **changes)


def local_poster(**options: Any) -> WebhookPoster:
    """Return a poster that may connect to this machine."""
    return WebhookPoster(allowed_networks=LOOPBACK, **options)


async def post(poster: WebhookPoster, url: str, **changes: Any) -> AttemptResult:
    """Post the delivery to `url`, now."""
    return await poster.post(receiver_at(url, **changes), DELIVERY, (), datetime.now(UTC))


Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """Read one request to its end and return it."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    return head + await reader.readexactly(length)


class RawServer:
    """Listens on a port of 127.0.0.1 and treats each connection as `behaviour` does."""

    def __init__(self, behaviour: Behaviour, *, scheme: str = "http", tls: ssl.SSLContext | None = None) -> None:
        self.connections = 0
        self._tls = tls
        self._behaviour = behaviour
        self._scheme = scheme
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}/in"

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            await self._behaviour(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side went away, or the test is over
        finally:
            self._tasks.discard(task)
            writer.close()
