"""Receivers whose secrets are nowhere to be found: the worker is ready for all others, and says which it is not for."""

import asyncio
import json
from pathlib import Path

from tests.support.running import ready
from tests.support.service import Installation

from wirewatch.adapters.embedded import EmbeddedBroker

MANY = 7


async def test_worker_is_ready_and_names_the_receivers_that_it_can_not_use(
    embedded_broker: EmbeddedBroker, tmp_path: Path
) -> None:
    installation = Installation(tmp_path, bootstrap=embedded_broker.bootstrap, prefix="wirewatch.", receiver_url=None)
    file = tmp_path / "absent.yaml"
    absent = [
        {"id": f"absent-{number}", "url": "https://desk.example/", "secret": {"env": f"SECRET_OF_{number}"}}
        for number in range(MANY)
    ]
    file.write_text(json.dumps({"receivers": absent}), "utf-8")
    applied = await asyncio.to_thread(installation.command_here, "receivers", "apply", str(file))
    assert applied.returncode == 0, applied.stderr
    service = installation.run("--role", "deliver")
    try:
        await ready(service)
        status, body = await asyncio.to_thread(service.get, "/readyz")
    finally:
        code = await asyncio.to_thread(service.stop)
    assert code == 0, service.log_tail()
    assert status == 200
    check = json.loads(body)["checks"]["deliver"]
    assert check["ok"] is True
    assert check["reason"].startswith(
        "can't be used, their deliveries are parked: absent-0 "
        "(the environment variable SECRET_OF_0 is not set; set it, or correct its name); absent-1 ("
    )
    assert check["reason"].endswith("; and 2 more")
