"""The port for operators, asked over real HTTP."""

import gzip
import socket
from collections.abc import AsyncIterator, Mapping

import aiohttp
import pytest
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from wirewatch.adapters.http import Check, OpsServer, OpsServerFailed


@pytest.fixture
def ready() -> dict[str, Check]:
    """What the readiness checks say; a test may change it while the server runs."""
    return {"match": Check(ok=False, reason="starting"), "alert": Check(ok=False, reason="starting")}


@pytest.fixture
async def server(ready: dict[str, Check]) -> AsyncIterator[OpsServer]:
    registry = CollectorRegistry()
    Counter("tried_total", "Things tried.", registry=registry).inc(3)
    server = OpsServer(
        registry, readiness=lambda: ready, liveness=lambda: {"event_loop": Check(ok=True)}, host="127.0.0.1", port=0
    )
    async with server:
        yield server


@pytest.fixture
async def client(server: OpsServer) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}", auto_decompress=False) as session:
        yield session


async def asked(client: aiohttp.ClientSession, path: str) -> tuple[int, Mapping[str, object]]:
    async with client.get(path) as response:
        assert response.content_type == "application/json"
        return response.status, await response.json()


async def test_process_is_alive_but_not_ready_while_it_starts(client: aiohttp.ClientSession) -> None:
    starting = {"ok": False, "reason": "starting"}
    assert await asked(client, "/readyz") == (
        503,
        {"status": "failing", "checks": {"match": starting, "alert": starting}},
    )
    assert await asked(client, "/livez") == (200, {"status": "ok", "checks": {"event_loop": {"ok": True}}})


async def test_process_is_ready_when_every_role_is(client: aiohttp.ClientSession, ready: dict[str, Check]) -> None:
    ready["match"] = Check(ok=True)
    assert (await asked(client, "/readyz"))[0] == 503
    ready["alert"] = Check(ok=True)
    assert await asked(client, "/readyz") == (
        200,
        {"status": "ok", "checks": {"match": {"ok": True}, "alert": {"ok": True}}},
    )


async def test_role_that_is_no_longer_ready_says_why(client: aiohttp.ClientSession, ready: dict[str, Check]) -> None:
    ready["match"] = Check(ok=True)
    ready["alert"] = Check(ok=False, reason="the broker is away")
    status, body = await asked(client, "/readyz")
    assert status == 503
    assert body["checks"] == {"match": {"ok": True}, "alert": {"ok": False, "reason": "the broker is away"}}


async def test_role_that_is_ready_may_say_what_is_to_be_looked_after(
    client: aiohttp.ClientSession, ready: dict[str, Check]
) -> None:
    ready |= {"match": Check(ok=True), "alert": Check(ok=True, reason="desk can't be used")}
    status, body = await asked(client, "/readyz")
    assert (status, body["status"]) == (200, "ok")
    assert body["checks"] == {"match": {"ok": True}, "alert": {"ok": True, "reason": "desk can't be used"}}


async def test_metrics_are_plain_text_without_created_series_by_default(client: aiohttp.ClientSession) -> None:
    async with client.get("/metrics", headers={"Accept-Encoding": "identity"}) as response:
        text = await response.text()
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert text.splitlines() == ["# HELP tried_total Things tried.", "# TYPE tried_total counter", "tried_total 3.0"]


async def test_metrics_are_open_metrics_for_a_scraper_that_asks(client: aiohttp.ClientSession) -> None:
    accept = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
    async with client.get("/metrics", headers={"Accept": accept, "Accept-Encoding": "identity"}) as response:
        assert response.content_type == "application/openmetrics-text"
        (family,) = text_string_to_metric_families(await response.text())  # type: ignore[no-untyped-call]
    assert [(sample.name, sample.value) for sample in family.samples] == [("tried_total", 3.0)]


async def test_metrics_are_compressed_for_a_scraper_that_asks(client: aiohttp.ClientSession) -> None:
    async with client.get("/metrics", headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert b"tried_total 3.0" in gzip.decompress(await response.read())


@pytest.mark.parametrize("path", ["/", "/metrics/", "/favicon.ico", "/%2e%2e/etc"])
async def test_other_paths_are_not_found_in_json(client: aiohttp.ClientSession, path: str) -> None:
    assert await asked(client, path) == (404, {"error": "Not Found; there is /metrics, /livez and /readyz"})


async def test_other_methods_are_refused_in_json(client: aiohttp.ClientSession) -> None:
    async with client.post("/readyz") as response:
        assert (response.status, response.headers["Allow"]) == (405, "GET,HEAD")
        assert await response.json() == {"error": "Method Not Allowed"}


async def test_check_that_raises_fails_by_name_and_hides_what_it_said() -> None:
    def broken() -> Mapping[str, Check]:
        raise RuntimeError("password=hunter2")

    server = OpsServer(CollectorRegistry(), readiness=broken, liveness=dict, host="127.0.0.1", port=0)
    async with server, aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as client:
        assert await asked(client, "/readyz") == (
            503,
            {
                "status": "failing",
                "checks": {"checks": {"ok": False, "reason": "the check itself raised RuntimeError"}},
            },
        )


async def test_taken_port_is_an_error_that_says_what_to_set() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = OpsServer(CollectorRegistry(), readiness=dict, liveness=dict, host="127.0.0.1", port=port)
        with pytest.raises(OpsServerFailed, match=rf"127\.0\.0\.1:{port} is taken .*WIREWATCH_HTTP__PORT"):
            await server.start()
        await server.stop()


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
async def test_address_of_another_machine_is_an_error_that_says_what_to_set(host: str) -> None:
    server = OpsServer(CollectorRegistry(), readiness=dict, liveness=dict, host=host, port=0)
    with pytest.raises(OpsServerFailed, match="WIREWATCH_HTTP__HOST"):
        await server.start()


async def test_port_is_unknown_before_the_start() -> None:
    server = OpsServer(CollectorRegistry(), readiness=dict, liveness=dict, host="127.0.0.1", port=0)
    with pytest.raises(OpsServerFailed, match="not started"):
        assert server.port
