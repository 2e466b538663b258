"""Where a webhook may not connect: each way to an internal address, with a listener there that sees no connection."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from tests.integration.webhook_parts import DELIVERY, SECRET, RawServer, local_poster, post, receiver_at

from wirewatch.adapters.webhook import ReceiverServer, WebhookPoster
from wirewatch.delivery import FailureKind, ReceiverError


@pytest.fixture
async def listener() -> AsyncIterator[RawServer]:
    async def never(_: object, __: object) -> None:
        await asyncio.Event().wait()

    async with RawServer(never) as server:
        yield server


class Names(AbstractResolver):
    """Resolves every name to the addresses of its turn, the last ones from then on."""

    def __init__(self, *turns: list[str]) -> None:
        self._turns = list(turns)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = self._turns.pop(0) if len(self._turns) > 1 else self._turns[0]
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in addresses
        ]

    async def close(self) -> None:
        return


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
    ],
)
async def test_no_spelling_of_this_machine_is_connected_to(listener: RawServer, host: str) -> None:
    async with WebhookPoster() as poster:
        result = await post(poster, f"http://{host}:{listener.port}/in?key=very-secret")
    assert result.failure is FailureKind.BLOCKED
    assert "very-secret" not in result.detail
    assert listener.connections == 0


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "1.2.3.4.", "0x7F.1"])
def test_number_that_c_libraries_take_for_an_address_is_no_receiver(host: str) -> None:
    with pytest.raises(ReceiverError, match="odd spelling"):
        receiver_at(f"http://{host}/")


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "0x7F.1"])
async def test_number_that_got_past_the_check_of_its_url_comes_to_nothing_all_the_same(
    listener: RawServer, host: str
) -> None:
    receiver = receiver_at("https://good.example/")
    object.__setattr__(receiver, "url", f"http://{host}:{listener.port}/")
    async with WebhookPoster() as poster:
        result = await poster.post(receiver, DELIVERY, (), datetime.now(UTC))
    assert result.failure in {FailureKind.BLOCKED, FailureKind.DNS, FailureKind.PROTOCOL}
    assert listener.connections == 0


@pytest.mark.parametrize("host", ["localhost.", "①②⑦.⓪.⓪.①", "127。0。0。1", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]"])
async def test_odd_spellings_come_to_nothing_one_way_or_another(listener: RawServer, host: str) -> None:
    async with WebhookPoster() as poster:
        result = await post(poster, f"http://{host}:{listener.port}/")
    assert result.failure in {FailureKind.BLOCKED, FailureKind.DNS, FailureKind.PROTOCOL}
    assert listener.connections == 0


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "10.0.0.1",
        "192.168.1.1",
        "[64:ff9b::a9fe:a9fe]",
        "[fe80::1%25eth0]",
        "[fd00::1]",
        "[fec0::1]",
    ],
)
async def test_internal_addresses_are_refused_without_waiting(host: str) -> None:
    async with WebhookPoster() as poster:
        result = await post(poster, f"http://{host}/latest/meta-data")
    assert result.failure is FailureKind.BLOCKED


async def test_user_name_that_looks_like_a_host_is_no_receiver(listener: RawServer) -> None:
    async with WebhookPoster() as poster:
        with pytest.raises(ReceiverError, match="user name"):
            await post(poster, f"http://good.example@127.0.0.1:{listener.port}/")


async def test_name_whose_only_address_is_internal_is_blocked(listener: RawServer) -> None:
    async with WebhookPoster(resolver=Names(["127.0.0.1"])) as poster:
        result = await post(poster, f"http://good.example:{listener.port}/")
    assert result.failure is FailureKind.BLOCKED
    assert listener.connections == 0


async def test_name_whose_second_address_is_internal_reaches_neither(listener: RawServer) -> None:
    """The first may be dialled and refuses, the second may not. That is worth a retry: the first may recover."""
    names = Names(["127.0.0.2", "127.0.0.1"])
    async with WebhookPoster(allowed_networks=(ip_network("127.0.0.2/32"),), resolver=names) as poster:
        result = await post(poster, f"http://good.example:{listener.port}/")
    assert result.failure is FailureKind.CONNECT
    assert listener.connections == 0


async def test_name_that_changes_to_an_internal_address_is_blocked(listener: RawServer) -> None:
    async with ReceiverServer([SECRET], host="127.0.0.2") as allowed:
        port = int(allowed.url.rsplit(":", 1)[1].rstrip("/"))
        names = Names(["127.0.0.2"], ["127.0.0.1"])
        async with WebhookPoster(allowed_networks=(ip_network("127.0.0.2/32"),), resolver=names) as poster:
            assert (await post(poster, f"http://good.example:{port}/")).failure is None
            result = await post(poster, f"http://good.example:{listener.port}/")
    assert result.failure is FailureKind.BLOCKED
    assert listener.connections == 0


async def test_network_that_the_operator_opens_is_connected_to() -> None:
    async with ReceiverServer([SECRET]) as server, local_poster() as poster:
        assert (await post(poster, server.url)).failure is None


async def test_opened_network_covers_its_mapped_spelling_and_nothing_more(listener: RawServer) -> None:
    async with WebhookPoster(allowed_networks=(ip_network("127.0.0.2/32"),)) as poster:
        result = await post(poster, f"http://127.0.0.1:{listener.port}/")
    assert result.failure is FailureKind.BLOCKED
    assert listener.connections == 0


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - to be refused
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "::1",
        "::",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
async def test_name_of_an_address_in_any_denied_range_is_blocked(listener: RawServer, address: str) -> None:
    """The same port is listened on at this machine's own addresses: whatever means it is seen."""
    async with WebhookPoster(resolver=Names([address])) as poster:
        result = await post(poster, f"http://good.example:{listener.port}/")
    assert result.failure is FailureKind.BLOCKED
    assert listener.connections == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_to_an_internal_address_is_not_followed(listener: RawServer, status: int) -> None:
    async with ReceiverServer([SECRET], host="127.0.0.2") as redirecting:
        redirecting.answer_with(status, {"location": f"http://127.0.0.1:{listener.port}/latest/meta-data"})
        async with WebhookPoster(allowed_networks=(ip_network("127.0.0.2/32"),)) as poster:
            result = await post(poster, redirecting.url)
    assert (result.status, result.failure) == (status, FailureKind.REDIRECT)
    assert len(redirecting.received) == 1
    assert listener.connections == 0


async def test_proxy_of_the_environment_is_not_used(listener: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{listener.port}")
    async with ReceiverServer([SECRET], host="127.0.0.2") as server, local_poster() as poster:
        assert (await post(poster, server.url)).failure is None
    assert listener.connections == 0


async def test_names_that_take_long_to_look_up_hold_up_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as the event loop's own threads, which would be all of them."""
    answer = threading.Event()
    look_up = socket.getaddrinfo

    def slow(host: Any, *rest: Any, **options: Any) -> Any:
        if str(host).endswith(".slow.example"):
            answer.wait(20)
            raise socket.gaierror(socket.EAI_AGAIN, "no name server answers")
        return look_up(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    try:
        async with ReceiverServer([SECRET]) as server, local_poster() as poster:
            port = server.url.rsplit(":", 1)[1]
            waiting = [asyncio.create_task(post(poster, f"http://n{number}.slow.example/")) for number in range(40)]
            async with asyncio.timeout(5):
                assert (await post(poster, f"http://localhost:{port}")).failure is None
            answer.set()
            assert {result.failure for result in await asyncio.gather(*waiting)} == {FailureKind.DNS}
    finally:
        answer.set()
