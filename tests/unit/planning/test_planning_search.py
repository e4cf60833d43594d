"""How a run is divided into looks, and what the model finds between the beats that a search's plans use."""

import numpy as np
import pytest

from geo.planning import Control, Problem, check, rebalance
from geo.planning.rebalancing import _further, _Near, _with_pairs
from geo.planning.search import Found, Schedule, Weights, improved, terms_of
from geo.planning.stopwatch import Stopwatch
from tests.unit.planning.wards import grid, owners, picture

TOLERANCE = 0.25


class Counted(Control):
    """Counts how often a run tells of its plan."""

    def __init__(self) -> None:
        super().__init__()
        self.told = 0

    def saw(self, rank: tuple[float, float], moved_workload: float, deviation: float) -> None:
        self.told += 1
        super().saw(rank, moved_workload, deviation)


def _run(schedule: Schedule, control: Control) -> Found:
    strips = grid(8, 5, 4, owner=np.arange(40) % 8 // 2)
    return improved(
        terms_of(strips, TOLERANCE, Weights()), strips.owner, schedule, 0, Stopwatch(600, control)
    )


@pytest.mark.parametrize("looks", [5, 50, 300])
def test_a_run_looks_as_often_as_it_is_asked_to(looks: int) -> None:
    control = Counted()
    found = _run(Schedule(6000, looks=looks), control)
    assert control.told == looks
    assert (found.proposals, found.stopped_by) == (6000, "proposals")


def test_a_run_of_few_proposals_makes_one_at_each_look() -> None:
    control = Counted()
    assert _run(Schedule(7, looks=30), control).proposals == 30
    assert control.told == 30


@pytest.mark.parametrize(("looks", "last"), [(5, 1200), (50, 120), (300, 20)])
def test_a_run_that_is_ended_makes_its_last_stretch_only(looks: int, last: int) -> None:
    control = Counted()
    control.take_best()
    found = _run(Schedule(6000, looks=looks), control)
    assert (found.proposals, found.stopped_by, control.told) == (last, "user", 1)


def _ward() -> Problem:
    """A has 29 of at most 28.75: enough is the 1 beside C, or of what lies beside B the 2; not the 5."""
    workload = [[5, 5, 1, 6, 5, 5, 5], [5, 5, 9, 6, 2, 5, 5]]
    return picture("CCAAABB\nCCAAABB", workload=workload)


FIVE_TO_B = "CCAABBB\nCCAAABB"
TWO_TO_B = "CCAAABB\nCCAABBB"
ONE_TO_C = "CCCAABB\nCCAAABB"


def _paired(problem: Problem, known: str, runs: list[Found], watch: Stopwatch) -> np.ndarray:
    least, most = problem.limits(TOLERANCE)
    near = _Near(problem, least, most, watch, None)
    return _with_pairs(near, owners(known), runs, watch, lambda owner: None)


def _found(plan: str, excess: float = 0.0) -> Found:
    return Found(owners(plan), excess, 0.0, 0, "proposals")


def test_between_the_same_beats_the_model_finds_what_moves_least() -> None:
    problem = _ward()
    found = _paired(problem, FIVE_TO_B, [], Stopwatch(60))
    assert found.tolist() == owners(TWO_TO_B).tolist()
    assert check(problem, found, TOLERANCE).ok
    assert rebalance(problem, TOLERANCE).objective == 1  # C is not asked where no plan goes there


def test_the_beats_of_every_plan_that_holds_are_asked() -> None:
    problem = _ward()
    holds, beyond = _found(ONE_TO_C), _found(ONE_TO_C, excess=0.1)
    assert _paired(problem, FIVE_TO_B, [holds], Stopwatch(60)).tolist() == owners(ONE_TO_C).tolist()
    assert _paired(problem, FIVE_TO_B, [beyond], Stopwatch(60)).tolist() == owners(TWO_TO_B).tolist()


def test_nothing_less_between_the_same_beats_leaves_the_plan_as_it_is() -> None:
    problem, ended = _ward(), Control()
    assert _paired(problem, TWO_TO_B, [], Stopwatch(60)).tolist() == owners(TWO_TO_B).tolist()
    ended.take_best()
    assert _paired(problem, FIVE_TO_B, [], Stopwatch(60, ended)).tolist() == owners(FIVE_TO_B).tolist()


def test_where_no_model_is_small_enough_longer_runs_go_on_from_the_plan_that_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem, ended = _ward(), Control()
    further = _further(problem, TOLERANCE, owners(FIVE_TO_B), 0, Stopwatch(60))
    assert [run.cost for run in further] == sorted(run.cost for run in further)
    assert further[0].owner.tolist() == owners(ONE_TO_C).tolist()
    ended.take_best()
    (only,) = _further(problem, TOLERANCE, owners(FIVE_TO_B), 0, Stopwatch(60, ended))
    assert (only.owner.tolist(), only.excess) == (owners(FIVE_TO_B).tolist(), 0)
    short = rebalance(problem, TOLERANCE)
    monkeypatch.setattr("geo.planning.rebalancing._LARGEST_MODEL", 0)
    longer = rebalance(problem, TOLERANCE)
    assert longer.proposals > short.proposals
    assert longer.objective == short.objective == 1
