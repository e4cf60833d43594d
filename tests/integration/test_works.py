"""The four works on a city counted by hand, and against plain SQL on any day of a demo city."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from geo.domain.errors import InputError
from geo.domain.roles import OPERATOR, Role
from geo.services.attention import Matter, attention, contradictions
from geo.services.load import load, need
from geo.services.targets import Targets, targets_on
from geo.services.works.board import Board, WorksQuery, board
from geo.services.works.figures import Measure, Work
from geo.services.works.periods import Span
from geo.services.works.rows import shapes, trace, units_on
from geo.store.engine import Database
from tests import works_city
from tests.integration.conftest import SignIn
from tests.works_city import DAY


@pytest.fixture(scope="module", autouse=True)
def city(opened: Database) -> None:
    works_city.fill(opened)


@pytest.fixture
def whole(opened: Database) -> Board:
    return board(opened, OPERATOR, WorksQuery(DAY))


def _pair(found: Board, measure: Measure, at: int = -1) -> tuple[float, float]:
    quotient = found.total.quotient(measure, at)
    return quotient.part, quotient.whole


def test_coverage_counts_days_of_beats_and_of_households(whole: Board) -> None:
    # 5 May to 1 June: three beats of 28 days; K2 lost its officer on 17 May, after 12 of them
    assert _pair(whole, Measure.COVERAGE) == (28 + 12 + 28, 84)
    assert _pair(whole, Measure.HOUSEHOLD_COVERAGE) == (10 * (28 + 12 + 28), 40 * 28)
    assert (whole.total.beats, whole.total.vacant) == (3, 1)
    assert (whole.total.households, whole.total.covered) == (40, 20)


def test_freshness_ends_on_the_ninetieth_day(whole: Board, opened: Database) -> None:
    assert _pair(whole, Measure.FRESHNESS) == (35, 40)
    assert whole.total.freshness_ahead == (35 / 40, 35 / 40, 0, 0)
    before = board(opened, OPERATOR, WorksQuery(DAY - timedelta(days=1)))
    assert _pair(before, Measure.FRESHNESS) == (40, 40)


def test_what_was_reviewed_later_is_left_out_of_an_earlier_day(opened: Database) -> None:
    found = board(opened, OPERATOR, WorksQuery(date(2026, 4, 30)))
    assert _pair(found, Measure.FRESHNESS) == (5, 5)
    assert found.total.change(Measure.FRESHNESS).kind == "none"  # of nearly all nobody can say


def test_freshness_of_an_earlier_day_is_known_from_the_reviews_kept_since(opened: Database) -> None:
    """Saved, then saved again, then one taken back: each day has the last review up to it that stood."""
    earlier = WorksQuery(DAY - timedelta(days=1))
    with opened.owner.begin() as connection:
        rows = [
            ("B1-1", "2026-06-01"),  # 3 March until then: still fresh on 31 May
            ("B1-2", "2026-05-31"), ("B1-2", "2026-03-03"), ("B1-2", "2026-06-01"),  # 31 May was taken back
            ("B2-1", None), ("B2-1", "2026-06-01"),  # never reviewed before, as far as anybody knows
        ]  # fmt: skip
        update = text("UPDATE diaban.household SET reviewed_on = :day WHERE code = :code")
        for code, day in rows:
            connection.execute(update, {"code": code, "day": day})
    try:
        found = board(opened, OPERATOR, earlier).total
        assert (found.fresh, found.later) == (39, 0)
        now = board(opened, OPERATOR, WorksQuery(DAY)).total
        assert (now.fresh, now.fresh_then, now.later_then) == (37, 39, 0)
        change = now.change(Measure.FRESHNESS)
        assert (change.kind, change.value, change.before) == ("points", pytest.approx(-2 / 40), 40)
    finally:
        with opened.owner.begin() as connection:
            connection.execute(text("UPDATE diaban.household SET reviewed_on = CASE WHEN code IN ('B1-1', 'B1-2') THEN date '2026-03-03' ELSE date '2026-05-01' END WHERE code IN ('B1-1', 'B1-2', 'B2-1')"))  # fmt: skip # noqa: E501
            connection.execute(text("DELETE FROM diaban.household_review"))


def test_reports_count_for_the_last_month_and_by_the_day(whole: Board, opened: Database) -> None:
    assert _pair(whole, Measure.COMPLETENESS) == (1, 3)
    assert _pair(whole, Measure.COMPLETENESS, -2) == (2, 3)
    later = board(opened, OPERATOR, WorksQuery(date(2026, 6, 5)))
    assert _pair(later, Measure.COMPLETENESS) == (2, 3)


def test_course_of_incidents(whole: Board) -> None:
    assert _pair(whole, Measure.CLEARANCE) == (2, 4)
    assert _pair(whole, Measure.CLEARANCE, -2) == (3, 3)
    assert _pair(whole, Measure.ON_TIME) == (2, 3)
    assert whole.total.value(Measure.PER_1000) == pytest.approx(100)
    assert (whole.total.hours, whole.total.hours_before) == (20, 1)
    assert whole.total.overdue == 1


def test_change_says_n_where_it_is_small_and_nothing_where_there_was_none(
    whole: Board, opened: Database
) -> None:
    change = whole.total.incident_change
    assert (change.kind, change.before, change.small) == ("relative", 3, True)
    assert change.value == pytest.approx(1 / 3)
    first = board(opened, OPERATOR, WorksQuery(date(2026, 4, 20)))  # one that day, none before
    assert first.total.incident_change.kind == "none"
    assert first.total.change(Measure.CLEARANCE).kind == "none"


def test_a_month_is_the_last_whole_one(opened: Database) -> None:
    found = board(opened, OPERATOR, WorksQuery(DAY, span=Span.MONTH))
    assert (found.periods.first, found.periods.last) == (date(2026, 5, 1), date(2026, 5, 31))
    assert _pair(found, Measure.COVERAGE) == (31 + 16 + 31, 93)


def test_ward_shows_its_beats_and_beat_its_blocks(opened: Database) -> None:
    ward = board(opened, OPERATOR, WorksQuery(DAY, "00001"))
    assert [(p.code, p.level, p.figures.households) for p in ward.places] == [
        ("K1", "beat", 10),
        ("K2", "beat", 10),
    ]
    assert _pair(ward, Measure.COVERAGE) == (40, 56)
    beat = board(opened, OPERATOR, WorksQuery(DAY, "00001", "K1"))
    assert [(p.code, p.level, p.figures.households) for p in beat.places] == [("A1", "block", 10)]
    assert beat.total.occurred[-1] == 4
    assert [code for code, _, _ in beat.path] == ["01", "091", "00001", "K1"]


def test_beat_that_went_with_its_ward_counts_by_lineage(opened: Database) -> None:
    # 14 December to 10 January: 18 days of OLD, of which 0.4 are the west's and 0.6 the east's
    found = board(opened, OPERATOR, WorksQuery(date(2026, 1, 10)))
    days = {place.code: place.figures.beat_days[-1] for place in found.places}
    assert days == {"00001": pytest.approx(20 + 7.2), "00002": pytest.approx(10 + 10.8)}
    assert found.total.beat_days[-1] == pytest.approx(30 + 18)


def test_former_ward_has_what_lay_in_it_before_the_merger(opened: Database) -> None:
    found = board(opened, OPERATOR, WorksQuery(date(2025, 6, 1)))
    assert {place.code: place.figures.households for place in found.places} == {"09001": 20, "09002": 20}
    assert found.total.households == 40


def test_former_district_gathers_the_wards_that_were_made_of_it(opened: Database) -> None:
    assert {unit.code for unit in units_on(opened, OPERATOR, DAY)} == {"01", "091", "00001", "00002"}
    assert board(opened, OPERATOR, WorksQuery(DAY, "091")).total.households == 40


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (WorksQuery(DAY, "77777"), "unknown_unit"),
        (WorksQuery(DAY, "09001"), "unit_not_on_day"),
        (WorksQuery(DAY, "00001", "K3"), "unknown_beat"),
        (WorksQuery(DAY, "01", "K1"), "unknown_beat"),
    ],
)
def test_place_that_is_not_there_is_refused(opened: Database, query: WorksQuery, code: str) -> None:
    with pytest.raises(InputError) as caught:
        board(opened, OPERATOR, query)
    assert caught.value.code == code


def test_day_before_any_data_has_no_places_and_no_figures(opened: Database) -> None:
    found = board(opened, OPERATOR, WorksQuery(date(1999, 1, 1)))
    assert (found.places, found.wards) == ((), ())
    assert found.total.value(Measure.COVERAGE) is None
    assert attention(opened, OPERATOR, found).group(Matter.VACANT_BEAT) is None


def test_scope_is_kept(opened: Database, sign_in: SignIn) -> None:
    actor = sign_in("can-bo-dong", Role.WARD_OFFICER, ("00002",))
    found = board(opened, actor, WorksQuery(DAY))
    assert found.total.households == 20
    assert [place.code for place in found.places] == ["K3"]
    assert found.total.beat_days[-1] == 28
    with pytest.raises(InputError):
        board(opened, actor, WorksQuery(DAY, "00001"))


def test_attention_is_by_matter_with_the_worst_place_first(whole: Board, opened: Database) -> None:
    found = {group.matter: group for group in attention(opened, OPERATOR, whole).groups}
    counts = {matter: (group.count, group.whole, group.items[0].beat) for matter, group in found.items()}
    assert counts == {
        Matter.VACANT_BEAT: (1, 3, "K2"),
        Matter.NO_BEAT: (10, 40, ""),
        Matter.OVERDUE_INCIDENT: (1, 7, "K1"),
        Matter.STALE_COUNT: (5, 40, "K3"),
        Matter.MISSING_REPORT: (2, 3, "K2"),
    }
    assert list(found) == sorted(found, key=list(Matter).index)
    assert found[Matter.NO_BEAT].items[0].ward == "00002"


def test_overdue_tasks_are_counted_among_those_that_are_open(whole: Board, opened: Database) -> None:
    with opened.owner.begin() as connection:
        connection.execute(
            text("""
                WITH paper AS (
                    INSERT INTO diaban.legal_document (number, title, issued_on)
                    VALUES ('KH-77', 'Kế hoạch', DATE '2026-05-01') RETURNING id)
                INSERT INTO diaban.task
                    (code, unit_id, document_id, work, title, assigned_on, due_on, state, done_on)
                SELECT 'NV-' || n, u.id, paper.id, 'households', 'Rà soát', DATE '2026-05-01',
                    CASE n WHEN 1 THEN DATE '2026-05-10' ELSE DATE '2026-07-01' END,
                    CASE n WHEN 3 THEN 'done' ELSE 'open' END, CASE n WHEN 3 THEN DATE '2026-05-15' END
                FROM paper, diaban.admin_unit u, generate_series(1, 3) n WHERE u.code = '00001'""")
        )
    group = attention(opened, OPERATOR, whole).group(Matter.OVERDUE_TASK)
    with opened.owner.begin() as connection:
        connection.execute(text("DELETE FROM diaban.task WHERE code LIKE 'NV-%'"))
        connection.execute(text("DELETE FROM diaban.legal_document WHERE number = 'KH-77'"))
    assert group is not None
    assert (group.count, group.whole) == (1, 2)


def test_rows_behind_each_tile_add_up_to_it(whole: Board, opened: Database) -> None:
    found = {work: trace(opened, OPERATOR, whole, work) for work in Work}
    assert [(row[0], *row[3:]) for row in found[Work.AREA].rows] == [
        ("K2", 28, 12), ("K1", 28, 28), ("K3", 28, 28),
    ]  # fmt: skip
    assert {row[0] for row in found[Work.HOUSEHOLDS].rows} == {f"B1-{n}" for n in range(1, 6)}
    assert [(row[0], row[3]) for row in found[Work.RESIDENTS].rows] == [("K2", 0), ("K3", 0), ("K1", 1)]
    assert {row[0] for row in found[Work.INCIDENTS].rows[:2]} == {"I3", "I4"}
    assert found[Work.INCIDENTS].total == 4


def test_households_one_by_one_are_for_those_who_may_see_points(
    whole: Board, opened: Database, sign_in: SignIn
) -> None:
    briefer = sign_in("bao-cao-1", Role.BRIEFER, ("*",))
    found = trace(opened, briefer, whole, Work.HOUSEHOLDS)
    assert (found.rows, found.total) == ((("K3", "Khu vực K3", "Đông", 5),), 5)


def test_load_is_shared_by_role_and_by_days_on_the_beat(whole: Board, opened: Database) -> None:
    found = load(opened, OPERATOR, whole, Targets({}))
    carried = {each.service_number: each for each in found.officers}
    assert carried["O1"].households == pytest.approx(10 + 10 / 3)
    assert carried["O2"].households == pytest.approx(20 / 3)
    assert (carried["O1"].primary, carried["O1"].concurrent, carried["O2"].full_time) == (1, 1, 0.5)
    assert sum(each.households for each in found.officers) + found.unheld == pytest.approx(40)
    assert found.unheld == pytest.approx(20)
    # O2 has half the days: for a full month both carry the same
    assert found.spread.deviation == pytest.approx(0, abs=1e-9)
    assert found.spread.variation == pytest.approx(0, abs=1e-9)


def test_need_is_the_stricter_norm_less_what_there_is(whole: Board, opened: Database) -> None:
    east = next(place for place in whole.places if place.code == "00002")
    found = need(east, targets_on(opened, OPERATOR, DAY), ("00002",))
    assert (found.by_households, found.by_residents, found.actual, found.need) == (1, 1, 1.5, -0.5)


def test_shapes_are_those_of_the_places(opened: Database) -> None:
    for query in (WorksQuery(DAY), WorksQuery(DAY, "00001"), WorksQuery(DAY, "00001", "K1")):
        found = board(opened, OPERATOR, query)
        assert set(shapes(opened, OPERATOR, found).frame["code"]) == {place.code for place in found.places}


def test_contradictions_are_found_where_they_are(opened: Database) -> None:
    def found() -> dict[Matter, tuple[float, str, str]]:
        groups = contradictions(
            opened, OPERATOR, board(opened, OPERATOR, WorksQuery(DAY)), Targets({})
        ).groups
        return {g.matter: (g.count, g.items[0].ward, g.items[0].beat) for g in groups}

    assert found() == {}
    with opened.owner.begin() as connection:
        connection.execute(
            text("""
            UPDATE diaban.household SET misplaced = true,
                geom = ST_SetSRID(ST_MakePoint(105.015, 21.005), 4326) WHERE code = 'A1-1';
            UPDATE diaban.incident SET geom = ST_SetSRID(ST_MakePoint(105.5, 21.005), 4326) WHERE code = 'I1';
            UPDATE diaban.block SET geom = ST_Multi(ST_MakeEnvelope(105.01, 21.01, 105.02, 21.012, 4326))
            WHERE code = 'B2';
            UPDATE diaban.household SET geom = ST_SetSRID(ST_MakePoint(105.015, 21.011), 4326)
            WHERE code LIKE 'B2-%'""")
        )
    assert found() == {
        Matter.MISPLACED: (1, "00001", "K1"),
        Matter.HOUSEHOLD_OUTSIDE: (1, "00001", "K1"),
        Matter.INCIDENT_OUTSIDE: (1, "00001", "K1"),
        Matter.AREA_MISMATCH: (1, "00002", ""),
    }
