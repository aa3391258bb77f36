"""What makes a function a kernel: plain Python on arrays, and compiled where numba is there and not told otherwise.

With ``NUMBA_DISABLE_JIT=1`` kernels run as they stand, a hundred times slower: so their branches can be counted.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

Array = Any
"""An array as kernels see it: its items are numbers like all others, which numpy's own types do not say."""

KERNELS: list[Any] = []


def kernel(function: Function) -> Function:
    """A function that the compiler may take. It makes no arrays, so it is not counted who holds those that it is given.

    That counting (``_nrt``) would cost three quarters of the time: kernels hand a dozen arrays to each other for every row.
    """
    return _compiled(function, _nrt=False)


def part(function: Function) -> Function:
    """A kernel for every row, which becomes part of those that call it."""
    return _compiled(function, _nrt=False, forceinline=True)


def maker(function: Function) -> Function:
    """A kernel that makes arrays."""
    return _compiled(function)


def apart(function: Function) -> Function:
    """A kernel that takes long: other threads may run while it does."""
    return _compiled(function, _nrt=False, nogil=True)


def _compiled(function: Function, **options: Any) -> Function:
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]  # it reads its names from the environment
        return function
    compiled: Function = numba.njit(cache=True, **options)(function)
    KERNELS.append(compiled)
    return compiled
