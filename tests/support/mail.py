"""A mail server for tests: real sockets, as much SMTP as a client needs, and every bad habit that is asked for."""

import asyncio
import ssl
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

__all__ = ["MailServer", "Taken"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail as it came in."""

    recipients: tuple[str, ...]
    data: bytes
    is_encrypted: bool


@dataclass
class MailServer:
    """Listens on 127.0.0.1; `replies` are what it answers to a command instead of success, by the command's start."""

    tls: ssl.SSLContext | None = None
    tls_at_once: bool = False
    replies: dict[str, bytes | None] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    login: str = ""
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def __aenter__(self) -> Self:
        tls = self.tls if self.tls_at_once else None
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=tls)
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
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass  # the other side went away, or the test is over
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipients: list[str] = []
        encrypted = self.tls_at_once
        await self._say(writer, "CONNECT", b"220 mail.test ready")
        while line := (await reader.readline()).decode().strip():
            verb = line.upper()
            if verb.startswith("EHLO"):
                offers = (b"250-STARTTLS\r\n" if self.tls and not encrypted else b"") + b"250 AUTH PLAIN"
                await self._say(writer, verb, b"250-mail.test\r\n" + offers)
            elif verb.startswith("STARTTLS"):
                assert self.tls is not None
                await self._say(writer, verb, b"220 go on")
                await writer.start_tls(self.tls)
                encrypted = True
            elif verb.startswith("AUTH"):
                self.login = line
                await self._say(writer, verb, b"235 welcome")
            elif verb.startswith("RCPT"):
                if await self._say(writer, verb, b"250 ok"):
                    recipients.append(line[len("RCPT TO:") :].strip("<>"))
            elif verb.startswith("DATA"):
                await self._say(writer, verb, b"354 go on")
                data = (await reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
                if await self._say(writer, "MESSAGE", b"250 taken"):
                    self.taken.append(Taken(tuple(recipients), data, encrypted))
            elif verb.startswith("QUIT"):
                await self._say(writer, verb, b"221 bye")
                return
            else:
                await self._say(writer, verb, b"250 ok")

    async def _say(self, writer: asyncio.StreamWriter, command: str, success: bytes) -> bool:
        """Answer, and tell whether it was a success; a reply of None is never given."""
        reply = next((self.replies[start] for start in self.replies if command.startswith(start)), success)
        if reply is None:
            await asyncio.Event().wait()
            raise AssertionError
        if reply == b"":
            raise ConnectionResetError
        writer.write(reply + b"\r\n")
        await writer.drain()
        return reply is success
