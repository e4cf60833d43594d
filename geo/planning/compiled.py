"""Numba where it is installed, plain Python where it is not: the kernels give the same answer either way.

The kernels draw their random numbers from `randomness`, in whole numbers, so that a seed means the same
plan with and without Numba.
"""

from collections.abc import Callable
from importlib.util import find_spec
from typing import TypeVar, cast

HAS_NUMBA = find_spec("numba") is not None

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """Return `kernel` compiled by Numba (cached on disk, GIL released), or as it is without Numba."""
    if not HAS_NUMBA:
        return kernel
    import numba

    return cast("Kernel", numba.njit(cache=True, nogil=True)(kernel))
