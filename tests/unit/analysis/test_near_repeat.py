"""Near repeat: the table against one counted pair by pair, both kernels, zones that expire, bad input."""

from typing import Any

import numpy as np
import pytest
import shapely

from geo.analysis import close_pairs
from geo.analysis.near_repeat import KnoxResult, knox, risk_zones
from geo.domain.errors import InputError

BANDS_M, DAY_BANDS = (0, 1, 150, 300, 600), (0, 1, 3, 7, 14)


def counted(xy: Any, days: Any, bands_m: Any, day_bands: Any, metric: str = "euclidean") -> np.ndarray:
    one, other = np.triu_indices(len(xy), 1)
    apart = np.abs(np.asarray(xy, dtype=float)[one] - np.asarray(xy, dtype=float)[other])
    distance = apart.sum(axis=1) if metric == "manhattan" else np.hypot(apart[:, 0], apart[:, 1])
    gap = np.abs(np.asarray(days)[one] - np.asarray(days)[other])
    table = np.zeros((len(bands_m) - 1, len(day_bands) - 1), dtype=int)
    for d, low_m in enumerate(bands_m[:-1]):
        for t, low in enumerate(day_bands[:-1]):
            inside = (
                (distance >= low_m) & (distance < bands_m[d + 1]) & (gap >= low) & (gap < day_bands[t + 1])
            )
            table[d, t] = inside.sum()
    return table


@pytest.fixture(scope="module")
def events() -> tuple[np.ndarray, np.ndarray]:
    """400 events on a 50 m lattice of 2 km, so that many pairs lie exactly on an edge; some in one place."""
    rng = np.random.default_rng(3)
    return rng.integers(0, 40, (400, 2)) * 50.0, rng.integers(0, 120, 400)


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
@pytest.mark.parametrize("unit", ["days", "minutes", "floats"])
def test_equal_to_counting_every_pair(events: Any, metric: Any, unit: str) -> None:
    xy, days = events
    rng = np.random.default_rng(0)
    if unit == "minutes":
        minutes = days * 1440 + rng.integers(0, 1440, len(days))
        result = knox(xy, minutes / 1440, BANDS_M, DAY_BANDS, permutations=0, metric=metric)
        in_minutes = counted(xy, minutes, BANDS_M, np.array(DAY_BANDS) * 1440, metric)
        np.testing.assert_array_equal(result.observed, in_minutes)
        return
    if unit == "floats":
        days = days + rng.uniform(0, 1, len(days))
    result = knox(xy, days, BANDS_M, DAY_BANDS, permutations=0, metric=metric)
    np.testing.assert_array_equal(result.observed, counted(xy, days, BANDS_M, DAY_BANDS, metric))


def test_edges_that_are_no_whole_days(events: Any) -> None:
    xy, days = events
    result = knox(xy, days, (50, 225.5), (0.5, 2.5, 7.5), permutations=0)
    np.testing.assert_array_equal(result.observed, counted(xy, days, (50, 225.5), (0.5, 2.5, 7.5)))


