"""Boxes: a tuple of arrays as one value that a kernel takes at once, where each array by itself costs a call time."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from numba import types
from numba.experimental import structref
from numba.extending import overload

from wirewatch.matching.compiled.jit import jit

__all__ = ["Box", "boxed"]

T = TypeVar("T")


@structref.register
class _BoxType(types.StructRef):  # type: ignore[misc]  # Numba has no types
    """What Numba knows a box by: the type of its only field."""


class Box(structref.StructRefProxy, Generic[T]):  # type: ignore[misc]  # the same
    """A value for kernels, where it is `box.value`; Python can't look inside."""

    value: T


structref.define_boxing(_BoxType, Box)


def _make(value: Any) -> Any:
    raise NotImplementedError  # what kernels call instead is below


@overload(_make)  # type: ignore[untyped-decorator]  # the same
def _making(value: Any) -> Callable[[Any], Any]:
    box_type = _BoxType([("value", value)])

    def make(value: Any) -> Any:
        box = structref.new(box_type)
        box.value = value
        return box

    return make


@jit
def _boxed(value: Any) -> Any:
    return _make(value)


def boxed(value: T) -> Box[T]:
    """Return a box with `value`, a named tuple of arrays."""
    return cast("Box[T]", _boxed(value))
