"""All clients of the service, Faust's too, and its commands reach a broker behind TLS, passwords and certificates."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.kafka import KafkaBroker
from tests.support.running import SEED, publish_seed, ready, stop_timed, until
from tests.support.service import SECRET, Installation

from wirewatch.adapters.webhook import ReceiverServer
from wirewatch.delivery import read_secret
from wirewatch.ports import KafkaConnection
from wirewatch.routing import Topics

pytestmark = pytest.mark.kafka

_WAYS: dict[str, Callable[[KafkaBroker], KafkaConnection]] = {
    "plain": lambda kafka: kafka.with_password("PLAIN"),
    "scram-sha-256": lambda kafka: kafka.with_password("SCRAM-SHA-256"),
    "scram-sha-512": lambda kafka: kafka.with_password("SCRAM-SHA-512"),
    "certificate": lambda kafka: kafka.with_certificate(),
}


@pytest.mark.parametrize("way", _WAYS)
async def test_the_seeds_webhook_arrives_over_tls_and_a_login(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path, way: str
) -> None:
    async with ReceiverServer([read_secret(SECRET)]) as receiver:
        installation = _installation(tmp_path, topics, _WAYS[way](kafka), receiver.url)
        service = installation.run()
        try:
            await ready(service)
            await publish_seed(installation, service)
            (webhook,) = await receiver.wait_for(1)
        finally:
            code = await asyncio.to_thread(service.stop)
    assert code == 0, service.log_tail()
    assert webhook.is_verified
    assert webhook.event()["subject"] == "japan-rok-defense"


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
async def test_with_a_wrong_password_the_service_says_so_and_is_alive_but_not_ready(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path, mechanism: str
) -> None:
    wrong = kafka.with_password(mechanism, "guessed-9731")  # type: ignore[arg-type]
    installation = _installation(tmp_path, topics, wrong, None)
    service = installation.run()
    try:
        await until(lambda: "broker_away" in service.log_tail())
        status, body = await asyncio.to_thread(service.get, "/readyz")
        assert (await asyncio.to_thread(service.get, "/livez"))[0] == 200
    finally:
        code, seconds = await stop_timed(service)
    assert (code, seconds < 5) == (0, True), service.log_tail()
    assert (status, "uthentication" in body) == (503, True), body
    said = next(line for line in service.log_tail().splitlines() if "broker_away" in line)
    assert "uthentication" in said
    assert "guessed-9731" not in service.log_tail() + body


@pytest.mark.parametrize("arguments", [("rules", "apply", "rules"), ("publish", SEED)])
async def test_with_a_wrong_password_a_command_fails_and_says_so(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    wrong = kafka.with_password("SCRAM-SHA-256", "guessed-9731")
    done = await asyncio.to_thread(_installation(tmp_path, topics, wrong, None).command_here, *arguments)
    assert done.returncode == 1
    assert "uthentication" in done.stderr
    assert "guessed-9731" not in done.stderr
    assert "Traceback" not in done.stderr


async def test_an_authority_that_is_not_trusted_is_named_as_the_reason(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path
) -> None:
    installation = _installation(tmp_path, topics, kafka.with_password("PLAIN"), None)
    del installation.env["WIREWATCH_KAFKA__TLS__CA_FILE"]
    done = await asyncio.to_thread(installation.command_here, "publish", SEED)
    assert done.returncode == 1
    assert "certificate verify failed" in done.stderr
    assert "Traceback" not in done.stderr


def _installation(folder: Path, topics: Topics, connection: KafkaConnection, receiver_url: str | None) -> Installation:
    installation = Installation(
        folder, bootstrap=",".join(connection.bootstrap), prefix=topics.prefix, receiver_url=receiver_url
    )
    installation.env |= {f"WIREWATCH_KAFKA__{name}": value for name, value in _security_of(connection).items()}
    return installation


def _security_of(connection: KafkaConnection) -> dict[str, str]:
    settings = dict[str, str]()
    if connection.tls is not None:
        settings["TLS__ENABLED"] = "true"
        files = {
            "CA_FILE": connection.tls.ca_file,
            "CERTIFICATE_FILE": connection.tls.certificate_file,
            "KEY_FILE": connection.tls.key_file,
        }
        settings |= {f"TLS__{name}": str(file) for name, file in files.items() if file is not None}
    if connection.sasl is not None:
        settings |= {
            "SASL__MECHANISM": connection.sasl.mechanism,
            "SASL__USERNAME": connection.sasl.username,
            "SASL__PASSWORD": connection.sasl.password,
        }
    return settings
