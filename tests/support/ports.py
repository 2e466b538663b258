"""Ports for servers that have to know theirs before they start."""

import random
import socket
from pathlib import Path

__all__ = ["free_ports"]

_FIRST_PORT = 20_000
_EPHEMERAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_USUAL_FIRST_EPHEMERAL = 32_768


def free_ports(count: int) -> list[int]:
    """Return `count` different TCP ports free on 127.0.0.1.

    They lie below the system's ephemeral range: a port from that range could become some client's own port while a
    stopped broker is away, and the broker could not come back.
    """
    found: list[int] = []
    candidates = list(range(_FIRST_PORT, _first_ephemeral_port()))
    random.shuffle(candidates)
    for port in candidates:
        if len(found) == count:
            return found
        if _is_free(port):
            found.append(port)
    raise OSError(f"no {count} free ports between {_FIRST_PORT} and the ephemeral range")


def _first_ephemeral_port() -> int:
    try:
        first = int(_EPHEMERAL_RANGE.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        first = _USUAL_FIRST_EPHEMERAL
    return first if first > _FIRST_PORT else _USUAL_FIRST_EPHEMERAL


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
