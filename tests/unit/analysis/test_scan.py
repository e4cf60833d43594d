"""The space–time scan against every window written out, on clusters planted by hand, and at its edges."""

import numpy as np
import pytest

from geo.analysis import scan, scan_windows
from geo.analysis.scan import ScanResult, space_time_scan
from geo.domain.errors import InputError

RNG = np.random.default_rng(4)
XY = RNG.integers(0, 6, (60, 2)) * 100.0
DAYS = RNG.integers(0, 30, 60).astype(float)


def ratio(n: float, mu: float, total: float) -> float:
    outer = (total - n) * np.log((total - n) / (total - mu)) if n < total else 0.0
    return float(n * np.log(n / mu) + outer)


def best_by_hand(
    xy: np.ndarray, days: np.ndarray, alive: bool, longest: int, radius: float = np.inf
) -> float:
    """Largest ratio over whole-ring discs around events and all windows, by looking at each one."""
    total, best = len(xy), 0.0
    for centre in np.unique(xy, axis=0):
        distance = np.round(np.hypot(*(xy - centre).T), 6)
        for reach in np.unique(distance):
            inside = distance <= reach
            if inside.sum() > total / 2 or reach > radius:
                break
            for end in [days.max()] if alive else np.unique(days):
                for begin in np.unique(days[(days <= end) & (days > end - longest)]):
                    during = (days >= begin) & (days <= end)
                    n, mu = (inside & during).sum(), inside.sum() * during.sum() / total
                    if n >= 2 and n > mu:
                        best = max(best, ratio(n, mu, total))
    return best


@pytest.mark.parametrize("alive", [True, False])
@pytest.mark.parametrize("radius", [np.inf, 210.0])
def test_the_best_cluster_is_the_best_of_all_windows(alive: bool, radius: float) -> None:
    found = space_time_scan(
        XY, DAYS, alive_only=alive, max_days=9, max_radius_m=radius, ties="whole_rings", permutations=9
    )
    assert found.clusters[0].llr == pytest.approx(best_by_hand(XY, DAYS, alive, 9, radius), rel=1e-12)


@pytest.mark.parametrize("alive", [True, False])
@pytest.mark.parametrize("ties", ["one_by_one", "whole_rings"])
def test_without_numba_the_same_clusters(
    monkeypatch: pytest.MonkeyPatch, alive: bool, ties: scan.Ties
) -> None:
    def run() -> ScanResult:
        return space_time_scan(XY, DAYS, alive_only=alive, ties=ties, max_days=8, permutations=19, seed=3)

    compiled = run()
    monkeypatch.setattr(scan_windows, "HAS_NUMBA", False)
    plain = run()
    assert len(compiled.clusters) > 1
    for a, b in zip(compiled.clusters, plain.clusters, strict=True):
        assert (a.centre, a.from_day, a.to_day, a.n, a.places, a.p) == (
            b.centre, b.from_day, b.to_day, b.n, b.places, b.p,
        )  # fmt: skip
        assert a.llr == pytest.approx(b.llr, rel=1e-12)


def test_the_best_of_a_simulation_is_the_best_of_a_fresh_scan_of_it() -> None:
    """The shortcut of the simulations (only better than before, only from the weakest on) changes nothing."""
    seen = space_time_scan(XY, DAYS, max_days=9, permutations=59, seed=8)
    order = np.lexsort((DAYS, XY[:, 1], XY[:, 0]))  # places by x, then y, and the days of each place
    at_least = 0
    for number in range(59):
        days = np.empty(60)
        # the simulation shuffles the days of the cases in order of their places
        days[order] = np.random.default_rng((8, number)).permutation(DAYS[order].astype(np.int64))
        again = space_time_scan(XY, days, period=(DAYS.min(), DAYS.max()), max_days=9, permutations=1)
        strongest = again.clusters[0].llr if again.clusters else 0.0
        at_least += strongest >= seen.clusters[0].llr * (1 - 1e-12)
    assert 0 < at_least < 59
    assert seen.clusters[0].p == (1 + at_least) / 60


def city_with_a_cluster() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """500 events over a year anywhere in 5 km, and 15 within 150 m and 6 days around (4000, 1000)."""
    random = np.random.default_rng(0)
    near = random.uniform(-105, 105, (15, 2)) + np.array([4000, 1000])
    xy = np.concatenate((random.uniform(0, 5000, (500, 2)), near))
    days = np.concatenate((random.integers(0, 365, 500), random.integers(200, 206, 15)))
    return xy, days.astype(float), np.arange(500, 515)


def test_a_planted_cluster_is_found_where_and_when_it_is() -> None:
    xy, days, planted = city_with_a_cluster()
    found = space_time_scan(xy, days, alive_only=False, max_days=21, max_radius_m=1000, permutations=99)
    best = found.clusters[0]
    assert best.p == 1 / 100
    assert np.hypot(best.centre[0] - 4000, best.centre[1] - 1000) < 150
    assert best.radius_m < 300
    assert 198 <= best.from_day <= best.to_day <= 207
    assert len(np.intersect1d(best.events, planted)) >= 13
    assert best.relative > 10
    assert all(other.p > 0.05 for other in found.clusters[1:])
    # it ended long before the last day: nothing is going on now
    assert space_time_scan(xy, days, max_days=21, max_radius_m=1000, permutations=99).clusters[0].p > 0.05
    # seen on its last day it is alive
    now = space_time_scan(xy, days, period=(0, 205), max_days=21, max_radius_m=1000, permutations=99)
    assert (now.clusters[0].p, now.clusters[0].to_day) == (0.01, 205)
    assert now.used + now.outside_period == 515


