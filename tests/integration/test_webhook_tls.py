"""Certificates that are to be trusted, and those that are not."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from tests.integration.webhook_parts import OK, RawServer, local_poster, post, read_request

from wirewatch.delivery import FailureKind


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(OK)
    await writer.drain()


def _served_with(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def _trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


async def test_trusted_certificate_is_delivered_to(authority: trustme.CA) -> None:
    tls = _served_with(authority.issue_cert("127.0.0.1"))
    async with (
        RawServer(_answer, scheme="https", tls=tls) as server,
        local_poster(ssl_context=_trusting(authority)) as poster,
    ):
        result = await post(poster, server.url, allow_http=False)
    assert (result.status, result.failure) == (200, None)


async def test_certificate_of_an_unknown_authority_is_refused(authority: trustme.CA) -> None:
    tls = _served_with(authority.issue_cert("127.0.0.1"))
    async with RawServer(_answer, scheme="https", tls=tls) as server, local_poster() as poster:
        result = await post(poster, server.url)
    assert result.failure is FailureKind.TLS
    assert "not to be trusted" in result.detail


async def test_certificate_for_another_name_is_refused(authority: trustme.CA) -> None:
    tls = _served_with(authority.issue_cert("hooks.example.org"))
    async with (
        RawServer(_answer, scheme="https", tls=tls) as server,
        local_poster(ssl_context=_trusting(authority)) as poster,
    ):
        result = await post(poster, server.url)
    assert result.failure is FailureKind.TLS
    assert "not valid for '127.0.0.1'" in result.detail


async def test_expired_certificate_is_refused(authority: trustme.CA) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    tls = _served_with(authority.issue_cert("127.0.0.1", not_after=yesterday))
    async with (
        RawServer(_answer, scheme="https", tls=tls) as server,
        local_poster(ssl_context=_trusting(authority)) as poster,
    ):
        result = await post(poster, server.url)
    assert result.failure is FailureKind.TLS
    assert result.detail == "the certificate is not to be trusted: certificate has expired"
