"""How fast deliveries go, and what a receiver that hangs costs the others: `python -m benchmarks.deliver [DELIVERIES]`.

On a real Kafka and receivers in processes of their own, each figure beside its baseline in the same run:

- deliveries/s of one deliver process to one receiver, against a bare aiohttp loop that posts the same signed bytes to
  it with as many connections;
- the time from an alert on its topic to its POST, deliveries coming one by one;
- the time to the POST for nine receivers, while a tenth answers and while it hangs, in turn.
"""

import asyncio
import json
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from aiohttp import web
from tests.support.kafka import KafkaCluster
from tests.support.running import ready, until
from tests.support.service import SECRET, Installation

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher
from wirewatch.delivery import Delivery, Receiver, read_key, webhook_request
from wirewatch.ports import KafkaConnection, Record
from wirewatch.routing import Topics

_DEFAULT_DELIVERIES = 10_000
_ONE_BY_ONE = 400
_ROUNDS = 5
_TENTH = "tenth"
_FULL = 1_100
"""More than a receiver's queue and its share of attempts hold: the rest waits on Kafka."""
_IN_FLIGHT = 32
_DELIVERED = 'wirewatch_deliveries_total{outcome="delivered"}'
_ALERT = {
    "specversion": "1.0",
    "source": "urn:wirewatch",
    "type": "org.wirewatch.alert.v1",
    "time": "2026-03-01T12:00:00Z",
    "datacontenttype": "application/json",
    "data": {"article": {"title": "A story of some length " * 4}, "snippets": [{"text": "words of the story " * 60}]},
}


