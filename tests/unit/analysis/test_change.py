"""Change: small cases worked by hand, peers in SciPy, bad input."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2_contingency, poisson

from geo.analysis.change import e_test, share_test, sppt, wdd
from geo.domain.errors import InputError


def test_a_moved_pattern_is_found_where_it_moved() -> None:
    before, after = np.array([100, 100, 100, 0]), np.array([400, 100, 100, 0])
    result = sppt(before, after, seed=3)
    assert result.local.tolist() == [1, -1, -1, 0]
    assert (result.s, result.robust_s) == (0.25, 0.0)
    assert sppt(before, after, seed=3, shares=False).local.tolist() == [1, 0, 0, 0]
    assert (result.base_events, result.test_events) == (300, 600)


def test_twice_as_many_everywhere_is_the_same_pattern() -> None:
    before = np.array([10, 40, 80, 5, 0])
    assert sppt(before, before * 2).s == 1
    assert sppt(before * 100, before * 200, shares=False).local.tolist() == [1, 1, 1, 1, 0]


def test_a_fixed_base_has_no_width() -> None:
    result = sppt([10, 30], [25, 15], fix_base=True)
    np.testing.assert_array_equal(result.base_low, [0.25, 0.75])
    np.testing.assert_array_equal(result.base_high, result.base_low)
    assert (result.test_low < result.test_high).all()


def test_an_empty_period_has_intervals_of_0() -> None:
    result = sppt([0, 0], [500, 500])
    assert result.local.tolist() == [1, 1]
    assert np.isnan(sppt([0], [0]).robust_s)


def test_intervals_are_those_of_the_multinomial() -> None:
    result = sppt([300, 700], [1, 1], replicates=4000, seed=1)
    sigma = (0.3 * 0.7 / 1000) ** 0.5
    np.testing.assert_allclose(result.base_high - result.base_low, 2 * 1.96 * sigma, rtol=0.06)


def test_share_test_is_scipys_chi_square() -> None:
    rng = np.random.default_rng(0)
    before, after = rng.poisson(6, 60), rng.poisson(4, 60)
    before[:3] = after[:3] = 0
    p = share_test(before, after).p
    assert np.isnan(p[:3]).all()
    for place in range(3, 60):
        cells = [[before[place], before.sum() - before[place]], [after[place], after.sum() - after[place]]]
        assert p[place] == pytest.approx(chi2_contingency(cells).pvalue, rel=1e-10)


def test_nothing_to_compare_is_no_change() -> None:
    assert share_test([5, 5], [0, 0]).p.tolist() == [1, 1]
    assert share_test([5], [9]).p.tolist() == [1]
    assert not share_test([0, 0], [0, 0]).significant().any()


def test_wdd_parts_add_up() -> None:
    result = wdd((20, 20), (20, 10), (20, 20), (20, 15))
    assert (result.local.estimate, result.displacement.estimate, result.estimate) == (-10, -5, -15)
    assert result.standard_error**2 == pytest.approx(
        result.local.standard_error**2 + result.displacement.standard_error**2
    )
    nothing = wdd((0, 0), (0, 0))
    assert (nothing.estimate, nothing.total.p, nothing.interval) == (0, 1, (0, 0))


def brute_e_test(a: int, b: int, n1: float, n2: float) -> float:
    """The double sum as it stands in the paper."""
    pooled = (a + b) / (n1 + n2)
    x, y = np.meshgrid(np.arange(300.0), np.arange(300.0), indexing="ij")
    rate = np.where(x + y > 0, (x + y) / (n1 + n2), np.inf)
    far = (x / n1 - y / n2) ** 2 / rate >= (a / n1 - b / n2) ** 2 / pooled - 1e-9
    far[0, 0] = False
    return float((poisson.pmf(x, n1 * pooled) * poisson.pmf(y, n2 * pooled) * far).sum())


@pytest.mark.parametrize(
    ("a", "b", "n1", "n2"), [(10, 5, 1, 1), (0, 1, 1, 1), (7, 30, 1, 3), (40, 12, 2.5, 1), (60, 90, 1, 1)]
)
def test_e_test_is_the_double_sum(a: int, b: int, n1: float, n2: float) -> None:
    assert e_test(a, b, n1, n2) == pytest.approx(brute_e_test(a, b, n1, n2), abs=1e-12)


def test_e_test_of_millions_nears_the_normal_test() -> None:
    assert e_test(1_000_000, 1_003_000) == pytest.approx(0.0340, abs=2e-4)  # z = 3000 / sqrt(2 003 000)
    assert e_test(0, 0) == e_test(7, 7) == e_test(4, 2, 2, 1) == 1
    assert 0 < e_test(0, 5000) < 1e-300


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: sppt([1, 2], [1]), "shape_mismatch"),
        (lambda: sppt([1, -2], [1, 1]), "bad_counts"),
        (lambda: sppt([1, 2.5], [1, 1]), "bad_counts"),
        (lambda: sppt([1, np.nan], [1, 1]), "bad_counts"),
        (lambda: sppt([1], [1], replicates=0), "bad_replicates"),
        (lambda: sppt([1], [1], level=1.0), "bad_level"),
        (lambda: share_test([1], [1], "guess"), "unknown_adjustment"),
        (lambda: wdd((1, 2, 3), (1, 2)), "shape_mismatch"),  # type: ignore[arg-type]
        (lambda: wdd((1, -2), (1, 2)), "bad_counts"),
        (lambda: wdd((1, 2), (1, 2), time_weights=(0, 1)), "bad_exposure"),
        (lambda: wdd((1, 2), (1, 2), level=float("nan")), "bad_level"),
        (lambda: e_test(-1, 2), "bad_counts"),
        (lambda: e_test(1, 2, 0), "bad_exposure"),
    ],
)
def test_bad_input_is_named(call: Any, code: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.code == code
    assert caught.value.message("vi") != caught.value.message("en")
