"""Starting, asking and stopping the embedded broker's process."""

import asyncio
import os
import re
import struct
import sys
from asyncio import StreamReader
from asyncio.subprocess import PIPE, STDOUT, Process
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from wirewatch.adapters.embedded import guard
from wirewatch.errors import WirewatchError
from wirewatch.ports import KafkaConnection

__all__ = ["EmbeddedBroker", "EmbeddedBrokerUnavailable"]

_HOST = "127.0.0.1"
_START_SECONDS = 20.0
_STOP_SECONDS = 10.0
_OUTPUT_LINES = 20
_PORT_LINE = re.compile(rf"\bkafka\s+{re.escape(_HOST)}:(\d+)")
_API_VERSIONS_REQUEST = struct.pack(">ihhih", 10, 18, 0, 1, -1)
"""Size, API key and version, correlation id, no client id: the one request that a Kafka answers to anybody."""


class EmbeddedBrokerUnavailable(WirewatchError):  # noqa: N818 - says what is the case
    """The embedded broker is not installed, or does not run on this machine; the message says what to do."""


class EmbeddedBroker:
    """A broker on a free port of this machine, with its data in a temporary folder that goes when it stops.

    Use it as an async context manager, or call `start` and `stop` in one event loop. It ends with this process, even
    when that is killed.
    """

    def __init__(self) -> None:
        self._running = AsyncExitStack()
        self._bootstrap: str | None = None

    @property
    def bootstrap(self) -> str:
        """Where it listens, as `host:port`; only while it runs."""
        if self._bootstrap is None:
            raise RuntimeError("the embedded broker is not running")
        return self._bootstrap

    @property
    def connection(self) -> KafkaConnection:
        """How to connect to it; only while it runs."""
        return KafkaConnection((self.bootstrap,))

    async def start(self) -> None:
        """Start it, and return when it answers Kafka requests.

        Raises:
            EmbeddedBrokerUnavailable: it is not installed, can't run here, or did not answer in time.
        """
        program = _program()
        async with AsyncExitStack() as stack:
            data = stack.enter_context(TemporaryDirectory(prefix="wirewatch-embedded-"))
            command = [program, "start", "--data-dir", data, "--host", _HOST, "--only", "kafka", "--kafka-port", "0"]
            output = await stack.enter_async_context(_guarded(command))
            port = await _ready_port(output)
            stack.push_async_callback(_cancel, asyncio.create_task(_drain(output)))
            self._running = stack.pop_all()
        self._bootstrap = f"{_HOST}:{port}"

    async def stop(self) -> None:
        """Stop it and remove its data; harmless when it is not running."""
        self._bootstrap = None
        await self._running.aclose()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def _program() -> str:
    """Return the broker's program file, made executable as its package would do."""
    try:
        program = Path(str(files("noida_db").joinpath("noida-db")))
    except ModuleNotFoundError:
        raise EmbeddedBrokerUnavailable(
            "the embedded broker is not installed: pip install 'wirewatch[embedded]', or use a Kafka of your own"
        ) from None
    if not os.access(program, os.X_OK):
        with suppress(OSError):
            program.chmod(0o755)
    return str(program)


@asynccontextmanager
async def _guarded(command: Sequence[str]) -> AsyncIterator[StreamReader]:
    """Run `command` until the end of the block or of this process, and give what it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-I", "-S", str(Path(guard.__file__)), *command),
        stdin=PIPE,
        stdout=PIPE,
        stderr=STDOUT,
        start_new_session=True,  # a ^C is for us: we say when it stops
    )
    if process.stdout is None:
        raise RuntimeError("a process with a pipe has a stream")
    try:
        yield process.stdout
    finally:
        await _end(process)


async def _end(process: Process) -> None:
    """Close the guard's input, upon which it stops the broker; kill it when it does not."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.communicate(), _STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.communicate()


async def _ready_port(output: StreamReader) -> int:
    """Return the port that the broker says it has, once it answers there."""
    printed: deque[str] = deque(maxlen=_OUTPUT_LINES)
    try:
        async with asyncio.timeout(_START_SECONDS):
            async for line in output:
                printed.append(line.decode("utf-8", "replace").rstrip())
                if found := _PORT_LINE.search(printed[-1]):
                    await _ask_versions(int(found[1]))
                    return int(found[1])
            problem = "ended at once"
    except (TimeoutError, OSError) as error:
        problem = f"was not ready within {_START_SECONDS:g} s" if isinstance(error, TimeoutError) else str(error)
    said = "\n".join(("", *printed)) if printed else " (it printed nothing)"
    raise EmbeddedBrokerUnavailable(
        f"the embedded broker does not run on this machine (it needs Linux with glibc, macOS or Windows): it {problem};"
        f" use a Kafka of your own instead. It said:{said}"
    )


async def _ask_versions(port: int) -> None:
    """Return when the broker has answered a request."""
    reader, writer = await asyncio.open_connection(_HOST, port)
    try:
        writer.write(_API_VERSIONS_REQUEST)
        size = int.from_bytes(await reader.readexactly(4), "big")
        await reader.readexactly(size)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _drain(output: StreamReader) -> None:
    """Read on, so that the broker never waits for a reader."""
    while await output.read(64 * 1024):
        pass


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