class _Counting:
    """A receiver in a process of its own: X."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._seen: dict[str, float] = {}
        self._answers = asyncio.Event()
        self._answers.set()

    async def serve(self) -> None:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._pipe.send(runner.addresses[0][1])
        while (asked := await asyncio.to_thread(self._pipe.recv)) != "stop":
            match asked:
                case "seen":
                    self._pipe.send(self._seen)
                case "how many":
                    self._pipe.send(len(self._seen))
                case "hang":
                    self._answers.clear()
                case "let go":
                    self._answers.set()

    async def _take(self, request: web.Request) -> web.Response:
        self._seen.setdefault(request.headers.get("webhook-id", ""), time.time())
        await request.read()
        if request.path == f"/{_TENTH}":
            await self._answers.wait()
        return web.Response(status=204)


def _serve(pipe: Connection) -> None:
    asyncio.run(_Counting(pipe).serve())


@contextmanager
def _receiver() -> Iterator[tuple[int, Connection]]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv(), ours
    finally:
        ours.send("stop")
        process.join(2)
        process.terminate()


def _deliveries(prefix: str, count: int, receivers: Sequence[str]) -> list[Delivery]:
    return [
        Delivery(
            alert_id=f"{prefix}_{number}",
            receiver=receivers[number % len(receivers)],
            alert={**_ALERT, "id": f"{prefix}_{number}", "subject": "rule"},
            created_at=datetime.now(UTC),
        )
        for number in range(count)
    ]


def _records(topics: Topics, deliveries: Sequence[Delivery]) -> list[Record]:
    return [Record(topics.deliveries, each.receiver.encode(), each.encode()) for each in deliveries]


def _install(folder: Path, bootstrap: str, port: int, names: Sequence[str]) -> Installation:
    folder.mkdir(exist_ok=True)
    entries = [
        {
            "id": name,
            "url": f"http://127.0.0.1:{port}/{name}",
            "allow_http": True,
            "secret": {"env": "TEST_SECRET"},
            "max_in_flight": _IN_FLIGHT,
        }
        for name in names
    ]
    installation = Installation(folder, bootstrap=bootstrap, prefix=f"{folder.name}.", receiver_url=None)
    installation.env["WIREWATCH_TOPICS__PARTITIONS"] = "4"
    file = folder / "receivers.yaml"
    file.write_text(json.dumps({"receivers": entries}), "utf-8")
    applied = installation.command("receivers", "apply", str(file))
    assert applied.returncode == 0, applied.stderr
    return installation


async def _bare_loop(url: str, deliveries: Sequence[Delivery]) -> float:
    """Return the seconds that aiohttp alone takes to post the same bytes, signed before the clock starts."""
    receiver = Receiver("bare", url, (read_key(SECRET),), allow_http=True)
    now = datetime.now(UTC)
    requests = iter([webhook_request(receiver, each, (), now) for each in deliveries])
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def post_all() -> None:
            for request in requests:
                async with session.post(request.url, data=request.body, headers=request.headers) as answer:
                    await answer.read()

        started = time.perf_counter()
        await asyncio.gather(*(post_all() for _ in range(_IN_FLIGHT)))
        return time.perf_counter() - started


async def _throughput(folder: Path, cluster: KafkaCluster, count: int) -> None:
    """Let the role work off a backlog; from the first to the last POST as the receiver saw them."""
    connection = KafkaConnection(bootstrap=(cluster.bootstrap,))
    with _receiver() as (port, pipe):
        installation = await asyncio.to_thread(_install, folder / "rate", cluster.bootstrap, port, ["default"])
        publisher = KafkaPublisher(KafkaClients(connection), "bench")
        await publisher.start()
        await publisher.publish(_records(Topics(prefix="rate."), _deliveries("rate", count, ["default"])))
        await publisher.stop()
        bare_url = f"http://127.0.0.1:{port}/bare"
        before = await _bare_loop(bare_url, _deliveries("before", count, ["default"]))
        service = installation.run("--role", "deliver")
        try:
            await ready(service)
            await until(lambda: _seldom(pipe) >= 2 * count, 300)
            seen = await _seen(pipe)
        finally:
            await asyncio.to_thread(service.stop)
        after = await _bare_loop(bare_url, _deliveries("after", count, ["default"]))
    times = [at for alert_id, at in seen.items() if alert_id.startswith("rate_")]
    took = max(times) - min(times)
    bare = (before + after) / 2
    print(f"bare aiohttp loop: {count / before:,.0f} posts/s before, {count / after:,.0f} after", flush=True)
    print(f"deliver role: {count / took:,.0f} deliveries/s, {bare / took:.2f} of the bare loop", flush=True)


async def _seen(pipe: Connection) -> dict[str, float]:
    pipe.send("seen")
    seen: dict[str, float] = await asyncio.to_thread(pipe.recv)
    return seen


def _seldom(pipe: Connection) -> int:
    """Return how many ids the receiver has seen; to ask the role would cost it some of its time."""
    time.sleep(0.5)
    pipe.send("how many")
    count: int = pipe.recv()
    return count


async def _latency(folder: Path, cluster: KafkaCluster) -> tuple[list[float], list[float]]:
    """Return the milliseconds from publishing to the POST for nine receivers, while the tenth answers and while not.

    The same deliveries go to all ten in turn, one every few milliseconds; the tenth hangs in every second round, with
    its queue full from the beginning. So both see the same machine and the same moments.
    """
    connection = KafkaConnection(bootstrap=(cluster.bootstrap,))
    names = [*(f"fast-{number}" for number in range(9)), _TENTH]
    topics = Topics(prefix="ten.")
    found: tuple[list[float], list[float]] = ([], [])
    with _receiver() as (port, pipe):
        installation = await asyncio.to_thread(_install, folder / "ten", cluster.bootstrap, port, names)
        service = installation.run("--role", "deliver")
        publisher = KafkaPublisher(KafkaClients(connection), "bench")
        await publisher.start()
        try:
            await ready(service)
            await publisher.publish(_records(topics, _deliveries("warm", 500, names)))
            await until(lambda: (service.metric(_DELIVERED) or 0) >= 500)
            for number in range(2 * _ROUNDS):
                hangs = number % 2 == 1
                if hangs:
                    pipe.send("hang")
                    queued = _deliveries(f"queued{number}", _FULL, [_TENTH])
                    await publisher.publish(_records(topics, queued))
                    await asyncio.sleep(2)
                found[hangs].extend(await _one_by_one(publisher, topics, f"timed{number}", names, pipe))
                if hangs:
                    pipe.send("let go")
                    await _arrived(pipe, {each.alert_id for each in queued}, _FULL - _FULL // 10)
        finally:
            pipe.send("let go")
            await publisher.stop()
            await asyncio.to_thread(service.stop)
    return found


async def _one_by_one(
    publisher: KafkaPublisher, topics: Topics, prefix: str, names: Sequence[str], pipe: Connection
) -> list[float]:
    published: dict[str, float] = {}
    for each in _deliveries(prefix, _ONE_BY_ONE, names):
        if each.receiver != _TENTH:
            published[each.alert_id] = time.time()
        await publisher.publish(_records(topics, [each]))
        await asyncio.sleep(0.005)
    seen = await _arrived(pipe, published.keys(), len(published))
    return [(seen[alert_id] - at) * 1_000 for alert_id, at in published.items()]


async def _arrived(pipe: Connection, ids: AbstractSet[str], count: int) -> dict[str, float]:
    """Return when each arrived, once so many of `ids` have."""
    async with asyncio.timeout(120):
        while True:
            seen = await _seen(pipe)
            if len(ids & seen.keys()) >= count:
                return seen
            await asyncio.sleep(0.2)


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


async def _main(count: int) -> None:
    with TemporaryDirectory(prefix="wirewatch-bench-") as folder:
        cluster = KafkaCluster(Path(folder) / "kafka")
        cluster.start()
        try:
            await _throughput(Path(folder), cluster, count)
            alone, beside = await _latency(Path(folder), cluster)
        finally:
            cluster.stop()
    print(f"from the topic to the POST: p50 {_percentile(alone, 0.5):.1f} ms, p99 {_percentile(alone, 0.99):.1f} ms")
    print(
        f"beside a receiver that hangs with its queue full: p50 {_percentile(beside, 0.5):.1f} ms, "
        f"p99 {_percentile(beside, 0.99):.1f} ms, {_percentile(beside, 0.99) / _percentile(alone, 0.99):.2f} of the "
        "p99 without it"
    )


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]) if len(sys.argv) > 1 else _DEFAULT_DELIVERIES))
