"""What is wrong with coverage, one by one, in a ward where everything is; by plain SQL as the other route."""

# ruff: noqa: E501 (an SQL statement is read whole)

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import text

from geo.domain.roles import OPERATOR
from geo.services.coverage.findings import Fault, Finding
from geo.services.coverage.on_a_day import coverage
from geo.services.coverage.result import CoverageResult
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database

# Two wards, A and B, of 0.01 degrees, side by side. In A, from west to east, each block the whole height:
#   x 0   2   3.5 4   6 6.01   8   8.5   9   9.5   10   11    (thousandths of a degree)
#     | 1 | 2 |   | 3 |  | 4   |gap| 5 |gap|  R   |  R |
#     beat P = 1, 2 (held) · Q = 3 (vacant; reaches over 2) · 4 in no beat · S = 5 (held)
#     beat R is a drawn border and held; it sticks out of A. Between 3 and 4 is a sliver of one metre.
_BOX = "ST_Multi(ST_Segmentize(ST_MakeEnvelope({}, 21, {}, 21.01, 4326), 0.0005))"
_UNIT = "INSERT INTO admin_unit (id, code, level, name, name_folded, geom) VALUES ({0}, '{1}', 'ward', '{1}', '{1}', {2});"
_BLOCK = "INSERT INTO block (id, code, unit_id, name, name_folded, geom) VALUES ({0}, 'T{0}', 1, 'T{0}', 't', {1});"
_SEED = "\n".join((
    _UNIT.format(1, "A", _BOX.format(105, 105.01)),
    _UNIT.format(2, "B", _BOX.format(105.01, 105.02)),
    _BLOCK.format(1, _BOX.format(105, 105.002)),
    _BLOCK.format(2, _BOX.format(105.002, 105.004)),
    _BLOCK.format(3, _BOX.format(105.0035, 105.006)),
    _BLOCK.format(4, _BOX.format(105.00601, 105.008)),
    _BLOCK.format(5, _BOX.format(105.0085, 105.009)),
    f"INSERT INTO beat (id, code, unit_id, name, geom) VALUES (1, 'P', 1, 'P', NULL), (2, 'Q', 1, 'Q', NULL), (3, 'R', 1, 'R', {_BOX.format(105.0095, 105.011)}), (4, 'S', 1, 'S', NULL);",
    "INSERT INTO beat_block (beat_id, block_id, valid) VALUES (1, 1, '(,)'), (1, 2, '(,)'), (2, 3, '(,)'), (4, 5, '(,)');",
    "INSERT INTO officer (id, service_number, display_name, unit_id) VALUES (1, 'S1', 'S1', 1);",
    "INSERT INTO assignment (beat_id, officer_id, role, valid) VALUES (1, 1, 'primary', '(,)'), (3, 1, 'primary', '(,)'), (4, 1, 'primary', '(,)');",
    # ten a block, by point; in no block: x 5 three, in the gap 8..8.5 two, in R 9.7 four, in R beyond A one
    ("INSERT INTO household (code, unit_id, block_id, permanent, temporary, absent, geom) "
    "SELECT 'H' || row_number() OVER (), CASE WHEN x > 10 THEN 2 ELSE 1 END, block, 2, 1, 0, ST_SetSRID(ST_MakePoint(105 + x / 1000, 21.005), 4326) "
    "FROM (VALUES (1, 1.0, 10), (2, 3.0, 9), (2, 3.7, 1), (3, 5.0, 10), (4, 7.0, 10), (5, 8.7, 10), (NULL, 5.0, 3), (NULL, 8.2, 2), (NULL, 9.7, 4), (NULL, 10.5, 1)) AS s(block, x, n), generate_series(1, n);"),
))  # fmt: skip


@pytest.fixture(scope="module")
def seeded(database: DatabaseUrls) -> Iterator[Database]:
    engines = open_database(database.owner, database.app, database.auth)
    with engines.owner.begin() as connection:
        connection.exec_driver_sql(_SEED)
    yield engines
    engines.close()


@pytest.fixture(scope="module")
def found(seeded: Database) -> CoverageResult:
    return coverage(seeded, OPERATOR, date(2026, 1, 10), "A")


def _only(found: CoverageResult, fault: Fault) -> Finding:
    (finding,) = [f for f in found.findings.found if f.fault is fault]
    return finding


def _area_m2(database: Database, expression: str) -> float:
    with database.owner.connect() as connection:
        return float(
            connection.execute(text(f"SELECT ST_Area(ST_Transform({expression}, 3405))")).scalar_one()
        )


def test_each_fault_is_found_with_its_households_and_residents(found: CoverageResult) -> None:
    counted = {
        fault: [
            (f.name or f.code, f.households, f.residents) for f in found.findings.found if f.fault is fault
        ]
        for fault in Fault
    }
    assert counted[Fault.VACANT] == [("Q", 10, 30)]
    assert counted[Fault.BLOCK] == [("T4", 10, 30)]
    assert counted[Fault.HOUSEHOLDS] == [("A", 5, 15)]
    assert counted[Fault.OVERLAP] == [("A.1", 1, 3)]
    assert counted[Fault.OUTSIDE] == [("A.1", 1, 3)]
    assert sorted(n for _, n, _ in counted[Fault.GAP]) == [0, 2]


