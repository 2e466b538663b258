"""What aiohttp raises, as a kind of failure and words for a person that hold no URL, header or secret."""

import os
import ssl

import aiohttp
from aiohttp.http import HttpProcessingError

from wirewatch.adapters.webhook.connecting import Dials
from wirewatch.delivery import FailureKind

__all__ = ["failure_of"]


def failure_of(error: Exception, dials: Dials) -> tuple[FailureKind, str]:  # noqa: PLR0911 - a table, a line each
    """Return the kind of `error`, raised by an attempt that dialled `dials`, and what to tell a person.

    aiohttp's own words are not used where they could quote what a receiver sent or where it is.
    """
    match error:
        case aiohttp.ClientConnectorDNSError():
            return FailureKind.DNS, "the host's name could not be resolved"
        case aiohttp.ClientConnectorCertificateError():
            return FailureKind.TLS, _certificate_problem(error.certificate_error)
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return FailureKind.TLS, "TLS could not be agreed on; is this an https port?"
        case aiohttp.ClientConnectorError() if dials.all_refused:
            return FailureKind.BLOCKED, (
                "the address is internal or reserved; an operator can open its network with deliver.allow_networks"
            )
        case aiohttp.ClientConnectorError():
            return FailureKind.CONNECT, f"could not connect: {_system_words(error.os_error)}"
        case aiohttp.ClientPayloadError() | aiohttp.ServerDisconnectedError() | ConnectionError():
            return FailureKind.RESET, "the connection broke before the answer was complete"
        case aiohttp.ClientResponseError() | HttpProcessingError():
            return FailureKind.PROTOCOL, "the answer is not valid HTTP"
        case aiohttp.InvalidURL():
            return FailureKind.PROTOCOL, "the receiver's URL can't be requested"
        case aiohttp.ClientOSError() | OSError():
            return FailureKind.RESET, f"the connection failed: {_system_words(error)}"
        case _:
            return FailureKind.UNEXPECTED, f"an unexpected {type(error).__name__}"


def _system_words(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno is not None and error.errno > 0 else "no address answered"


def _certificate_problem(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not to be trusted: {error.verify_message}"
    return "the certificate is not to be trusted"
