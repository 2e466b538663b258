"""Wirewatch: articles on a Kafka topic in, a signed webhook out for every watch rule that matches.

Each subpackage imports only from those below it; ARCHITECTURE.md draws the order and the way of an article.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
