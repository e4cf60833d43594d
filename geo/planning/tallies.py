"""What a search counts besides loads and shapes: groups in several beats, beats touched, workload moved.

Whole numbers kept beside a plan that is changed in place, and what each would be after one more move.
"""

# ruff: noqa: PLR0917 - compiled kernels take plain arrays by position

from typing import NamedTuple

import numpy as np

from geo.planning.adjacency import Floats, Ints
from geo.planning.compiled import compiled
from geo.planning.problem import NOBODY, Problem


class Tally(NamedTuple):
    """The counts of a plan.

    group : (n,) row of `held` of each unit, -1 for none
    held : (groups, k) units of each group in each beat
    changed : (k,) units that each beat has gained or lost
    moved : (2,) workload in other hands than at home, and how much of it is free of charge
    """

    group: Ints
    held: Ints
    changed: Ints
    moved: Floats


def tally_of(problem: Problem, owner: Ints, most_moved: float) -> Tally:
    """Return the counts of a plan, (n,) without units of nobody."""
    group = np.full(problem.n, -1, dtype=np.int64)
    groups = 0
    if problem.group is not None and (problem.group >= 0).any():
        inside = problem.group >= 0
        named, group[inside] = np.unique(problem.group[inside], return_inverse=True)
        groups = len(named)
    held = np.zeros((groups, problem.k), dtype=np.int64)
    np.add.at(held, (group[group >= 0], owner[group >= 0]), 1)
    away = owner != problem.owner
    left = problem.owner[away & (problem.owner != NOBODY)]
    changed = np.bincount(np.append(owner[away], left), minlength=problem.k)
    return Tally(group, held, changed, np.array([problem.workload[away].sum(), most_moved]))


def parts_beyond_first(tally: Tally) -> int:
    """Return how many beats too many the groups lie in, all together."""
    return int(np.maximum((tally.held > 0).sum(axis=1) - 1, 0).sum())


@compiled
def more_split(unit: int, source: int, part: int, tally: Tally) -> int:
    """Return how many beats more the unit's group lies in when it goes from `source` to `part`."""
    group = tally.group[unit]
    if group < 0:
        return 0
    return int(tally.held[group, part] == 0) - int(tally.held[group, source] == 1)


@compiled
def more_touched(source: int, part: int, home: int, tally: Tally) -> int:
    """Return how many beats more are touched when a unit of `home` goes from `source` to `part`."""
    change = 0
    if source != home:
        change -= int(tally.changed[source] == 1)
    elif home >= 0:
        change += int(tally.changed[home] == 0)
    if part != home:
        change += int(tally.changed[part] == 0)
    elif home >= 0:
        change -= int(tally.changed[home] == 1)
    return change


@compiled
def more_beyond(load: float, source: int, part: int, home: int, tally: Tally) -> float:
    """Return how much more workload is moved beyond what is free when `load` goes from `source` to `part`."""
    now, free = tally.moved[0], tally.moved[1]
    after = now
    if source == home:
        after += load
    elif part == home:
        after -= load
    change: float = max(after - free, 0.0) - max(now - free, 0.0)
    return change


@compiled
def count_move(unit: int, load: float, source: int, part: int, home: int, tally: Tally) -> None:
    """Count a move in."""
    group = tally.group[unit]
    if group >= 0:
        tally.held[group, source] -= 1
        tally.held[group, part] += 1
    if source != home:
        tally.changed[source] -= 1
        tally.moved[0] -= load
        if home >= 0:
            tally.changed[home] -= 1
    if part != home:
        tally.changed[part] += 1
        tally.moved[0] += load
        if home >= 0:
            tally.changed[home] += 1
