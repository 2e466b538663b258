"""How kernels are compiled: when first called, without Python's lock, and kept on disk for the next start.

Numba keeps them in the folder of the environment variable NUMBA_CACHE_DIR, else in `__pycache__` beside the source,
else in the user's cache folder; where none can be written to, they are compiled at each start.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numba.core.caching import FunctionCache

__all__ = ["ONE", "ZERO", "int64", "jit"]

F = TypeVar("F", bound=Callable[..., Any])

int64 = cast("Callable[[Any], int]", np.int64)
"""Makes an integer of the one type that kernels hand to each other: for another one they would be compiled again."""
ZERO = int64(0)
ONE = int64(1)

_FILES = sorted(Path(__file__).parent.glob("*.py"))
_SOURCES = hashlib.sha256(b"".join(path.read_bytes() for path in _FILES)).hexdigest()
"""What all kernels are made of."""


class _Cache(FunctionCache):  # type: ignore[misc]  # Numba has no types
    """A cache that knows that kernels have others of this package inside: Numba's looks at their own file alone."""

    def _index_key(self, sig: Any, codegen: Any) -> tuple[Any, ...]:
        return (*super()._index_key(sig, codegen), _SOURCES)


def jit(function: F) -> F:
    """Return `function` compiled for the types that it is called with."""
    compiled = njit(nogil=True, boundscheck=False, error_model="numpy")(function)
    try:
        compiled._cache = _Cache(function)  # noqa: SLF001 - the place where Numba's own `cache=True` puts its cache
    except RuntimeError:  # there is no folder to write to
        return cast("F", compiled)
    return cast("F", compiled)
