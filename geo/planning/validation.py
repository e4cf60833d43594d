"""What a problem is checked for before anything is planned; each fault names its place and its cure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.domain.errors import InputError
from geo.planning.adjacency import Adjacency, Flags, Floats, Ints
from geo.planning.contiguity import label_pieces

if TYPE_CHECKING:
    from geo.planning.problem import Problem

NOBODY = -1


def checked_fields(problem: "Problem") -> dict[str, Any]:
    """Return every field of `problem` as an array of its own of the right type and shape, or raise."""
    workload = _amounts("workload", problem.workload, np.shape(problem.workload)[:1])
    n = len(workload)
    if n == 0:
        raise InputError("plan_no_units")
    if workload.sum() <= 0:
        raise InputError("plan_no_workload")
    k = _number_of_parts(problem.k, n)
    edges = _checked_edges(problem.edges, n)
    return {
        "workload": workload,
        "xy": _numbers("xy", problem.xy, (n, 2)),
        "edges": edges,
        "border_m": _amounts("border_m", problem.border_m, (len(edges),)),
        "area_m2": _amounts("area_m2", problem.area_m2, (n,)),
        "perimeter_m": _amounts("perimeter_m", problem.perimeter_m, (n,)),
        "owner": _checked_owner(problem.owner, n, k),
        "k": k,
        "capacity": _checked_capacity(problem.capacity, k, float(workload.sum())),
        "locked": None if problem.locked is None else _flags("locked", problem.locked, n),
        "group": None if problem.group is None else _whole("group", problem.group, (n,)),
        "edge_cost_m": None if problem.edge_cost_m is None else _costs(problem.edge_cost_m, len(edges)),
        "posts": None if problem.posts is None else _checked_posts(problem.posts),
        "share": None if problem.share is None else _checked_share(problem.share, k),
    }


def check_graph(graph: Adjacency) -> None:
    """Raise InputError ``plan_graph_in_parts`` where no path crosses the borders between some units."""
    label, pieces = label_pieces(
        np.zeros(graph.n, dtype=np.int64), graph.start, graph.neighbour, graph.passable
    )
    if pieces > 1:
        size = np.bincount(label)
        least = int(size.argmin())
        unit = int(np.flatnonzero(label == least)[0])
        raise InputError("plan_graph_in_parts", pieces=int(pieces), smallest=int(size[least]), unit=unit)


def check_locks(locked: Flags | None, owner: Ints, k: int, graph: Adjacency) -> None:
    """Raise where a locked unit has no owner, or a beat's locked units can never be in one piece."""
    if locked is None or not locked.any():
        return
    homeless = np.flatnonzero(locked & (owner == NOBODY))
    if len(homeless):
        raise InputError("plan_lock_without_owner", n=len(homeless), first=int(homeless[0]))
    for part in np.unique(owner[locked]):
        own = np.flatnonzero(locked & (owner == part))
        # what other beats hold for good is cut out; the rest can become this beat's
        side = np.where(locked & (owner != part), NOBODY, 0)
        label, _ = label_pieces(side, graph.start, graph.neighbour, graph.passable)
        apart = own[label[own] != label[own[0]]]
        if len(apart):
            raise InputError("plan_lock_apart", part=int(part), unit=int(own[0]), other=int(apart[0]))


def _checked_posts(posts: Any) -> Floats | None:
    found = _numbers("posts", posts, (len(posts), 2))
    return found if len(found) else None


def _number_of_parts(k: Any, n: int) -> int:
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise InputError("plan_bad_k", k=k)
    if k > n:
        raise InputError("plan_k_above_units", n=n, k=int(k))
    return int(k)


def _numbers(field: str, values: Any, shape: Sequence[int]) -> Floats:
    found = np.array(values, dtype=np.float64)
    if found.shape != tuple(shape):
        raise InputError("plan_bad_shape", field=field, wanted=tuple(shape), shape=found.shape)
    wrong = np.flatnonzero(~np.isfinite(found))
    if len(wrong):
        raise InputError("plan_not_finite", field=field, n=len(wrong), first=int(wrong[0]))
    return found


def _amounts(field: str, values: Any, shape: Sequence[int]) -> Floats:
    found = _numbers(field, values, shape)
    _refuse_negative(field, found)
    return found


def _refuse_negative(field: str, values: Floats) -> None:
    below = np.flatnonzero(values < 0)
    if len(below):
        raise InputError(
            "plan_negative", field=field, n=len(below), first=int(below[0]), value=float(values[below[0]])
        )


def _whole(field: str, values: Any, shape: Sequence[int]) -> Ints:
    found = np.array(values)
    if found.dtype.kind not in "iub":
        found = _numbers(field, values, shape)
        broken = np.flatnonzero(found != np.rint(found))
        if len(broken):
            raise InputError(
                "plan_not_whole", field=field, first=int(broken[0]), value=found.ravel()[broken[0]]
            )
    if found.shape != tuple(shape):
        raise InputError("plan_bad_shape", field=field, wanted=tuple(shape), shape=found.shape)
    return found.astype(np.int64)


def _flags(field: str, values: Any, n: int) -> Flags:
    found: Flags = _whole(field, values, (n,)) != 0
    return found


def _checked_edges(values: Any, n: int) -> Ints:
    given = np.array(values)
    edges = _whole("edges", given.reshape(0, 2) if given.size == 0 else given, (len(given), 2))
    wrong = ((edges < 0) | (edges >= n)).any(axis=1) | (edges[:, 0] == edges[:, 1])
    if wrong.any():
        raise InputError(
            "plan_bad_edges", n=int(wrong.sum()), last=n - 1, first=int(np.flatnonzero(wrong)[0])
        )
    return edges


def _checked_owner(values: Any, n: int, k: int) -> Ints:
    if values is None:
        return np.full(n, NOBODY, dtype=np.int64)
    owner = _whole("owner", values, (n,))
    wrong = np.flatnonzero((owner < NOBODY) | (owner >= k))
    if len(wrong):
        first = int(wrong[0])
        raise InputError("plan_bad_owner", n=len(wrong), last=k - 1, first=first, value=int(owner[first]))
    return owner


def _checked_capacity(values: Any, k: int, workload: float) -> Floats | None:
    if values is None:
        return None
    capacity = np.array(values, dtype=np.float64)
    if capacity.shape != (k,):
        raise InputError("plan_bad_shape", field="capacity", wanted=(k,), shape=capacity.shape)
    for part in np.flatnonzero(~(capacity > 0)):  # NaN too; infinity is no limit
        raise InputError("plan_bad_capacity", part=int(part), value=float(capacity[part]))
    if capacity.sum() < workload * (1 - 1e-12):
        missing = workload - float(capacity.sum())
        raise InputError(
            "plan_capacity_short",
            capacity=f"{capacity.sum():g}",
            workload=f"{workload:g}",
            missing=f"{missing:g}",
        )
    return capacity


def _checked_share(values: Any, k: int) -> Floats:
    share = _numbers("share", values, (k,))
    for part in np.flatnonzero(share <= 0):
        raise InputError("plan_bad_share", part=int(part), value=float(share[part]))
    return share


def _costs(values: Any, m: int) -> Floats:
    costs = np.array(values, dtype=np.float64)
    if costs.shape != (m,):
        raise InputError("plan_bad_shape", field="edge_cost_m", wanted=(m,), shape=costs.shape)
    wrong = np.flatnonzero(np.isnan(costs))
    if len(wrong):
        raise InputError("plan_not_finite", field="edge_cost_m", n=len(wrong), first=int(wrong[0]))
    _refuse_negative("edge_cost_m", costs)
    return costs
