"""What it means for a person when a broker does not let us read."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from aiokafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError

from wirewatch.errors import WirewatchError

__all__ = ["ReadRefused", "explained"]


class ReadRefused(WirewatchError):  # noqa: N818 - says what happened
    """A topic can't be read, and waiting will not help."""

    @classmethod
    def by(cls, error: Exception, *, group: str | None, topics: Collection[str]) -> "ReadRefused":
        """Return what `error`, met while `topics` were read as a member of `group`, means."""
        if isinstance(error, GroupAuthorizationFailedError):
            return cls(f"the broker does not let us use the consumer group {group}: grant our user READ on it")
        named = ", ".join(sorted(topics))
        if isinstance(error, TopicAuthorizationFailedError):
            return cls(f"the broker does not let us read {named}: grant our user READ and DESCRIBE on each")
        return cls(f"{named} can't be read: {error!r}")


@contextmanager
def explained(*, group: str | None, topics: Collection[str]) -> Iterator[None]:
    """Turn what the client library raises in the context into `ReadRefused`."""
    try:
        yield
    except KafkaError as error:
        raise ReadRefused.by(error, group=group, topics=topics) from error
