"""A producer whose broker is away asks for it a few times a second, not a thousand."""

import asyncio
from itertools import pairwise
from typing import Any

from wirewatch.adapters.paced_producer import PacedProducer


async def test_metadata_is_asked_for_at_once_and_then_ten_times_a_second() -> None:
    producer = PacedProducer(bootstrap_servers="127.0.0.1:9")
    client: Any = producer.client
    loop = asyncio.get_running_loop()
    asked_at = list[float]()
    for _ in range(4):
        assert not await client._metadata_update(client.cluster, [])  # noqa: SLF001 - what is mended
        asked_at.append(loop.time())
    await producer.stop()
    pauses = [after - before for before, after in pairwise(asked_at)]
    assert len(pauses) == 3
    assert all(pause > 0.09 for pause in pauses)
