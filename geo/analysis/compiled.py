"""Numba where it is installed, plain Python where it is not.

Every compiled kernel has a NumPy twin that gives the same numbers; `HAS_NUMBA` says which one runs.
Kernels release the GIL and are run on a few threads of our own (`run_parts`). Numba's own ``parallel=True``
is not used: its fallback threading layer aborts the process when two sessions call at the same time.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import TypeVar, cast

HAS_NUMBA = find_spec("numba") is not None
WORKERS = max(1, min(4, os.cpu_count() or 1))

Kernel = TypeVar("Kernel", bound=Callable[..., object])
Part = TypeVar("Part")


def compiled(kernel: Kernel) -> Kernel:
    """Return `kernel` compiled by Numba (cached on disk, GIL released), or as it is without Numba."""
    if not HAS_NUMBA:
        return kernel
    import numba

    return cast("Kernel", numba.njit(cache=True, nogil=True)(kernel))


def run_parts(task: Callable[[int], Part], parts: int) -> list[Part]:
    """Return ``[task(0), ..., task(parts - 1)]``, run on up to `WORKERS` threads, in order."""
    if parts == 1:
        return [task(0)]
    with ThreadPoolExecutor(max_workers=min(parts, WORKERS)) as pool:
        return list(pool.map(task, range(parts)))
