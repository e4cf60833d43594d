"""A draft in a planner's hands: strokes, undo to the start, held beats, what is stored. Ward: desk_ward."""

from dataclasses import replace

import numpy as np
import pytest

from geo.domain.kinds import PlanState
from geo.planning import NOBODY, plan_of
from geo.services.plans.options import Absence, PlanOptions
from geo.ui.reassign.work import Ask, in_parts_of, rebased, work_on
from tests import desk_ward
from tests.desk_ward import unit

KEY = work_on(desk_ward.opened()).key


def stroke(number: int, op: str, **more: object) -> dict[str, object]:
    return {"number": number, "desk": KEY, "op": op, **more}


def test_a_stroke_moves_and_every_number_is_as_if_counted_from_the_start() -> None:
    work = work_on(desk_ward.opened()).moved([unit(1, 0), unit(1, 1)], 1)
    assert work.owner[[unit(1, 0), unit(1, 1)]].tolist() == [1, 1]
    anew = plan_of(work.plan.problem, work.owner)
    assert work.plan.workload.tolist() == anew.workload.tolist() == [20, 60, 40]
    assert work.plan.pieces.tolist() == [1, 1, 1]
    assert work.dirty
    assert work.plan.moved_units == 2


def test_undo_leads_to_the_start_and_redo_to_the_end() -> None:
    start = work_on(desk_ward.opened())
    work = start.moved(unit(1, 0), 1).moved(unit(1, 1), 1).moved(unit(4, 0), 1)
    end = work.owner.copy()
    for _ in range(5):  # more often than there were strokes
        work = work.undone()
    assert np.array_equal(work.owner, start.owner)
    assert not work.can_undo
    assert not work.dirty
    for _ in range(5):
        work = work.redone()
    assert np.array_equal(work.owner, end)
    assert not work.can_redo


def test_a_stroke_after_undo_drops_what_was_undone() -> None:
    work = work_on(desk_ward.opened()).moved(unit(1, 0), 1).undone().moved(unit(4, 0), 1)
    assert not work.can_redo
    assert work.owner[unit(1, 0)] == 0


def test_what_is_held_stays_whoever_asks() -> None:
    options = PlanOptions(tolerance=0.3, locked_blocks=("B40",))
    work = work_on(desk_ward.opened(options)).turned(0)
    assert work.locked(0)
    after = work.moved([unit(1, 0), unit(4, 0), unit(4, 1)], 1)  # of the held beat, held itself, free
    assert np.flatnonzero(after.owner != work.owner).tolist() == [unit(4, 1)]
    assert work.moved(unit(3, 0), 0) is work  # nothing comes into a held beat
    freed = work.turned(0).moved(unit(1, 0), 1)
    assert freed.owner[unit(1, 0)] == 1
    assert work.options.locked_beats == ("K1",)


def test_a_lock_that_is_stored_can_be_lifted() -> None:
    work = work_on(desk_ward.opened(PlanOptions(tolerance=0.3, locked_beats=("K1",))))
    assert work.moved(unit(1, 0), 1) is work
    assert work.turned(0).moved(unit(1, 0), 1).owner[unit(1, 0)] == 1


def test_each_stroke_of_the_browser_is_taken_once_and_in_order() -> None:
    work = work_on(desk_ward.opened())
    first = stroke(1, "move", units=[unit(1, 0)], part=1)
    work, ask, refused = work.taken([first])
    again, ask, refused = work.taken([stroke(3, "undo"), stroke(2, "lock", part=2), first])
    assert (ask, refused) == (None, [])
    assert again.ack == 3
    assert again.locks == ("K3",)
    assert again.owner[unit(1, 0)] == 0


def test_strokes_for_another_desk_or_a_closed_draft_change_nothing() -> None:
    move = stroke(1, "move", units=[unit(1, 0)], part=1)
    other, _, _ = work_on(desk_ward.opened()).taken([{**move, "desk": "another"}])
    closed, _, _ = work_on(desk_ward.opened(state=PlanState.SUBMITTED)).taken([move])
    for work in (other, closed):
        assert work.ack == 1
        assert work.plan.moved_units == 0


def test_a_stroke_that_is_wrong_is_refused_and_the_next_still_counts() -> None:
    strokes = [
        stroke(1, "move", units=[99], part=1),
        stroke(2, "move", units=[0], part=7),
        stroke(3, "move", units=[unit(1, 0)], part=1),
    ]
    work, _, refused = work_on(desk_ward.opened()).taken(strokes)
    assert [fault.code for fault in refused] == ["plan_unknown_unit", "plan_unknown_part"]
    assert work.plan.moved_units == 1


def test_what_is_asked_for_comes_in_its_turn_and_until_it_is_done() -> None:
    line = [[106.1, 20.9], [106.2, 20.9]]
    strokes = [
        stroke(1, "move", units=[unit(1, 0)], part=1),
        stroke(2, "save"),
        stroke(3, "cut", unit=3, line=line),
        stroke(4, "move", units=[unit(1, 1)], part=1),
    ]
    work, ask, _ = work_on(desk_ward.opened()).taken(strokes)
    assert ask == Ask(2, "save")
    assert work.owner[[unit(1, 0), unit(1, 1)]].tolist() == [1, 0]  # what is saved is what stood then
    assert work.taken(strokes)[1] == ask  # a run that ended before it was done changes nothing
    work, ask, _ = work.answered(ask).taken(strokes)
    assert ask == Ask(3, "cut", 3, ((106.1, 20.9), (106.2, 20.9)))
    work, ask, _ = work.answered(ask).taken(strokes)
    assert (ask, work.ack, work.owner[unit(1, 1)]) == (None, 4, 1)


