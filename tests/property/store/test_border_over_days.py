"""Borders drawn anew, day after day: each household is in one block on every day, and all can be taken back."""

# ruff: noqa: E501 (an SQL statement is read whole)

from datetime import date, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from geo.domain.roles import OPERATOR
from geo.services.borders import proposals as border_proposals
from geo.services.coverage.on_a_day import coverage
from geo.services.works.board import WorksQuery, board
from geo.store.engine import Database

START = date(2025, 1, 1)
TODAY = date(2026, 1, 1)
# One ward of three blocks in a row, each a beat of its own; block and beat 1, 2, 3 from west to east.
WEST, EAST, SOUTH, NORTH = 105.0, 105.03, 21.0, 21.01
FIRST = (105.01, 105.02)
LONS = np.random.default_rng(5).uniform(WEST, EAST, 120).round(7)
_BOX = "ST_Multi(ST_MakeEnvelope({}, 21, {}, 21.01, 4326))"
_SEED = "\n".join((
    f"INSERT INTO admin_unit (id, code, level, name, name_folded, geom) VALUES (1, 'A', 'ward', 'A', 'a', {_BOX.format(WEST, EAST)});",
    *(f"INSERT INTO block (id, code, unit_id, name, name_folded, geom) VALUES ({n}, 'T{n}', 1, 'T{n}', 't', {_BOX.format(a, b)});" for n, a, b in ((1, WEST, FIRST[0]), (2, *FIRST), (3, FIRST[1], EAST))),
    # The first beat was drawn with a border, the others were not.
    f"INSERT INTO beat (id, code, unit_id, name, geom) VALUES (1, 'K1', 1, 'K1', {_BOX.format(WEST, FIRST[0])}), (2, 'K2', 1, 'K2', NULL), (3, 'K3', 1, 'K3', NULL);",
    "INSERT INTO beat_block (beat_id, block_id) VALUES (1, 1), (2, 2), (3, 3);",
    "INSERT INTO officer (id, service_number, display_name, unit_id) VALUES (1, 'S1', 'S1', 1);",
    "INSERT INTO assignment (beat_id, officer_id, role, valid) VALUES (1, 1, 'primary', '(,)'), (3, 1, 'primary', '(,)');",
    *(f"INSERT INTO household (code, unit_id, block_id, permanent, temporary, absent, geom) SELECT 'H{n}', 1, id, 2, 1, 0, p FROM block, ST_SetSRID(ST_MakePoint({lon}, 21.005), 4326) p WHERE ST_Contains(geom, p);" for n, lon in enumerate(LONS)),
    # One that lies in the first block and is told to be of the third: whatever is drawn, it stays there.
    "INSERT INTO household (code, unit_id, block_id, permanent, temporary, absent, geom) VALUES ('stray', 1, 3, 2, 1, 0, ST_SetSRID(ST_MakePoint(105.0001, 21.005), 4326));",
))  # fmt: skip
_TABLES = ("block", "beat", "beat_block", "household", "incident", "border_before")

_shifts = st.lists(
    st.tuples(st.floats(105.004, 105.014), st.floats(105.016, 105.027), st.integers(0, 300)),
    min_size=1,
    max_size=2,
).map(lambda found: sorted(found, key=lambda each: each[2]))


@pytest.fixture(scope="module")
def seeded(opened: Database) -> Database:
    with opened.owner.begin() as connection:
        connection.exec_driver_sql(_SEED)
    return opened


def fingerprint(database: Database) -> dict[str, str]:
    """Every column of every row that a border may touch."""
    with database.owner.connect() as connection:
        return {
            table: str(
                connection.execute(
                    text(f"SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t")
                ).scalar()
            )
            for table in _TABLES
        }


def _expected(lines: tuple[float, float]) -> dict[str, int]:
    """Another route: households counted off along the street, in Python."""
    counts = np.bincount(np.searchsorted(lines, LONS), minlength=3)
    counts[2] += 1  # the stray
    return {f"K{n + 1}": int(count) for n, count in enumerate(counts)}


@settings(
    max_examples=2,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example([(105.004, 105.016, 5), (105.014, 105.027, 5), (105.01, 105.02, 5)], [4])
@example([(105.004, 105.027, 0), (105.0133, 105.0188, 279)], [-5])
@given(_shifts, st.lists(st.integers(-5, 360), min_size=1, max_size=1))
def test_every_day_keeps_its_border_and_all_is_put_back(seeded: Database, shifts, asked) -> None:  # type: ignore[no-untyped-def]
    before = fingerprint(seeded)
    history = [(date.min, FIRST)]
    taken: list[int] = []
    try:
        for a, b, after_days in shifts:
            since = START + timedelta(days=after_days)
            _accept(seeded, taken, history[-1][1], (a, b), since)
            history.append((since, (a, b)))
        turns = {since for since, _ in history[1:]}
        days = (
            turns
            | {since - timedelta(days=1) for since in turns}
            | {START + timedelta(days=n) for n in asked}
        )
        for day in sorted(days | {TODAY}):
            _look(seeded, day, [each for since, each in history if since <= day][-1])
        with seeded.owner.connect() as connection:
            drawn = connection.execute(text("SELECT ST_XMax(geom) FROM beat WHERE id = 1")).scalar_one()
        assert drawn == pytest.approx(history[-1][1][0], abs=1e-9)
    finally:
        for number in reversed(taken):
            border_proposals.take_back(seeded, OPERATOR, number, 2)
    assert fingerprint(seeded) == before


def _accept(
    database: Database, taken: list[int], now: tuple[float, float], to: tuple[float, float], since: date
) -> None:
    wanted = shapely.box(to[0], SOUTH, to[1], NORTH)
    number = border_proposals.propose(database, OPERATOR, "T2", wanted, "drawn_wrong", day=TODAY)
    change = border_proposals.decide(
        database, OPERATOR, number, 1, accept=True, day=TODAY, effective_on=since
    )
    taken.append(number)
    assert change is not None
    assert change.gained - change.lost == _expected(to)["K2"] - _expected(now)["K2"]


def _look(database: Database, day: date, lines: tuple[float, float]) -> None:
    found = coverage(database, OPERATOR, day)
    held = {beat.code: beat.tally.households for beat in found.beats}
    assert held == _expected(lines), day
    summary = found.summary()
    assert summary.covered + summary.uncovered == summary.households == len(LONS) + 1
    assert summary.covered == held["K1"] + held["K3"]  # nobody holds the second beat
    areas = found.areas.beats.set_index("code").geometry.bounds
    width = areas["maxx"] - areas["minx"]
    assert width["K2"] == pytest.approx(lines[1] - lines[0], abs=1e-9)
    assert width.sum() == pytest.approx(EAST - WEST, abs=1e-9)
    # The ward has no node where a block ends, so its edge bends away in metres: 0.3 m at most.
    assert found.areas.gaps["area_m2"].sum() < 500
    works = board(database, OPERATOR, WorksQuery(day, "A"))
    assert {place.code: place.figures.households for place in works.places} == held
