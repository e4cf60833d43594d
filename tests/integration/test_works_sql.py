"""The four works of a demo city on many days, against plain SQL that takes another way to each figure."""

# ruff: noqa: E501 (an SQL statement is read whole)

from datetime import date, timedelta
from statistics import fmean, pstdev
from typing import Any

import pytest
from sqlalchemy import text

from geo.demo.parameters import CityParameters
from geo.domain.roles import OPERATOR
from geo.services import demo
from geo.services.coverage.on_a_day import change_days, coverage
from geo.services.coverage.wards import wards_coverage
from geo.services.load import load
from geo.services.targets import targets_on
from geo.services.works.board import WorksQuery, board
from geo.services.works.figures import Measure
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


_LOAD = """
WITH held AS (
    SELECT a.beat_id, a.officer_id, a.role, CASE WHEN a.role = 'primary' THEN 1.0
        WHEN a.role = 'acting' AND NOT EXISTS (SELECT FROM diaban.assignment p WHERE p.beat_id = a.beat_id
            AND p.role = 'primary' AND p.valid @> CAST(:day AS date)) THEN 1.0 ELSE 0.5 END AS share
    FROM diaban.assignment a JOIN diaban.beat b ON b.id = a.beat_id AND b.valid @> CAST(:day AS date)
    WHERE a.valid @> CAST(:day AS date)
), part AS (
    SELECT *, share / sum(share) OVER (PARTITION BY beat_id) AS part FROM held
), size AS (
    SELECT b.id, ST_Area(s.shape) / 1e6 AS area_km2,
        ST_Distance(ST_Centroid(s.shape), (SELECT ST_Transform(p.geom, 3405) FROM diaban.post p
            WHERE p.unit_id = b.unit_id ORDER BY p.code LIMIT 1)) / 1000 AS way_km,
        (SELECT count(*) FROM diaban.household h WHERE h.block_id = ANY(s.blocks)) AS households,
        (SELECT sum(permanent + temporary) FROM diaban.household h WHERE h.block_id = ANY(s.blocks)) AS residents,
        (SELECT count(*) FROM diaban.incident i WHERE i.block_id = ANY(s.blocks) AND i.occurred_from >=
            CAST(CAST(:day AS date) - 27 AS timestamp) AT TIME ZONE 'Asia/Ho_Chi_Minh' AND i.occurred_from <
            CAST(CAST(:day AS date) + 1 AS timestamp) AT TIME ZONE 'Asia/Ho_Chi_Minh') AS incidents
    FROM diaban.beat b CROSS JOIN LATERAL (
        SELECT ST_Union(ST_Transform(k.geom, 3405)) AS shape, array_agg(k.id) AS blocks
        FROM diaban.beat_block m JOIN diaban.block k ON k.id = m.block_id
        WHERE m.beat_id = b.id AND m.valid @> CAST(:day AS date)) s
)
SELECT o.service_number, count(*) AS beats, count(*) FILTER (WHERE role = 'primary') AS primary,
    count(*) FILTER (WHERE role = 'concurrent') AS concurrent, count(*) FILTER (WHERE role = 'acting') AS acting,
    coalesce(least(o.beat_days_month / 20.0, 1), 1) AS full_time, sum(part * households) AS households,
    sum(part * residents) AS residents, sum(part * incidents) AS incidents, sum(part * area_km2) AS area_km2,
    sum(way_km) AS travel_km
FROM part JOIN size ON size.id = part.beat_id JOIN diaban.officer o ON o.id = part.officer_id
GROUP BY o.id"""


def _assign(opened: Database, beat: str, role: str, officer: str) -> None:
    with opened.owner.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO diaban.assignment (beat_id, officer_id, role, valid)
                SELECT b.id, o.id, :role, '[2026-05-01,)' FROM diaban.beat b, diaban.officer o
                WHERE b.code = :beat AND o.service_number = :officer"""),
            {"beat": beat, "role": role, "officer": officer},
        )


def test_load_of_every_officer_by_plain_sql(opened: Database) -> None:
    """Area, way, people and incidents by share: acting alone counts whole, beside a primary officer half."""
    vacant, held = (
        _one(opened, f"""
            SELECT b.code FROM diaban.beat b WHERE {negated} EXISTS (SELECT FROM diaban.assignment a
                WHERE a.beat_id = b.id AND a.valid @> date '2026-06-01') ORDER BY b.code LIMIT 1""")[0]
        for negated in ("NOT", "")
    )  # fmt: skip
    (deputy,) = _one(opened, "SELECT max(service_number) FROM diaban.officer")
    _assign(opened, vacant, "acting", deputy)
    _assign(opened, held, "acting", deputy)
    with opened.owner.begin() as connection:  # one works no day on a beat, of one it is not recorded
        for days, order in ((0, "service_number"), (None, "service_number DESC")):
            connection.execute(
                text(f"""
                    UPDATE diaban.officer SET beat_days_month = :days WHERE id = (SELECT o.id FROM diaban.officer o
                        JOIN diaban.assignment a ON a.officer_id = o.id AND a.valid @> date '2026-06-01'
                        ORDER BY {order} LIMIT 1)"""),
                {"days": days},
            )  # fmt: skip
    found = load(
        opened, OPERATOR, board(opened, OPERATOR, WorksQuery(TODAY)), targets_on(opened, OPERATOR, TODAY)
    )
    with opened.owner.connect() as connection:
        rows = {row.service_number: row for row in connection.execute(text(_LOAD), {"day": TODAY})}
    assert {each.service_number for each in found.officers} == set(rows)
    for each in found.officers:
        row = rows[each.service_number]
        assert (each.beats, each.primary, each.concurrent, each.acting) == row[1:5]
        for name in ("full_time", "households", "residents", "incidents", "area_km2", "travel_km"):
            assert getattr(each, name) == pytest.approx(float(getattr(row, name)), rel=1e-6), name
    assert rows[deputy].acting == 2
    assert sum(row.area_km2 for row in rows.values()) > 1
    at_full = [float(row.households / row.full_time) for row in rows.values() if row.full_time]
    assert len(at_full) == len(rows) - 1  # who works no day on a beat has no load at full days
    middle = fmean(at_full)
    assert found.spread.n == len(at_full)
    assert found.spread.mean == pytest.approx(middle)
    assert found.spread.deviation == pytest.approx(max(abs(x - middle) for x in at_full) / middle)
    assert found.spread.variation == pytest.approx(pstdev(at_full) / middle)
    assert found.unheld == pytest.approx(8_000 - sum(float(row.households) for row in rows.values()))
