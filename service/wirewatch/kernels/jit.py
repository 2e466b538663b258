"""How kernels are compiled: when first called, without Python's lock, and kept on disk for the next start.

Numba keeps them in the folder of the environment variable NUMBA_CACHE_DIR, which may be one that can only be read (as
in an image), else in `__pycache__` beside the source, else in the user's cache folder; where none can be written to,
they are compiled at each start. A processor of another kind compiles its own, unless NUMBA_CPU_NAME=generic.
"""

import gc
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from inspect import getfile
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit, typeof, types
from numba.core.caching import CompileResultCacheImpl, FunctionCache, UserProvidedCacheLocator
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.registry import cpu_target

__all__ = ["compile_for", "int64", "is_cached", "jit", "part"]

F = TypeVar("F", bound=Callable[..., Any])

int64 = cast("Callable[[Any], int]", np.int64)
"""Makes an int64, which all integers in kernels are, of a uint64, which they are not mixed with."""

_OPTIONS: dict[str, Any] = {"boundscheck": False, "error_model": "numpy"}
_FOLDERS = (Path(__file__).parent, Path(__file__).parents[1] / "text")
"""What kernels take something from, besides their own folder."""


@cache
def _sources(folder: Path) -> str:
    """Return a digest of all that the kernels of `folder` are made of."""
    files = [path for each in (*_FOLDERS, folder) for path in sorted(each.glob("*.py"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


class _Folder(UserProvidedCacheLocator):  # type: ignore[misc]  # Numba has no types
    """The folder NUMBA_CACHE_DIR, also where it can only be read; Numba's own locator wants to write to it."""

    def ensure_cache_path(self) -> None:
        with suppress(OSError):
            super().ensure_cache_path()


class _Implementation(CompileResultCacheImpl):  # type: ignore[misc]  # the same
    """Where a kernel is kept: in files of its sources' own, those of all that it has inside too.

    Numba looks at a kernel's own file alone, and may not be able to read what it kept of other sources.
    """

    _locator_classes = (_Folder, *CompileResultCacheImpl._locator_classes)  # noqa: SLF001 - where Numba looks

    def __init__(self, function: Callable[..., Any]) -> None:
        self._sources = _sources(Path(getfile(function)).parent)
        super().__init__(function)

    def get_filename_base(self, fullname: str, abiflags: str) -> str:
        """Return how the names of a kernel's files begin."""
        return f"{super().get_filename_base(fullname, abiflags)}-{self._sources}"


class _Cache(FunctionCache):  # type: ignore[misc]  # the same
    _impl_class = _Implementation

    def has_any(self) -> bool:
        """Say whether the kernel is there, compiled for this kind of processor."""
        target = cpu_target.target_context.codegen().magic_tuple()
        return any(key[1] == target for key in self._cache_file._load_index())  # noqa: SLF001 - it has no other way

    def _save_overload(self, sig: Any, data: Any) -> None:
        with suppress(OSError):
            super()._save_overload(sig, data)


class _KernelCompiler(Compiler):  # type: ignore[misc]  # the same
    def compile_extra(self, function: Any) -> Any:
        is_collecting = gc.isenabled()
        gc.disable()  # a compiler keeps nearly all that it makes: to look through it again and again takes a sixth more
        try:
            return super().compile_extra(function)
        finally:
            if is_collecting:
                gc.enable()


def jit(function: F) -> F:
    """Return `function`, which Python calls, compiled for the types that it is called with."""
    compiled = njit(nogil=True, no_cfunc_wrapper=True, pipeline_class=_KernelCompiler, **_OPTIONS)(function)
    try:
        compiled._cache = _Cache(function)  # noqa: SLF001 - the place where Numba's own `cache=True` puts its cache
    except RuntimeError:  # there is no folder to write to
        return cast("F", compiled)
    return cast("F", compiled)


class _PartCodegen:
    """What Numba makes of a part is never run by itself: nobody asks for its environment."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def __getattr__(self, name: str) -> Any:
        """Be the code generator in all else."""
        return getattr(self._codegen, name)

    def set_env(self, *_: Any) -> None:
        """Have none: parts raise nothing and ask nothing of Python."""


class _PartLibrary(JITCodeLibrary):  # type: ignore[misc]  # the same
    """The code of a part: linked to what it calls, but neither optimised nor made machine code before its kernel is."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, _: str) -> int:
        """Return that there is none."""
        self._ensure_finalized()
        return 0


class _PartCompiler(Compiler):  # type: ignore[misc]  # the same
    def compile_extra(self, function: Any) -> Any:
        codegen = _PartCodegen(self.state.targetctx.codegen())
        self.state.library = _PartLibrary(codegen, function.__qualname__)
        return super().compile_extra(function)


def part(function: F) -> F:
    """Return `function`, which kernels call, to be compiled as a part of them: Python can't call it."""
    without = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    compiled = njit(pipeline_class=_PartCompiler, **without, **_OPTIONS)(function)
    template_for = compiled.get_call_template
    # Without this, it would be compiled once more for each argument that is a literal somewhere.
    compiled.get_call_template = lambda args, names: template_for(tuple(map(types.unliteral, args)), names)
    return cast("F", compiled)


def compile_for(kernel: Callable[..., Any], *arguments: object) -> None:
    """Have `kernel`, one by `jit`, compiled for arguments of such types; a cache on disk may have it already."""
    cast("Any", kernel).compile(tuple(map(typeof, arguments)))


def is_cached(kernel: Callable[..., Any]) -> bool:
    """Say whether `kernel` need not be compiled; also where nothing could be kept for others."""
    cache = getattr(kernel, "_cache", None)
    if not isinstance(cache, _Cache):
        return True
    return cache.has_any() or not os.access(cache.cache_path, os.W_OK)
