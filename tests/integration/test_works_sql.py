"""The four works of a demo city on many days, against plain SQL that takes another way to each figure."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from geo.demo.parameters import CityParameters
from geo.domain.roles import OPERATOR
from geo.services import demo
from geo.services.coverage import change_days, coverage
from geo.services.coverage_wards import wards_coverage
from geo.services.works import WorksQuery, board
from geo.services.works_figures import Measure
from geo.store.engine import Database

TODAY = date(2026, 6, 1)
# Before the merger, on its day, around a handover, at the end of the record.
DAYS = (
    date(2024, 3, 10), date(2025, 6, 30), date(2025, 7, 1), date(2025, 11, 12), date(2025, 11, 13),
    date(2026, 2, 1), date(2026, 5, 20), TODAY,
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def city(opened: Database) -> None:
    demo.load(opened, CityParameters(today=TODAY, wards=3, households=8_000, incidents=4_000), 5)


def _one(opened: Database, query: str, **params: Any) -> tuple[Any, ...]:
    with opened.owner.connect() as connection:
        return tuple(connection.execute(text(query), params).one())


def _all(opened: Database, query: str, **params: Any) -> list[Any]:
    with opened.owner.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), params)]


@pytest.mark.parametrize("day", DAYS)
def test_beat_days_by_looking_at_every_day(opened: Database, day: date) -> None:
    total = board(opened, OPERATOR, WorksQuery(day)).total
    found = _one(opened, """
        SELECT count(*) FILTER (WHERE EXISTS (SELECT FROM diaban.assignment a
            WHERE a.beat_id = b.id AND a.role = 'primary' AND a.valid @> d::date)), count(*)
        FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') d
        JOIN diaban.beat b ON b.valid @> d::date""", first=day - timedelta(days=27), last=day)  # fmt: skip
    assert (total.held_days[-1], total.beat_days[-1]) == found


@pytest.mark.parametrize("day", DAYS)
def test_every_household_is_either_covered_or_not(opened: Database, day: date) -> None:
    total = board(opened, OPERATOR, WorksQuery(day)).total
    covered = """EXISTS (SELECT FROM diaban.beat_block m JOIN diaban.beat b ON b.id = m.beat_id
        JOIN diaban.assignment a ON a.beat_id = b.id AND a.role = 'primary'
        WHERE m.block_id = h.block_id AND m.valid @> CAST(:day AS date) AND b.valid @> CAST(:day AS date)
            AND a.valid @> CAST(:day AS date))"""
    held, bare, residents = _one(
        opened,
        f"SELECT count(*) FILTER (WHERE {covered}), count(*) FILTER (WHERE NOT {covered}), "
        "sum(permanent + temporary) FROM diaban.household h",
        day=day,
    )
    assert (total.covered, total.households - total.covered) == (held, bare)
    assert total.households == held + bare
    assert total.residents == residents


@pytest.mark.parametrize("day", DAYS)
def test_incidents_by_their_own_course(opened: Database, day: date) -> None:
    total = board(opened, OPERATOR, WorksQuery(day)).total
    found = _one(opened, """
        WITH p AS (SELECT CAST(:first AS timestamp) AT TIME ZONE 'Asia/Ho_Chi_Minh' AS start,
            CAST(:next AS timestamp) AT TIME ZONE 'Asia/Ho_Chi_Minh' AS stop,
            CAST(:day AS timestamp) AT TIME ZONE 'Asia/Ho_Chi_Minh' AS dawn)
        SELECT count(*) FILTER (WHERE occurred_from >= start AND occurred_from < stop),
            count(*) FILTER (WHERE occurred_from >= start AND occurred_from < stop AND resolved_at < stop),
            count(*) FILTER (WHERE due_at >= start AND due_at < dawn AND occurred_from < stop),
            count(*) FILTER (WHERE due_at >= start AND due_at < dawn AND occurred_from < stop
                AND resolved_at <= due_at),
            count(*) FILTER (WHERE occurred_from < stop AND due_at < dawn
                AND (resolved_at IS NULL OR resolved_at >= stop)),
            percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM resolved_at - recorded_at) / 3600)
                FILTER (WHERE occurred_from >= start AND occurred_from < stop AND resolved_at < stop)
        FROM diaban.incident, p""",
        first=day - timedelta(days=27), next=day + timedelta(days=1), day=day)  # fmt: skip
    if not found[0]:
        assert total.occurred[-1] == 0
        return
    made = total.occurred, total.cleared, total.due, total.on_time
    # lineage shares add up to 1, so a total over merged wards is whole again but for the last bits
    assert [series[-1] for series in made] == pytest.approx(found[:4])
    assert total.overdue == pytest.approx(found[4])
    assert total.hours == pytest.approx(float(found[5]))


@pytest.mark.parametrize("day", DAYS)
def test_places_and_what_is_elsewhere_make_the_whole(opened: Database, day: date) -> None:
    found = board(opened, OPERATOR, WorksQuery(day))
    assert len(found.places) == (5 if day < date(2025, 7, 1) else 3)
    for count in ("households", "covered", "fresh", "vacant", "primary"):
        parts = sum(getattr(place.figures, count) for place in found.places)
        rest = found.elsewhere[0] if count == "households" else 0
        assert parts + rest == pytest.approx(getattr(found.total, count))
    parts = sum(place.figures.occurred[-1] for place in found.places)
    assert parts + found.elsewhere[1] == pytest.approx(found.total.occurred[-1])


@pytest.mark.parametrize("day", DAYS)
def test_coverage_by_ward_is_what_coverage_of_each_ward_says(opened: Database, day: date) -> None:
    found = wards_coverage(opened, OPERATOR, day)
    loose = dict(
        _all(opened, """
            SELECT u.code, count(*) FROM diaban.block k JOIN diaban.admin_unit u ON u.id = k.unit_id
            WHERE k.valid @> CAST(:day AS date) AND NOT EXISTS (SELECT FROM diaban.beat_block m
                JOIN diaban.beat b ON b.id = m.beat_id AND b.valid @> CAST(:day AS date)
                WHERE m.block_id = k.id AND m.valid @> CAST(:day AS date))
            GROUP BY 1""", day=day)
    )  # fmt: skip
    # Before the merger a former ward alone leaves out blocks whose beat lay in its neighbour.
    for ward in found.wards if day >= date(2025, 7, 1) else ():
        alone = coverage(opened, OPERATOR, day, ward.code).summary()
        counts = (ward.beats, ward.vacant, ward.households, ward.covered, ward.in_vacant, ward.in_no_beat)
        assert counts == pytest.approx((
            alone.beats, alone.vacant_beats, alone.households, alone.covered, alone.in_vacant,
            alone.in_no_beat,
        )), ward.code  # fmt: skip
        assert ward.loose_blocks == loose.get(ward.code, 0), ward.code
    whole = coverage(opened, OPERATOR, day).summary()
    total = found.total
    assert (total.beats, total.households, total.covered) == pytest.approx(
        (whole.beats, whole.households, whole.covered)
    )
    assert found.worst[0].uncovered == max(ward.uncovered for ward in found.wards)


@pytest.mark.parametrize("day", [*DAYS, date(2020, 1, 1)])
def test_days_of_change_are_the_nearest_that_sql_finds(opened: Database, day: date) -> None:
    found = _one(opened, """
        SELECT max(d) FILTER (WHERE d < :day), min(d) FILTER (WHERE d > :day) FROM (
            SELECT lower(valid) AS d FROM diaban.assignment UNION SELECT upper(valid) FROM diaban.assignment
            UNION SELECT lower(valid) FROM diaban.beat_block UNION SELECT upper(valid) FROM diaban.beat_block
        ) days""", day=day)  # fmt: skip
    near = change_days(opened, OPERATOR, day)
    assert (near.before, near.after) == found


def test_reports_of_the_month(opened: Database) -> None:
    total = board(opened, OPERATOR, WorksQuery(TODAY)).total
    due, reported = _one(
        opened,
        """
        SELECT (SELECT count(*) FROM diaban.beat WHERE valid @> date '2026-05-31'),
            (SELECT count(*) FROM diaban.beat_report
             WHERE month = '2026-05-01' AND reported_at < '2026-06-02')""",
    )
    assert (total.quotient(Measure.COMPLETENESS).part, total.due_reports[-1]) == (reported, due)
    april = _one(opened, "SELECT count(*) FROM diaban.beat_report WHERE month = '2026-04-01'")[0]
    assert total.reports[-2] == april
    assert april > 0


def test_figures_follow_a_change_of_one_household(opened: Database) -> None:
    before = board(opened, OPERATOR, WorksQuery(TODAY)).total
    with opened.owner.begin() as connection:
        connection.execute(
            text("""
            UPDATE diaban.household SET permanent = permanent + 7, reviewed_on = '2026-05-31'
            WHERE id = (SELECT min(id) FROM diaban.household WHERE reviewed_on IS NULL)""")
        )
    after = board(opened, OPERATOR, WorksQuery(TODAY)).total
    assert (after.permanent - before.permanent, after.fresh - before.fresh) == (7, 1)
