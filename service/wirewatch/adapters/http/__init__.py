"""The port for operators: `/metrics`, `/livez` and `/readyz`, up before the broker is and until the very end.

Ready means that all roles can take work; alive, that a restart would not help. So a broker that is away makes us not
ready but leaves us alive. Checks are callables that return a `Check`: nothing here knows what it serves the state of.
"""

from wirewatch.adapters.http.health import Check, Checks
from wirewatch.adapters.http.server import OpsServer, OpsServerFailed

__all__ = ["Check", "Checks", "OpsServer", "OpsServerFailed"]
