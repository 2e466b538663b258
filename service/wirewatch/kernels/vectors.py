"""How kernels look at many bytes at once: which of them are among some, as bits of one number.

Written as vectors of BLOCK bytes, which LLVM makes of whatever the processor has: one instruction or a few.
"""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.typing import signature
from numba.extending import intrinsic

__all__ = ["BLOCK", "members_of", "ones_in"]

BLOCK = 64
_BYTES = ir.VectorType(ir.IntType(8), BLOCK)
_BITS = ir.IntType(BLOCK)


def members_of(members: bytes) -> Callable[[Any, int], np.uint64]:
    """Return what tells a kernel which of the BLOCK bytes of a row, from a place on, are among `members`.

    The lowest bit is that of the first byte.
    """

    @intrinsic  # type: ignore[untyped-decorator]  # Numba has no types
    def members_at(_: Any, _row: Any, _place: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            place = builder.gep(builder.extract_value(args[0], 0), [args[1]])
            block = builder.load(builder.bitcast(place, _BYTES.as_pointer()), align=1)
            found = None
            for first, last in _ranges(members):
                above = builder.sub(block, _all(first)) if first > 0 else block
                here = builder.icmp_unsigned("<=", above, _all(last - first))
                found = here if found is None else builder.or_(found, here)
            return builder.bitcast(found, _BITS)

        return signature(types.uint64, _row, types.int64), generate

    return cast("Callable[[Any, int], np.uint64]", members_at)


def _all(byte: int) -> Any:
    return ir.Constant(_BYTES, [byte] * BLOCK)


def _ranges(members: bytes) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each run of bytes that follow each other."""
    for _, run in groupby(enumerate(sorted({*members})), lambda numbered: numbered[1] - numbered[0]):
        those = [byte for _, byte in run]
        yield those[0], those[-1]


@intrinsic  # type: ignore[untyped-decorator]  # the same
def _ones_in(_: Any, _bits: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return signature(types.int64, types.uint64), generate


ones_in = cast("Callable[[np.uint64], int]", _ones_in)
"""In a kernel: how many bits are 1."""
