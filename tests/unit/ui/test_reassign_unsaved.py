"""Strokes that outlive the window: written down by codes, lived again with every undo. See desk_ward."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from geo.domain.roles import OPERATOR
from geo.planning import NOBODY
from geo.services.plans import unsaved as plan_unsaved
from geo.services.plans.records import OpenDraft
from geo.services.plans.unsaved import Unsaved
from geo.ui import guard
from geo.ui.reassign import unsaved as reassign_unsaved
from geo.ui.reassign.unsaved import brought_over, log_of, recalled, relived
from geo.ui.reassign.work import Work, work_on
from tests.desk_ward import opened, unit


def written(work: Work) -> dict[str, object]:
    found: dict[str, object] = json.loads(json.dumps(log_of(work)))
    return found


def stored(found: OpenDraft, work: Work) -> OpenDraft:
    draft = replace(found.draft, version=found.draft.version + 1)
    return replace(found, draft=draft, owner=work.owner.copy())


def test_every_stroke_is_there_again_to_the_first() -> None:
    found = opened()
    work = (
        work_on(found).moved(unit(1, 0), 1).moved(unit(1, 1), 1).moved(unit(3, 1), NOBODY).undone().turned(2)
    )
    again = relived(found, written(work))
    assert (again.at, again.saved, again.locks, again.key) == (2, 0, ("K3",), work.key)
    assert [plan.owner.tolist() for plan in again.steps] == [plan.owner.tolist() for plan in work.steps]
    assert again.dirty
    assert np.array_equal(again.redone().owner, work.redone().owner)
    assert np.array_equal(again.undone().undone().owner, found.owner)


def test_strokes_before_and_after_a_save_can_both_be_undone() -> None:
    found = opened()
    work = work_on(found).moved(unit(1, 0), 1)
    after = stored(found, work)
    work = work.stored(after).moved(unit(1, 1), 1)
    again = relived(after, written(work))
    assert (again.at, again.saved, again.dirty) == (2, 1, True)
    assert not again.undone().dirty
    assert np.array_equal(again.undone().undone().owner, found.owner)
    other_way = work.undone().undone().moved(unit(3, 0), 2)  # what is stored is none of the steps any more
    again = relived(after, written(other_way))
    assert again.saved is None
    assert np.array_equal(again.owner, other_way.owner)
    assert np.array_equal(again.undone().owner, found.owner)


def test_on_a_draft_that_another_stored_one_s_own_moves_stand_and_are_named() -> None:
    found = opened()
    mine = written(work_on(found).moved([unit(1, 0), unit(1, 1)], 1))
    theirs = stored(found, work_on(found).moved(unit(1, 1), 2).moved(unit(3, 0), 2))
    work, both, gone = brought_over(theirs, {**mine, "net": {**mine["net"], "B99": ["K1", "K2"]}})
    assert both == (unit(1, 1),)
    assert gone == ("B99",)
    assert [work.owner[at] for at in (unit(1, 0), unit(1, 1), unit(3, 0))] == [1, 1, 2]
    assert np.array_equal(work.undone().owner, theirs.owner)


def test_strokes_that_come_once_more_after_a_restart_are_not_taken_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = opened()
    lock = {"number": 7, "desk": work_on(found).key, "op": "lock", "part": 2}
    undo = {**lock, "number": 8, "op": "undo"}
    work, _, _ = work_on(found, 6).moved(unit(1, 0), 1).moved(unit(1, 1), 1).taken([lock, undo])
    kept = Unsaved(found.draft.version, written(work), datetime(2026, 11, 28, tzinfo=UTC))
    monkeypatch.setattr(plan_unsaved, "found", lambda *_: kept)
    monkeypatch.setattr(guard, "database", lambda: None)
    monkeypatch.setattr(reassign_unsaved, "_mark", lambda _: None)
    again, _ = recalled(OPERATOR, found, ack=0)  # of a session that has heard of no stroke
    after, _, _ = again.taken([lock, undo])
    assert (after.at, after.locks, after.ack) == (1, ("K3",), 8)
