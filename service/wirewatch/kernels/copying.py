"""How kernels copy bytes."""

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing import signature
from numba.extending import intrinsic

from wirewatch.kernels.vectors import BLOCK

__all__ = ["copy_block", "copy_from"]


@intrinsic  # type: ignore[untyped-decorator]  # Numba has no types
def _copy_from(_: Any, _address: Any, _size: Any, row: Any, _place: Any) -> Any:
    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        address, size, to, place = args
        source = builder.inttoptr(address, cgutils.voidptr_t)
        cgutils.raw_memcpy(builder, builder.gep(builder.extract_value(to, 0), [place]), source, size, 1)
        return context.get_dummy_value()

    return signature(types.none, types.int64, types.int64, row, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]  # the same
def _copy_block(_: Any, row: Any, _source: Any, _target: Any) -> Any:
    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        start = builder.extract_value(args[0], 0)
        block = ir.VectorType(ir.IntType(8), BLOCK).as_pointer()
        source, target = (builder.bitcast(builder.gep(start, [place]), block) for place in args[1:])
        builder.store(builder.load(source, align=1), target, align=1)
        return context.get_dummy_value()

    return signature(types.none, row, types.int64, types.int64), generate


copy_from = cast("Callable[[int, int, Any, int], None]", _copy_from)
"""In a kernel: copy what is at an address, of so many bytes, to a place of a row of bytes."""

copy_block = cast("Callable[[Any, int, int], None]", _copy_block)
"""In a kernel: copy the BLOCK bytes of a row of bytes from the first place on to the second one."""
