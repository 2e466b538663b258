"""Logs: one stream of events, ours and the libraries', as JSON lines or for a person's eyes, without secrets.

`configure_logs` is called once, by the composition root; the logger that it returns is passed on and bound. No module
has a logger of its own, and structlog's global configuration stays untouched.
"""

from wirewatch.adapters.logs.configure import LogFormat, LogLevel, configure_logs
from wirewatch.adapters.logs.redact import redacted

__all__ = ["LogFormat", "LogLevel", "configure_logs", "redacted"]
