"""Targets: whose holds when, who may set one, and two people who set the same one."""

from datetime import date

import pytest
from sqlalchemy import text

from geo.domain.errors import ConflictError, ForbiddenError, InputError
from geo.domain.roles import OPERATOR, Actor, Role
from geo.services.targets import (
    ACCESS_BEAT,
    ACCESS_POST,
    DEFAULTS,
    SLIVER,
    NewTarget,
    Target,
    Targets,
    set_target,
    targets_on,
)
from geo.services.works.figures import Measure
from geo.store.engine import Database
from tests import works_city
from tests.integration.conftest import SignIn

DAY = date(2026, 6, 1)
FRESHNESS = Measure.FRESHNESS.value


@pytest.fixture(scope="module", autouse=True)
def city(opened: Database) -> None:
    works_city.fill(opened)


@pytest.fixture(scope="module")
def commander(sign_in: SignIn) -> Actor:
    return sign_in("chi-huy-1", Role.COMMANDER, ("*",))


@pytest.fixture(autouse=True)
def no_targets(opened: Database) -> None:
    with opened.owner.begin() as connection:
        connection.execute(text("DELETE FROM diaban.target"))


def _new(value: float, since: date = DAY, unit: str | None = None, document: str = "12/KH") -> NewTarget:
    return NewTarget(FRESHNESS, value, document, since, unit)


def _of(opened: Database, day: date, *units: str) -> Target:
    return targets_on(opened, OPERATOR, day).of(FRESHNESS, units)


def test_until_somebody_sets_one_the_default_holds_and_says_so(opened: Database) -> None:
    found = _of(opened, DAY, "01", "00001")
    assert (found.value, found.is_default, found.document) == (DEFAULTS[FRESHNESS], True, None)


def test_a_unit_has_its_own_before_that_of_those_above_and_of_everybody(
    opened: Database, commander: Actor
) -> None:
    set_target(opened, commander, _new(0.7), _of(opened, DAY))
    set_target(opened, commander, _new(0.8, unit="01"), _of(opened, DAY, "01"))
    assert _of(opened, DAY, "02").value == 0.7
    assert _of(opened, DAY, "01", "00001").value == 0.8
    set_target(opened, commander, _new(0.85, unit="00001"), _of(opened, DAY, "01", "00001"))
    assert _of(opened, DAY, "01", "00001").value == 0.85
    assert _of(opened, DAY, "01", "00002").document == "12/KH"
    assert _of(opened, date(2026, 5, 31), "01").is_default


def test_a_new_target_ends_the_one_before_and_the_trail_has_both(opened: Database, commander: Actor) -> None:
    set_target(opened, commander, _new(0.7, date(2026, 1, 1)), _of(opened, date(2026, 1, 1)))
    set_target(opened, commander, _new(0.6), _of(opened, DAY))
    assert _of(opened, date(2026, 5, 31)).value == 0.7
    assert _of(opened, DAY).value == 0.6
    set_target(opened, commander, _new(0.65), _of(opened, DAY))  # mended on the day that it was set
    assert _of(opened, DAY).value == 0.65
    with opened.owner.connect() as connection:
        action, detail = connection.execute(
            text("SELECT action, detail FROM diaban.audit_event ORDER BY id DESC LIMIT 1")
        ).one()
    assert (action, detail["before"], detail["after"]) == ("target_set", 0.6, 0.65)


