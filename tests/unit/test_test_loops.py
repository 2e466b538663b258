"""The sockets of a loop that ends early: see tests/support/loops.py."""

import asyncio
import gc
import socket
import ssl

import pytest
import trustme


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
    assert not [str(each.message) for each in recwarn]


def test_an_encrypted_connection_goes_with_its_loop_before_the_other_side_has_said_good_bye(
    recwarn: pytest.WarningsRecorder,
) -> None:
    loop = asyncio.new_event_loop()
    ours, theirs = loop.run_until_complete(_both_ends_of_an_encrypted_connection())

    ours.close()
    theirs.close()
    loop.close()
    del ours, theirs
    gc.collect()

    assert not [str(each.message) for each in recwarn]


def test_a_socket_that_nobody_closed_is_still_a_leak() -> None:
    ours, theirs = socket.socketpair()
    loop = asyncio.new_event_loop()
    transport, _ = loop.run_until_complete(loop.create_connection(asyncio.Protocol, sock=ours))

    loop.close()
    del transport
    with pytest.warns(ResourceWarning, match="unclosed transport"):
        gc.collect()

    theirs.close()


async def _both_ends_of_an_encrypted_connection() -> tuple[asyncio.StreamWriter, asyncio.StreamWriter]:
    authority = trustme.CA()
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server_side)
    client_side = ssl.create_default_context()
    authority.configure_trust(client_side)
    accepted: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
    server = await asyncio.start_server(lambda _, writer: accepted.put_nowait(writer), "127.0.0.1", ssl=server_side)
    _, ours = await asyncio.open_connection(*server.sockets[0].getsockname(), ssl=client_side)
    theirs = await accepted.get()
    server.close()
    return ours, theirs
