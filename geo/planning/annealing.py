"""Simulated annealing of a contiguous plan: O(1) differences, contiguity looked at locally.

Kirkpatrick, Gelatt & Vecchi (1983). A proposal picks a border between two beats and lets the unit on one
side change hands; it never breaks a beat, empties one, or moves a locked unit. The state is arrays in named
tuples, because that is what Numba compiles; all of it is changed in place.
"""

# ruff: noqa: PLR0917 - compiled kernels take plain arrays by position

from math import exp, hypot, pi
from typing import NamedTuple

import numpy as np

from geo.planning.adjacency import Flags, Floats, Ints
from geo.planning.compiled import compiled
from geo.planning.contiguity import survives_loss
from geo.planning.randomness import uniform
from geo.planning.tallies import Tally, count_move, more_beyond, more_split, more_touched

FOUR_PI = 4 * pi
_COOL_EVERY = 64  # proposals between two temperatures; a power for each would cost as much as the proposal


class Borders(NamedTuple):
    """The graph, as in `Adjacency`, with the costs of cutting scaled; ends (m, 2) of every edge."""

    start: Ints
    neighbour: Ints
    edge: Ints
    passable: Flags
    border_m: Floats
    cut_cost: Floats
    ends: Ints


class Units(NamedTuple):
    """What is known of each unit, (n,) each."""

    workload: Floats
    area_m2: Floats
    perimeter_m: Floats
    x_m: Floats
    y_m: Floats
    home: Ints
    locked: Flags


class Parts(NamedTuple):
    """What is kept of each beat, (k,) each; the first three change with every move."""

    load: Floats
    area_m2: Floats
    outline_m: Floats
    least: Floats
    most: Floats
    target: Floats
    centre_x_m: Floats
    centre_y_m: Floats


class Costs(NamedTuple):
    """What a proposal is charged, in the price of one border of average length."""

    balance: float  # for a load outside its limits, per target
    compactness: float  # for a whole 1 of Polsby-Popper
    distance: float  # per household and metre to the beat's centre
    moved: float  # per household that is not at home
    split: float  # per beat too many that a group lies in
    touched: float  # per beat that gains or loses a unit
    beyond: float  # per household that is moved beyond the tally's limit


class Scratch(NamedTuple):
    """The cut borders as a set with places (cut[:size[0]], place (m,), -1 where not cut), and marks (n,)."""

    cut: Ints
    place: Ints
    size: Ints
    mark: Ints
    queue: Ints
    stamp: Ints


