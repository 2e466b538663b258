"""What the commands on deliveries share: which ones are meant, and how one is shown."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from wirewatch.bootstrap.deliveries import Kept, KeptAs
from wirewatch.cli.render import plain

__all__ = ["SINCE", "kept_options", "line_of"]

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_AGO = re.compile(r"([0-9]+(?:\.[0-9]+)?)([smhd])")


class _Since(click.ParamType):
    """A time, or how long ago it was."""

    name = "when"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the time; one without a zone is local."""
        if isinstance(value, datetime):
            return value
        ago = _AGO.fullmatch(value)
        if ago:
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: float(ago[1])})
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except ValueError:
            self.fail(f"{value!r} is no time; write one like 2026-03-01T12:00, or 90m, 6h, 2d ago", param, ctx)


SINCE = _Since()


def kept_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--failed`, `--parked`, `--receiver` and `--since`; the first two are passed as `kept_as`."""
    for option in (
        click.option("--since", type=SINCE, help="Only what was given up or parked since a time, or 90m, 6h, 2d ago."),
        click.option("--receiver", help="Only what is for this receiver."),
        click.option("--parked", "kept_as", flag_value=KeptAs.PARKED.value, help="Only what is parked."),
        click.option("--failed", "kept_as", flag_value=KeptAs.FAILED.value, help="Only what failed."),
    ):
        function = option(function)
    return function


def line_of(kept: Kept) -> str:
    """Return a line about a delivery."""
    delivery = kept.delivery
    why = " ".join(filter(None, (kept.said("reason"), kept.said("cause"), kept.said("status"))))
    attempts = f"{delivery.attempts} attempt{'' if delivery.attempts == 1 else 's'}"
    return plain(
        f"{kept.kept_as:6}  {kept.kept_at:%Y-%m-%dT%H:%M:%SZ}  {delivery.receiver}  {delivery.alert_id}  "
        f"{attempts}  {why}"
    )
