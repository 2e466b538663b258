"""The sockets of a loop that ends early: see tests/support/loops.py."""

import asyncio
import gc
import socket

import pytest


def test_a_socket_about_to_be_closed_goes_with_its_loop(recwarn: pytest.WarningsRecorder) -> None:
    ours, theirs = socket.socketpair()
    loop = asyncio.new_event_loop()

    async def ask_to_close_and_end_at_once() -> None:
        transport, _ = await loop.create_connection(asyncio.Protocol, sock=ours)
        loop.stop()
        transport.close()

    with pytest.raises(RuntimeError, match="stopped before"):
        loop.run_until_complete(ask_to_close_and_end_at_once())
    loop.close()
    gc.collect()

    assert ours.fileno() == -1
    theirs.close()
    assert not recwarn.list
