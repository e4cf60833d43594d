"""What is to be planned: units with a workload, their borders, who has them today, and what must hold."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from geo.domain.errors import InputError
from geo.planning import validation
from geo.planning.adjacency import Adjacency, Flags, Floats, Ints, adjacency

NOBODY = -1


@dataclass(frozen=True, eq=False)
class Problem:
    """Units to be divided among k beats; checked once, never changed.

    workload : (n,) households (or any load) of each unit, >= 0; units of 0 must stay connected too
    xy : (n, 2) a point in each unit, metres, metric CRS
    edges : (m, 2) pairs of units that touch or are joined by a bridge; a pair may appear twice
    border_m : (m,) length of the shared border, metres; 0 for a bridge
    area_m2, perimeter_m : (n,) of each unit
    owner : (n,) beat 0..k-1 of each unit today, -1 for nobody's
    k : number of beats
    capacity : (k,) the most workload each officer may carry (norm times beat days); None for no limit
    locked : (n,) bool, True where the unit must stay with its owner
    group : (n,) number of the group (e.g. a residential group of several blocks), -1 for none; groups move
        whole unless no plan within the tolerance exists otherwise
    edge_cost_m : (m,) what crossing the edge inside one beat costs, metres of border; infinity blocks. See
        `barriers.edge_costs_m`. None for no barriers.
    posts : (p, 2) places that beats are worked from, metres: the distance of a unit is then to the post of
        its beat, the one that makes the beat's distances least. None: to the middle of its beat
    share : (k,) relative target of each beat (e.g. beat days); None takes finite capacities, else equal ones

    Raises InputError with the code of what is wrong: ``plan_bad_shape``, ``plan_not_finite``,
    ``plan_negative``, ``plan_no_units``, ``plan_no_workload``, ``plan_bad_k``, ``plan_k_above_units``,
    ``plan_bad_edges``, ``plan_graph_in_parts``, ``plan_bad_owner``, ``plan_not_whole``,
    ``plan_lock_without_owner``, ``plan_lock_apart``, ``plan_bad_capacity``, ``plan_capacity_short``,
    ``plan_bad_share``.
    """

    workload: Floats
    xy: Floats
    edges: Ints
    border_m: Floats
    area_m2: Floats
    perimeter_m: Floats
    owner: Ints
    k: int
    capacity: Floats | None = None
    locked: Flags | None = None
    group: Ints | None = None
    edge_cost_m: Floats | None = None
    share: Floats | None = None
    posts: Floats | None = None

    def __post_init__(self) -> None:
        for name, value in validation.checked_fields(self).items():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
            object.__setattr__(self, name, value)
        validation.check_graph(self.adjacency)
        validation.check_locks(self.locked, self.owner, self.k, self.adjacency)

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.workload)

    @property
    def total(self) -> float:
        """Workload of all units."""
        return float(self.workload.sum())

    @cached_property
    def adjacency(self) -> Adjacency:
        """The barrier graph."""
        cost = np.zeros(len(self.edges)) if self.edge_cost_m is None else self.edge_cost_m
        return adjacency(self.n, self.edges, self.border_m, cost)

    @cached_property
    def target(self) -> Floats:
        """Workload that each beat should have, (k,); adds up to `total`."""
        weight = np.ones(self.k)
        if self.share is not None:
            weight = self.share
        elif self.capacity is not None and np.isfinite(self.capacity).all():
            weight = self.capacity
        found: Floats = self.total * weight / weight.sum()
        found.setflags(write=False)
        return found

    @cached_property
    def is_locked(self) -> Flags:
        """`locked`, or all False; never to be written to, so that kernels are compiled for one of the two."""
        if self.locked is not None:
            return self.locked
        none = np.zeros(self.n, dtype=bool)
        none.setflags(write=False)
        return none

    def limits(self, tolerance: float) -> tuple[Floats, Floats]:
        """Return the least and the most workload of each beat within `tolerance` and its capacity, (k,) each.

        Raises InputError ``plan_bad_tolerance``.
        """
        if not 0 <= tolerance < 1:
            raise InputError("plan_bad_tolerance", tolerance=tolerance)
        least, most = self.target * (1 - tolerance), self.target * (1 + tolerance)
        return least, most if self.capacity is None else np.minimum(most, self.capacity)

    def replaced(self, **changes: Any) -> "Problem":
        """Return a problem with some fields changed; checked anew."""
        names = self.__dataclass_fields__
        return Problem(**{name: changes.get(name, getattr(self, name)) for name in names})
