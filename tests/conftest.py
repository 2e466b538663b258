"""Fixtures for all tests: real Kafkas, an embedded one, and topics that no other test uses.

A test that needs a real Kafka, by a fixture of this file or by the marker `kafka`, is skipped where none can run, and
the end of the run says so; with `CI=true` in the environment it fails instead.
"""

import os
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, settings
from tests.support.kafka import KafkaBroker, KafkaCluster
from tests.support.kafka_install import KafkaMissing, find_kafka
from tests.support.loops import close_sockets_with_their_loops

from wirewatch.adapters.embedded import EmbeddedBroker
from wirewatch.routing import Topics

# A machine that is busy with something else is slow: that says nothing about an example.
settings.register_profile("busy-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy-machine")

close_sockets_with_their_loops()

_KAFKA_FIXTURES = frozenset({"kafka", "own_kafka", "kafka_cluster"})
_LONGEST_NAME = 60
_WITHOUT_KAFKA = "no real Kafka: "


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """The real broker that all tests share: use topics of your own (`topics`), and never stop it."""
    with _running(KafkaCluster(tmp_path_factory.mktemp("kafka"), security=True)) as cluster:
        yield cluster.brokers[0]


@pytest.fixture
def own_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """A real broker for one test, which may stop, kill and restart it."""
    with _running(KafkaCluster(tmp_path_factory.mktemp("own-kafka"))) as cluster:
        yield cluster.brokers[0]


@pytest.fixture
def kafka_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """Three real brokers for one test, which may stop, kill and restart any of them."""
    with _running(KafkaCluster(tmp_path_factory.mktemp("kafka-cluster"), brokers=3)) as cluster:
        yield cluster


@pytest.fixture
async def embedded_broker() -> AsyncIterator[EmbeddedBroker]:
    """The embedded broker, for one test; nothing about groups with several members can be tested on it."""
    async with EmbeddedBroker() as broker:
        yield broker


@pytest.fixture
def topic_prefix(request: pytest.FixtureRequest) -> str:
    """A prefix for this test's topics and groups, ending in a period, that nothing else has."""
    words = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:_LONGEST_NAME].strip("-")
    return f"{words}-{secrets.token_hex(3)}."


@pytest.fixture
def topics(topic_prefix: str) -> Topics:
    """Wirewatch's topics under this test's own prefix; none of them exists yet."""
    return Topics(prefix=topic_prefix)


@contextmanager
def _running(cluster: KafkaCluster) -> Iterator[KafkaCluster]:
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make chaos` ask for the whole of what `make test` runs a part of."""
    parser.addoption(
        "--chaos-articles",
        type=int,
        default=2_000,
        metavar="N",
        help="how many articles the chaos tests publish (default: %(default)s)",
    )


@pytest.fixture(scope="session")
def chaos_articles(pytestconfig: pytest.Config) -> int:
    """How many articles a chaos test publishes; its own shares and time limits follow from it."""
    return int(pytestconfig.getoption("--chaos-articles"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that uses a real Kafka's fixture, so that `-m 'not kafka'` leaves it out."""
    for item in items:
        if _KAFKA_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("kafka")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that needs a real Kafka where none can run; fail it in CI, where that hides a broken build."""
    if item.get_closest_marker("kafka") is None:
        return
    try:
        find_kafka()
    except KafkaMissing as missing:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(f"CI=true, but no real Kafka: {missing}", pytrace=False)
        pytest.skip(f"{_WITHOUT_KAFKA}{missing}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in red that the tests on a real Kafka did not run: a green end would look like more than it is."""
    reasons = (report.longrepr[2] for report in terminalreporter.getreports("skipped"))
    skipped = [reason for reason in reasons if _WITHOUT_KAFKA in reason]
    if skipped:
        terminalreporter.section("NOT TESTED ON A REAL KAFKA", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} tests were skipped: {skipped[0]}", red=True)
