"""A formatted alert as what is to be posted where."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from wirewatch.alert.delivery import Delivery
from wirewatch.delivery.formats.discord import discord_body
from wirewatch.delivery.formats.notice import Notice, notice_of
from wirewatch.delivery.formats.pagerduty import PAGERDUTY_EVENTS, pagerduty_body
from wirewatch.delivery.formats.slack import slack_body
from wirewatch.delivery.formats.teams import teams_body
from wirewatch.delivery.formats.telegram import telegram_body, telegram_url
from wirewatch.delivery.receiver import Receiver, ReceiverKind

__all__ = ["Formatted", "formatted"]


@dataclass(frozen=True, slots=True)
class Formatted:
    """Where to post and what; the repr leaves out what may hold a secret."""

    url: str = field(repr=False)
    body: bytes = field(repr=False)
    content_type: str = "application/json"


def formatted(receiver: Receiver, delivery: Delivery) -> Formatted:
    """Return `delivery` in the format of `receiver`, which is neither a webhook of ours nor e-mail.

    The same delivery gives the same bytes at every attempt.
    """
    body = _BODIES[receiver.kind](notice_of(delivery), receiver)
    return Formatted(_url(receiver), json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


_BODIES: Mapping[ReceiverKind, Callable[[Notice, Receiver], dict[str, Any]]] = MappingProxyType(
    {
        ReceiverKind.SLACK: lambda notice, _: slack_body(notice),
        ReceiverKind.DISCORD: lambda notice, _: discord_body(notice),
        ReceiverKind.TEAMS: lambda notice, _: teams_body(notice),
        ReceiverKind.TELEGRAM: lambda notice, receiver: telegram_body(notice, str(receiver.options["chat"])),
        ReceiverKind.PAGERDUTY: lambda notice, receiver: pagerduty_body(notice, str(receiver.options["routing_key"])),
    }
)


def _url(receiver: Receiver) -> str:
    match receiver.kind:
        case ReceiverKind.TELEGRAM:
            return telegram_url(receiver.url, str(receiver.options["token"]))
        case ReceiverKind.PAGERDUTY:
            return receiver.url or PAGERDUTY_EVENTS
        case _:
            return receiver.url
