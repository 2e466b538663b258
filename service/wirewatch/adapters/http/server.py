"""An HTTP server for probes and scrapes; it answers from memory and never waits for the broker."""

import errno
import socket
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from wirewatch.adapters.http.health import Check, Checks
from wirewatch.errors import WirewatchError

__all__ = ["OpsServer", "OpsServerFailed"]

_STOP_SECONDS = 1.0
"""A probe takes milliseconds; a connection that is still open after this long is idle."""


class OpsServerFailed(WirewatchError):  # noqa: N818 - says what happened
    """The port can't be served."""


class OpsServer:
    """Serves one registry and two sets of checks. Use it as an async context manager, or `start` and `stop` it."""

    def __init__(
        self, registry: CollectorRegistry, *, readiness: Checks, liveness: Checks, host: str, port: int
    ) -> None:
        """`port` 0 takes any free one; `port` then tells which."""
        self._metrics = _WithoutCreated(registry)
        self._host = host
        self._wanted_port = port
        app = web.Application(middlewares=[_errors_as_json])
        app.router.add_get("/metrics", self._serve_metrics)
        app.router.add_get("/livez", _checks_handler(liveness))
        app.router.add_get("/readyz", _checks_handler(readiness))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_STOP_SECONDS)

    async def start(self) -> None:
        """Listen.

        Raises:
            OpsServerFailed: the address is taken, not ours, or not allowed.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._wanted_port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise OpsServerFailed(_why(error, self._host, self._wanted_port)) from error

    async def stop(self) -> None:
        """Stop listening and close what is open; harmless when not started."""
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The port that is listened on.

        Raises:
            OpsServerFailed: not started.
        """
        if not self._runner.addresses:
            raise OpsServerFailed("the server for metrics and health is not started; start it before asking its port")
        return int(self._runner.addresses[0][1])

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _serve_metrics(self, request: web.Request) -> web.Response:
        encode, content_type = choose_encoder(",".join(request.headers.getall("Accept", [])))
        response = web.Response(body=encode(self._metrics), headers={"Content-Type": content_type})
        response.enable_compression()
        return response


class _WithoutCreated(Collector):
    """The registry less the `_created` series, one for each counter, which nothing that we ship asks for."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        for family in self._registry.collect():
            family.samples = [sample for sample in family.samples if not sample.name.endswith("_created")]
            yield family


def _checks_handler(checks: Checks) -> Handler:
    async def serve(_: web.Request) -> web.Response:
        found = _asked(checks)
        ok = all(check.ok for check in found.values())
        body = {
            "status": "ok" if ok else "failing",
            "checks": {name: _as_json(check) for name, check in found.items()},
        }
        return web.json_response(body, status=200 if ok else 503, headers={"Cache-Control": "no-store"})

    return serve


def _asked(checks: Checks) -> Mapping[str, Check]:
    try:
        return checks()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a check, the probe must get an answer
        return {"checks": Check(ok=False, reason=f"the check itself raised {type(error).__name__}")}


def _as_json(check: Check) -> Mapping[str, object]:
    return {"ok": check.ok, **({"reason": check.reason} if check.reason else {})}


@web.middleware
async def _errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        known = "; there is /metrics, /livez and /readyz" if error.status == HTTPStatus.NOT_FOUND else ""
        headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
        return web.json_response({"error": f"{error.reason}{known}"}, status=error.status, headers=headers)


def _why(error: OSError, host: str, port: int) -> str:
    """Return what an operator can do about a port that can't be listened on."""
    address = f"{host}:{port}"
    if error.errno == errno.EADDRINUSE:
        return f"{address} is taken by another program; set http.port (WIREWATCH_HTTP__PORT) to a free one, or 0"
    if error.errno == errno.EACCES:
        return f"this user may not listen on {address}; set http.port (WIREWATCH_HTTP__PORT) above 1023"
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"{host} is no address of this machine; set http.host (WIREWATCH_HTTP__HOST), such as 0.0.0.0"
    return f"can't listen on {address}: {error.strerror}; set http.host and http.port"
