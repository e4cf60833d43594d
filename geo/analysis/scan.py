"""Space–time scan: where and since when there are more events than chance would put there.

Kulldorff, Heffernan, Hartman, Assunção & Mostashari (2005), A Space–Time Permutation Scan Statistic for
Disease Outbreak Detection, PLoS Medicine 2(3): e59; Kulldorff (1997), A Spatial Scan Statistic, for the
Poisson model. Every disc around every place is tried with every stretch of days; the likelihood ratio says
how surprising its number is, and a Monte Carlo test says how often chance alone would give one as surprising
anywhere.

What it does not show. The permutation model compares places with each other over time: it finds neither a
place that is always busy nor a day that was busy everywhere, and a district that grows faster than the others
looks like a cluster. A cluster's circle is the best of the circles tried, not the border of the trouble. A
secondary cluster's p is on the safe side: it is judged against the best cluster of each simulation.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from geo.analysis.compiled import WORKERS, run_parts
from geo.analysis.coordinates import Floats, checked_xy
from geo.analysis.scan_places import Discs, Places, Whole
from geo.analysis.scan_windows import Best, Clock, best_windows, ladder
from geo.domain.errors import InputError

Model = Literal["permutation", "poisson"]
Ties = Literal["one_by_one", "whole_rings"]

MOST_WORK = 3e10  # steps of the simulations together: some minutes on two busy cores


@dataclass(frozen=True)
class Cluster:
    """More events than expected in one circle during one stretch of days.

    centre : (x, y) metres, a place with events (or residents)
    radius_m : to the furthest place inside; 0 where the cluster is one place
    from_day, to_day : first and last day, both included
    n, expected : events seen and expected; ratio of the two is `relative`
    llr : log likelihood ratio; p : Monte Carlo, at least 1 / (permutations + 1)
    places : places inside; events : positions in `xy` of the events counted
    """

    centre: tuple[float, float]
    radius_m: float
    from_day: int
    to_day: int
    n: int
    expected: float
    llr: float
    p: float
    places: int
    events: Whole = field(repr=False, compare=False)

    @property
    def relative(self) -> float:
        """Events seen for each one expected."""
        return self.n / self.expected


@dataclass(frozen=True)
class ScanResult:
    """Clusters, the most surprising first, and what was scanned.

    period : first and last day scanned
    used, outside_period, undated : events in the period, not in it, and without a day
    places : distinct places; max_days : longest stretch tried; max_radius_m : largest circle tried (inf: only
    the share of cases or residents bounds it); furthest_m : Poisson only, the furthest an event lies from the
    place whose residents it is counted with
    """

    clusters: tuple[Cluster, ...]
    model: Model
    alive_only: bool
    period: tuple[int, int]
    used: int
    outside_period: int
    undated: int
    places: int
    max_days: int
    max_radius_m: float
    permutations: int
    seed: int
    furthest_m: float = 0.0


@dataclass(frozen=True)
class _Setting:
    """What stays the same in the data and in every simulation."""

    places: Places
    discs: Discs
    clock: Clock
    min_events: int
    model: Model


def space_time_scan(
    xy: Any,
    days: Any,
    *,
    period: tuple[float, float] | None = None,
    population: tuple[Any, Any] | None = None,
    alive_only: bool = True,
    max_share: float = 0.5,
    max_radius_m: float = float("inf"),
    max_days: float | None = None,
    step_days: int = 1,
    min_events: int = 2,
    ties: Ties = "one_by_one",
    max_clusters: int = 10,
    permutations: int = 999,
    seed: int = 0,
) -> ScanResult:
    """Return the clusters in space and time, no two circles touching, by falling likelihood ratio.

    xy : (n, 2) metres; days : (n,) numbers, floored to whole days; NaN is left out and counted as undated
    period : first and last day of the study, both included; None takes those of the events
    population : (places_xy (k, 2), residents (k,)) chooses the Poisson model: events are expected in
        proportion to residents, evenly over the days, and an event counts at the nearest place that has any.
        None chooses the permutation model, which needs no residents: days are shuffled among the events.
    alive_only : True looks for clusters that last until the end of the period ("prospective": is something
        going on now?); False for any stretch of days, at the square of the cost
    max_share : a circle holds at most this share of all events (residents)
    max_radius_m : and reaches at most this far
    max_days : longest stretch, None for half of the period; step_days : days taken together, the last step
        ends with the period
    min_events : fewest events of a cluster
    ties : places equally far from a centre enter its circle "one_by_one", in order of x, then y (SaTScan's
        way, for places on a grid), or in "whole_rings"
    permutations, seed : of the Monte Carlo test. The answer depends on neither the order of the events (but
        for `Cluster.events`) nor the number of threads.
    Only the best circle of each centre is a candidate, as in SaTScan. Fewer than two events or one place give
    no cluster. Raises InputError as `checked_xy`, ``scan_days``, ``scan_setting``, ``scan_population``,
    ``scan_too_many_discs``, ``scan_too_heavy``.
    """
    _check_settings(
        max_share=max_share, max_radius_m=max_radius_m, step_days=step_days, min_events=min_events,
        permutations=permutations, max_clusters=max_clusters, ties=ties,
    )  # fmt: skip
    points = checked_xy(xy)
    day, dated = _checked_days(days, len(points))
    first_day, last_day = _period(day[dated], period)
    chosen = np.flatnonzero(dated & (day >= first_day) & (day <= last_day))
    # steps are counted back from the last day: a short first step is better than a short last one
    steps = (last_day - first_day) // step_days + 1
    step = steps - 1 - (last_day - day[chosen].astype(np.int64)) // step_days
    longest = steps // 2 if max_days is None else int(max_days // step_days)
    longest = min(max(longest, 1), steps)
    places, furthest_m = _places(points[chosen], population)
    clock = _clock(places, step, steps, longest=longest, alive=alive_only, poisson=population is not None)
    clusters: tuple[Cluster, ...] = ()
    if len(chosen) >= min_events:
        discs = Discs.around(places, max_share * places.mass.sum(), max_radius_m, ties == "whole_rings")
        setting = _Setting(
            places, discs, clock, min_events, "permutation" if population is None else "poisson"
        )
        _refuse_heavy(setting, len(chosen), permutations)
        found = _clusters(
            setting, step, chosen, max_clusters=max_clusters, permutations=permutations, seed=seed
        )
        clusters = tuple(_dated(cluster, first_day, last_day, steps, step_days) for cluster in found)
    return ScanResult(
        clusters=clusters,
        model="permutation" if population is None else "poisson",
        alive_only=alive_only,
        period=(first_day, last_day),
        used=len(chosen),
        outside_period=int(dated.sum()) - len(chosen),
        undated=int((~dated).sum()),
        places=len(places.xy),
        max_days=longest * step_days,
        max_radius_m=float(max_radius_m),
        permutations=permutations,
        seed=seed,
        furthest_m=furthest_m,
    )


def _clusters(
    setting: _Setting, step: Whole, chosen: Whole, *, max_clusters: int, permutations: int, seed: int
) -> list[Cluster]:
    """Return clusters whose days are steps still."""
    places, total = setting.places, len(step)
    rungs, limit = ladder(total, 0.0, float(total))
    # by place and then by day, so that the order in which events are given cannot matter to the simulations
    case_step = step[np.lexsort((step, places.place))]
    best = best_windows(
        places, setting.discs, setting.clock, places.first, case_step, setting.min_events, rungs, limit, False
    )
    kept = _apart(setting, best, max_clusters)
    if not kept:
        return []
    weakest = best.llr[kept[-1]] * (1 - 1e-9)
    chance = _simulated(
        setting, case_step, weakest=weakest, strongest=float(best.llr[kept[0]]),
        permutations=permutations, seed=seed,
    )  # fmt: skip
    found = []
    for centre in kept:
        # equal windows have equal ratios but for the last digit: a tie counts against the cluster
        as_good = int((chance >= best.llr[centre] * (1 - 1e-12)).sum())
        found.append(
            _cluster(setting, best, centre, step=step, chosen=chosen, p=(1 + as_good) / (1 + permutations))
        )
    return found


def _cluster(setting: _Setting, best: Best, centre: int, *, step: Whole, chosen: Whole, p: float) -> Cluster:
    places, discs = setting.places, setting.discs
    inside = discs.neighbour[discs.first[centre] : best.last[centre] + 1]
    within = np.isin(places.place, inside) & (step >= best.start[centre]) & (step <= best.end[centre])
    x, y = places.xy[centre]
    return Cluster(
        centre=(float(x), float(y)),
        radius_m=_radius_m(setting, best, centre),
        from_day=int(best.start[centre]),
        to_day=int(best.end[centre]),
        n=int(best.n[centre]),
        expected=float(best.expected[centre]),
        llr=float(best.llr[centre]),
        p=p,
        places=len(inside),
        events=chosen[within],
    )


def _dated(cluster: Cluster, first_day: int, last_day: int, steps: int, step_days: int) -> Cluster:
    """Return the cluster with days for steps."""
    begin = max(first_day, last_day - (steps - cluster.from_day) * step_days + 1)
    end = last_day - (steps - 1 - cluster.to_day) * step_days
    return Cluster(**{**cluster.__dict__, "from_day": begin, "to_day": end})


def _radius_m(setting: _Setting, best: Best, centre: int) -> float:
    furthest = setting.discs.neighbour[best.last[centre]]
    return float(np.hypot(*(setting.places.xy[furthest] - setting.places.xy[centre])))


def _apart(setting: _Setting, best: Best, most: int) -> list[int]:
    """Return centres by falling ratio, leaving out circles that touch a better one."""
    candidates = np.flatnonzero(best.llr > 0)
    radius = np.zeros(len(best.llr))
    radius[candidates] = [_radius_m(setting, best, int(centre)) for centre in candidates]
    kept: list[int] = []
    # equal ratios: the smaller circle first, then the order of the places
    for centre in candidates[np.lexsort((radius[candidates], -best.llr[candidates]))]:
        gaps = np.hypot(*(setting.places.xy[kept] - setting.places.xy[centre]).T)
        if (gaps > radius[kept] + radius[centre]).all():
            kept.append(int(centre))
        if len(kept) == most:
            break
    return kept


def _simulated(
    setting: _Setting, case_step: Whole, *, weakest: float, strongest: float, permutations: int, seed: int
) -> Floats:
    """Return the best ratio of each simulation, (permutations,); 0 where it is below `weakest`."""
    rungs, limit = ladder(len(case_step), weakest, strongest)
    places = setting.places

    def block(part: int) -> Floats:
        numbers = range(part, permutations, WORKERS)
        best = np.zeros(len(numbers))
        for row, number in enumerate(numbers):  # each simulation has its own stream: threads cannot matter
            first, steps = _by_chance(setting, case_step, np.random.default_rng((seed, number)))
            found = best_windows(
                places, setting.discs, setting.clock, first, steps, setting.min_events, rungs, limit, True
            )
            best[row] = found.llr.max(initial=0.0)
        return best

    return np.concatenate(run_parts(block, WORKERS))


def _by_chance(setting: _Setting, case_step: Whole, random: np.random.Generator) -> tuple[Whole, Whole]:
    """Return cases by place as they would fall by chance: first (m + 1,) and steps (n,)."""
    places = setting.places
    if setting.model == "permutation":
        return places.first, random.permutation(case_step)
    counts = random.multinomial(len(case_step), places.mass / places.mass.sum())
    first = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return first, random.integers(0, setting.clock.steps, len(case_step))


def _places(points: Floats, population: tuple[Any, Any] | None) -> tuple[Places, float]:
    """Return the places and the furthest that an event was moved to one."""
    if population is None:
        return Places.of_cases(points), 0.0
    places_xy = checked_xy(population[0])
    residents = np.asarray(population[1], dtype=np.float64)
    fine = residents.shape == (len(places_xy),) and np.isfinite(residents).all() and (residents >= 0).all()
    if not fine or residents.sum() <= 0:
        raise InputError("scan_population", shape=residents.shape, places=len(places_xy))
    places = Places.of_residents(points, places_xy, residents)
    moved = np.hypot(*(points - places.xy[places.place]).T)
    return places, float(moved.max(initial=0.0))


def _clock(places: Places, step: Whole, steps: int, *, longest: int, alive: bool, poisson: bool) -> Clock:
    total = len(step)
    if poisson:
        scale = total / (steps * places.mass.sum())
        return Clock(np.arange(steps + 1, dtype=np.float64), scale, longest, alive)
    before = np.concatenate(([0], np.cumsum(np.bincount(step, minlength=steps)))).astype(np.float64)
    return Clock(before, 1.0 / max(total, 1), longest, alive)


def _checked_days(days: Any, n: int) -> tuple[Floats, Any]:
    values = np.asarray(days, dtype=np.float64)
    if values.shape != (n,) or np.isinf(values).any():
        raise InputError("scan_days", shape=values.shape, n=n)
    return np.floor(values), ~np.isnan(values)


def _period(days: Floats, period: tuple[float, float] | None) -> tuple[int, int]:
    if period is None:
        return (int(days.min()), int(days.max())) if days.size else (0, 0)
    first, last = (float(np.floor(day)) for day in period)
    if not np.isfinite([first, last]).all() or last < first:
        raise InputError("scan_setting", name="period", value=period)
    return int(first), int(last)


def _check_settings(
    *,
    max_share: float,
    max_radius_m: float,
    step_days: int,
    min_events: int,
    permutations: int,
    max_clusters: int,
    ties: str,
) -> None:
    fine = {
        "max_share": (0 < max_share <= 1, max_share),
        "max_radius_m": (max_radius_m >= 0, max_radius_m),
        "step_days": (step_days >= 1, step_days),
        "min_events": (min_events >= 1, min_events),
        "permutations": (permutations >= 1, permutations),
        "max_clusters": (max_clusters >= 1, max_clusters),
        "ties": (ties in ("one_by_one", "whole_rings"), ties),
    }
    for name, (good, value) in fine.items():
        if not good:
            raise InputError("scan_setting", name=name, value=value)


def _refuse_heavy(setting: _Setting, cases: int, permutations: int) -> None:
    clock = setting.clock
    entries = float(len(setting.discs.neighbour))
    added = cases / len(setting.places.xy)  # cases that a place adds to a disc
    if clock.alive:
        windows = min(1.0, added * clock.longest / clock.steps) * clock.longest
    else:
        windows = min(1.0, added) * clock.longest * (clock.longest if added <= 1 else clock.steps)
    work = (permutations + 1.0) * entries * (1.0 + added + windows)
    if work > MOST_WORK:
        raise InputError("scan_too_heavy", work=work, limit=MOST_WORK, places=len(setting.places.xy))
