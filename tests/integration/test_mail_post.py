"""Alerts by e-mail, to a real mail server on this machine: what arrives, and the facts of every way to fail."""

import asyncio
import ssl
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from ipaddress import ip_network
from types import MappingProxyType
from typing import Any

import pytest
import trustme
from tests.support.mail import MailServer

from wirewatch.adapters.smtp import MailPoster
from wirewatch.bootstrap.sample import sample_delivery
from wirewatch.delivery import AttemptResult, FailureKind, Receiver, ReceiverKind

LOOPBACK = (ip_network("127.0.0.0/8"),)
DELIVERY = sample_delivery("desk", "mail", datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def client_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def _receiver(server: MailServer, **options: Any) -> Receiver:
    given = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "from": "Wirewatch <w@example.org>",
        "to": ("a@example.org", "b@example.org"),
        **options,
    }
    return Receiver("desk", "", (), kind=ReceiverKind.EMAIL, options=MappingProxyType(given), timeout_seconds=10)


async def _post(receiver: Receiver, tls: ssl.SSLContext | None = None, **options: Any) -> AttemptResult:
    async with MailPoster(**{"allowed_networks": LOOPBACK, "ssl_context": tls, **options}) as poster:
        return await poster.post(receiver, DELIVERY, (), datetime.now(UTC))


async def test_a_mail_arrives_whole_at_all_recipients() -> None:
    async with MailServer() as server:
        result = await _post(_receiver(server))
    assert (result.failure, result.status) == (None, 250)
    (mail,) = server.taken
    assert mail.recipients == ("a@example.org", "b@example.org")
    message = message_from_bytes(mail.data, policy=SMTP)
    assert message["Message-ID"] == "<test_mail@example.org>"
    assert message["Subject"] == "[low] Test: A sample from Wirewatch: the harbour is open"


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_mail_and_its_login_go_encrypted(
    security: str, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async with MailServer(server_tls, tls_at_once=security == "tls") as server:
        receiver = _receiver(server, security=security, username="me", password="made-up")
        result = await _post(receiver, client_tls)
    assert result.failure is None
    assert server.taken[0].is_encrypted
    assert b64decode(server.login.removeprefix("AUTH PLAIN ")) == b"\0me\0made-up"


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_server_that_can_not_be_trusted_gets_nothing(security: str, server_tls: ssl.SSLContext) -> None:
    async with MailServer(server_tls, tls_at_once=security == "tls") as server:
        result = await _post(_receiver(server, security=security, username="me", password="made-up"))
    assert result.failure is FailureKind.TLS
    assert (server.login, server.taken) == ("", [])


async def test_a_server_that_takes_encryption_away_gets_nothing() -> None:
    async with MailServer() as server:
        result = await _post(_receiver(server, security="starttls", username="me", password="made-up"))
    assert result.failure is FailureKind.TLS
    assert (server.login, server.taken) == ("", [])


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "localhost", "0x7f000001", "127.1"])
async def test_an_internal_server_is_never_connected_to(host: str) -> None:
    async with MailServer() as server:
        result = await _post(_receiver(server, host=host), allowed_networks=())
    assert result.failure is FailureKind.BLOCKED
    assert server.connections == 0


@pytest.mark.parametrize(
    ("replies", "failure", "status"),
    [
        ({"CONNECT": b"554 go away"}, FailureKind.STATUS, 554),
        ({"CONNECT": b"HTTP/1.1 400 Bad Request"}, FailureKind.PROTOCOL, None),
        ({"CONNECT": b""}, FailureKind.RESET, None),
        ({"AUTH": b"535 wrong password for secret-user"}, FailureKind.STATUS, 535),
        ({"MAIL": b"451 later"}, FailureKind.STATUS, 451),
        ({"RCPT": b"550 nobody here"}, FailureKind.STATUS, 550),
        ({"RCPT TO:<B@": b"451 later"}, FailureKind.STATUS, 451),
        ({"RCPT TO:<B@": b"550 nobody here"}, None, 250),
        ({"DATA": b"554 spam"}, FailureKind.STATUS, 554),
        ({"MESSAGE": b"552 too large"}, FailureKind.STATUS, 552),
        ({"MESSAGE": b""}, FailureKind.RESET, None),
        ({"QUIT": b""}, None, 250),
    ],
)
async def test_every_way_to_fail_is_told_apart_and_nothing_of_the_servers_is_quoted(
    replies: dict[str, bytes | None],
    failure: FailureKind | None,
    status: int | None,
    server_tls: ssl.SSLContext,
    client_tls: ssl.SSLContext,
) -> None:
    async with MailServer(server_tls, replies=replies) as server:
        result = await _post(_receiver(server, security="starttls", username="me", password="made-up"), client_tls)
    assert (result.failure, result.status) == (failure, status)
    assert "secret-user" not in result.detail


@pytest.mark.parametrize("where", ["CONNECT", "EHLO", "MAIL", "MESSAGE"])
async def test_a_server_that_hangs_costs_no_more_than_the_attempts_time(where: str) -> None:
    async with MailServer(replies={where: None}) as server:
        started = asyncio.get_running_loop().time()
        result = await _post(replace(_receiver(server), timeout_seconds=0.3))
    assert result.failure is FailureKind.TIMEOUT
    assert asyncio.get_running_loop().time() - started < 5


async def test_nobody_listening_is_a_failure_to_connect() -> None:
    async with MailServer() as server:
        receiver = _receiver(server)
    assert (await _post(receiver)).failure is FailureKind.CONNECT


async def test_a_name_without_an_address_is_a_failure_of_dns() -> None:
    async with MailServer() as server:
        result = await _post(_receiver(server, host="no-such-host.invalid"))
    assert result.failure is FailureKind.DNS
