"""How kernels see arrays: as rows at addresses, which cost nothing to hand on and little to compile.

Python keeps arrays in named tuples, one inside the other. Of a `Pinned` one there is a table of where its arrays are; a
kernel is given the address of that table, and sees the same names. There an array is a row, whatever its shape: items
are read as int64 (uint64 where they are such) and written back as what they are; no index is checked or counted from
the end.
"""

import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar, cast, get_args, get_type_hints

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.imputils import lower_constant
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_global
from numba.extending import (
    infer_getattr,
    intrinsic,
    lower_builtin,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
)
from numba.np.numpy_support import from_dtype

__all__ = [
    "Fixed",
    "Pinned",
    "eight_at",
    "prefetch",
    "put_eight",
    "row_from",
    "row_of",
    "viewer",
    "zeros_below",
]

T = TypeVar("T", bound=tuple[Any, ...])

_Arrays = tuple[Any, ...]


class Pinned(Generic[T]):
    """A named tuple of arrays that kernels may be given: they stay where they are as long as this does."""

    def __init__(self, value: T) -> None:
        self.value = value
        self._table = np.fromiter(_places(value), np.uint64)
        self.address = int(self._table.ctypes.data)
        """What kernels take in place of the tuple."""


def _places(value: _Arrays) -> Iterator[int]:
    for each in value:
        if isinstance(each, tuple):
            yield from _places(each)
        else:
            if not each.flags.c_contiguous:
                raise ValueError("a kernel would see what is between the items of this array as well: copy it first")
            yield from (each.__array_interface__["data"][0], each.size)


class _Row(types.Type):  # type: ignore[misc]  # Numba has no types
    """An array's address and number of items, seen as int64 or uint64."""

    def __init__(self, item: Any) -> None:
        self.item = item
        self.seen = types.uint64 if item is types.uint64 else types.int64
        super().__init__(name=f"Row({item})")


class Fixed:
    """Numbers that never change, as a global that kernels see as a row: bytes, unless some are too large for that."""

    def __init__(self, values: Iterable[int]) -> None:
        self.values = tuple(values)
        self.bits = 8 if max(self.values) < 1 << 8 else 64

    def __getitem__(self, place: int) -> int:
        """For kernels alone."""
        return self.values[place]

    def __len__(self) -> int:
        """The same."""
        return len(self.values)


@typeof_impl.register(Fixed)  # type: ignore[untyped-decorator]  # the same
def _type_of_fixed(fixed: Fixed, _context: Any) -> Any:
    return _Row(types.uint8 if fixed.bits == 8 else types.int64)  # noqa: PLR2004 - of a byte


@lower_constant(_Row)  # type: ignore[untyped-decorator]  # the same
def _constant(context: Any, builder: Any, row: _Row, fixed: Fixed) -> Any:
    values = cgutils.create_constant_array(ir.IntType(fixed.bits), fixed.values)
    place = cgutils.global_constant(builder, "fixed", values)
    address = builder.ptrtoint(place, cgutils.intp_t)
    return _made(context, builder, row, address, cgutils.intp_t(len(fixed.values)))


@register_model(_Row)
class _RowModel(models.StructModel):  # type: ignore[misc]  # the same
    def __init__(self, manager: Any, row: _Row) -> None:
        super().__init__(manager, row, [("data", types.CPointer(row.item)), ("size", types.int64)])


class _View(types.Type):  # type: ignore[misc]  # the same
    """A named tuple of this class: the address of where its arrays are."""

    def __init__(self, kind: type[_Arrays]) -> None:
        self.fields: dict[str, tuple[Any, int]] = {}
        self.size = 0
        for name, hint in get_type_hints(kind).items():
            field = _View(hint) if isinstance(hint, type) else _Row(from_dtype(np.dtype(_item_of(hint))))
            self.fields[name] = field, self.size
            self.size += field.size if isinstance(field, _View) else 2
        super().__init__(name=f"View({kind.__name__})")


def _item_of(hint: Any) -> Any:
    """Return the type of the items of an array that is annotated so."""
    (item,) = get_args(get_args(hint)[1])
    return item


register_model(_View)(models.OpaqueModel)


@infer_getattr
class _ViewAttributes(AttributeTemplate):  # type: ignore[misc]  # the same
    key = _View

    def generic_resolve(self, view: _View, name: str) -> Any:
        return view.fields[name][0] if name in view.fields else None


@lower_getattr_generic(_View)  # type: ignore[untyped-decorator]  # the same
def _field(context: Any, builder: Any, view: _View, value: Any, name: str) -> Any:
    field, place = view.fields[name]
    table = builder.bitcast(value, cgutils.intp_t.as_pointer())
    start = cgutils.gep_inbounds(builder, table, place)
    if isinstance(field, _View):
        return builder.bitcast(start, cgutils.voidptr_t)
    size = builder.load(cgutils.gep_inbounds(builder, table, place + 1))
    return _made(context, builder, field, builder.load(start), size)


def _made(context: Any, builder: Any, row: _Row, address: Any, size: Any) -> Any:
    made = cgutils.create_struct_proxy(row)(context, builder)
    made.data = builder.inttoptr(address, context.get_data_type(row.item).as_pointer())
    made.size = size
    return made._getvalue()  # noqa: SLF001 - as Numba's own code does


