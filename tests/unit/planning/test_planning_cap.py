"""A cap holds whatever the search is at, by a clock of the test: how fast the machine is changes nothing."""

from typing import Any

import highspy
import numpy as np
import pytest

from geo.planning import Problem, absent, check, first_plan, rebalance, separation, transfers
from geo.planning import rebalancing as planning
from geo.planning.model import SmallestChange
from geo.planning.rows import Rows, heed, highs_of
from geo.planning.stopwatch import Stopwatch
from tests.unit.planning.wards import grid

LOOK_S, LP_S = 0.002, 0.05  # what one look at the clock takes, and one call of HiGHS at the least
DECIDED = 2  # what had been begun on when the cap came: two questions to HiGHS between two looks


class Clock:
    """Seconds that pass only with looks at it and calls of HiGHS; what begins after the cap is noted."""

    def __init__(self) -> None:
        self.now, self.cap, self.late = 0.0, np.inf, list[str]()

    def __call__(self) -> float:
        self.now += LOOK_S
        return self.now

    def begins(self, name: str, takes: float = 0.0) -> None:
        if self.now > self.cap:
            self.late.append(name)
        self.now += takes


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("geo.planning.stopwatch.default_timer", made)

    def noted(owner: Any, name: str, takes: float = 0.0) -> None:
        call = getattr(owner, name)

        def told(*args: Any, **more: Any) -> Any:
            made.begins(name, takes)
            return call(*args, **more)

        monkeypatch.setattr(owner, name, told)

    noted(highspy.Highs, "run", LP_S)
    noted(transfers._Model, "__init__")
    noted(planning, "reachable")
    noted(separation, "_hangs_on")
    noted(SmallestChange, "_add_ranges")
    noted(SmallestChange, "_round")
    return made


def _absence() -> Problem:
    """An officer away, and 20 households more in a beat beside: hundreds of calls before the first model."""
    rng = np.random.default_rng(5)
    ward = grid(16, 16, 12, workload=rng.integers(2, 12, 256))
    today = ward.replaced(owner=first_plan(ward, 0.03).owner)
    fuller = today.workload.copy()
    fuller[0] += 20
    return absent(today.replaced(workload=fuller), 3).problem


@pytest.mark.parametrize("cap_s", [0.3, 0.6, 1.0, 2.0, 4.0, 8.0, 16.0])
def test_nothing_begins_after_the_cap(cap_s: float, clock: Clock) -> None:
    problem = _absence()
    begun = clock.now
    clock.cap = begun + cap_s
    found = rebalance(problem, 0.06, 0, cap_s)
    assert len(clock.late) <= DECIDED, clock.late
    assert clock.now - begun < cap_s + 1
    assert check(problem, found.owner, 0.06).ok
    assert 0 < found.bound <= found.moved_workload
    assert found.stopped_by == "optimum" or found.gap > 0


def test_highs_ends_in_the_middle_of_a_call(clock: Clock) -> None:
    """A knapsack with thirty limits takes it far longer; it has no limit of its own here, only the watch."""
    rng = np.random.default_rng(0)
    rows = Rows()
    for _ in range(30):
        rows.add(-np.inf, 500.0, range(60), rng.integers(1, 100, 60).tolist())
    highs = highs_of(rows, -rng.uniform(50, 60, 60), np.ones(60), np.ones(60, dtype=bool))
    watch = Stopwatch(1.0)
    heed(highs, watch)
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kInterrupt
    assert watch.seconds < 1 + 10 * LOOK_S
