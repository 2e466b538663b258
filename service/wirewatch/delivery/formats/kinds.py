"""What a receiver of each kind needs beside what all have."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from wirewatch.delivery.receiver import OptionValue, Receiver, ReceiverError, ReceiverKind

__all__ = ["KIND_OPTIONS", "KindOption", "SmtpSecurity", "check_kind"]

SmtpSecurity = ("starttls", "tls", "none")
"""How the way to a mail server is protected: upgraded, from the first byte, or not at all."""

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[A-Za-z0-9.-]+")
_NAMED_ADDRESS = re.compile(r"[^<>@,;:\"()\[\]\\\r\n]* ?<(?P<address>[^<>]+)>")
_HOST = re.compile(r"[A-Za-z0-9:]([A-Za-z0-9.:-]*[A-Za-z0-9])?\.?")
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_CHAT = re.compile(r"-?[0-9]+|@[A-Za-z0-9_]+")
_ROUTING_KEY = re.compile(r"[A-Za-z0-9]{32}")


@dataclass(frozen=True, slots=True)
class KindOption:
    """A key of receivers of one kind; a secret one must be a reference. `is_list` takes one text or several."""

    name: str
    required: bool = True
    secret: bool = False
    is_list: bool = False
    is_integer: bool = False


KIND_OPTIONS: Mapping[ReceiverKind, tuple[KindOption, ...]] = MappingProxyType(
    {
        ReceiverKind.WEBHOOK: (),
        ReceiverKind.SLACK: (),
        ReceiverKind.DISCORD: (),
        ReceiverKind.TEAMS: (),
        ReceiverKind.TELEGRAM: (KindOption("token", secret=True), KindOption("chat")),
        ReceiverKind.PAGERDUTY: (KindOption("routing_key", secret=True),),
        ReceiverKind.EMAIL: (
            KindOption("host"),
            KindOption("port", required=False, is_integer=True),
            KindOption("security", required=False),
            KindOption("username", required=False),
            KindOption("password", required=False, secret=True),
            KindOption("from"),
            KindOption("to", is_list=True),
        ),
    }
)


def check_kind(receiver: Receiver) -> None:
    """Check what the kind of `receiver` needs.

    Raises:
        ReceiverError: something is missing or won't do; secrets are not quoted.
    """
    options = receiver.options
    for option in KIND_OPTIONS[receiver.kind]:
        if option.required and not options.get(option.name):
            raise ReceiverError(f"a receiver of the kind {receiver.kind} needs {option.name}")
    match receiver.kind:
        case ReceiverKind.SLACK | ReceiverKind.DISCORD | ReceiverKind.TEAMS if not receiver.url:
            raise ReceiverError(f"a receiver of the kind {receiver.kind} needs the url of its webhook")
        case ReceiverKind.TELEGRAM:
            _fits(_TOKEN, options["token"], "token is the bot's, such as 123456:ABC-DEF")
            _fits(_CHAT, options["chat"], "chat is a number in quotes, such as '-1001234567890', or a channel's @name")
        case ReceiverKind.PAGERDUTY:
            _fits(_ROUTING_KEY, options["routing_key"], "routing_key is the integration's key: 32 letters and digits")
        case ReceiverKind.EMAIL:
            _check_email(options)
        case _:
            pass


def _check_email(options: Mapping[str, OptionValue]) -> None:
    _fits(_HOST, options["host"], "host is the mail server's name, without a scheme or port")
    security = options.get("security", "starttls")
    if security not in SmtpSecurity:
        raise ReceiverError(f"security is one of {', '.join(SmtpSecurity)}")
    if bool(options.get("username")) != bool(options.get("password")):
        raise ReceiverError("username and password belong together; give both or neither")
    if security == "none" and options.get("password"):
        raise ReceiverError("a password would be sent in the clear; use security: starttls or tls")
    recipients = options["to"]
    for address in (options["from"], *(recipients if isinstance(recipients, tuple) else (recipients,))):
        named = _NAMED_ADDRESS.fullmatch(str(address))
        _fits(_ADDRESS, named["address"] if named else address, "from and to are addresses such as desk@example.org")


def _fits(pattern: re.Pattern[str], value: OptionValue, what: str) -> None:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ReceiverError(what)
