"""How kernels are compiled: when first called, without Python's lock, and kept on disk for the next start.

Numba keeps them in the folder of the environment variable NUMBA_CACHE_DIR, which may be one that can only be read (as
in an image), else in `__pycache__` beside the source, else in the user's cache folder; where none can be written to,
they are compiled at each start. A processor of another kind compiles its own, unless NUMBA_CPU_NAME=generic.
"""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache, UserProvidedCacheLocator
from numba.core.registry import cpu_target

__all__ = ["ONE", "ZERO", "int64", "is_cached", "jit"]

F = TypeVar("F", bound=Callable[..., Any])

int64 = cast("Callable[[Any], int]", np.int64)
"""Makes an integer of the one type that kernels hand to each other: for another one they would be compiled again."""
ZERO = int64(0)
ONE = int64(1)

_FILES = sorted(Path(__file__).parent.glob("*.py"))
_SOURCES = hashlib.sha256(b"".join(path.read_bytes() for path in _FILES)).hexdigest()
"""What all kernels are made of."""


class _Folder(UserProvidedCacheLocator):  # type: ignore[misc]  # Numba has no types
    """The folder NUMBA_CACHE_DIR, also where it can only be read; Numba's own locator wants to write to it."""

    def ensure_cache_path(self) -> None:
        with suppress(OSError):
            super().ensure_cache_path()


class _Implementation(CompileResultCacheImpl):  # type: ignore[misc]  # the same
    _locator_classes = (_Folder, *CompileResultCacheImpl._locator_classes)  # noqa: SLF001 - where Numba looks


class _Cache(FunctionCache):  # type: ignore[misc]  # the same
    """A cache that knows that kernels have others of this package inside: Numba's looks at their own file alone."""

    _impl_class = _Implementation

    def _index_key(self, sig: Any, codegen: Any) -> tuple[Any, ...]:
        return (*super()._index_key(sig, codegen), _SOURCES)

    def has_any(self) -> bool:
        """Say whether the kernel is there, compiled from the sources as they are for this kind of processor."""
        target = cpu_target.target_context.codegen().magic_tuple()
        return any(key[1] == target and key[-1] == _SOURCES for key in self._cache_file._load_index())  # noqa: SLF001

    def _save_overload(self, sig: Any, data: Any) -> None:
        with suppress(OSError):
            super()._save_overload(sig, data)


def jit(function: F) -> F:
    """Return `function` compiled for the types that it is called with."""
    compiled = njit(nogil=True, boundscheck=False, error_model="numpy")(function)
    try:
        compiled._cache = _Cache(function)  # noqa: SLF001 - the place where Numba's own `cache=True` puts its cache
    except RuntimeError:  # there is no folder to write to
        return cast("F", compiled)
    return cast("F", compiled)


def is_cached(kernel: Callable[..., Any]) -> bool:
    """Say whether `kernel` need not be compiled; also where nothing could be kept for others."""
    cache = getattr(kernel, "_cache", None)
    if not isinstance(cache, _Cache):
        return True
    return cache.has_any() or not os.access(cache.cache_path, os.W_OK)
