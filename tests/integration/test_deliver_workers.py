"""Two deliver workers on a real Kafka, and what is being attempted when a receiver moves from one to the other."""

import asyncio

import pytest
from tests.integration.webhook_parts import OK, SECRET_TEXT, RawServer, read_request
from tests.support.deliver import SECRET_VARIABLE, DeliverWorker, delivery_of, spec_at
from tests.support.kafka import KafkaBroker
from tests.support.running import until

pytestmark = pytest.mark.kafka


class _Receiver:
    """Never answers the first request, and notes how many it has before it at once."""

    def __init__(self) -> None:
        self.requests = 0
        self.at_once = 0
        self.most_at_once = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        self.requests += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.requests == 1:
                await reader.read()  # until the other side lets go
                return
            writer.write(OK)
            await writer.drain()
        finally:
            self.at_once -= 1


async def test_attempt_is_broken_off_when_its_receiver_moves_so_that_there_are_never_two_at_once(
    kafka: KafkaBroker, topic_prefix: str
) -> None:
    env = {SECRET_VARIABLE: SECRET_TEXT}
    receiver = _Receiver()
    async with RawServer(receiver) as server, DeliverWorker(kafka.bootstrap, topic_prefix, env) as first:
        await first.apply(spec_at(server.url, timeout_seconds=120.0))
        await first.send(delivery_of(1))
        await until(lambda: receiver.requests == 1)
        async with DeliverWorker(kafka.bootstrap, topic_prefix, env):
            await until(lambda: receiver.requests == 2)
    assert receiver.most_at_once == 1
