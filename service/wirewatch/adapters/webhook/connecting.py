"""Connections that go only where they may: the check is made on the very address that is dialled.

A check of names or of what a resolver said can be passed by IP literals, by a name whose answer changes and by odd
spellings of numbers. The connector asks for a socket for each address just before it connects; that is the one place
that all of them come through.
"""

import errno
import socket
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from aiohttp import AddrInfoType

from wirewatch.delivery import AddressPolicy

__all__ = ["Dials", "guarded_sockets"]


@dataclass(slots=True)
class Dials:
    """What one attempt dialled: how many addresses the policy let through and how many it refused."""

    permitted: int = 0
    refused: int = 0

    @property
    def all_refused(self) -> bool:
        """There was an address and not one of them could be dialled."""
        return self.refused > 0 and self.permitted == 0


def guarded_sockets(policy: AddressPolicy, dials: ContextVar[Dials | None]) -> Callable[[AddrInfoType], socket.socket]:
    """Return what a `TCPConnector` takes as `socket_factory`; it counts into the current value of `dials`.

    A context variable, because connecting races several addresses in tasks of its own, which inherit it.
    """

    def open_socket(addr_info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = addr_info
        permitted = policy.permits(str(address[0]))
        seen = dials.get()
        if seen is not None:
            seen.permitted += permitted
            seen.refused += not permitted
        if not permitted:
            raise OSError(errno.EACCES, "webhooks may not connect to this address")
        return socket.socket(family, kind, protocol)

    return open_socket
