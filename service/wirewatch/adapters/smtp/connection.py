"""A connection to a mail server that goes only where it may, and that can be ended from another thread."""

import contextlib
import smtplib
import socket
import ssl
import threading
from dataclasses import dataclass, field
from email.utils import parseaddr

from wirewatch.delivery import AddressPolicy

__all__ = ["AddressRefusedError", "Line", "connected"]

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class AddressRefusedError(OSError):
    """The server has addresses, and none is one that may be connected to."""


@dataclass(slots=True)
class Line:
    """Dials for one attempt, checking the very address that is dialled; `end` breaks off whatever it is doing."""

    policy: AddressPolicy
    timeout_seconds: float
    _socket: socket.socket | None = None
    _ended: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def dial(self, host: str, port: int) -> socket.socket:
        """Return a connection to the first address of `host` that takes one.

        Raises:
            AddressRefusedError: no address of it may be connected to.
            OSError: the name has no address, or none answers.
        """
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        permitted = [info for info in found if self.policy.permits(str(info[4][0]))]
        if not permitted:
            raise AddressRefusedError
        problem = OSError("no address answered")
        for family, kind, protocol, _, address in permitted:
            connecting = socket.socket(family, kind, protocol)
            connecting.settimeout(self.timeout_seconds)
            try:
                self._hold(connecting)
                connecting.connect(address)
            except OSError as error:
                connecting.close()
                problem = error
            else:
                return connecting
        raise problem

    def end(self) -> None:
        """Break the connection, and let none be made any more; from any thread."""
        with self._lock:
            self._ended = True
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)

    def _hold(self, connecting: socket.socket) -> None:
        with self._lock:
            if self._ended:
                raise TimeoutError
            self._socket = connecting


def connected(
    line: Line, host: str, port: int | None, security: str, *, sender: str, tls: ssl.SSLContext
) -> smtplib.SMTP:
    """Return a session with the server, encrypted as `security` says; it greets by the sender's domain.

    Raises:
        OSError: no connection, or no TLS.
        smtplib.SMTPException: the server does not speak SMTP, or offers no TLS.
    """
    name = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    session = (
        _TlsSession(line, name, line.timeout_seconds, tls)
        if security == "tls"
        else _Session(line, name, line.timeout_seconds)
    )
    session.named(host)
    try:
        _greet(session, host, port or _PORTS[security])
        if security == "starttls":
            session.starttls(context=tls)
    except BaseException:
        session.close()
        raise
    return session


def _greet(session: smtplib.SMTP, host: str, port: int) -> None:
    code, _ = session.connect(host, port)
    if code != 220:  # noqa: PLR2004 - SMTP's greeting
        raise smtplib.SMTPConnectError(code, "")


class _Session(smtplib.SMTP):
    """A session whose socket comes from a `Line`."""

    def __init__(self, line: Line, name: str, timeout_seconds: float) -> None:
        self._line = line
        super().__init__(local_hostname=name, timeout=timeout_seconds)

    def named(self, host: str) -> None:
        """Know the name that the certificate must have; smtplib itself learns it only in its constructor."""
        self._host = host

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002 - the Line has its own
        return self._line.dial(host, port)


class _TlsSession(_Session):
    """The same, encrypted from the first byte."""

    def __init__(self, line: Line, name: str, timeout_seconds: float, tls: ssl.SSLContext) -> None:
        self._tls = tls
        super().__init__(line, name, timeout_seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        try:
            return self._tls.wrap_socket(plain, server_hostname=host)
        except OSError:
            plain.close()
            raise