def test_poisson_expects_what_residents_say() -> None:
    # residents  100 . 100 . 800   at x = 0, 100, 200; six events near each of the first and the last
    places, residents = [[0, 0], [100, 0], [200, 0]], [100, 100, 800]
    xy = np.array([[4.0, 3.0]] * 6 + [[200.0, 0.0]] * 4)
    days = np.array([8, 8, 8, 9, 9, 9, 0, 2, 4, 6.0])
    found = space_time_scan(xy, days, population=(places, residents), period=(0, 9), permutations=999)
    best = found.clusters[0]
    assert (best.centre, best.radius_m, best.n, best.from_day, best.to_day) == ((0, 0), 0, 6, 8, 9)
    assert best.expected == pytest.approx(10 * 0.1 * 2 / 10)
    assert best.llr == pytest.approx(ratio(6, 0.2, 10))
    assert best.p < 0.01
    assert (found.model, found.furthest_m, found.places) == ("poisson", 5.0, 3)
    # equal positions are one place, and places without residents are none
    split = space_time_scan(
        xy,
        days,
        population=([*places, [0, 0], [50, 0]], [60, 100, 800, 40, 0]),
        period=(0, 9),
        permutations=9,
    )
    assert (split.clusters[0].llr, split.places) == (best.llr, 3)


def test_a_place_that_is_always_busy_is_a_poisson_cluster_but_no_permutation_cluster() -> None:
    days = np.tile(np.arange(20.0), 4)
    xy = np.repeat([[0.0, 0.0], [0.0, 0.0], [900.0, 0.0], [0.0, 900.0]], 20, axis=0)
    assert space_time_scan(xy, days, alive_only=False, permutations=9).clusters == ()
    corners = [[0, 0], [900, 0], [0, 900], [900, 900]]
    busy = space_time_scan(xy, days, population=(corners, [1, 1, 1, 1]), alive_only=False, permutations=99)
    assert busy.clusters[0].centre == (0, 0)
    assert busy.clusters[0].n == 2 * (busy.clusters[0].to_day - busy.clusters[0].from_day + 1)


def test_steps_of_a_week_end_with_the_period() -> None:
    #  days 0..16 in weeks back from 16: [0, 2] [3, 9] [10, 16]
    days = np.array([0, 2, 3, 9, 10, 16, 16, 10, 12.0])
    xy = np.array([[0, 0], [1, 0], [2, 0], [3, 0], [500, 0], [500, 0], [500, 0], [4, 0], [5, 0]], float)
    found = space_time_scan(xy, days, step_days=7, permutations=9)
    best = found.clusters[0]
    assert (best.from_day, best.to_day, best.n, found.max_days) == (10, 16, 4, 7)
    assert best.expected == pytest.approx(4 * 5 / 9)


def test_undated_and_outside_events_are_counted_not_used() -> None:
    days = DAYS.copy()
    days[:3] = np.nan
    found = space_time_scan(XY, days, period=(5, 20), permutations=9)
    inside = int(((days >= 5) & (days < 21)).sum())
    assert (found.used, found.undated, found.outside_period) == (inside, 3, 60 - 3 - inside)
    assert all(np.isin(c.events, np.flatnonzero((days >= 5) & (days < 21))).all() for c in found.clusters)
    whole = space_time_scan(XY, DAYS + 0.75, permutations=9)
    assert whole == space_time_scan(XY, DAYS, permutations=9)  # the hour does not matter


@pytest.mark.parametrize("n", [0, 1, 2, 50])
def test_too_little_to_scan_gives_no_cluster(n: int) -> None:
    for alive in (True, False):
        all_on_one_point = space_time_scan(np.zeros((n, 2)), np.zeros(n), alive_only=alive, permutations=9)
        assert all_on_one_point.clusters == ()
        assert all_on_one_point.used == n
        busy_point = space_time_scan(np.zeros((n, 2)), np.arange(n), alive_only=alive, permutations=9)
        assert busy_point.clusters == ()
    assert space_time_scan(np.zeros((n, 2)), np.full(n, np.nan), permutations=9).undated == n


def test_bad_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="60 days"):
        space_time_scan(XY, DAYS[:-1])
    with pytest.raises(InputError, match="60 days"):
        space_time_scan(XY, np.append(DAYS[1:], np.inf))
    for name, value in [
        ("max_share", 0), ("max_share", 1.1), ("max_radius_m", -1), ("step_days", 0), ("min_events", 0),
        ("permutations", 0), ("max_clusters", 0), ("ties", "random"),
        ("period", (3, 1)), ("period", (0, np.nan)),
    ]:  # fmt: skip
        with pytest.raises(InputError, match=name):
            space_time_scan(XY, DAYS, **{name: value})  # type: ignore[arg-type]
    for residents in ([1], [1, -1], [0, 0], [1, np.nan]):
        with pytest.raises(InputError, match="2 numbers"):
            space_time_scan(XY, DAYS, population=([[0, 0], [1, 1]], residents))
    monkeypatch.setattr("geo.analysis.scan_places.MOST_NEIGHBOURS", 50)
    with pytest.raises(InputError, match="gather places"):
        space_time_scan(XY, DAYS)
    monkeypatch.undo()
    monkeypatch.setattr(scan, "MOST_WORK", 1e4)
    with pytest.raises(InputError, match="permutations"):
        space_time_scan(XY, DAYS)
