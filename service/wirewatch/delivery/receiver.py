"""A receiver of webhooks: where it is, how to sign for it, and what it can take."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address
from types import MappingProxyType
from urllib.parse import SplitResult, urlsplit

from wirewatch.delivery.signing import SigningKey
from wirewatch.errors import WirewatchError

__all__ = [
    "DEFAULT_MAX_IN_FLIGHT",
    "DEFAULT_TIMEOUT_SECONDS",
    "BodyMode",
    "Order",
    "Receiver",
    "ReceiverError",
    "ReceiverKind",
    "check_header",
    "check_receiver_id",
    "check_url",
]

DEFAULT_TIMEOUT_SECONDS = 20.0
DEFAULT_MAX_IN_FLIGHT = 16

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
_FORBIDDEN_IN_URL = re.compile(r"[\s\\\x00-\x20\x7f-\x9f]")
_NUMERIC_HOST = re.compile(r"(?:[^:]*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")
"""No name ends in a number: what does is an address, in one of the many ways that C libraries read."""
_WEB_PORTS = frozenset({80, 443})
_FIRST_UNPRIVILEGED_PORT = 1_024
"""Below it are the ports of mail, files and terminals, which a POST could be made to talk to."""
_RESERVED_PREFIXES = ("webhook-", "ce-")
_RESERVED_HEADERS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "traceparent",
        "tracestate",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
    }
)


class ReceiverError(WirewatchError):
    """A receiver's definition can't be used; the message never holds its URL, its headers' values or a secret."""


class ReceiverKind(StrEnum):
    """What a receiver understands: our signed webhooks, or the format of a service that people use."""

    WEBHOOK = "webhook"
    SLACK = "slack"
    DISCORD = "discord"
    TEAMS = "teams"
    TELEGRAM = "telegram"
    EMAIL = "email"
    PAGERDUTY = "pagerduty"


class BodyMode(StrEnum):
    """How a webhook carries an alert."""

    STRUCTURED = "structured"
    """The whole CloudEvent as JSON."""
    BINARY = "binary"
    """The CloudEvent's attributes as `ce-*` headers, its data as the body."""
    STANDARD = "standard"
    """`{type, timestamp, data}`, as Standard Webhooks suggests."""


class Order(StrEnum):
    """What is kept in order."""

    NONE = "none"
    RULE = "rule"
    """The alerts of one rule: the next waits for the one before, be it for days."""


OptionValue = str | int | float | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom to post to; its URL, headers and secrets stay out of its repr.

    `secrets` are newest first, at least one for a webhook. `options` are what its kind needs, its secrets read.
    `rate_per_second` bounds the attempts begun; None for no bound. `retry_delays_seconds` are the installation's
    when None. `timeout_seconds` is for a whole attempt, from the look-up of the name to
    the end of the answer. `max_in_flight` bounds the attempts under way at once. Equal receivers behave the same.

    Raises:
        ReceiverError: a value won't do.
    """

    id: str
    url: str = field(repr=False)
    secrets: tuple[SigningKey, ...] = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    max_in_flight: int = DEFAULT_MAX_IN_FLIGHT
    allow_http: bool = False
    enabled: bool = True
    kind: ReceiverKind = ReceiverKind.WEBHOOK
    options: Mapping[str, OptionValue] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    rate_per_second: float | None = None
    order: Order = Order.NONE
    body: BodyMode = BodyMode.STRUCTURED
    retry_delays_seconds: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        check_receiver_id(self.id)
        if self.url or self.kind is ReceiverKind.WEBHOOK:
            check_url(self.url, allow_http=self.allow_http)
        if self.kind is ReceiverKind.WEBHOOK and not self.secrets:
            raise ReceiverError("a receiver needs at least one secret to sign with")
        for name, value in self.headers:
            check_header(name, value)
        if self.timeout_seconds <= 0 or self.max_in_flight < 1:
            raise ReceiverError("timeout_seconds must be above 0 and max_in_flight 1 or more")
        if self.rate_per_second is not None and self.rate_per_second <= 0:
            raise ReceiverError("rate_per_second must be above 0; leave it out for no limit")
        if self.secrets and self.secrets[0].until is not None:
            raise ReceiverError("the newest secret, the first of the list, can't have an end")

    @property
    def endpoint(self) -> str:
        """Where it is, in a form that may be shown: scheme, host and port, but nothing that may hold a password."""
        parts = urlsplit(self.url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def check_receiver_id(receiver_id: str) -> None:
    """Check an id: it is a Kafka key, a log field and a part of commands.

    Raises:
        ReceiverError: it is empty, too long or has other characters.
    """
    if not _ID.fullmatch(receiver_id):
        raise ReceiverError(
            "an id is 1 to 100 letters, digits, dots, hyphens and underscores, and starts with a letter or digit"
        )


def check_url(url: str, *, allow_http: bool) -> None:
    """Check what can be told of a URL without connecting; the address is checked when it is dialled.

    Raises:
        ReceiverError: it is no absolute https URL (or http, where that is allowed), or holds what it must not.
    """
    if _FORBIDDEN_IN_URL.search(url):
        raise ReceiverError("the URL has a space, a backslash or a control character in it; encode it or take it out")
    parts = _split(url)
    if parts.scheme not in ("https", "http"):
        raise ReceiverError("the URL must start with https://")
    if parts.scheme == "http" and not allow_http:
        raise ReceiverError("the URL is http, which anybody on the way can read; use https or set allow_http: true")
    if "@" in parts.netloc:
        raise ReceiverError("the URL has a user name or password in it; put credentials into a header from env or file")
    if not parts.hostname:
        raise ReceiverError("the URL has no host")
    if _NUMERIC_HOST.fullmatch(parts.hostname) and not _is_ipv4(parts.hostname):
        raise ReceiverError("the URL's host is an odd spelling of an address; write it as four numbers, or a name")
    if parts.fragment:
        raise ReceiverError("the URL has a #fragment, which is never sent; take it out")


def check_header(name: str, value: str) -> None:
    """Check a header that an operator adds to each request.

    Raises:
        ReceiverError: it is not a header, or one that only Wirewatch sets.
    """
    if not _HEADER_NAME.fullmatch(name):
        raise ReceiverError("a header's name is made of letters, digits and hyphens")
    if name.lower() in _RESERVED_HEADERS or name.lower().startswith(_RESERVED_PREFIXES):
        raise ReceiverError(f"the header {name.lower()} is set by Wirewatch; take it out")
    if not _HEADER_VALUE.fullmatch(value):
        raise ReceiverError(f"the value of the header {name.lower()} may hold only printable ASCII, on one line")


def _is_ipv4(host: str) -> bool:
    try:
        IPv4Address(host)
    except ValueError:
        return False
    return True


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ReceiverError("the URL is malformed: look at its host and port") from None
    if port == 0:
        raise ReceiverError("the URL's port is 0; give one from 1 to 65535")
    if port is not None and port < _FIRST_UNPRIVILEGED_PORT and port not in _WEB_PORTS:
        raise ReceiverError("the URL's port belongs to another service; use 443, 80 or one from 1024 to 65535")
    return parts
