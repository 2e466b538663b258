"""Kernels compiled ahead of their first call: by far the longest takes the one that decides, then those of units."""

import numpy as np

from wirewatch.kernels.jit import compile_for, is_cached
from wirewatch.matching.compiled.deciding import decide
from wirewatch.matching.compiled.foretelling import compile_seeking
from wirewatch.matching.compiled.units import compile_numbering

__all__ = ["compile_deciding", "compile_numbering", "compile_seeking", "is_compiled"]


def is_compiled() -> bool:
    """Say whether a cache on disk has what matches, or none can be written to."""
    return is_cached(decide)


def compile_deciding() -> None:
    """Have the kernel that decides compiled, if no cache on disk has it: ten seconds of a processor."""
    numbers = np.zeros(0, np.int64)
    compile_for(decide, numbers, 0, 0, numbers, numbers)
