"""Counts kept by many at once, refused where wrong, undone by the one who made them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from geo.demo.parameters import CityParameters
from geo.domain.errors import ConflictError, ForbiddenError, InputError
from geo.domain.roles import OPERATOR, Actor, Role
from geo.services import accounts, beat_reports, demo, edits, misplaced, tasks
from geo.services.own_beats import own_beats
from geo.services.tasks import NewTask
from geo.services.upkeep_counts import (
    CountChange,
    CountsConflictError,
    HouseholdRow,
    beats,
    households,
    save,
)
from geo.store.engine import Database, transaction
from tests.integration.conftest import SignIn

TODAY = date(2026, 6, 1)
PARAMETERS = CityParameters(today=TODAY, wards=2, households=2_400, incidents=100)
WRITERS = 50


@pytest.fixture(scope="module", autouse=True)
def _city(opened: Database) -> None:
    demo.load(opened, PARAMETERS, 3)


@pytest.fixture(scope="module")
def officer(sign_in: SignIn, _city: None) -> Actor:
    return sign_in("can-bo-1", Role.WARD_OFFICER, ("99001",))


@pytest.fixture(scope="module")
def neighbour(sign_in: SignIn, _city: None) -> Actor:
    """Another officer of the same ward."""
    return sign_in("can-bo-2", Role.WARD_OFFICER, ("99001",))


@pytest.fixture
def beat(opened: Database, officer: Actor) -> str:
    return beats(opened, officer, TODAY)[0].code


def _change(row: HouseholdRow, **counts: int) -> CountChange:
    held = {name: getattr(row, name) for name in ("code", "permanent", "temporary", "absent", "version")}
    return CountChange(**{**held, **counts})


def _row(opened: Database, actor: Actor, beat: str, code: str) -> HouseholdRow:
    return {row.code: row for row in households(opened, actor, TODAY, beat)}[code]


def test_a_save_changes_and_confirms_and_is_audited_with_before_and_after(
    opened: Database, officer: Actor, beat: str
) -> None:
    first, second = households(opened, officer, TODAY, beat)[:2]
    done = save(
        opened, officer, TODAY, beat, [_change(first, permanent=first.permanent + 1), _change(second)]
    )
    assert (done.changed, done.confirmed) == (1, 1)
    now = _row(opened, officer, beat, first.code)
    assert (now.permanent, now.reviewed_on, now.version) == (first.permanent + 1, TODAY, first.version + 1)
    with opened.owner.connect() as connection:
        detail = connection.execute(
            text("SELECT detail FROM audit_event WHERE action = 'counts_save' ORDER BY id DESC LIMIT 1")
        ).scalar_one()
    assert detail["beat"] == beat
    row = detail["rows"][0]
    assert (row["before"]["permanent"], row["after"]["permanent"]) == (first.permanent, first.permanent + 1)
    assert not {"geom", "lon", "lat"} & row["after"].keys()


def test_the_second_saver_is_told_what_the_first_saved_and_keeps_what_was_typed(
    opened: Database, officer: Actor, neighbour: Actor, beat: str
) -> None:
    shared, own = households(opened, officer, TODAY, beat)[:2]
    save(opened, neighbour, TODAY, beat, [_change(shared, temporary=7)])
    mine = [_change(shared, temporary=3), _change(own, absent=2)]
    with pytest.raises(CountsConflictError) as caught:
        save(opened, officer, TODAY, beat, mine)
    assert caught.value.stored.keys() == {shared.code}
    assert caught.value.stored[shared.code].temporary == 7
    assert caught.value.typed == tuple(mine)
    for lang in ("vi", "en"):
        assert f"{shared.code} {shared.permanent}/7/{shared.absent}" in caught.value.message(lang)
    assert _row(opened, officer, beat, own.code) == own  # nothing of a refused save is written
    again = [replace(mine[0], version=caught.value.stored[shared.code].version), mine[1]]
    assert save(opened, officer, TODAY, beat, again).changed == 2


@pytest.mark.parametrize("round_", range(3))
def test_fifty_save_one_beat_at_once(
    opened: Database, officer: Actor, neighbour: Actor, beat: str, round_: int
) -> None:
    """One wins, forty-nine are told what was saved, and what they typed is still there."""
    race(opened, (officer, neighbour), beat, round_)


def race(opened: Database, actors: tuple[Actor, ...], beat: str, round_: int) -> None:
    """Let 50 writers save the same 20 households at one moment and check what became of it."""
    rows = households(opened, actors[0], TODAY, beat)[:20]
    gate = threading.Barrier(WRITERS)

    def write(writer: int) -> CountsConflictError | None:
        # Every writer goes through the rows in another order: a lock order by rows would deadlock.
        mine = [_change(row, permanent=writer) for row in rows[writer % 20 :] + rows[: writer % 20]]
        gate.wait()
        try:
            save(opened, actors[writer % len(actors)], TODAY + timedelta(days=round_), beat, mine)
        except CountsConflictError as fault:
            return fault
        return None

    with ThreadPoolExecutor(WRITERS) as pool:
        told = list(pool.map(write, range(WRITERS)))
    winners = [writer for writer, fault in enumerate(told) if fault is None]
    assert len(winners) == 1
    codes = {row.code for row in rows}
    kept = [row for row in households(opened, actors[0], TODAY, beat) if row.code in codes]
    assert {row.permanent for row in kept} == {winners[0]}
    assert {row.version for row in kept} == {row.version + 1 for row in rows}
    for writer, fault in enumerate(told):
        if fault is not None:
            assert [each.permanent for each in fault.typed] == [writer] * len(rows)
            assert {row.permanent for row in fault.stored.values()} == {winners[0]}
            assert fault.stored.keys() == codes


@pytest.mark.parametrize(
    ("counts", "code"), [({"absent": -1}, "counts_negative"), ({"permanent": 5000}, "counts_too_large")]
)
def test_impossible_counts_are_refused(
    opened: Database, officer: Actor, beat: str, counts: dict[str, int], code: str
) -> None:
    row = households(opened, officer, TODAY, beat)[0]
    with pytest.raises(InputError) as caught:
        save(opened, officer, TODAY, beat, [_change(row, **counts)])
    assert caught.value.code == code
    assert caught.value.message("vi") != caught.value.message("en")
    assert _row(opened, officer, beat, row.code) == row


def test_a_beat_of_another_ward_and_a_household_of_another_beat_are_refused(
    opened: Database, officer: Actor, beat: str
) -> None:
    every = beats(opened, OPERATOR, TODAY)
    foreign = next(each.code for each in every if each.unit_code == "99002")
    with pytest.raises(InputError) as caught:
        households(opened, officer, TODAY, foreign)
    assert caught.value.code == "no_such_beat"
    stranger = households(opened, OPERATOR, TODAY, foreign)[0]
    with pytest.raises(InputError) as caught:
        save(opened, officer, TODAY, beat, [_change(stranger)])
    assert caught.value.code == "household_not_in_beat"


def test_only_ward_officers_save(opened: Database, sign_in: SignIn, beat: str) -> None:
    commander = sign_in("chi-huy-2", Role.COMMANDER, ("*",))
    with pytest.raises(ForbiddenError):
        save(opened, commander, TODAY, beat, [CountChange("x", 1, 1, 1, 1)])


def test_undo_puts_back_the_own_last_change_and_then_the_one_before(
    opened: Database, officer: Actor, beat: str
) -> None:
    row = households(opened, officer, TODAY, beat)[-1]
    save(opened, officer, TODAY, beat, [_change(row, permanent=row.permanent + 2)])
    misplaced.mark(opened, officer, row.code, row.version + 1, day=TODAY)
    assert _row(opened, officer, beat, row.code).misplaced
    assert edits.undo_last(opened, officer).action == "household_misplaced"
    assert not _row(opened, officer, beat, row.code).misplaced
    assert edits.undo_last(opened, officer).action == "counts_save"
    assert _row(opened, officer, beat, row.code).counts == row.counts


def test_undo_restores_counts_and_review_and_refuses_after_another_save(
    opened: Database, officer: Actor, neighbour: Actor, beat: str
) -> None:
    row = households(opened, officer, TODAY, beat)[-2]
    save(opened, officer, TODAY, beat, [_change(row, permanent=row.permanent + 2)])
    edits.undo_last(opened, officer)
    back = _row(opened, officer, beat, row.code)
    assert (back.counts, back.reviewed_on) == (row.counts, row.reviewed_on)
    save(opened, officer, TODAY, beat, [_change(back, permanent=9)])
    save(opened, neighbour, TODAY, beat, [_change(_row(opened, officer, beat, row.code), permanent=8)])
    with pytest.raises(ConflictError) as caught:
        edits.undo_last(opened, officer)
    assert caught.value.code == "undo_changed_since"
    assert _row(opened, officer, beat, row.code).permanent == 8


def test_a_point_is_put_into_the_block_that_holds_it_and_never_into_the_trail(
    opened: Database, officer: Actor, beat: str
) -> None:
    row = households(opened, officer, TODAY, beat)[5]
    with opened.owner.connect() as connection:
        block, lon, lat = connection.execute(
            text("SELECT code, ST_X(p), ST_Y(p) FROM block, ST_PointOnSurface(geom) p "
                 "WHERE code LIKE '99001-%' AND name <> :own ORDER BY code DESC LIMIT 1"), {"own": row.block},
        ).one()  # fmt: skip
    misplaced.mark(opened, officer, row.code, row.version, day=TODAY)
    put = misplaced.put(opened, officer, row.code, row.version + 1, lon=lon, lat=lat, day=TODAY)
    assert put == block
    with opened.owner.connect() as connection:
        held = connection.execute(
            text("SELECT h.misplaced, ST_X(h.geom) AS lon, b.code FROM household h "
                 "JOIN block b ON b.id = h.block_id WHERE h.code = :code"), {"code": row.code},
        ).one()  # fmt: skip
        trail = connection.execute(
            text("SELECT string_agg(detail::text, ' ') FROM audit_event WHERE action = 'household_put'")
        ).scalar_one()
    assert (held.misplaced, held.code) == (False, block)
    assert held.lon == pytest.approx(lon)
    assert str(lon)[:8] not in trail
    with pytest.raises(InputError) as caught:
        misplaced.put(opened, officer, row.code, row.version + 2, lon=0.0, lat=0.0, day=TODAY)
    assert caught.value.code == "outside_every_block"


def test_a_put_point_is_undone_by_who_put_it_unless_somebody_moved_it_since(
    opened: Database, officer: Actor, neighbour: Actor, beat: str
) -> None:
    code = households(opened, officer, TODAY, beat)[7].code
    was = _place(opened, code)
    misplaced.mark(opened, officer, code, was["version"], day=TODAY)
    aside = {"lon": was["lon"] + 0.0001, "lat": was["lat"], "day": TODAY}
    misplaced.put(opened, officer, code, was["version"] + 1, **aside)
    with transaction(opened, neighbour) as connection:  # for nobody else
        assert not connection.execute(text("SELECT count(*) FROM household_point_before")).scalar_one()
    assert edits.undo_last(opened, officer).action == "household_put"
    back = _place(opened, code)
    assert back == {**was, "misplaced": True, "version": was["version"] + 3}
    edits.undo_last(opened, officer)  # the mark
    assert _place(opened, code) == {**was, "version": was["version"] + 4}

    misplaced.put(opened, officer, code, was["version"] + 4, **aside)
    misplaced.put(opened, neighbour, code, was["version"] + 5, lon=was["lon"], lat=was["lat"], day=TODAY)
    with pytest.raises(ConflictError) as caught:
        edits.undo_last(opened, officer)
    assert caught.value.code == "undo_changed_since"
    edits.undo_last(opened, neighbour)
    with opened.owner.begin() as connection:  # thirty-one days later it is forgotten, and says so
        connection.execute(text("UPDATE household_point_before SET put_at = now() - interval '31 days'"))
        trail = connection.execute(text("SELECT string_agg(detail::text, ' ') FROM audit_event")).scalar_one()
    assert f"{was['lon']:.6f}" not in trail
    change = edits.last_change(opened, officer)
    assert change is None or change.action != "household_put"
    with opened.owner.begin() as connection:
        connection.execute(text("SELECT forget_points()"))
        assert not connection.execute(text("SELECT count(*) FROM household_point_before")).scalar_one()


def _place(opened: Database, code: str) -> dict[str, Any]:
    with opened.owner.connect() as connection:
        row = connection.execute(
            text("SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat, block_id, unit_id, misplaced, version "
                 "FROM household WHERE code = :code"), {"code": code},
        )  # fmt: skip
        return dict(row.mappings().one())


def test_an_officers_account_saves_for_the_own_beats_only(
    opened: Database, sign_in: SignIn, beat: str
) -> None:
    planner = sign_in("ke-hoach-kv", Role.PLANNER, ("99001",))
    with opened.owner.connect() as connection:
        number, own, other = connection.execute(
            text(
                "SELECT o.service_number, b.code, (SELECT min(x.code) FROM beat x "
                "WHERE x.unit_id = b.unit_id AND x.valid @> CAST(:day AS date) AND NOT EXISTS ("
                "SELECT FROM assignment y WHERE y.beat_id = x.id AND y.officer_id = o.id)) "
                "FROM assignment a JOIN officer o ON o.id = a.officer_id JOIN beat b ON b.id = a.beat_id "
                "WHERE b.code LIKE '99001-%' AND upper_inf(a.valid) AND a.valid @> CAST(:day AS date) "
                "ORDER BY b.code LIMIT 1"
            ),
            {"day": TODAY},
        ).one()  # fmt: skip
    tied = sign_in("can-bo-kv", Role.WARD_OFFICER, ("99001",))
    free = own_beats(opened, tied, TODAY)
    assert (free.linked, free.keeps(other)) == (False, True)
    with pytest.raises(InputError):
        accounts.tie_to_officer(opened, OPERATOR, "can-bo-kv", "khong-co")
    accounts.tie_to_officer(opened, OPERATOR, "can-bo-kv", number)
    mine = own_beats(opened, tied, TODAY)
    assert mine.confined
    assert own in mine.codes
    assert not mine.keeps(other)
    row, strange = (households(opened, tied, TODAY, each)[0] for each in (own, other))
    save(opened, tied, TODAY, own, [_change(row)])
    task_of = {
        each: tasks.give(
            opened, planner, NewTask("KH-78/TEST", "99001", "area", "Rà soát", TODAY, each), TODAY
        )
        for each in (own, other, None)
    }
    for code in (task_of[own], task_of[None]):
        tasks.report(opened, tied, code, 1, 40, day=TODAY)
    for refused in (
        lambda: save(opened, tied, TODAY, other, [_change(strange)]),
        lambda: misplaced.mark(opened, tied, strange.code, strange.version, day=TODAY),
        lambda: beat_reports.send(opened, tied, other, date(2026, 6, 1), TODAY),
        lambda: tasks.report(opened, tied, task_of[other], 1, 40, day=TODAY),
        lambda: tasks.finish(opened, tied, task_of[other], 1, TODAY),
        lambda: save(opened, tied, date(1990, 1, 1), own, [_change(row)]),  # not that officer's that day
    ):
        with pytest.raises(ForbiddenError) as caught:
            refused()
        assert caught.value.code == "not_your_beat"
        assert caught.value.message("vi") != caught.value.message("en")
    with transaction(opened, tied) as connection:  # and by the database, whatever a service forgets
        assert not connection.execute(
            text("UPDATE household SET permanent = 9 WHERE code = :code"), {"code": strange.code}
        ).rowcount
        assert not connection.execute(
            text("UPDATE task SET progress = 9 WHERE code = :code"), {"code": task_of[other]}
        ).rowcount
        assert connection.execute(
            text("UPDATE household SET permanent = permanent WHERE code = :code"), {"code": row.code}
        ).rowcount
    accounts.tie_to_officer(opened, OPERATOR, "can-bo-kv", number, whole_ward=True)
    assert own_beats(opened, tied, TODAY).keeps(other)
    save(opened, tied, TODAY, other, [_change(strange)])
    accounts.tie_to_officer(opened, OPERATOR, "can-bo-kv", None)
    assert not own_beats(opened, tied, TODAY).linked


def test_a_month_is_reported_once_and_a_future_one_not(
    opened: Database, officer: Actor, neighbour: Actor, beat: str
) -> None:
    month = date(2026, 6, 1)
    beat_reports.send(opened, officer, beat, month, TODAY)
    found = {each.beat: each for each in beat_reports.reports(opened, officer, month, TODAY)}[beat]
    assert found.reported == found.stored
    with pytest.raises(ConflictError) as caught:
        beat_reports.send(opened, neighbour, beat, month, TODAY)
    assert caught.value.code == "report_changed_since"
    beat_reports.send(opened, neighbour, beat, month, TODAY, version=found.version)
    with pytest.raises(InputError) as future:
        beat_reports.send(opened, officer, beat, date(2026, 7, 1), TODAY)
    assert future.value.code == "month_not_begun"
