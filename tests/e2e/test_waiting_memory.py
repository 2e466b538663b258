"""What waits for its time waits on Kafka: a worker's memory knows nothing of how much that is."""

import asyncio
import re
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from tests.support.kafka import KafkaBroker
from tests.support.kafka_client import client_options, create_topics
from tests.support.running import until
from tests.support.service import Installation, ServiceProcess

from wirewatch.delivery import Delivery
from wirewatch.ports import KafkaConnection
from wirewatch.routing import Topics

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.skipif(sys.platform != "linux", reason="the peak of another process's memory is in /proc"),
]

FEW, MANY = 10, 100_000
MOST = 1.15
"""The peak beside many over that beside few. One fetch of each partition fits in between; all 50 MB of them do not."""
PARTITIONS = 4
BATCH_BYTES = 500_000


async def test_worker_beside_a_hundred_thousand_retries_that_wait_is_as_small_as_beside_ten(
    kafka: KafkaBroker, topics: Topics, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    peaks: dict[int, int] = {}
    workers: dict[int, ServiceProcess] = {}
    try:
        for count in (FEW, MANY):
            mine = Topics(prefix=f"{topics.prefix}{count}.")
            await _wait_on(kafka.connection, mine.deliveries_retry("24h"), count)
            folder = tmp_path / str(count)
            folder.mkdir()
            installation = Installation(folder, bootstrap=kafka.bootstrap, prefix=mine.prefix, receiver_url=None)
            workers[count] = installation.run("--role", "deliver")
        for count, worker in workers.items():
            # Its lag is known once it has fetched from every partition, and has found that nothing there is due.
            await until(partial(_has_waiting, worker, count))
        for count, worker in workers.items():
            peaks[count] = _peak_kilobytes(worker)
    finally:
        codes = [await asyncio.to_thread(worker.stop) for worker in workers.values()]
    assert codes == [0, 0]
    with capsys.disabled():
        print(f"\npeak memory in kB beside {FEW} and {MANY} waiting retries: {list(peaks.values())}")  # noqa: T201
    assert peaks[MANY] <= MOST * peaks[FEW]


async def _wait_on(connection: KafkaConnection, topic: str, count: int) -> None:
    """Make the topic, with `count` deliveries on it that are due tomorrow."""
    await create_topics(connection, topic, partitions=PARTITIONS)
    now = datetime.now(UTC)
    waiting = Delivery(
        alert_id="alr_0000000",
        receiver="desk",
        alert={"specversion": "1.0", "id": "alr_0000000", "subject": "floods", "data": {"text": "High water. " * 20}},
        created_at=now,
        attempts=9,
        due_at=now + timedelta(days=1),
    ).encode()
    producer = AIOKafkaProducer(max_batch_size=BATCH_BYTES, **client_options(connection))
    await producer.start()
    try:
        for partition in range(PARTITIONS):
            batch = producer.create_batch()
            for number in range(partition, count, PARTITIONS):
                value = waiting.replace(b"alr_0000000", b"alr_%07d" % number)
                if batch.append(key=b"desk", value=value, timestamp=None) is None:
                    await producer.send_batch(batch, topic, partition=partition)
                    batch = producer.create_batch()
                    batch.append(key=b"desk", value=value, timestamp=None)
            await producer.send_batch(batch, topic, partition=partition)
    finally:
        await producer.stop()


def _has_waiting(worker: ServiceProcess, count: int) -> bool:
    series = re.compile(r"wirewatch_consumer_lag_records\{.*retry\.24h.*\} (\S+)")
    return sum(float(found[1]) for found in series.finditer(worker.get("/metrics")[1])) == count


def _peak_kilobytes(worker: ServiceProcess) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc", str(worker.pid), "status").read_text("utf-8"))
    assert found is not None
    return int(found[1])
