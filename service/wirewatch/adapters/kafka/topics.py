"""Making the topics that are missing, and reading how those that are there are made."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, TopicAuthorizationFailedError, for_code

from wirewatch.adapters.kafka.clients import BrokerAway, KafkaClients
from wirewatch.adapters.kafka.reaching import why_unreachable
from wirewatch.errors import WirewatchError

__all__ = [
    "TopicSpec",
    "TopicsError",
    "ensure_topics",
    "partition_count",
    "require_equal_partitions",
    "topics_that_begin",
]

_SETTLE_SECONDS = 15.0


class TopicsError(WirewatchError):
    """Topics are missing and may not be or could not be created; all of them are named."""


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """How to make a topic that is not there; one that is stays as it is."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str] = field(default_factory=dict)


async def ensure_topics(clients: KafkaClients, specs: Sequence[TopicSpec], *, create: bool) -> tuple[str, ...]:
    """Create those of `specs` that are missing, wait until the cluster knows them, and return their names.

    Two processes may do so at once: who comes second finds the topic there.

    Raises:
        TopicsError: some are missing and `create` is false, or the broker refused to create them, with its reason.
        BrokerAway: the cluster went away, or has no controller at the moment.
    """
    async with _admin(clients) as admin:
        existing = set(await admin.list_topics())
        missing = [spec for spec in specs if spec.name not in existing]
        if missing and not create:
            names = ", ".join(spec.name for spec in missing)
            raise TopicsError(f"topics are missing and topics.create is off: {names}; create them or turn it on")
        if missing:
            await _create(admin, missing)
            await _settle(admin, {spec.name for spec in missing})
        return tuple(spec.name for spec in missing)


async def require_equal_partitions(clients: KafkaClients, topics: Sequence[str]) -> None:
    """Check that all of `topics` have equally many partitions.

    Raises:
        TopicsError: they have not, or one is missing; each is named with its count.
        BrokerAway: the cluster went away.
    """
    async with _admin(clients) as admin:
        described = await admin.describe_topics(list(topics))
    counts = {topic["topic"]: len(topic["partitions"]) for topic in described}
    if len(set(counts.values())) > 1 or 0 in counts.values():
        listed = ", ".join(f"{name}: {count}" for name, count in sorted(counts.items()))
        raise TopicsError(
            f"these topics must have equally many partitions, but have {listed}; add partitions to those with fewer"
        )


async def topics_that_begin(clients: KafkaClients, prefix: str) -> frozenset[str]:
    """Return the names of all topics there are that begin with `prefix`.

    Raises:
        BrokerAway: the cluster went away.
    """
    async with _admin(clients) as admin:
        return frozenset(name for name in await admin.list_topics() if name.startswith(prefix))


async def partition_count(clients: KafkaClients, topic: str) -> int:
    """Return how many partitions `topic` has.

    Raises:
        TopicsError: there is no such topic.
        BrokerAway: the cluster went away.
    """
    async with _admin(clients) as admin:
        (described,) = await admin.describe_topics([topic])
    if described["error_code"] != 0:
        raise TopicsError(f"could not read topic {topic}: {for_code(described['error_code']).__name__}")
    return len(described["partitions"])


@asynccontextmanager
async def _admin(clients: KafkaClients) -> AsyncIterator[AIOKafkaAdminClient]:
    """Give a connected client for as long as the context lasts, its errors as ours."""
    admin = clients.admin()
    try:
        await _connect(admin, clients)
        yield admin
    except (KafkaError, OSError) as error:
        if isinstance(error, KafkaError) and not error.retriable:
            raise TopicsError(f"could not look at or create topics: {error!r}") from error
        raise BrokerAway(f"the broker went away while topics were looked at or created: {error!r}") from error
    finally:
        await admin.close()


async def _connect(admin: AIOKafkaAdminClient, clients: KafkaClients) -> None:
    try:
        await admin.start()
    except (KafkaError, OSError) as error:
        raise BrokerAway(await why_unreachable(clients) or repr(error)) from error


async def _create(admin: AIOKafkaAdminClient, missing: Iterable[TopicSpec]) -> None:
    response = await admin.create_topics(
        [NewTopic(spec.name, spec.partitions, spec.replication, topic_configs=dict(spec.config)) for spec in missing]
    )
    refused = [
        (topic, for_code(code), message)
        for topic, code, message in response.topic_errors
        if code not in (0, TopicAlreadyExistsError.errno)
    ]
    if any(error.retriable for _, error, _ in refused):
        raise BrokerAway("the cluster can't create topics now: " + "; ".join(error.__name__ for _, error, _ in refused))
    if refused:
        raise TopicsError(_refusal(refused))


def _refusal(refused: Sequence[tuple[str, type[KafkaError], str | None]]) -> str:
    """Say why topics were refused, each reason once, and what to do."""
    reasons: dict[str, list[str]] = {}
    for topic, error, message in refused:
        reasons.setdefault((message or error.__name__).rstrip("."), []).append(topic)
    listed = "; ".join(f"{reason} ({', '.join(sorted(topics))})" for reason, topics in reasons.items())
    if any(error is TopicAuthorizationFailedError for _, error, _ in refused):
        remedy = "grant our user CREATE and DESCRIBE on them, or create them for us and let us DESCRIBE them"
    else:
        remedy = "topics.replication and topics.partitions set how they are made"
    return f"the broker refused to create topics: {listed}; {remedy}"


async def _settle(admin: AIOKafkaAdminClient, names: set[str]) -> None:
    """Wait until every name shows with leaders: a consumer that looks earlier may miss the topic for a while."""
    deadline = asyncio.get_running_loop().time() + _SETTLE_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        described = await admin.describe_topics(sorted(names))
        if all(topic["error_code"] == 0 and _has_leaders(topic) for topic in described):
            return
        await asyncio.sleep(0.1)
    raise TopicsError(f"created, but not ready after {_SETTLE_SECONDS:.0f} s: {', '.join(sorted(names))}")


def _has_leaders(topic: Mapping[str, Sequence[Mapping[str, int]]]) -> bool:
    return bool(topic["partitions"]) and all(partition["leader"] >= 0 for partition in topic["partitions"])
