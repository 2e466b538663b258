"""What a test's event loop leaves behind when it is closed: nothing whose closing was asked for.

aiokafka closes the connection that it began with, and Faust the loop of its thread, without waiting for the sockets.
On a busy machine the loop then ends first, and the socket is found by the garbage collector in the middle of some later
test, which fails for it. A transport that nobody asked to close stays a warning, and so an error: that is a real leak.
"""

import asyncio
from typing import Any

__all__ = ["close_sockets_with_their_loops"]


def close_sockets_with_their_loops() -> None:
    """From now on, let each event loop that is closed take with it the sockets that were about to be closed."""
    loops: Any = asyncio.SelectorEventLoop
    close_loop = loops.close

    def close(loop: Any) -> None:
        transports = list(getattr(loop, "_transports", {}).values())
        close_loop(loop)
        for transport in transports:
            if _was_told_to_close(transport) and transport._sock is not None:  # noqa: SLF001 - asyncio has no other way
                transport._sock.close()  # noqa: SLF001
                transport._sock = None  # noqa: SLF001 - so it is known to be closed

    loops.close = close


def _was_told_to_close(transport: Any) -> bool:
    """Tell whether its owner closed it; with TLS the socket then stays open until the other side has said good-bye."""
    encrypted = getattr(transport.get_protocol(), "_app_transport", None)
    return bool(transport.is_closing() or (encrypted is not None and encrypted.is_closing()))
