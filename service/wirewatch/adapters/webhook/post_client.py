"""POSTs over aiohttp's connections: its connector and its parser, without its session.

A session serves every method, cookies, redirects, proxies, compressed and streamed bodies, and takes longer over each
request than the network. A webhook is one small POST whose bytes are ready, and of its answer little is read.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from aiohttp.connector import Connection
from yarl import URL

from wirewatch.delivery import WebhookRequest

__all__ = ["Answered", "PostClient"]

_MAX_ANSWER_BYTES = 16_384
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)
_MAX_TARGETS = 10_000


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer says before its body; names of headers are of any case."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Target:
    """What all requests to one URL share; `connecting` is what the connector connects for."""

    connecting: aiohttp.ClientRequest
    head: str


class PostClient:
    """Owns `connector`; made on the event loop. How long a request may take is the caller's affair."""

    def __init__(self, connector: aiohttp.TCPConnector) -> None:
        self._connector = connector
        self._loop = asyncio.get_running_loop()
        self._targets: dict[str, _Target] = {}

    async def close(self) -> None:
        """Close all connections; requests under way fail."""
        await self._connector.close()

    async def post(self, request: WebhookRequest) -> Answered:
        """Send `request`, and return its answer once it is complete or its limit is reached.

        Raises:
            aiohttp.ClientError, OSError: no connection, or it broke.
            aiohttp.http.HttpProcessingError: the answer is not HTTP.
            ValueError: a header would break the request.
        """
        target = self._target(request.url)
        message = _head(target, request) + request.body
        connection = await self._connector.connect(target.connecting, [], _NO_TIMEOUT)
        try:
            answered = await _exchange(connection, message)
        except BaseException:
            connection.close()
            raise
        connection.release()  # for the next request, or closed if this one's answer goes on
        return answered

    def _target(self, url: str) -> _Target:
        target = self._targets.get(url)
        if target is None:
            if len(self._targets) >= _MAX_TARGETS:
                self._targets.clear()
            target = self._targets[url] = self._new_target(url)
        return target

    def _new_target(self, url: str) -> _Target:
        try:
            connecting = aiohttp.ClientRequest("POST", URL(url), loop=self._loop)
        except ValueError as error:
            raise aiohttp.InvalidURL("a receiver's URL") from error
        path, host = connecting.url.raw_path_qs, connecting.headers["host"]
        return _Target(connecting, f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n")


def _head(target: _Target, request: WebhookRequest) -> bytes:
    """Return the request up to its body; no header's value can end its line."""
    fields = "".join([f"{name}: {value}\r\n" for name, value in request.headers])
    if not fields.count("\r") == fields.count("\n") == len(request.headers) or "\0" in fields:
        raise ValueError("a header's value has a line end in it")
    return f"{target.head}{fields}Content-Length: {len(request.body)}\r\n\r\n".encode()


async def _exchange(connection: Connection, message: bytes) -> Answered:
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None or transport.is_closing():
        raise aiohttp.ClientConnectionResetError("the connection was closed meanwhile")
    # What is not read soon is read from the socket up to twice this.
    protocol.set_response_params(read_until_eof=True, auto_decompress=False, read_bufsize=_MAX_ANSWER_BYTES // 2)
    transport.write(message)
    answer, content = await protocol.read()
    while 100 <= answer.code < 200 and answer.code != 101:  # noqa: PLR2004 - answers before the answer
        answer, content = await protocol.read()
    remaining = _MAX_ANSWER_BYTES
    while remaining > 0 and not content.at_eof():
        remaining -= len(await content.read(remaining))
    return Answered(answer.code, answer.headers)
