"""What smtplib raises, as a kind of failure, a status and words for a person that quote nothing of the server's."""

import os
import smtplib
import socket
import ssl

from wirewatch.adapters.smtp.connection import AddressRefusedError
from wirewatch.delivery import FailureKind

__all__ = ["failure_of"]


Failure = tuple[FailureKind, int | None, str]


def failure_of(error: Exception) -> Failure:
    """Return the kind of `error`, the server's reply code if there is one, and what to tell a person."""
    match error:
        case smtplib.SMTPException():
            return _of_the_conversation(error)
        case ssl.SSLError():
            return FailureKind.TLS, None, _of_tls(error)
        case OSError():
            return _of_the_network(error)
        case _:
            return FailureKind.UNEXPECTED, None, f"an unexpected {type(error).__name__}"


def _of_the_conversation(error: smtplib.SMTPException) -> Failure:
    match error:
        case smtplib.SMTPAuthenticationError():
            return FailureKind.STATUS, error.smtp_code, f"the mail server refused the login ({error.smtp_code})"
        case smtplib.SMTPRecipientsRefused():
            code = next((code for code, _ in error.recipients.values()), None)
            return FailureKind.STATUS, code, f"the mail server refused every recipient ({code})"
        case smtplib.SMTPResponseException() if error.smtp_code > 0:
            return FailureKind.STATUS, error.smtp_code, f"the mail server answered {error.smtp_code}"
        case smtplib.SMTPNotSupportedError():
            return FailureKind.TLS, None, "the mail server does not offer what is needed: STARTTLS, a login, or UTF-8"
        case smtplib.SMTPServerDisconnected():
            return FailureKind.RESET, None, "the connection broke before the mail was taken"
        case _:
            return FailureKind.PROTOCOL, None, "the mail server does not speak SMTP as it should"


def _of_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not to be trusted: {error.verify_message}"
    return "TLS could not be agreed on; are port and security right?"


def _of_the_network(error: OSError) -> Failure:
    match error:
        case AddressRefusedError():
            return (
                FailureKind.BLOCKED,
                None,
                "the address is internal or reserved; an operator can open its network with deliver.allow_networks",
            )
        case socket.gaierror():
            return FailureKind.DNS, None, "the host's name could not be resolved"
        case TimeoutError():
            return FailureKind.TIMEOUT, None, "the mail server did not answer in time"
        case ConnectionRefusedError():
            return FailureKind.CONNECT, None, "could not connect: refused"
        case ConnectionError():
            return FailureKind.RESET, None, "the connection broke before the mail was taken"
        case _:
            words = os.strerror(error.errno) if error.errno else "no address answered"
            return FailureKind.CONNECT, None, f"could not connect: {words}"
