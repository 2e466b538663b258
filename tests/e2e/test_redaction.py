"""What nobody may read: URLs, headers and secrets, in whatever a worker that delivers in vain writes and answers."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.support.kafka import KafkaBroker
from tests.support.kafka_client import read_topic
from tests.support.ports import free_ports
from tests.support.running import until
from tests.support.service import SECRET, Installation

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher
from wirewatch.adapters.webhook import Answer, ReceivedWebhook, ReceiverServer
from wirewatch.bootstrap.sample import sample_delivery
from wirewatch.delivery import read_secret
from wirewatch.ports import Record
from wirewatch.routing import Topics

pytestmark = pytest.mark.kafka

WORD = "very-secret"
REFERENCES = {
    "URL_NOBODY": f"https://nobody.invalid/{WORD}?key={WORD}",
    "URL_BLOCKED": f"https://10.0.0.1/{WORD}?key={WORD}",
    "KEY_HEADER": f"Bearer {WORD}",
    "URL_CHAT": f"https://chat.invalid/services/{WORD}",
}


async def test_no_url_header_or_secret_reaches_a_log_a_metric_an_answer_or_another_topic(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    async with ReceiverServer([read_secret(SECRET)]) as server:
        server.respond_with(_redirect)
        receivers = list(_receivers(server.url))
        installation = Installation(tmp_path, bootstrap=kafka.bootstrap, prefix=topics.prefix, receiver_url=None)
        installation.env |= {**REFERENCES, "WIREWATCH_DELIVER__RETRY_DELAYS_SECONDS": "1"}
        installation.env["WIREWATCH_LOG__LEVEL"] = "debug"
        (tmp_path / "all.yaml").write_text(json.dumps({"receivers": receivers}), "utf-8")
        shown = [await _output(installation, "receivers", "apply", str(tmp_path / "all.yaml"))]
        # Only where the workers run: apply would have refused it.
        worker = installation.run("--role", "deliver", URL_WRONG=f"https://someone:{WORD}@host.invalid/")
        try:
            await until(worker.is_ready)
            await _deliver(kafka, topics, [str(each["id"]) for each in receivers])
            given_up = 'wirewatch_deliveries_total{outcome="%s"}'
            await until(lambda: worker.metric(given_up % "exhausted") == len(receivers) - 2)
            await until(lambda: worker.metric(given_up % "blocked") == 1)
            await until(lambda: worker.metric(given_up % "receiver_unusable") == 1)
            shown += [worker.get(path)[1] for path in ("/metrics", "/readyz", "/livez")]
        finally:
            await asyncio.to_thread(worker.stop)
    shown.append(await asyncio.to_thread(_logs, tmp_path))
    for command in ("receivers list --json", "deliveries list --json"):
        shown.append(await _output(installation, *command.split()))
    for topic in (topics.deliveries_failed, topics.deliveries_parked, topics.receivers_events, topics.receivers_state):
        shown += [repr(each) for each in await read_topic(kafka.connection, topic)]
    everything = "\n".join(shown)
    assert "internal_networks_allowed" in everything, "what an operator opened is logged at the start"
    assert all(str(each["id"]) in everything for each in receivers)
    assert WORD not in everything
    assert SECRET not in everything
    assert SECRET.removeprefix("whsec_") not in everything


def _receivers(url: str) -> Iterator[dict[str, object]]:
    (port,) = free_ports(1)
    common = {"allow_http": True, "secret": {"env": "TEST_SECRET"}, "headers": {"authorization": {"env": "KEY_HEADER"}}}
    yield {"id": "redirected", "url": f"{url}{WORD}?key={WORD}", **common}
    yield {"id": "refused", "url": f"http://127.0.0.1:{port}/{WORD}?key={WORD}", **common}
    yield {"id": "nobody", "url": {"env": "URL_NOBODY"}, **common}
    yield {"id": "blocked", "url": {"env": "URL_BLOCKED"}, **common}
    yield {"id": "wrong", "url": {"env": "URL_WRONG"}, **common}
    yield {"id": "chat", "kind": "slack", "url": {"env": "URL_CHAT"}}


async def _redirect(webhook: ReceivedWebhook) -> Answer:
    assert WORD in webhook.headers["authorization"]
    return Answer(307, {"location": f"https://elsewhere.invalid/?key={WORD}"})


async def _deliver(kafka: KafkaBroker, topics: Topics, receivers: list[str]) -> None:
    publisher = KafkaPublisher(KafkaClients(kafka.connection), "test")
    await publisher.start()
    deliveries = [sample_delivery(each, each, datetime.now(UTC)) for each in receivers]
    await publisher.publish([Record(topics.deliveries, each.receiver.encode(), each.encode()) for each in deliveries])
    await publisher.stop()


def _logs(folder: Path) -> str:
    return "\n".join(file.read_text("utf-8") for file in folder.glob("*.log"))


async def _output(installation: Installation, *arguments: str) -> str:
    done = await asyncio.to_thread(installation.command_here, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr
