"""A Kafka in one small process, for trying Wirewatch out and for quick tests; never for production.

It is the `noida-db` package (extra `embedded`), which only this package knows. It keeps messages, groups, tables and
transactions as Kafka does, for one process: two members of one group that commit during a rebalance never settle.
"""

from wirewatch.adapters.embedded.broker import EmbeddedBroker, EmbeddedBrokerUnavailable

__all__ = ["EmbeddedBroker", "EmbeddedBrokerUnavailable"]
