"""What every role is to the service that runs it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from wirewatch.ports import Lag

__all__ = ["PartitionLag", "Role", "RoleName", "lags_of"]


class RoleName(StrEnum):
    """The roles, in the order of the data."""

    MATCH = "match"
    ALERT = "alert"
    DELIVER = "deliver"


@dataclass(frozen=True, slots=True)
class PartitionLag:
    """The lag of one partition that a role holds; not steady where messages wait for their time by design."""

    topic: str
    partition: int
    lag: Lag
    is_steady: bool = True


class Role(Protocol):
    """One stage at work: `run` until `stop` is set, then finish what is in hand, commit and return."""

    @property
    def name(self) -> RoleName:
        """Which one."""
        ...

    async def run(self, stop: asyncio.Event) -> None:
        """Work; raises a WirewatchError when the role can't go on."""
        ...

    def not_ready(self) -> str | None:
        """Return why the role can't take work now, or None when it can."""
        ...

    def remark(self) -> str | None:
        """Return what an operator should know of a role that takes work, or None when all is well."""
        ...

    def lags(self) -> tuple[PartitionLag, ...]:
        """Return the lag of every partition held where it is known."""
        ...


def lags_of(topic: str, lags: Mapping[int, Lag]) -> tuple[PartitionLag, ...]:
    """Name the topic of a consumer of one topic."""
    return tuple(PartitionLag(topic, partition, lag) for partition, lag in lags.items())
