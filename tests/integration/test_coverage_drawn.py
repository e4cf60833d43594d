"""Beats that were imported as borders, without blocks: what lies in them is found by its point."""

# ruff: noqa: E501 (an SQL statement is read whole)

from collections.abc import Iterator
from datetime import date

import pytest

from geo.domain.roles import OPERATOR
from geo.services.coverage.on_a_day import coverage
from geo.services.coverage.result import CoverageResult
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database

# A ward of 0.04 degrees, beat X on its western half, Y on the quarter above right and on 0.001 degrees of X.
#   +-----+-----+
#   |     |  Y  |
#   |  X  +-----+
#   |     | gap |
#   +-----+-----+
_BOX = "ST_Multi(ST_MakeEnvelope({}, {}, {}, {}, 4326))"
_SEED = f"""
INSERT INTO admin_unit (id, code, level, name, name_folded, geom)
VALUES (1, '1', 'ward', 'A', 'a', {_BOX.format(105, 21, 105.04, 21.04)});
INSERT INTO beat (id, code, unit_id, name, geom) VALUES
    (1, 'X', 1, 'X', {_BOX.format(105, 21, 105.02, 21.04)}),
    (2, 'Y', 1, 'Y', {_BOX.format(105.019, 21.02, 105.04, 21.04)}),
    (3, 'Z', 1, 'Z', NULL);
INSERT INTO officer (id, service_number, display_name, unit_id) VALUES (1, 'S1', 'S1', 1);
INSERT INTO assignment (beat_id, officer_id, role, valid) VALUES
    (1, 1, 'primary', '(,)'), (2, 1, 'concurrent', '[2026-01-01,2026-02-01)');
INSERT INTO household (code, unit_id, permanent, temporary, absent, reviewed_on, geom)
SELECT 'H' || n, 1, 3, 1, 1, d, ST_SetSRID(ST_MakePoint(x, y), 4326)
FROM (VALUES (1, 105.01, 21.01, date '2026-01-05'), (2, 105.01, 21.03, date '2025-01-01'), (3, 105.0195, 21.03, NULL),
    (4, 105.03, 21.03, date '2026-06-01'), (5, 105.03, 21.01, NULL)) AS v (n, x, y, d);
INSERT INTO incident (code, category_id, origin, status, occurred_from, occurred_to, unit_id, geom)
SELECT 'I' || n, (SELECT id FROM category WHERE code = 'TS03'), origin, 'received', at, at, 1,
    ST_SetSRID(ST_MakePoint(105.01, 21.01), 4326)
FROM (VALUES (1, 'reported', timestamptz '2026-01-09 23:59+07'), (2, 'discovered', timestamptz '2025-12-13 00:00+07'),
    (3, 'reported', timestamptz '2025-12-12 23:59+07'), (4, 'reported', timestamptz '2026-01-10 00:00+07'))
    AS v (n, origin, at);
"""


@pytest.fixture(scope="module")
def found(database: DatabaseUrls) -> Iterator[CoverageResult]:
    engines: Database = open_database(database.owner, database.app, database.auth)
    with engines.owner.begin() as connection:
        connection.exec_driver_sql(_SEED)
    yield coverage(engines, OPERATOR, date(2026, 1, 10))
    engines.close()


def test_households_are_in_the_first_beat_that_holds_their_point(found: CoverageResult) -> None:
    assert {beat.code: beat.tally.households for beat in found.beats} == {"X": 3, "Y": 1, "Z": 0}
    assert found.elsewhere.households == 1
    assert found.elsewhere.residents == 4


def test_freshness_leaves_out_what_was_reviewed_after_the_day(found: CoverageResult) -> None:
    west, east = found.beat("X"), found.beat("Y")
    assert west is not None
    assert east is not None
    assert (west.tally.fresh, west.tally.later, west.tally.freshness) == (1, 0, pytest.approx(1 / 3))
    assert (east.tally.fresh, east.tally.later, east.tally.freshness) == (0, 1, None)


def test_incidents_are_those_of_28_local_days_before_the_day(found: CoverageResult) -> None:
    west = found.beat("X")
    assert west is not None
    assert (west.tally.incidents, west.tally.reported) == (2, 1)


def test_gap_and_overlap_of_drawn_borders(found: CoverageResult) -> None:
    ward = found.areas.wards.to_crs("EPSG:3405").geometry.iloc[0].area
    assert found.gap_m2 == pytest.approx(ward / 4, rel=1e-3)
    assert found.overlap_m2 == pytest.approx(ward / 80, rel=1e-3)
    assert found.areas.neighbours == (("X", "Y"),)


def test_who_stands_in_does_not_make_a_beat_held(found: CoverageResult) -> None:
    summary = found.summary()
    assert (summary.covered_beats, summary.vacant) == (1, ("Y", "Z"))
    assert (summary.covered, summary.in_vacant, summary.in_no_beat) == (3, 1, 1)
    east = found.beat("Y")
    assert east is not None
    assert east.load == pytest.approx(2.0)  # one household, half an officer