@compiled
def anneal(
    owner: Ints,
    units: Units,
    borders: Borders,
    parts: Parts,
    costs: Costs,
    tally: Tally,
    scratch: Scratch,
    random: Ints,
    proposals: int,
    hot: float,
    cold: float,
) -> int:
    """Make `proposals` proposals while cooling from `hot` to `cold`; return how many were accepted."""
    accepted = 0
    temperature = hot
    for number in range(proposals):
        if number % _COOL_EVERY == 0:
            temperature = hot * (cold / hot) ** (number / proposals)
        if scratch.size[0] == 0:
            break
        pick = int(uniform(random) * 2 * scratch.size[0])
        edge, side = scratch.cut[pick // 2], pick % 2
        unit, part = borders.ends[edge, side], owner[borders.ends[edge, 1 - side]]
        if units.locked[unit]:
            continue
        change = _difference(unit, part, owner, units, borders, parts, costs, tally)
        if change > 0 and uniform(random) >= exp(-change / temperature):
            continue
        scratch.stamp[0] += 1
        if survives_loss(
            unit,
            owner,
            borders.start,
            borders.neighbour,
            borders.passable,
            scratch.mark,
            scratch.queue,
            scratch.stamp[0],
        ):
            _hand_over(unit, part, owner, units, borders, parts, tally, scratch)
            accepted += 1
    return accepted


@compiled
def _excess(load: float, part: int, parts: Parts) -> float:
    """Return by how much of its target a load is outside the part's limits."""
    beyond: float = max(load - parts.most[part], parts.least[part] - load, 0.0) / parts.target[part]
    return beyond


@compiled
def _compactness(area_m2: float, outline_m: float) -> float:
    return FOUR_PI * area_m2 / (outline_m * outline_m) if outline_m > 0 else 0.0


@compiled
def _difference(
    unit: int,
    part: int,
    owner: Ints,
    units: Units,
    borders: Borders,
    parts: Parts,
    costs: Costs,
    tally: Tally,
) -> float:
    """Return by how much the cost changes when `unit` goes to `part`."""
    source = owner[unit]
    with_source, with_part, change = 0.0, 0.0, 0.0
    for slot in range(borders.start[unit], borders.start[unit + 1]):
        other = owner[borders.neighbour[slot]]
        if other == source:
            with_source += borders.border_m[slot]
            change += borders.cut_cost[slot]
        elif other == part:
            with_part += borders.border_m[slot]
            change -= borders.cut_cost[slot]
    change += costs.balance * _less_balanced(units.workload[unit], source, part, parts)
    if costs.compactness > 0:
        change += costs.compactness * _less_compact(unit, source, part, with_source, with_part, units, parts)
    if costs.distance > 0:
        change += costs.distance * _farther(unit, source, part, units, parts)
    if costs.moved > 0 and units.home[unit] == source:
        change += costs.moved * units.workload[unit]
    elif costs.moved > 0 and units.home[unit] == part:
        change -= costs.moved * units.workload[unit]
    if costs.split > 0 or costs.touched > 0 or costs.beyond > 0:
        change += _counted(unit, source, part, units, costs, tally)
    return change


@compiled
def _counted(unit: int, source: int, part: int, units: Units, costs: Costs, tally: Tally) -> float:
    """Return by how much the cost of what is counted changes."""
    home = units.home[unit]
    change = 0.0
    if costs.split > 0:
        change += costs.split * more_split(unit, source, part, tally)
    if costs.touched > 0:
        change += costs.touched * more_touched(source, part, home, tally)
    if costs.beyond > 0:
        change += costs.beyond * more_beyond(units.workload[unit], source, part, home, tally)
    return change


@compiled
def _less_balanced(load: float, source: int, part: int, parts: Parts) -> float:
    return (
        _excess(parts.load[source] - load, source, parts)
        - _excess(parts.load[source], source, parts)
        + _excess(parts.load[part] + load, part, parts)
        - _excess(parts.load[part], part, parts)
    )


@compiled
def _less_compact(
    unit: int, source: int, part: int, with_source: float, with_part: float, units: Units, parts: Parts
) -> float:
    area, outline = units.area_m2[unit], units.perimeter_m[unit]
    return (
        _compactness(parts.area_m2[source], parts.outline_m[source])
        - _compactness(parts.area_m2[source] - area, parts.outline_m[source] - outline + 2 * with_source)
        + _compactness(parts.area_m2[part], parts.outline_m[part])
        - _compactness(parts.area_m2[part] + area, parts.outline_m[part] + outline - 2 * with_part)
    )


@compiled
def _farther(unit: int, source: int, part: int, units: Units, parts: Parts) -> float:
    """Return how many household metres more it is to the new centre."""
    x, y = units.x_m[unit], units.y_m[unit]
    there = hypot(x - parts.centre_x_m[part], y - parts.centre_y_m[part])
    here = hypot(x - parts.centre_x_m[source], y - parts.centre_y_m[source])
    farther: float = units.workload[unit] * (there - here)
    return farther


@compiled
def _hand_over(
    unit: int,
    part: int,
    owner: Ints,
    units: Units,
    borders: Borders,
    parts: Parts,
    tally: Tally,
    scratch: Scratch,
) -> None:
    source = owner[unit]
    outline = units.perimeter_m[unit]
    parts.outline_m[source] -= outline
    parts.outline_m[part] += outline
    for slot in range(borders.start[unit], borders.start[unit + 1]):
        other = owner[borders.neighbour[slot]]
        if other == source:
            parts.outline_m[source] += 2 * borders.border_m[slot]
        elif other == part:
            parts.outline_m[part] -= 2 * borders.border_m[slot]
        if borders.passable[slot]:
            if other == part:
                _remove(borders.edge[slot], scratch)
            elif other == source:
                _add(borders.edge[slot], scratch)
    parts.load[source] -= units.workload[unit]
    parts.load[part] += units.workload[unit]
    parts.area_m2[source] -= units.area_m2[unit]
    parts.area_m2[part] += units.area_m2[unit]
    count_move(unit, units.workload[unit], source, part, units.home[unit], tally)
    owner[unit] = part


@compiled
def _add(edge: int, scratch: Scratch) -> None:
    scratch.place[edge] = scratch.size[0]
    scratch.cut[scratch.size[0]] = edge
    scratch.size[0] += 1


@compiled
def _remove(edge: int, scratch: Scratch) -> None:
    scratch.size[0] -= 1
    last = scratch.cut[scratch.size[0]]
    place = scratch.place[edge]
    scratch.cut[place] = last
    scratch.place[last] = place
    scratch.place[edge] = -1


def empty_scratch(n: int, m: int) -> Scratch:
    """Return a scratch for n units and m edges with no cut border."""
    return Scratch(
        cut=np.empty(m, dtype=np.int64),
        place=np.full(m, -1, dtype=np.int64),
        size=np.zeros(1, dtype=np.int64),
        mark=np.zeros(n, dtype=np.int64),
        queue=np.empty(n, dtype=np.int64),
        stamp=np.zeros(1, dtype=np.int64),
    )
