"""How long a release takes when ten thousand cells are remembered.

The weeks of two years: apart, as weekly decks are, and four weeks long, each a week after the other, so that
they overlap without an end.
"""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from geo.domain.kinds import OriginFilter
from geo.domain.roles import OPERATOR
from geo.services.release.cells import Measure
from geo.services.release.counts import Cell, release_counts
from geo.services.release.memory import touching
from tests import hotspots_city

CELLS = 10_000
WARDS = tuple(f"{i + 1:05d}" for i in range(6))
LAST = date(2026, 11, 15)


def _remember(opened, days, step):
    """Fill the memory with `CELLS` cells: wards and all, by kind, of periods of `days` every `step` days."""
    with opened.owner.begin() as connection:
        connection.execute(text("ALTER TABLE diaban.disclosure_cell DISABLE TRIGGER USER"))
        connection.execute(text("DELETE FROM diaban.disclosure_cell"))
        connection.execute(
            text(
                "INSERT INTO diaban.disclosure_area SELECT md5(c), ARRAY[c] "
                "FROM unnest(CAST(:c AS text[])) c "
                "ON CONFLICT DO NOTHING"
            ),
            {"c": [*WARDS, "*"]},
        )
        made = connection.execute(
            text("""
                INSERT INTO diaban.disclosure_cell
                    (measure, area, first_day, last_day, category, origin, part, mark)
                SELECT 'incidents', md5(c), s, s + :days - 1, coalesce(k.code, ''), 'reported', '', 'withheld'
                FROM generate_series(0, :most) g, unnest(CAST(:c AS text[])) c,
                    (SELECT code FROM diaban.category WHERE id BETWEEN 7 AND 19 UNION ALL SELECT NULL) k,
                    LATERAL (SELECT CAST(:last AS date) - CAST(g AS int) * :step AS s) d
                LIMIT :cells"""),
            {"c": [*WARDS, "*"], "most": CELLS, "days": days, "step": step, "last": LAST, "cells": CELLS},
        ).rowcount
        connection.execute(text("ANALYZE diaban.disclosure_cell"))
    assert made == CELLS


@pytest.mark.parametrize(("days", "step"), [(7, 7), (28, 7)], ids=["apart", "overlapping"])
def test_release_with_ten_thousand_cells_remembered(benchmark, database, opened, days, step):
    with opened.owner.connect() as connection:
        empty = not connection.execute(text("SELECT count(*) FROM diaban.admin_unit")).scalar_one()
    if empty:
        hotspots_city.fill(database.owner, incidents=40_000)
    _remember(opened, days, step)
    start = LAST - timedelta(days=step)
    asked = [
        Cell((unit,), start, start + timedelta(days=days - 1), None, OriginFilter.REPORTED)
        for unit in (*WARDS, "*")
    ]
    with opened.owner.connect() as connection:
        read = len(touching(connection, Measure.INCIDENTS, (asked[0].start, asked[0].end)))
    benchmark.extra_info["cells_read"] = read
    found = benchmark.pedantic(release_counts, (opened, OPERATOR, asked), rounds=2, iterations=1)
    assert len(found.marks) == len(asked)
    print(f"{days} days every {step}: {read} of {CELLS} cells read")
