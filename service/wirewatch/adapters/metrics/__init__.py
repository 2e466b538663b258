"""What an operator can count: every metric is declared once, in `declared`, and is at zero from the start.

Callers use the verbs of `Metrics`; which series they move is this package's business alone. All names are in base
units; no label's value comes from an article, a rule's text, a URL or an exception.
"""

from wirewatch.adapters.metrics.lag import PartitionLag
from wirewatch.adapters.metrics.metrics import Metrics

__all__ = ["Metrics", "PartitionLag"]
