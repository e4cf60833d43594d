"""The exact Mann–Kendall test against scipy, and against all orders written out where there are ties."""

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import kendalltau

from geo.analysis import mann_kendall as module
from geo.analysis.mann_kendall import mann_kendall
from geo.domain.errors import InputError

RNG = np.random.default_rng(2)


@pytest.mark.parametrize("periods", [2, 3, 5, 8, 12, 30])
def test_without_ties_as_scipy_does_exactly(periods: int) -> None:
    series = np.array([RNG.permutation(periods) for _ in range(20)], dtype=float).T
    found = mann_kendall(series)
    for k in range(20):
        expected = kendalltau(np.arange(periods), series[:, k], method="exact")
        assert found.tau[k] == pytest.approx(expected.statistic)
        assert found.p[k] == pytest.approx(expected.pvalue)


@pytest.mark.parametrize(
    "values", [(0, 0, 1, 2, 2, 2), (0, 1, 1, 3, 4, 5), (0, 0, 0, 0, 1), (2, 2, 1, 1, 0, 0, 3)]
)
def test_with_ties_as_all_orders_say(values: tuple[int, ...]) -> None:
    def statistic(order: tuple[int, ...]) -> int:
        return int(sum(np.sign(b - a) for i, a in enumerate(order) for b in order[i + 1 :]))

    chance = np.array([statistic(order) for order in permutations(values)])
    found = mann_kendall(np.array(values, dtype=float))
    assert found.s[0] == statistic(values)
    assert found.p[0] == pytest.approx((np.abs(chance) >= abs(statistic(values))).mean())
    assert found.tau[0] == pytest.approx(kendalltau(np.arange(len(values)), values).statistic)


def test_the_approximation_for_many_periods_is_near_the_exact_test(monkeypatch: pytest.MonkeyPatch) -> None:
    series = np.random.default_rng(0).poisson(4 + np.arange(40)[:, None] * 0.04, (40, 30)).astype(float)
    exact = mann_kendall(series).p
    monkeypatch.setattr(module, "EXACT_UP_TO", 0)
    module._p.cache_clear()
    near = mann_kendall(series).p
    module._p.cache_clear()
    assert (near != exact).sum() > 20
    np.testing.assert_allclose(near, exact, atol=3e-3)
    assert 0 < exact.min() < 0.01 < 0.5 < exact.max()


def test_constant_and_unknown_series() -> None:
    found = mann_kendall([[3.0, 1], [3, np.nan], [3, 2], [3, 3]])
    assert (found.s[0], found.p[0]) == (0, 1)
    assert np.isnan(found.tau).all()
    assert np.isnan(found.p[1])
    assert mann_kendall(np.arange(4.0)).p[0] == pytest.approx(2 / 24)  # 4 periods never reach .05
    assert mann_kendall(np.arange(200.0)).p[0] > 0
    assert mann_kendall(np.empty((5, 0))).p.size == 0
    for wrong in (3.0, [1.0], np.zeros((2, 2, 2))):
        with pytest.raises(InputError, match="2 periods"):
            mann_kendall(wrong)
