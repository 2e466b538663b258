"""Variables that Kubernetes sets by itself, which only look like ours.

A Service named `wirewatch` or `wirewatch-deliver` gives every pod of its namespace variables such as
`WIREWATCH_SERVICE_HOST` and `WIREWATCH_PORT_8420_TCP`. They must not stop us as unknown settings.
"""

import re

__all__ = ["is_service_link"]

_ANY_VALUE = re.compile(
    r"WIREWATCH_(?:[A-Z0-9]+_)*?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9]+)*|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)"
)
_PORT = re.compile(r"WIREWATCH_(?:[A-Z0-9]+_)*?PORT")
_PORT_VALUE = re.compile(r"(?:tcp|udp|sctp)://.*")


def is_service_link(name: str, value: str) -> bool:
    """Tell whether Kubernetes set the variable `name`, rather than a person who mistyped a setting of ours.

    `WIREWATCH_HTTP_PORT=8420` is a mistyped setting; Kubernetes sets `WIREWATCH_HTTP_PORT=tcp://10.0.0.7:8420`.
    """
    if _ANY_VALUE.fullmatch(name):
        return True
    return bool(_PORT.fullmatch(name) and _PORT_VALUE.fullmatch(value))