def test_infinite_edges_take_every_pair(events: Any) -> None:
    xy, days = events
    result = knox(xy, days, (0, np.inf), (0, np.inf), permutations=9)
    assert result.observed.tolist() == [[result.pairs]] == [[400 * 399 // 2]]
    assert result.ratio.tolist() == [[1.0]]
    assert result.p.tolist() == [[1.0]]  # no shuffle can give less


def test_minutes_are_exact() -> None:
    """3.3 - 0.3 is 2.9999999999999996 or more as floats; as minutes it is three days."""
    result = knox([[0, 0], [1, 0]], [0.3, 3.3], (0, 10), (0, 3, 6), permutations=0)
    assert result.observed.tolist() == [[0, 1]]


@pytest.mark.parametrize("kind", [np.int16, np.int32, np.float64])
def test_the_kernel_and_its_twin_count_alike(events: Any, kind: Any) -> None:
    xy, days = events
    pairs = close_pairs.find(xy, np.array(BANDS_M, dtype=float), "euclidean")
    lanes = np.column_stack([np.random.default_rng(k).permutation(days) for k in range(5)]).astype(kind)
    edges = np.array(DAY_BANDS, dtype=kind)
    ours, twin = (np.zeros((4, 5, 5), dtype=np.int64) for _ in range(2))
    arguments = (pairs.first, pairs.second, pairs.starts, np.ascontiguousarray(lanes), edges, 1)
    close_pairs._count_closer(*arguments, ours)
    close_pairs.count_closer_by_column(*arguments, twin)
    assert twin.sum() > 0
    np.testing.assert_array_equal(ours, twin)


def test_the_whole_table_without_numba(events: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    xy, days = events
    with_numba = knox(xy, days, BANDS_M, DAY_BANDS, permutations=39, seed=5)
    monkeypatch.setattr(close_pairs, "HAS_NUMBA", False)
    without = knox(xy, days, BANDS_M, DAY_BANDS, permutations=39, seed=5)
    np.testing.assert_array_equal(with_numba.observed, without.observed)
    np.testing.assert_array_equal(with_numba.p, without.p)


def test_more_pairs_than_a_16_bit_counter_holds() -> None:
    result = knox(np.zeros((700, 2)), np.zeros(700), (0, 1), (0, 1), permutations=3)
    assert result.observed.tolist() == [[700 * 699 // 2]]
    assert result.p.tolist() == [[1.0]]


def test_p_is_that_of_shuffles_counted_one_by_one(events: Any) -> None:
    xy, days = events
    result = knox(xy, days, BANDS_M, DAY_BANDS, permutations=199, seed=2)
    rng = np.random.default_rng(99)
    tables = np.array([counted(xy, rng.permutation(days), BANDS_M, DAY_BANDS) for _ in range(199)])
    other = (1 + (tables >= result.observed).sum(axis=0)) / 200
    np.testing.assert_allclose(result.p, other, atol=0.16)  # 4 standard errors of two runs of 199
    np.testing.assert_allclose(result.expected, tables.mean(axis=0), rtol=0.2, atol=1)


def test_planted_repeats_are_found_and_nothing_else() -> None:
    rng = np.random.default_rng(0)
    xy, days = rng.uniform(0, 20_000, (600, 2)), rng.integers(0, 365, 600)
    again = xy[:60] + rng.uniform(-60, 60, (60, 2))
    result = knox(
        np.r_[xy, again], np.r_[days, days[:60] + rng.integers(0, 3, 60)], (0, 100, 400, 800), (0, 3, 7, 14)
    )
    assert result.p[0, 0] == 0.001
    assert result.significant()[0, 0]
    assert result.significant().sum() <= 2


@pytest.mark.parametrize("permutations", [0, 1, 63, 65, 300])
def test_any_number_of_shuffles(events: Any, permutations: int) -> None:
    xy, days = events
    p = knox(xy, days, BANDS_M, DAY_BANDS, permutations=permutations).p
    shares = p * (permutations + 1)
    np.testing.assert_allclose(shares, np.rint(shares), atol=1e-9)
    assert ((p > 0) & (p <= 1)).all()


def test_the_number_of_threads_does_not_matter(events: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    xy, days = events
    from geo.analysis import compiled

    several = knox(xy, days, BANDS_M, DAY_BANDS, permutations=600).p
    monkeypatch.setattr(compiled, "WORKERS", 1)
    np.testing.assert_array_equal(knox(xy, days, BANDS_M, DAY_BANDS, permutations=600).p, several)


@pytest.mark.parametrize("n", [0, 1])
def test_no_pair_is_a_table_of_zeros(n: int) -> None:
    result = knox(np.zeros((n, 2)), np.zeros(n), (0, 100), (0, 3), permutations=9)
    assert (result.observed.tolist(), result.p.tolist(), result.n) == ([[0]], [[1.0]], n)
    assert np.isnan(result.ratio).all()


def test_dates_are_days(events: Any) -> None:
    xy, days = events
    dates = np.datetime64("2024-02-01", "D") + days
    np.testing.assert_array_equal(
        knox(xy, dates, BANDS_M, DAY_BANDS, permutations=0).observed,
        knox(xy, days, BANDS_M, DAY_BANDS, permutations=0).observed,
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"days": [0.0, np.nan]}, "bad_days"),
        ({"days": [0.0]}, "bad_days"),
        ({"days": np.array(["2024-01-01", "NaT"], dtype="datetime64[D]")}, "bad_days"),
        ({"distance_bands_m": [100]}, "bad_bands"),
        ({"distance_bands_m": [0, 100, 100]}, "bad_bands"),
        ({"day_bands": [-1, 5]}, "bad_bands"),
        ({"day_bands": [0, np.nan]}, "bad_bands"),
        ({"metric": "chebyshev"}, "unknown_metric"),
        ({"permutations": -1}, "bad_permutations"),
        ({"xy": [[0, np.nan], [0, 0]]}, "not_finite_coordinates"),
    ],
)
def test_bad_input_is_named(change: dict[str, Any], code: str) -> None:
    given: dict[str, Any] = {
        "xy": [[0, 0], [1, 1]],
        "days": [0, 1],
        "distance_bands_m": [0, 9],
        "day_bands": [0, 9],
    }
    with pytest.raises(InputError) as caught:
        knox(**(given | change))
    assert caught.value.code == code
    assert caught.value.message("vi") != caught.value.message("en")


def test_too_many_pairs_are_refused_before_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(close_pairs, "MAX_PAIRS", 100)
    with pytest.raises(InputError) as caught:
        knox(np.zeros((50, 2)), np.zeros(50), (0, 100), (0, 3))
    assert (caught.value.code, caught.value.params["pairs"]) == ("too_many_pairs", 1225)


def table(p: Any, ratio: Any, metric: Any = "euclidean") -> KnoxResult:
    ones = np.ones((2, 2))
    return KnoxResult(
        ones.astype(int), ones, np.array(ratio), np.array(p), np.array([0.0, 100.0, 200.0]),
        np.array([0.0, 3.0, 7.0]), 9, 36, 999, 0, metric,
    )  # fmt: skip


def test_zones_expire_with_their_band() -> None:
    """Only [0, 100) m x [0, 3) days and [100, 200) m x [3, 7) days are significant."""
    result = table([[0.001, 0.5], [0.001, 0.01]], [[2.0, 2.0], [1.1, 1.5]])
    zones = risk_zones(result, [[0, 0], [1000, 0], [2000, 0], [3000, 0]], [10, 8, 4, 12], today=11)
    rows = list(zip(zones.event, zones.inner_m, zones.outer_m, zones.from_day, zones.until_day, strict=True))
    assert rows == [(0, 0, 100, 10, 13), (1, 100, 200, 11, 15), (0, 100, 200, 13, 17)]
    assert zones.active(11).tolist() == [True, True, False]
    assert zones.active(13).tolist() == [False, True, True]
    assert zones.p.tolist() == [0.001, 0.01, 0.01]


def test_zones_are_rings_or_squares_on_a_corner() -> None:
    for metric, per_m2 in (("euclidean", np.pi), ("manhattan", 2.0)):
        result = table([[0.001, 0.5], [0.001, 0.5]], [[2.0, 2.0], [2.0, 2.0]], metric)
        zones = risk_zones(result, [[500.0, 500.0]], [0], today=0)
        areas = shapely.area(zones.shapes())
        np.testing.assert_allclose(areas, [per_m2 * 100**2, per_m2 * (200**2 - 100**2)], rtol=2e-3)


def test_nothing_significant_is_no_zone() -> None:
    zones = risk_zones(table(np.ones((2, 2)), np.ones((2, 2))), [[0, 0]], [0], today=0)
    assert (len(zones), len(zones.shapes())) == (0, 0)