def test_areas_are_those_that_postgis_measures(seeded: Database, found: CoverageResult) -> None:
    def box(west: float, east: float) -> str:
        return _BOX.format(105 + west / 1000, 105 + east / 1000)

    for fault, (west, east) in {
        Fault.VACANT: (3.5, 6), Fault.BLOCK: (6.01, 8), Fault.OVERLAP: (3.5, 4), Fault.OUTSIDE: (10, 11)
    }.items():  # fmt: skip
        finding = _only(found, fault)
        assert finding.area_m2 == pytest.approx(_area_m2(seeded, box(west, east)), rel=1e-5), fault
        assert finding.bounds == pytest.approx((105 + west / 1000, 21, 105 + east / 1000, 21.01), abs=1e-5)
    gaps = sorted(f.area_m2 or 0 for f in found.findings.found if f.fault is Fault.GAP)
    assert gaps == pytest.approx([_area_m2(seeded, box(*x)) for x in ((8, 8.5), (9, 9.5))], rel=1e-5)


def test_the_width_of_a_sliver_is_a_norm_of_the_day(seeded: Database) -> None:
    """Half a metre from 1 February on: then the strip of one metre between 3 and 4 is a gap."""
    with seeded.owner.begin() as connection:
        connection.execute(text("INSERT INTO target (measure, value, valid) VALUES ('sliver_m', 0.5, '[2026-02-01,)')"))  # fmt: skip
    later, before = (coverage(seeded, OPERATOR, date(2026, month, 10), "A").findings for month in (2, 1))
    assert (later.sliver_m, later.slivers, before.sliver_m, before.slivers) == (0.5, 0, 2.0, 1)
    assert len(later.found) == len(before.found) + 1


def test_a_sliver_is_said_and_is_no_finding(found: CoverageResult) -> None:
    """Between blocks 3 and 4 is one metre: too narrow to be a gap, and yet not forgotten."""
    assert (found.findings.sliver_m, found.findings.slivers) == (2.0, 1)
    assert found.findings.slivers_m2 == pytest.approx(1.04 * 1107, rel=0.02)


def test_beats_concerned_are_named(found: CoverageResult) -> None:
    assert _only(found, Fault.OVERLAP).beats == ("P", "Q")
    assert _only(found, Fault.OUTSIDE).beats == ("R",)


def test_the_gravest_stands_first_and_a_link_finds_it_again(found: CoverageResult) -> None:
    households = [finding.households for finding in found.findings.found]
    assert households == sorted(households, reverse=True)
    for finding in found.findings.found:
        assert found.findings.of(finding.key) is finding
    assert found.findings.of("nonsense") is None
    with_area = [f for f in found.findings.found if f.area_m2 is not None]
    assert set(found.findings.areas["code"]) == {f.key for f in with_area}


def test_every_household_is_once_in_the_figures(found: CoverageResult) -> None:
    """Vacant beat, loose block, no block: what is uncovered is exactly what the findings add up to."""
    summary = found.summary()
    by_law = [f for f in found.findings.found if f.fault in {Fault.VACANT, Fault.BLOCK, Fault.HOUSEHOLDS}]
    assert sum(f.households for f in by_law) == summary.uncovered == 25
    assert summary.covered + summary.uncovered == summary.households == 59
    assert summary.findings == {
        "vacant": 1,
        "block": 1,
        "households": 1,
        "gap": 2,
        "overlap": 1,
        "outside": 1,
    }


def test_card_knows_area_and_parts(found: CoverageResult) -> None:
    parts = {beat.code: beat.parts for beat in found.beats}
    assert parts == {"P": 1, "Q": 1, "R": 1, "S": 1}


def test_a_beat_that_takes_a_block_of_another_ward_is_found(seeded: Database) -> None:
    with seeded.owner.begin() as connection:
        # Refused since: such rows are from before the database did so.
        connection.execute(text("ALTER TABLE diaban.beat_block DISABLE TRIGGER beat_of_one_ward_inserted"))
        connection.execute(text("INSERT INTO beat (id, code, unit_id, name) VALUES (9, 'X', 2, 'X')"))
        connection.execute(text("INSERT INTO beat_block (beat_id, block_id, valid) VALUES (9, 4, '(,)')"))
        connection.execute(text("ALTER TABLE diaban.beat_block ENABLE TRIGGER beat_of_one_ward_inserted"))
    try:
        both, here = (coverage(seeded, OPERATOR, date(2026, 1, 10), code) for code in (None, "A"))
    finally:
        with seeded.owner.begin() as connection:
            connection.execute(
                text("DELETE FROM beat_block WHERE beat_id = 9; DELETE FROM beat WHERE id = 9")
            )
    outside = [f for f in both.findings.found if f.fault is Fault.OUTSIDE and f.beats == ("X",)]
    assert [(f.unit_code, f.households) for f in outside] == [("B", 10)]
    assert _only(here, Fault.BLOCK).name == "T4"
    assert _only(here, Fault.HOUSEHOLDS).households == 5


def test_a_day_without_anything_has_no_findings_but_the_households(seeded: Database) -> None:
    with seeded.owner.begin() as connection:
        connection.execute(text("UPDATE admin_unit SET valid = '[2020-01-01,)'"))
    early = coverage(seeded, OPERATOR, date(1999, 1, 1))
    assert not early.areas.wards.shape[0]
    assert {f.fault for f in early.findings.found} <= {Fault.HOUSEHOLDS, Fault.BLOCK, Fault.VACANT}
