"""The composition root: it knows the core and the adapters, and puts them together into roles.

`serve` runs roles in one process. A role reads from an adapter, asks the core, publishes, counts and logs; it decides
nothing itself.
"""

from wirewatch.bootstrap.compiling import compile_matching
from wirewatch.bootstrap.compose import clients_for, serve, stop_on_signals
from wirewatch.bootstrap.role import RoleName
from wirewatch.bootstrap.rules import AppliedRules, apply_rules
from wirewatch.bootstrap.service import ServiceFailed
from wirewatch.bootstrap.topology import topic_specs

__all__ = [
    "AppliedRules",
    "RoleName",
    "ServiceFailed",
    "apply_rules",
    "clients_for",
    "compile_matching",
    "serve",
    "stop_on_signals",
    "topic_specs",
]
