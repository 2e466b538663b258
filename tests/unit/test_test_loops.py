"""The sockets of a loop that ends early: see tests/support/loops.py."""

import asyncio
import gc
import socket

import pytest


def test_a_socket_about_to_be_closed_goes_with_its_loop(recwarn: pytest.WarningsRecorder) -> None:
    ours, theirs = socket.socketpair()
    loop = asyncio.new_event_loop()
    transport, _ = loop.run_until_complete(loop.create_connection(asyncio.Protocol, sock=ours))

    transport.close()
    loop.close()
    del transport
    gc.collect()

    assert ours.fileno() == -1
    theirs.close()
    assert not recwarn.list
