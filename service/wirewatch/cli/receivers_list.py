"""`wirewatch receivers list`: who gets alerts, and how they are doing."""

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from wirewatch.bootstrap.receivers import KnownReceivers, known_receivers
from wirewatch.cli.options import config_option, reachable_clients, settings_from
from wirewatch.config import Settings, reference_reader
from wirewatch.delivery import ReceiverError, ReceiverSpec, ReceiverState, ReceiverStatus, SecretError

__all__ = ["command", "shown_state"]


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line for each instead.")
@config_option
def command(config: Path | None, *, as_json: bool) -> None:
    """Print the receivers of the service, and how each is doing.

    No secret is printed, nor any part of a URL behind its host.
    """
    known = asyncio.run(_known(settings_from(config)))
    now = datetime.now(UTC)
    for line in _json_lines(known) if as_json else _lines(known, now):
        click.echo(line)


async def _known(settings: Settings) -> KnownReceivers:
    clients = await reachable_clients(settings)
    return await known_receivers(clients, settings.topic_names())


def shown_state(spec: ReceiverSpec, state: ReceiverState, now: datetime) -> str:
    """Return in a few words how a receiver is doing."""
    if not spec.enabled:
        return "disabled (by its definition)"
    match state.status:
        case ReceiverStatus.DISABLED:
            return f"disabled ({state.disabled_reason})"
        case ReceiverStatus.FAILING:
            since = f" since {state.failing_since:%Y-%m-%d %H:%M}Z" if state.failing_since else ""
            shown = f"failing{since}"
        case _:
            shown = "active"
    paused = state.paused_until is not None and state.paused_until > now
    return f"{shown}, paused until {state.paused_until:%Y-%m-%d %H:%M:%S}Z" if paused else shown


def _lines(known: KnownReceivers, now: datetime) -> Iterator[str]:
    rows = [
        (spec.id, spec.kind.value, shown_state(spec, known.state(spec.id), now), _where(spec))
        for spec in sorted(known.specs.values(), key=lambda each: each.id)
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for row in rows:
        yield "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3])).rstrip()
    for receiver_id, problem in sorted(known.unreadable.items()):
        yield f"{receiver_id}: not a receiver: {problem}"
    if not rows and not known.unreadable:
        yield "no receivers; bring some with wirewatch receivers apply"


def _json_lines(known: KnownReceivers) -> Iterator[str]:
    for spec in sorted(known.specs.values(), key=lambda each: each.id):
        shown: dict[str, Any] = {
            "id": spec.id,
            "kind": spec.kind.value,
            "endpoint": _where(spec),
            "enabled": spec.enabled,
            **known.state(spec.id).model_dump(mode="json", exclude_none=True),
        }
        yield json.dumps(shown, ensure_ascii=False)


def _where(spec: ReceiverSpec) -> str:
    """Return where it is without what may be a secret; nothing when that can't be told here."""
    if "host" in spec.options:
        return str(spec.options["host"])
    try:
        receiver = spec.resolve(reference_reader(os.environ))
    except (ReceiverError, SecretError):
        stated = spec.url if isinstance(spec.url, str) and "@" not in spec.url else ""
        return "/".join(stated.split("/", 3)[:3])
    return receiver.endpoint if receiver.url else ""
