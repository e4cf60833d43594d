"""A solve in the hands of another thread: it says how far it is, ends at once, and is else as without one."""

from threading import Thread
from time import monotonic, sleep

import numpy as np
import pytest

from geo.planning import Control, InfeasibleError, Problem, check, dial, draw, first_plan, median, rebalance
from geo.planning.stopwatch import Stopwatch
from tests.unit.planning.wards import grid, picture

PATIENCE_S = 240


def _hard() -> Problem:
    """900 blocks in 20 beats, a third of whose households moved away: no proof within seconds."""
    rng = np.random.default_rng(3)
    ward = grid(30, 30, 20, workload=rng.integers(5, 40, 900))
    today = first_plan(ward, 0.05).owner
    return ward.replaced(owner=today, workload=np.rint(ward.workload * rng.lognormal(0, 0.5, 900)))


@pytest.mark.parametrize("phase", ["search", "proof"])
def test_it_ends_with_the_best_so_far_whatever_it_is_at(phase: str) -> None:
    problem, control, answers = _hard(), Control(), []
    thread = Thread(target=lambda: answers.append(rebalance(problem, 0.05, 0, 600, control=control)))
    thread.start()
    deadline = monotonic() + PATIENCE_S
    while monotonic() < deadline and (
        control.progress.phase != phase or control.progress.moved_workload is None
    ):
        sleep(0.01)
    seen = control.progress
    assert seen.phase == phase
    control.take_best()
    thread.join(PATIENCE_S)
    (found,) = answers
    assert found.stopped_by == "user"
    assert found.seconds < PATIENCE_S
    assert check(problem, found.owner, 0.05).ok
    if phase == "proof":
        assert seen.holds
        assert seen.deviation <= 0.05 + 1e-9
        assert found.moved_workload <= seen.moved_workload
        assert seen.bound is None or seen.bound <= found.moved_workload
        assert seen.gap is None or 0 <= seen.gap <= 1


def test_a_drawing_ends_with_a_plan_that_holds() -> None:
    problem, control, answers = grid(40, 40, 20), Control(), []
    thread = Thread(
        target=lambda: answers.append(
            draw(problem, 0.05, 0, 600, proposals=10**8, control=control)  # minutes, if it were not ended
        )
    )
    thread.start()
    control.take_best()
    thread.join(PATIENCE_S)
    assert answers[0].stopped_by == "user"
    assert check(problem, answers[0].owner, 0.05).ok


@pytest.mark.parametrize("phase", ["search", "proof"])
def test_beats_around_centres_end_with_the_best_so_far_and_a_bound(
    phase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = grid(40, 40, 20, workload=np.random.default_rng(2).integers(1, 9, 1600))
    control, answers = Control(), []
    if phase == "proof":  # one short run comes before it, and its bound is never enough
        monkeypatch.setattr("geo.planning.centring._RUNS", 1)
        monkeypatch.setattr("geo.planning.centring.PROPOSALS_PER_UNIT", 300)
        monkeypatch.setattr("geo.planning.centring.ENOUGH", -1.0)
    thread = Thread(target=lambda: answers.append(median(problem, 0.1, 0, 600, control=control)))
    thread.start()
    deadline = monotonic() + PATIENCE_S
    while (
        monotonic() < deadline
        and thread.is_alive()
        and not (control.progress.phase == phase and control.progress.holds)
    ):
        sleep(0.005)
    seen = control.progress
    control.take_best()
    thread.join(PATIENCE_S)
    (found,) = answers
    assert (seen.phase, seen.holds) == (phase, True)
    assert seen.bound is None  # of metres, not of what changes hands
    assert found.stopped_by == "user"
    assert found.proposals > 0
    assert check(problem, found.owner, 0.1).ok
    assert found.bound <= found.objective


def test_who_watches_changes_nothing() -> None:
    problem = picture("AABBCC\nAABBCC\nAABBCC", workload=np.random.default_rng(1).integers(1, 20, (3, 6)))
    for solve in (rebalance, draw, median):
        control = Control()
        alone, watched = solve(problem, 0.2, seed=4), solve(problem, 0.2, seed=4, control=control)
        assert alone.owner.tolist() == watched.owner.tolist()
        assert (alone.proposals, alone.stopped_by) == (watched.proposals, watched.stopped_by)
        assert control.progress.moved_workload is not None


def test_ended_before_there_was_a_plan_it_says_so_without_a_proof() -> None:
    problem = picture("AB\nAC", workload=[[4, 4], [4, 4]])
    control = Control()
    control.take_best()
    with pytest.raises(InfeasibleError) as caught:
        rebalance(problem, 0.4, control=control)
    assert not caught.value.proved


def test_a_dial_that_is_ended_has_the_points_that_it_had() -> None:
    problem = picture("AAABBB", workload=[[3, 3, 3, 1, 1, 1]])
    control = Control()
    control.take_best()
    assert len(dial(problem, (0.2, 0.5, 0.8), control=control)) == 1


def test_what_is_told_is_the_best_of_its_phase() -> None:
    control = Control()
    control.saw((np.inf, np.inf), 40.0, 0.3)  # at hand, not yet a plan
    assert (control.progress.moved_workload, control.progress.holds) == (40.0, False)
    control.saw((0.0, 9.0), 30.0, 0.05)
    control.saw((0.0, 12.0), 20.0, 0.04)  # dearer
    control.saw((np.inf, np.inf), 10.0, 0.9)
    assert (control.progress.moved_workload, control.progress.holds) == (30.0, True)
    control.proved(20.0)
    control.proved(15.0)
    assert control.progress.gap == pytest.approx(1 / 3)
    control.begin("proof")
    control.saw((0.0, 25.0), 25.0, 0.05)
    assert (control.progress.moved_workload, control.progress.bound) == (25.0, 20.0)
    quiet = Stopwatch(5, control).part(2, quiet=True)
    quiet.control.saw((0.0, 1.0), 1.0, 0.0)
    assert control.progress.moved_workload == 25.0
    control.take_best()
    assert (quiet.left_s, quiet.struck) == (0.0, "user")
