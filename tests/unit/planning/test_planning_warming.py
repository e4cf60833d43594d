"""After set-up nothing is left to compile: the first plan asked for has its seconds for itself."""

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import geo.planning
from geo.planning import Weights, absent, dial, draw, median, polish, rebalance
from geo.planning.compiled import HAS_NUMBA
from geo.planning.warming import warm
from tests.unit.planning.wards import picture

ROOT = Path(__file__).parents[3]


def _compiled():
    """Return how many versions of each kernel there are."""
    found = {}
    for module in pkgutil.iter_modules(geo.planning.__path__, "geo.planning."):
        for name, kernel in vars(importlib.import_module(module.name)).items():
            if hasattr(kernel, "signatures"):
                found[f"{kernel.py_func.__module__}.{name}"] = len(kernel.signatures)
    return found


def _solve_all():
    rng = np.random.default_rng(1)
    workload = rng.integers(40, 110, 48).astype(float)
    ward = picture("\n".join("AAAABBBB" if row < 3 else "CCCCDDDD" for row in range(6)), workload=workload)
    wishes = {
        "posts": ward.xy[::20], "edge_cost_m": np.full(len(ward.edges), 50.0), "group": np.arange(48) // 2,
        "capacity": np.full(4, 2 * workload.sum() / 4), "locked": np.arange(48) == 5,
        "share": np.array([1.0, 1.0, 1.0, 1.2]),
    }  # fmt: skip
    for name, value in wishes.items():
        wished = ward.replaced(**{name: value})
        rebalance(wished, tolerance=0.2, time_limit_s=1)
        draw(wished, tolerance=0.2, time_limit_s=0.5)
    found = rebalance(ward, tolerance=0.1, time_limit_s=1)
    polish(found, Weights(), granted=0.1, time_limit_s=1)
    dial(ward)
    absent(ward, 3)
    median(ward, time_limit_s=1)


@pytest.mark.skipif(not HAS_NUMBA, reason="Numba is not installed: nothing is compiled")
def test_no_kernel_is_compiled_after_set_up():
    ran = subprocess.run(
        [sys.executable, "-c", f"from {__name__} import check; check()"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]


def check():
    """Solve every kind of ward after set-up's own; in a process that compiled nothing before."""
    warm()
    before = _compiled()
    assert sum(before.values()) > 5
    _solve_all()
    more = {name: n for name, n in _compiled().items() if n > before[name]}
    assert not more, more
