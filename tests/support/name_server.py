"""A name server of our own in a room of its own, asked by the system's resolver: run as a program inside `unshare`.

A resolver can only be told of a name server through /etc/resolv.conf, and only of one on port 53. In namespaces of
networks and mounts both are ours alone, and the machine around them stays as it was. The one argument is a folder for
the room's files. What attempts at each kind of name came to is printed as JSON.
"""

import asyncio
import fcntl
import json
import socket
import struct
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.integration.webhook_parts import OK, RawServer, local_poster, post, read_request

from wirewatch.adapters.webhook import WebhookPoster

__all__ = ["ATTEMPT_SECONDS", "NAMES"]

NAMES = ("answers", "servfail", "nxdomain", "empty", "silent")
ATTEMPT_SECONDS = 1.5
_SERVFAIL, _NXDOMAIN = 2, 3
_ADDRESS = 1
_PORT = 53
_OWN_ADDRESS = "10.53.0.1"
_SETS_ADDRESS, _SETS_FLAGS = 0x8916, 0x8914
_UP_AND_RUNNING = 0x41


class _NameServer(asyncio.DatagramProtocol):
    """Answers every question by the first label of the name it is about."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        question = data[12 : data.index(0, 12) + 5]
        kind = question[1 : 1 + question[0]].decode().lower()
        self.asked[kind] += 1
        if kind == "silent" or self._transport is None:
            return
        code = {"servfail": _SERVFAIL, "nxdomain": _NXDOMAIN}.get(kind, 0)
        answer = b""
        if kind == "answers" and question[-4:-2] == struct.pack(">H", _ADDRESS):
            answer = struct.pack(">HHHIH", 0xC00C, _ADDRESS, 1, 0, 4) + socket.inet_aton("127.0.0.1")
        head = data[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, 1 if answer else 0, 0, 0)
        self._transport.sendto(head + question + answer, addr)


def _make_room(folder: Path) -> None:
    """Bring up the room's network and put our name server into its resolv.conf; `folder` holds the room's files."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        # An address besides 127.0.0.1, or the resolver takes the machine for one without any network.
        own = struct.pack("16sHH4s8x", b"lo:1", socket.AF_INET, 0, socket.inet_aton(_OWN_ADDRESS))
        fcntl.ioctl(control, _SETS_FLAGS, struct.pack("16sH14x", b"lo", _UP_AND_RUNNING))
        fcntl.ioctl(control, _SETS_ADDRESS, own)
    for path, text in (
        ("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n"),
        ("/etc/nsswitch.conf", "hosts: files dns\n"),
    ):
        ours = folder / Path(path).name
        ours.write_text(text, "utf-8")
        subprocess.run(["mount", "--bind", str(ours), str(Path(path).resolve())], check=True)  # noqa: S603, S607


async def _accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(OK)
    await writer.drain()


async def _attempt_all() -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    transport, names = await loop.create_datagram_endpoint(_NameServer, local_addr=("127.0.0.1", _PORT))
    async with RawServer(_accept) as server, local_poster() as poster:

        async def attempt(poster: WebhookPoster, name: str) -> dict[str, Any]:
            url = f"http://{name}.example:{server.port}/in?key=very-secret"
            return asdict(await post(poster, url, timeout_seconds=ATTEMPT_SECONDS))

        # The silent one first: nobody may wait for it.
        silent = asyncio.create_task(attempt(poster, "silent"))
        while not names.asked["silent"]:
            await asyncio.sleep(0.01)
        results = {name: await attempt(poster, name) for name in NAMES if name != "silent"}
        results["silent"] = await silent
    transport.close()
    return {"results": results, "asked": dict(names.asked)}


if __name__ == "__main__":
    _make_room(Path(sys.argv[1]))
    sys.stdout.write(json.dumps(asyncio.run(_attempt_all())))
    sys.stdout.flush()
