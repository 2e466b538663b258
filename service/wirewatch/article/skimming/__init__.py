"""Most articles read without Python: what they say, found by a kernel in many messages at once.

`decode_article` takes longer over an article than all rules do, and of most articles nobody wants to know more than
that no rule matches. The kernel reads what it is sure of: JSON in our own form, in which nothing has to be cleaned. All
else is left to `decode_article`. Where a message is read, both say the same.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wirewatch.article.skimming.skimmed import Skimmed, compile_skimming, skim

__all__ = ["Skimmed", "compile_skimming", "skim"]


def __getattr__(name: str) -> Any:
    """Import it for who asks for it: it takes Numba, most of a second that few commands need."""
    if name in __all__:
        return getattr(import_module("wirewatch.article.skimming.skimmed"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
