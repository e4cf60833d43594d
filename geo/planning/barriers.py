"""Kinds of border between units, and what each costs: rivers, railways and highways block or cost.

A border is an edge with a length. A barrier keeps its length, because the two units do touch, but crossing
it inside one beat costs metres or cannot be done at all (infinity). A bridge is an edge of its own, of length
0 and cost 0, that stands beside the blocked border which it crosses.
"""

from collections.abc import Mapping, Sequence
from math import inf
from types import MappingProxyType
from typing import Any

import numpy as np

from geo.domain.errors import InputError
from geo.planning.adjacency import Floats

# Metres of detour that a beat across such a border is charged; what a deployment knows better it passes in.
BARRIER_COST_M: Mapping[str, float] = MappingProxyType(
    {
        "border": 0.0,
        "bridge": 0.0,
        "highway": 250.0,
        "railway": 500.0,
        "river": inf,
    }
)


def edge_costs_m(kinds: Sequence[str] | Any, costs_m: Mapping[str, float] | None = None) -> Floats:
    """Return what crossing each edge costs, (m,) metres, infinite where it blocks.

    kinds : (m,) names of `BARRIER_COST_M`
    costs_m : other costs for some kinds, e.g. ``{"railway": inf}`` where there is no crossing
    Raises InputError ``plan_unknown_barrier``, ``plan_negative``.
    """
    table = {**BARRIER_COST_M, **(costs_m or {})}
    names, position = np.unique(np.asarray(kinds, dtype=str), return_inverse=True)
    for name in names:
        if str(name) not in table:
            raise InputError("plan_unknown_barrier", kind=str(name), known=", ".join(sorted(table)))
    each = np.array([table[str(name)] for name in names], dtype=np.float64)
    if (each < 0).any():
        first = int(np.flatnonzero(each < 0)[0])
        raise InputError(
            "plan_negative", field="costs_m", n=int((each < 0).sum()), first=first, value=float(each[first])
        )
    found: Floats = each[position]
    return found
