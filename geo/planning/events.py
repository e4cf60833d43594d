"""What happens to a ward: an officer is away, one comes, a building fills, two wards become one.

Each event gives a new problem and, where beats are counted anew, the way back to today's numbers. Nothing is
decided here: `rebalance` does that. Cover for an absence is temporary and carries its last day; the beats of
before come back by themselves when it ends.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from geo.domain.errors import InputError
from geo.planning.adjacency import Floats, Ints
from geo.planning.problem import NOBODY, Problem


@dataclass(frozen=True, eq=False)
class Cover:
    """A problem for the time of an event, and what its beats were before.

    problem : the problem to plan; beats are numbered 0..problem.k - 1
    part : (problem.k,) today's number of each beat; -1 for a beat that is new
    before : (n,) today's owner of each unit, in today's numbers, to which everything returns
    since, until : first day and the day on which the cover has ended; None for a lasting change
    """

    problem: Problem
    part: Ints
    before: Ints
    since: date | None = None
    until: date | None = None

    @property
    def is_temporary(self) -> bool:
        """Whether the cover ends by itself."""
        return self.until is not None

    def in_todays_numbers(self, owner: Any) -> Ints:
        """Return the beats of a plan of `problem` in today's numbers; new beats follow after the last one."""
        numbers = self.part.copy()
        new = np.flatnonzero(numbers == NOBODY)
        numbers[new] = max(int(self.before.max()), int(self.part.max())) + 1 + np.arange(len(new))
        given = np.asarray(owner)
        return np.where(given == NOBODY, NOBODY, numbers[given])

    def on(self, day: date, owner: Any) -> Ints:
        """Return who has each unit on a day, (n,), in today's numbers, if `owner` is the cover's plan."""
        begun = self.since is None or day >= self.since
        ended = self.until is not None and day >= self.until
        return self.in_todays_numbers(owner) if begun and not ended else self.before


def absent(problem: Problem, part: int, since: date | None = None, until: date | None = None) -> Cover:
    """Return the problem of covering for the officer of `part`: the units are nobody's, there is a beat less.

    Locks of that beat's units are lifted, because they cannot stay. Raises InputError ``plan_unknown_part``,
    ``plan_last_beat``, ``plan_bad_expiry``, and what `Problem` raises (``plan_capacity_short``).
    """
    _check_part(problem, part)
    _check_days(since, until)
    if problem.k == 1:
        raise InputError("plan_last_beat")
    others = np.delete(np.arange(problem.k), part)
    number = np.full(problem.k + 1, NOBODY, dtype=np.int64)  # the last place is read by nobody's units
    number[others] = np.arange(len(others))
    covered = problem.replaced(
        owner=number[problem.owner],
        k=problem.k - 1,
        capacity=None if problem.capacity is None else problem.capacity[others],
        share=None if problem.share is None else problem.share[others],
        locked=None if problem.locked is None else problem.locked & (problem.owner != part),
    )
    return Cover(covered, others, problem.owner, since, until)


def new_officer(
    problem: Problem,
    capacity: float | None = None,
    share: float | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Cover:
    """Return the problem with one more beat, which has no unit yet.

    capacity, share : of the new officer, where the others have them; None takes the others' mean.
    Raises InputError ``plan_bad_expiry`` and what `Problem` raises (``plan_k_above_units``).
    """
    _check_days(since, until)
    larger = problem.replaced(
        k=problem.k + 1,
        capacity=_with_one_more(problem.capacity, capacity),
        share=_with_one_more(problem.share, share),
    )
    return Cover(larger, np.append(np.arange(problem.k), NOBODY), problem.owner, since, until)


def new_building(problem: Problem, unit: int, workload: float) -> Cover:
    """Return the problem with `workload` more in `unit`; below 0 for a building that is emptied.

    Raises InputError ``plan_unknown_unit``, ``plan_negative``.
    """
    if not 0 <= unit < problem.n:
        raise InputError("plan_unknown_unit", unit=unit, last=problem.n - 1)
    changed = problem.workload.copy()
    changed[unit] += workload
    capacity = problem.capacity
    return Cover(problem.replaced(workload=changed, capacity=capacity), np.arange(problem.k), problem.owner)


def merge_wards(
    one: Problem, other: Problem, edges: Any, border_m: Any, edge_cost_m: Any | None = None
) -> Cover:
    """Return both wards as one problem: units and beats of `other` are numbered after those of `one`.

    edges : (m, 2) borders and bridges between the two, (unit of one, unit of other)
    border_m, edge_cost_m : (m,) as in `Problem`
    A capacity, a share or posts that only one ward has are dropped. Raises InputError
    ``plan_problems_differ`` without a border, and what `Problem` raises (``plan_graph_in_parts`` where all of
    them block).
    """
    between = np.asarray(edges, dtype=np.int64)
    if between.size == 0:
        raise InputError("plan_problems_differ")
    cost = np.zeros(len(between)) if edge_cost_m is None else np.asarray(edge_cost_m, dtype=np.float64)
    merged = Problem(
        workload=np.concatenate((one.workload, other.workload)),
        xy=np.concatenate((one.xy, other.xy)),
        edges=np.concatenate((one.edges, other.edges + one.n, between + np.array([0, one.n]))),
        border_m=np.concatenate((one.border_m, other.border_m, np.asarray(border_m, dtype=np.float64))),
        area_m2=np.concatenate((one.area_m2, other.area_m2)),
        perimeter_m=np.concatenate((one.perimeter_m, other.perimeter_m)),
        owner=np.concatenate((one.owner, _moved_up(other.owner, one.k))),
        k=one.k + other.k,
        capacity=_both(one.capacity, other.capacity),
        locked=np.concatenate((one.is_locked, other.is_locked)),
        group=np.concatenate((_groups(one), _moved_up(_groups(other), int(_groups(one).max()) + 1))),
        edge_cost_m=np.concatenate((_cost(one), _cost(other), cost)),
        share=_both(one.share, other.share),
        posts=_both(one.posts, other.posts),
    )
    return Cover(merged, np.arange(merged.k), merged.owner)


def _check_part(problem: Problem, part: int) -> None:
    if not 0 <= part < problem.k:
        raise InputError("plan_unknown_part", part=part, last=problem.k - 1)


def _check_days(since: date | None, until: date | None) -> None:
    if since is not None and until is not None and until <= since:
        raise InputError("plan_bad_expiry", since=since, until=until)


def _with_one_more(values: Floats | None, value: float | None) -> Floats | None:
    if values is None:
        return None
    return np.append(values, values[np.isfinite(values)].mean() if value is None else value)


def _both(one: Floats | None, other: Floats | None) -> Floats | None:
    return None if one is None or other is None else np.concatenate((one, other))


def _moved_up(numbers: Ints, by: int) -> Ints:
    return np.where(numbers >= 0, numbers + by, NOBODY)


def _groups(problem: Problem) -> Ints:
    return np.full(problem.n, NOBODY, dtype=np.int64) if problem.group is None else problem.group


def _cost(problem: Problem) -> Floats:
    return np.zeros(len(problem.edges)) if problem.edge_cost_m is None else problem.edge_cost_m