def test_strokes_made_before_an_event_mean_the_same_blocks_and_beats_after_it() -> None:
    before = work_on(desk_ward.opened())
    away = desk_ward.opened(PlanOptions(tolerance=0.3, absent=(Absence("K1"),)))  # the beats move up by one
    after = before.succeeded(away)
    strokes = [
        stroke(1, "move", units=[unit(2, 0), unit(2, 1)], part=2),
        stroke(2, "lock", part=1),
        stroke(3, "move", units=[unit(4, 0)], part=0),
        stroke(4, "undo"),
        {**stroke(5, "undo"), "desk": after.key},
    ]
    work, _, refused = after.taken(strokes[:4])
    assert [away.desk.beats[work.owner[unit(2, y)]].code for y in (0, 1)] == ["K3", "K3"]
    assert work.locks == ("K2",)
    assert [fault.code for fault in refused] == ["plan_no_such_beat", "plan_undo_gone"]
    work, _, refused = work.taken(strokes)
    assert (refused, work.ack, work.at) == ([], 5, 0)


def test_a_block_that_is_gone_from_the_desk_is_left_out_of_a_stroke() -> None:
    before = work_on(desk_ward.opened())
    now = desk_ward.opened()
    codes = ("B00.2", *now.desk.codes[1:])
    other = replace(now, desk=replace(now.desk, ground=replace(now.desk.ground, codes=codes)))
    after = before.succeeded(other)
    assert after.key != before.key
    work, _, refused = after.taken([stroke(1, "move", units=[0, unit(1, 0)], part=1)])
    assert np.flatnonzero(work.owner != after.owner).tolist() == [unit(1, 0)]
    assert refused == []
    _, _, refused = after.taken([stroke(1, "move", units=[0], part=1)])
    assert [fault.code for fault in refused] == ["plan_no_such_block"]


def test_after_storing_strokes_can_still_be_taken_back() -> None:
    before = desk_ward.opened()
    work = work_on(before).moved(unit(1, 0), 1)
    kept = work.stored(replace(before, owner=work.owner, draft=replace(before.draft, version=2)))
    assert not kept.dirty
    assert kept.undone().dirty
    assert np.array_equal(kept.undone().owner, before.owner)


def test_another_desk_begins_anew() -> None:
    before = desk_ward.opened()
    work = replace(work_on(before).moved(unit(1, 0), 1), ack=4)
    fewer = replace(
        before.desk, beats=(*before.desk.beats[:2], replace(before.desk.beats[2], officer="Cán bộ 9"))
    )
    kept = work.stored(replace(before, desk=fewer))
    assert not kept.can_undo
    assert kept.ack == 4


def test_a_desk_with_other_beats_is_another() -> None:
    absent = PlanOptions(tolerance=0.3, absent=(Absence("K1"),))
    assert work_on(desk_ward.opened(absent)).key != KEY


def test_ones_own_strokes_on_anothers_draft_are_one_stroke() -> None:
    theirs = desk_ward.opened()
    mine = theirs.owner.copy()
    mine[[unit(1, 0), unit(1, 1)]] = 1
    work = rebased(theirs, mine, ack=2)
    assert np.array_equal(work.owner, mine)
    assert np.array_equal(work.undone().owner, theirs.owner)


def test_another_plan_is_compared_by_codes_of_beats_and_blocks() -> None:
    here = desk_ward.opened().desk
    other = replace(here, beats=here.beats[::-1])
    parts = in_parts_of(here, other, [2 - part if part >= 0 else part for part in here.problem.owner])
    assert parts == here.problem.owner.tolist()
    gone = replace(here, beats=(replace(here.beats[0], code="K9"), *here.beats[1:]))
    assert in_parts_of(here, gone, here.problem.owner)[unit(0, 0)] == NOBODY


@pytest.mark.parametrize("ask", ["undo", "redo"])
def test_undo_and_redo_with_nothing_to_do_change_nothing(ask: str) -> None:
    work, _, refused = work_on(desk_ward.opened()).taken([stroke(1, ask)])
    assert refused == []
    assert work.at == 0


def test_a_stroke_that_comes_again_under_another_number_is_taken_once() -> None:
    lock = stroke(3, "lock", part=2) | {"mark": "a.1"}
    work, _, _ = work_on(desk_ward.opened()).taken([lock])
    assert (work.locks, work.ack) == (("K3",), 3)
    again, _, _ = work.taken([lock | {"number": 9}])  # of a desk that left before it was answered
    assert (again.locks, again.ack) == (("K3",), 9)
    other, _, _ = again.taken([lock | {"number": 10, "mark": "a.2"}])
    assert (other.locks, other.marks) == ((), ("a.1", "a.2"))


def test_an_ask_that_comes_again_is_not_asked_again() -> None:
    save = stroke(1, "save") | {"mark": "a.1"}
    work, ask, _ = work_on(desk_ward.opened()).taken([save])
    assert ask is not None
    again, asked, _ = work.answered(ask).taken([save | {"number": 2}])
    assert (asked, again.ack) == (None, 2)
