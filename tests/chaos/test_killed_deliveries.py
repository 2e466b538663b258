"""No delivery is lost when workers are killed at any moment: each is delivered or kept as failed, under its own id."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.support.kafka import KafkaBroker
from tests.support.running import ready
from tests.support.service import SECRET, Installation, ServiceProcess

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher, TopicReader
from wirewatch.adapters.webhook import Answer, ReceivedWebhook, ReceiverServer
from wirewatch.delivery import Delivery, read_secret
from wirewatch.ports import KafkaConnection, Record
from wirewatch.routing import Topics

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]

_RULES = 7
_RECEIVERS = ("steady", "ordered", "flaky", "dead")
_SETTINGS = {"WIREWATCH_DELIVER__RETRY_DELAYS_SECONDS": "1,2"}
_SETTLE_SECONDS = 120.0


def _deliveries(count: int) -> list[Delivery]:
    return [
        Delivery(
            alert_id=f"alr_{number}",
            receiver=_RECEIVERS[number % len(_RECEIVERS)],
            alert={"specversion": "1.0", "id": f"alr_{number}", "subject": f"rule-{number % _RULES}", "data": {}},
            created_at=datetime.now(UTC),
        )
        for number in range(count)
    ]


def _receivers_file(folder: Path, url: str) -> Path:
    file = folder / "four.yaml"
    common = {"allow_http": True, "secret": {"env": "TEST_SECRET"}}
    entries = [{"id": name, "url": f"{url}{name}", **common} for name in _RECEIVERS]
    entries[_RECEIVERS.index("ordered")]["order"] = "rule"
    file.write_text(json.dumps({"receivers": entries}), "utf-8")
    return file


class _Answers:
    """The dead receiver refuses everything, the flaky and the ordered one now and then."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.accepted: dict[str, list[str]] = {name: [] for name in _RECEIVERS}
        self.bodies: dict[str, set[bytes]] = {}

    async def __call__(self, webhook: ReceivedWebhook) -> Answer:
        number = int(webhook.webhook_id.removeprefix("alr_"))
        name = _RECEIVERS[number % len(_RECEIVERS)]
        self.bodies.setdefault(webhook.webhook_id, set()).add(webhook.body)
        assert webhook.is_verified, webhook.problem
        share = {"dead": 1.0, "flaky": 0.2, "ordered": 0.01, "steady": 0.0}[name]
        if self._chance.random() < share:
            return Answer(500)
        self.accepted[name].append(webhook.webhook_id)
        return Answer(204)


@pytest.mark.timeout(900)
async def test_delivered_and_failed_are_all_that_was_accepted_whoever_is_killed_when(
    own_kafka: KafkaBroker, topics: Topics, tmp_path: Path, chaos_articles: int, capsys: pytest.CaptureFixture[str]
) -> None:
    deliveries = _deliveries(max(chaos_articles // 4, 400))
    chance = random.Random(5)  # noqa: S311 - a schedule that can be repeated
    answers = _Answers(chance)
    async with ReceiverServer([read_secret(SECRET)]) as server:
        server.respond_with(answers)
        installation = Installation(tmp_path, bootstrap=own_kafka.bootstrap, prefix=topics.prefix, receiver_url=None)
        applied = await asyncio.to_thread(
            installation.command_here, "receivers", "apply", str(_receivers_file(tmp_path, server.url))
        )
        assert applied.returncode == 0, applied.stderr
        workers = [installation.run("--role", "deliver", **_SETTINGS) for _ in range(2)]
        clients = KafkaClients(KafkaConnection(bootstrap=(own_kafka.bootstrap,)))
        failed = _Failed(clients, topics)
        try:
            await ready(*workers)
            await failed.start()
            async with asyncio.TaskGroup() as tasks:
                kills = max(len(deliveries) // 500, 3)
                tasks.create_task(_publish(deliveries, clients, topics, waves=20 * kills))
                tasks.create_task(_kill_at_random(installation, workers, chance, kills=kills))
            expected = {each.alert_id for each in deliveries}
            try:
                async with asyncio.timeout(_SETTLE_SECONDS):
                    while not _settled(answers) | failed.ids() >= expected:
                        await failed.look()
            except TimeoutError:
                missing = sorted(expected - _settled(answers) - failed.ids())
                tails = "\n".join(worker.log_tail() for worker in workers)
                pytest.fail(f"{len(missing)} deliveries are nowhere: {missing[:20]}\n{tails}")
        finally:
            await failed.stop()
            codes = await asyncio.to_thread(lambda: [worker.stop() for worker in workers])
    assert codes == [0, 0]
    assert _settled(answers) | failed.ids() == expected
    dead = {each.alert_id for each in deliveries if each.receiver == "dead"}
    assert failed.ids() >= dead, "what a dead receiver refused is kept"
    assert all(len(bodies) == 1 for bodies in answers.bodies.values()), "every attempt posts the same bytes"
    _check_order(answers.accepted["ordered"])
    counts = Counter(each for accepted in answers.accepted.values() for each in accepted)
    with capsys.disabled():
        print(  # noqa: T201 - the figures are what a person runs it for
            f"\n{len(deliveries)} deliveries, workers killed: {len(counts)} delivered, {len(failed.ids())} failed, "
            f"{counts.total() - len(counts)} repeated under the same id"
        )


class _Failed:
    """What is kept on the failed topic."""

    def __init__(self, clients: KafkaClients, topics: Topics) -> None:
        self._reader = TopicReader(clients, topics.deliveries_failed)
        self._found: set[str] = set()

    async def start(self) -> None:
        await self._reader.start()

    async def stop(self) -> None:
        await self._reader.stop()

    async def look(self) -> None:
        self._found.update(Delivery.decode(each.value or b"").alert_id for each in await self._reader.changes())

    def ids(self) -> set[str]:
        return self._found


def _settled(answers: _Answers) -> set[str]:
    return {each for accepted in answers.accepted.values() for each in accepted}


def _check_order(accepted: Sequence[str]) -> None:
    """Repeats aside (the first arrival of each counts), every rule's alerts came in their order."""
    firsts = [int(each.removeprefix("alr_")) for each in dict.fromkeys(accepted)]
    for rule in range(_RULES):
        of_rule = [number for number in firsts if number % _RULES == rule]
        assert of_rule == sorted(of_rule), f"rule-{rule}"


async def _publish(deliveries: Sequence[Delivery], clients: KafkaClients, topics: Topics, *, waves: int) -> None:
    """Publish for as long as workers are killed, so that each kill falls into the middle of work."""
    publisher = KafkaPublisher(clients, "deliveries")
    await publisher.start()
    size = -(-len(deliveries) // waves)
    try:
        for first in range(0, len(deliveries), size):
            wave = deliveries[first : first + size]
            await publisher.publish([Record(topics.deliveries, each.receiver.encode(), each.encode()) for each in wave])
            await asyncio.sleep(0.3)
    finally:
        await publisher.stop()


async def _kill_at_random(
    installation: Installation, workers: list[ServiceProcess], chance: random.Random, *, kills: int
) -> None:
    """Kill one of the workers again and again, a moment after it or the other is ready."""
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(0.1, 2.0))
        number = chance.randrange(len(workers))
        await asyncio.to_thread(workers[number].kill)
        workers[number] = await asyncio.to_thread(lambda: installation.run("--role", "deliver", **_SETTINGS))
        await ready(workers[number])
