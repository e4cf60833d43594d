"""What is counted for a figure that leaves is what the board counts, on a day before today as well."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from geo.briefing.deck import TableBody
from geo.briefing.ready import DeckKind, build
from geo.domain.roles import OPERATOR
from geo.services.days import end_of
from geo.services.release.cells import Cell, Measure, Part, beat
from geo.services.release.counts import release_counts
from geo.services.works.board import WorksQuery, board
from geo.services.works.figures import Work
from geo.services.works.rows import LIMIT, trace
from tests import works_city
from tests.works_city import DAY

BEFORE = DAY - timedelta(days=1)
# Every block gets a hundred homes more, a third of them stale; on the day after BEFORE half are reviewed.
_MORE = """
INSERT INTO diaban.household (code, unit_id, block_id, permanent, temporary, absent, reviewed_on, geom)
SELECT k.code || '+' || g, k.unit_id, k.id, 3, 1, 1,
    CASE g % 3 WHEN 0 THEN date '2026-01-15' ELSE date '2026-04-15' END, ST_Centroid(k.geom)
FROM diaban.block k, generate_series(1, 100) g;
UPDATE diaban.household SET reviewed_on = date '2026-06-01' WHERE code ~ '[+].*[02468]$';
UPDATE diaban.household SET reviewed_on = date '2026-06-01' WHERE code ~ '-1$';
"""


@pytest.fixture(scope="module", autouse=True)
def city(opened):
    works_city.fill(opened)
    with opened.owner.begin() as connection:
        connection.execute(text(_MORE))


@pytest.mark.parametrize("day", [BEFORE, DAY, date(2026, 4, 30)])
def test_reviews_and_what_is_late_are_those_of_the_board(opened, day):
    found = board(opened, OPERATOR, WorksQuery(day))
    wards = [((place.code,), place.figures) for place in found.places]
    beats = [
        ((beat(place.code, day),), place.figures)
        for ward in found.places
        for place in board(opened, OPERATOR, WorksQuery(day, ward.code)).places
        if place.level == "beat"
    ]
    assert len(wards) == 2
    assert len(beats) == 3
    for area, figures in [(("*",), found.total), *wards, *beats]:
        parts = {
            Part.FRESH: figures.fresh, Part.LATER: figures.later,
            Part.STALE: figures.households - figures.later - figures.fresh,
            Part.KNOWN: figures.households - figures.later,
        }  # fmt: skip
        cells = [Cell.on(area, day, Measure.REVIEWS, part) for part in parts]
        cells.append(Cell.on(area, day, Measure.OVERDUE))
        sums = release_counts(opened, OPERATOR, cells).sums
        assert sums == (*parts.values(), figures.overdue)


@pytest.mark.parametrize("unit", [None, "00001"])
@pytest.mark.parametrize("day", [BEFORE, DAY])
def test_the_rows_behind_a_tile_waited_on_the_day(opened, day, unit):
    """Reviewed since then, they are listed all the same, with the review of before."""
    found = board(opened, OPERATOR, WorksQuery(day, unit))
    rows = trace(opened, OPERATOR, found, Work.HOUSEHOLDS)
    stale = found.total.households - found.total.later - found.total.fresh
    assert rows.total == round(stale) > 0
    assert len(rows.rows) == min(rows.total, LIMIT)
    assert all(row[3] is None or row[3] <= day - timedelta(days=90) for row in rows.rows)
    if day == BEFORE:
        assert {row[0] for row in rows.rows} & reviewed_on(opened, DAY)


def reviewed_on(database, day):
    query = text("SELECT code FROM diaban.household WHERE reviewed_on = :day")
    with database.owner.connect() as connection:
        return set(connection.execute(query, {"day": day}).scalars())


def test_days_asked_for_together_are_each_counted_on_their_own(opened):
    days = (BEFORE, DAY)
    cells = [Cell.on(("*",), day, measure) for measure in (Measure.REVIEWS, Measure.OVERDUE) for day in days]
    cells = [cell.of_part(Part.FRESH) if cell.measure is Measure.REVIEWS else cell for cell in cells]
    totals = [board(opened, OPERATOR, WorksQuery(day)).total for day in days]
    assert totals[0].fresh != totals[1].fresh
    expected = (*(total.fresh for total in totals), *(total.overdue for total in totals))
    assert release_counts(opened, OPERATOR, cells).sums == expected


def test_the_deck_of_a_day_before_says_what_the_board_does(opened):
    found = board(opened, OPERATOR, WorksQuery(BEFORE)).total
    stale = round(found.households - found.later - found.fresh)
    today = board(opened, OPERATOR, WorksQuery(DAY)).total
    assert stale != round(today.households - today.later - today.fresh)
    deck = build(
        opened, OPERATOR, DeckKind.STEERING, "*", (BEFORE - timedelta(days=27), BEFORE), end_of(DAY), "en",
        taken_at=end_of(DAY),
    )  # fmt: skip
    tables = [body for slide in deck.slides for body in slide.bodies if isinstance(body, TableBody)]
    (row,) = [row for body in tables for row in body.rows if row[0].startswith("Households not reviewed")]
    assert str(stale) in row