def test_the_second_of_two_who_set_one_is_told(opened: Database, commander: Actor) -> None:
    seen_by_both = _of(opened, DAY)
    set_target(opened, commander, _new(0.7), seen_by_both)
    with pytest.raises(ConflictError, match="target"):
        set_target(opened, commander, _new(0.5), seen_by_both)
    seen_by_both = _of(opened, date(2026, 7, 1))
    set_target(opened, commander, _new(0.72, date(2026, 7, 1)), seen_by_both)
    with pytest.raises(ConflictError):
        set_target(opened, commander, _new(0.5, date(2026, 7, 1)), seen_by_both)
    assert _of(opened, date(2026, 7, 1)).value == 0.72


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (_new(1.2), "target_out_of_range"),
        (_new(-0.1), "target_out_of_range"),
        (_new(float("nan")), "target_out_of_range"),
        (NewTarget("load", 0.0, "1", DAY), "target_out_of_range"),
        (_new(0.5, document="  "), "target_without_document"),
        (_new(0.5, unit="77777"), "unknown_unit"),
        (NewTarget("happiness", 1.0, "1", DAY), "unknown_measure"),
    ],
)
def test_what_makes_no_target_is_refused(
    opened: Database, commander: Actor, wanted: NewTarget, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        set_target(opened, commander, wanted, Targets({}).of(FRESHNESS))
    assert caught.value.code == code


def test_an_earlier_day_than_the_present_target_is_refused(opened: Database, commander: Actor) -> None:
    set_target(opened, commander, _new(0.7), _of(opened, DAY))
    with pytest.raises(InputError) as caught:
        set_target(opened, commander, _new(0.6, date(2026, 5, 1)), _of(opened, DAY))
    assert caught.value.code == "target_has_later"


def test_who_does_not_command_sets_none(opened: Database, sign_in: SignIn) -> None:
    officer = sign_in("can-bo-1", Role.WARD_OFFICER, ("00001",))
    with pytest.raises(ForbiddenError):
        set_target(opened, officer, _new(0.1, unit="00001"), _of(opened, DAY))


def test_a_commander_of_one_ward_sets_none_for_everybody(opened: Database, sign_in: SignIn) -> None:
    local = sign_in("chi-huy-phuong", Role.COMMANDER, ("00001",))
    with pytest.raises(ForbiddenError):
        set_target(opened, local, _new(0.1), _of(opened, DAY))
    set_target(opened, local, _new(0.9, unit="00001"), _of(opened, DAY, "00001"))
    assert _of(opened, DAY, "00001").value == 0.9


def test_what_holds_for_the_province_holds_for_the_officer_of_its_ward(
    opened: Database, commander: Actor, sign_in: SignIn
) -> None:
    """The officer sees no unit above the own ward, and is measured by the same target as everybody sees."""
    set_target(opened, commander, _new(0.8, unit="01"), _of(opened, DAY, "01"))
    officer = sign_in("can-bo-2", Role.WARD_OFFICER, ("00001",))
    seen = targets_on(opened, officer, DAY)
    assert seen.of(FRESHNESS, ("00001",)) == seen.of(FRESHNESS) == _of(opened, DAY, "01", "00001")
    set_target(opened, commander, _new(0.85, unit="00001"), _of(opened, DAY, "01", "00001"))
    assert targets_on(opened, officer, DAY).of(FRESHNESS).value == 0.85
    other = targets_on(opened, officer, DAY).held
    assert {unit for _, unit in other} == {"01", "00001"}


def test_norms_begin_with_the_operators_settings_and_have_their_ranges(
    opened: Database, commander: Actor
) -> None:
    held = targets_on(opened, OPERATOR, DAY)
    start = {measure: held.of(measure).value for measure in (ACCESS_POST, ACCESS_BEAT, SLIVER)}
    assert start == {ACCESS_POST: 1500.0, ACCESS_BEAT: 500.0, SLIVER: 2.0}
    set_target(opened, commander, NewTarget(SLIVER, 0.0, "9/KH", DAY), held.of(SLIVER))
    assert targets_on(opened, OPERATOR, DAY).of(SLIVER).value == 0.0
    for wanted in (NewTarget(SLIVER, 101.0, "9/KH", DAY), NewTarget(ACCESS_POST, 0.0, "9/KH", DAY)):
        with pytest.raises(InputError) as caught:
            set_target(opened, commander, wanted, Targets({}).of(wanted.measure))
        assert caught.value.code == "target_out_of_range"
