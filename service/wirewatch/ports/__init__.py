"""What the core needs from the outside, as plain values and protocols; adapters provide it.

Nothing here knows Kafka's client or any other library: a `Received` is what a broker handed us, a `Record` what
we want it to keep, a `Publisher` whoever makes that happen.
"""

from wirewatch.ports.connection import KafkaConnection, Sasl, Tls
from wirewatch.ports.lag import Lag, LagClock
from wirewatch.ports.records import Header, Publisher, Received, Record, header, trace_headers

__all__ = [
    "Header",
    "KafkaConnection",
    "Lag",
    "LagClock",
    "Publisher",
    "Received",
    "Record",
    "Sasl",
    "Tls",
    "header",
    "trace_headers",
]
