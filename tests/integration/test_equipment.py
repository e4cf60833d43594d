"""Equipment: need by ward against plain SQL, what is not known, two who count at once, undo, refusals."""

from datetime import date

import pytest
from sqlalchemy import text

from geo.domain.errors import ConflictError, ForbiddenError, InputError
from geo.domain.kinds import EquipmentKind
from geo.domain.roles import OPERATOR, Actor, Role
from geo.services import edits
from geo.services.equipment import KindNeed, NewCount, counts, equipment_need, save_counts
from geo.services.targets import NewTarget, Targets, set_target, targets_on
from geo.services.works.board import WorksQuery, board
from geo.store.engine import Database
from tests import works_city
from tests.integration.conftest import SignIn
from tests.works_city import DAY

RADIO, CAR = EquipmentKind.RADIO, EquipmentKind.CAR


@pytest.fixture(scope="module", autouse=True)
def city(opened: Database) -> None:
    works_city.fill(opened)


@pytest.fixture(autouse=True)
def nothing_counted(opened: Database) -> None:
    with opened.owner.begin() as connection:
        connection.execute(text("DELETE FROM diaban.equipment"))
        connection.execute(text("DELETE FROM diaban.target"))


@pytest.fixture(scope="module")
def officer(sign_in: SignIn) -> Actor:
    return sign_in("can-bo-1", Role.WARD_OFFICER, ("00001",))


def _norm(opened: Database, measure: str, value: float, unit: str | None = None) -> None:
    seen = targets_on(opened, OPERATOR, DAY).of(measure, (unit,) if unit else ())
    set_target(opened, OPERATOR, NewTarget(measure, value, "5/QĐ", date(2026, 1, 1), unit), seen)


def test_need_is_norm_less_actual_by_ward_and_together(opened: Database) -> None:
    """West: 1 officer, 2 beats; east: one and one. Radios: 1.5 an officer, 1 a beat; a car in the west."""
    _norm(opened, "equip_radio_officer", 1.5)
    _norm(opened, "equip_radio_beat", 1)
    _norm(opened, "equip_car_ward", 1, "00001")
    given = [NewCount("00001", RADIO, 2), NewCount("00002", RADIO, 4), NewCount("00002", CAR, 1)]
    assert save_counts(opened, OPERATOR, date(2026, 5, 1), given) == 3
    save_counts(opened, OPERATOR, date(2026, 7, 1), [NewCount("00001", RADIO, 9)])  # after the day looked at
    query = WorksQuery(DAY)
    found = equipment_need(
        opened, OPERATOR, board(opened, OPERATOR, query), targets_on(opened, OPERATOR, DAY)
    )
    west, east = sorted(found.places, key=lambda place: place.code)
    assert (west.officers, west.beats, east.officers, east.beats) == (1, 2, 1, 1)
    assert west.kinds[RADIO] == KindNeed(4, 2)  # 1.5 + 2, rounded up
    assert east.kinds[RADIO] == KindNeed(3, 4)
    assert (west.kinds[RADIO].need, east.kinds[RADIO].need, found.total.kinds[RADIO].need) == (2, -1, 1)
    assert (west.kinds[CAR], west.kinds[CAR].need) == (KindNeed(1, None), None)  # normed, never counted
    assert east.kinds[CAR] == KindNeed(None, 1)  # counted, no norm
    assert (found.total.kinds[CAR].need, found.total.kinds[CAR].uncounted) == (None, 1)
    with opened.owner.connect() as connection:
        norm, actual = connection.execute(
            text("""
                SELECT sum(ceil(1.5 * (SELECT count(*) FROM diaban.officer o WHERE o.unit_id = u.id)
                    + (SELECT count(*) FROM diaban.beat b WHERE b.unit_id = u.id AND b.valid @> :day))),
                    sum((SELECT e.count FROM diaban.equipment e WHERE e.unit_id = u.id AND e.kind = 'radio'
                        AND e.as_of <= :day ORDER BY e.as_of DESC LIMIT 1))
                FROM diaban.admin_unit u WHERE u.level = 'ward' AND u.valid @> :day"""),
            {"day": DAY},
        ).one()
    assert found.total.kinds[RADIO] == KindNeed(int(norm), int(actual))
    alone = board(opened, OPERATOR, WorksQuery(DAY, "00001"))
    (place,) = equipment_need(opened, OPERATOR, alone, targets_on(opened, OPERATOR, DAY)).places
    assert place == west


def test_without_norms_and_counts_the_need_is_not_known(opened: Database) -> None:
    found = equipment_need(opened, OPERATOR, board(opened, OPERATOR, WorksQuery(DAY)), Targets({}))
    assert not found.known
    assert {each.need for each in found.total.kinds.values()} == {None}


def test_the_second_of_two_who_count_is_told_and_undo_puts_it_back(opened: Database, officer: Actor) -> None:
    save_counts(opened, officer, DAY, [NewCount("00001", RADIO, 5)])
    seen = counts(opened, officer, DAY)["00001", RADIO].version
    save_counts(opened, OPERATOR, DAY, [NewCount("00001", RADIO, 6, seen)])
    for version in (seen, 0):
        with pytest.raises(ConflictError, match="00001"):
            save_counts(
                opened, officer, DAY, [NewCount("00001", CAR, 1), NewCount("00001", RADIO, 7, version)]
            )
    assert {key: each.count for key, each in counts(opened, officer, DAY).items()} == {("00001", RADIO): 6}
    save_counts(opened, officer, DAY, [NewCount("00001", CAR, 3)])
    save_counts(opened, officer, DAY, [NewCount("00001", CAR, 4, 1)])
    for left in (3, None):
        assert edits.undo_last(opened, officer).action == "equipment_count"
        held = counts(opened, officer, DAY).get(("00001", CAR))
        assert (held.count if held else None) == left


def test_what_cannot_be_counted_is_refused(opened: Database, officer: Actor, sign_in: SignIn) -> None:
    for given, code in ((NewCount("00001", RADIO, -1), "equipment_out_of_range"),
                        (NewCount("00001", RADIO, 100_001), "equipment_out_of_range"),
                        (NewCount("00002", RADIO, 1), "unknown_unit"),  # not in the officer's scope
                        (NewCount("09001", RADIO, 1), "unknown_unit")):  # ended before that day  # fmt: skip
        with pytest.raises(InputError) as caught:
            save_counts(opened, officer, DAY, [NewCount("00001", CAR, 1), given])
        assert caught.value.code == code
    briefer = sign_in("bao-cao-1", Role.BRIEFER, ("*",))
    with pytest.raises(ForbiddenError):
        save_counts(opened, briefer, DAY, [NewCount("00001", RADIO, 1)])
    assert counts(opened, OPERATOR, DAY) == {}
