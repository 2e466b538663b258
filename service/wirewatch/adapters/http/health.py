"""A check: whether one part of the process is all right, and if not, why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["Check", "Checks"]


@dataclass(frozen=True, slots=True)
class Check:
    """The state of one part.

    `reason` is for a person and says why it is not `ok`, or what is to be looked after although it is.
    """

    ok: bool
    reason: str = ""


Checks = Callable[[], Mapping[str, Check]]
"""Asked at each request; must be quick and must not wait for anything."""