@infer_global(operator.getitem)
class _GetItem(AbstractTemplate):  # type: ignore[misc]  # the same
    def generic(self, args: Any, _: Any) -> Any:
        row, index = args
        if isinstance(row, _Row) and isinstance(index, types.Integer):
            return signature(row.seen, row, types.int64)
        return None


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):  # type: ignore[misc]  # the same
    def generic(self, args: Any, _: Any) -> Any:
        row, index, value = args
        if isinstance(row, _Row) and isinstance(index, types.Integer) and isinstance(value, types.Number):
            return signature(types.none, row, types.int64, row.seen)
        return None


@infer_global(len)
class _Len(AbstractTemplate):  # type: ignore[misc]  # the same
    def generic(self, args: Any, _: Any) -> Any:
        return signature(types.int64, *args) if isinstance(args[0], _Row) else None


@lower_builtin(operator.getitem, _Row, types.int64)  # type: ignore[untyped-decorator]  # the same
def _get_item(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    place = builder.gep(builder.extract_value(args[0], 0), [args[1]], inbounds=True)
    return context.cast(builder, builder.load(place), sig.args[0].item, sig.return_type)


@lower_builtin(operator.setitem, _Row, types.int64, types.Integer)  # type: ignore[untyped-decorator]  # the same
def _set_item(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    place = builder.gep(builder.extract_value(args[0], 0), [args[1]], inbounds=True)
    builder.store(context.cast(builder, args[2], sig.args[2], sig.args[0].item), place)
    return context.get_dummy_value()


@lower_builtin(len, _Row)  # type: ignore[untyped-decorator]  # the same
def _len(_context: Any, builder: Any, _sig: Any, args: Any) -> Any:
    return builder.extract_value(args[0], 1)


def viewer(kind: type[T]) -> Callable[[int], T]:
    """Return what gives a kernel its view of a pinned tuple of this class, of its address."""
    view = _View(kind)

    @intrinsic  # type: ignore[untyped-decorator]  # the same
    def opened(_: Any, _address: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            return builder.inttoptr(args[0], cgutils.voidptr_t)

        return signature(view, types.int64), generate

    return cast("Callable[[int], T]", opened)


@intrinsic  # type: ignore[untyped-decorator]  # the same
def _row_of(_: Any, array: Any) -> Any:
    row = _Row(types.uint8 if isinstance(array, types.Bytes) else array.dtype)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        made = context.make_helper(builder, sig.args[0], args[0])
        return _made(context, builder, row, builder.ptrtoint(made.data, cgutils.intp_t), made.nitems)

    return signature(row, array), generate


@intrinsic  # type: ignore[untyped-decorator]  # the same
def _row_from(_: Any, row: Any, _first: Any) -> Any:
    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        data, size = (builder.extract_value(args[0], each) for each in range(2))
        address = builder.ptrtoint(builder.gep(data, [args[1]]), cgutils.intp_t)
        return _made(context, builder, row, address, builder.sub(size, args[1]))

    return signature(row, row, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]  # the same
def _eight_at(_: Any, row: Any, _place: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        place = builder.gep(builder.extract_value(args[0], 0), [args[1]])
        return builder.load(builder.bitcast(place, ir.IntType(64).as_pointer()), align=1)

    return signature(types.uint64, row, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]  # the same
def _put_eight(_: Any, row: Any, _place: Any, _eight: Any) -> Any:
    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        place = builder.gep(builder.extract_value(args[0], 0), [args[1]])
        builder.store(args[2], builder.bitcast(place, ir.IntType(64).as_pointer()), align=1)
        return context.get_dummy_value()

    return signature(types.none, row, types.int64, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]  # the same
def _zeros_below(_: Any, _bits: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.IntType(1)(0))

    return signature(types.int64, types.uint64), generate


@intrinsic  # type: ignore[untyped-decorator]  # the same
def _prefetch(_: Any, row: Any, _place: Any) -> Any:
    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, number, number, number])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        place = builder.gep(builder.extract_value(args[0], 0), [args[1]])
        for_reading, for_long, data = number(0), number(3), number(1)
        builder.call(function, [builder.bitcast(place, cgutils.voidptr_t), for_reading, for_long, data])
        return context.get_dummy_value()

    return signature(types.none, row, types.int64), generate


row_of = cast("Callable[[npt.NDArray[Any] | bytes], Any]", _row_of)
"""In a kernel: an array, or bytes, as a row."""

row_from = cast("Callable[[Any, int], Any]", _row_from)
"""In a kernel: the part of a row from this place on."""

eight_at = cast("Callable[[Any, int], np.uint64]", _eight_at)
"""In a kernel: the eight bytes of a row of bytes from this place on; the first is the lowest."""

put_eight = cast("Callable[[Any, int, int], None]", _put_eight)
"""In a kernel: write a number as the eight bytes of a row of bytes from this place on; the first is the lowest."""

zeros_below = cast("Callable[[np.uint64], int]", _zeros_below)
"""In a kernel: the number of bits below the lowest that is 1; 64 if none is."""

prefetch = cast("Callable[[Any, int], None]", _prefetch)
"""In a kernel: have the processor fetch this place of a row, which may be past its end, and not wait for it."""
