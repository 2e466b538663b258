"""Looking up names in threads of our own.

The system's resolver may take half a minute for a name whose servers are down. In the event loop's own few threads,
which all else uses too, a handful of such names would hold up every other receiver.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

__all__ = ["PooledResolver"]

_THREADS = 64


class PooledResolver(AbstractResolver):
    """Asks the system's resolver; `close` it in the end. The connector asks once at a time for each name."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="webhook-dns")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of `host`; raises OSError when there are none."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, _look_up, host, port, family)

    async def close(self) -> None:
        """Let go of the threads; look-ups under way are not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [
        ResolveResult(
            hostname=host, host=_text(address), port=port, family=of, proto=protocol, flags=socket.AI_NUMERICHOST
        )
        for of, _, protocol, _, address in found
    ]


def _text(address: tuple[object, ...]) -> str:
    """Return the address without its zone: one that needs a zone is refused anyway."""
    return str(address[0]).partition("%")[0]
