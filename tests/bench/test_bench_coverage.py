"""What Coverage of one ward costs, as the ward grows and as the nation around it grows.

By hand: ``.venv/bin/python -m pytest tests/bench/test_bench_coverage.py``; the largest is 3,321 wards, 30,000
beats and 2,000,000 households. Filled by SQL; each measurement is of a day not asked for before.
"""

# ruff: noqa: E501 (an SQL statement is read whole)

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from geo.domain.roles import OPERATOR, Role
from geo.services import accounts, sessions
from geo.services.coverage.on_a_day import coverage
from geo.services.handovers import handovers
from geo.store.engine import Database

# Wards are squares of 0.02 degrees in rows of 60; 9 beats of 3 blocks each, 602 households in a ward.
_WARDS, _BEATS, _HOMES = 3_321, 9, 602
_DAYS = count()  # one for all: accounts that see everything share what is kept of a day
_FILL = """
INSERT INTO admin_unit (id, code, level, name, name_folded) VALUES (100000, '99', 'province', 'P', 'p');
INSERT INTO admin_unit (id, code, level, name, name_folded, parent_id, geom)
SELECT w, to_char(w, 'FM00000'), 'ward', 'W' || w, 'w', 100000,
    ST_Multi(ST_Segmentize(ST_MakeEnvelope(104 + x * .02, 10 + y * .02, 104.02 + x * .02, 10.02 + y * .02, 4326), .0007))
FROM (SELECT w, w % 60 AS x, w / 60 AS y FROM generate_series(1, {wards}) w) t;
INSERT INTO officer (id, service_number, display_name, unit_id) SELECT w, 'S' || w, 'S' || w, w FROM generate_series(1, {wards}) w;
INSERT INTO beat (id, code, unit_id, name) SELECT w * 10 + b, w || '-' || b, w, 'KV' || b FROM generate_series(1, {wards}) w, generate_series(0, {beats} - 1) b;
INSERT INTO block (id, code, unit_id, name, name_folded, geom)
SELECT w * 100 + k, w || '.' || k, w, 'T' || k, 't',
    ST_Multi(ST_Segmentize(ST_MakeEnvelope(u.x + k * .02 / {blocks}, u.y, u.x + (k + 1) * .02 / {blocks}, u.y + .02, 4326), .0007))
FROM (SELECT w, 104 + (w % 60) * .02 AS x, 10 + (w / 60) * .02 AS y FROM generate_series(1, {wards}) w) u, generate_series(0, {blocks} - 1) k;
INSERT INTO beat_block (beat_id, block_id, valid) SELECT w * 10 + k / 3, w * 100 + k, '[2020-01-01,)' FROM generate_series(1, {wards}) w, generate_series(0, {blocks} - 1) k WHERE (w + k) % 50 <> 0;
INSERT INTO assignment (beat_id, officer_id, role, valid) SELECT w * 10 + b, w, 'primary', daterange('2020-01-01', NULL) FROM generate_series(1, {wards}) w, generate_series(0, {beats} - 1) b WHERE (w + b) % 20 <> 0;
INSERT INTO household (code, unit_id, block_id, permanent, temporary, absent, geom)
SELECT w || 'H' || h, w, w * 100 + h % {blocks}, 3, 1, 0, ST_SetSRID(ST_MakePoint(104 + (w % 60) * .02 + (h % {blocks} + .5) * .02 / {blocks}, 10 + (w / 60) * .02 + .01), 4326)
FROM generate_series(1, {wards}) w, generate_series(1, {homes}) h;
ANALYZE;
"""


@pytest.fixture(
    scope="module",
    params=[(300, _HOMES), (_WARDS, _HOMES), (300, 8 * _HOMES)],
    ids=["wards300", "nation", "large_wards"],
)
def nation(request: pytest.FixtureRequest, opened: Database) -> Database:
    wards, homes = request.param
    with opened.owner.begin() as connection:
        connection.exec_driver_sql(
            "TRUNCATE admin_unit, officer, beat, block, beat_block, assignment, household CASCADE;"
            + _FILL.format(wards=wards, beats=_BEATS, blocks=3 * _BEATS, homes=homes).replace("%", "%%")
        )
    return opened


@pytest.fixture
def new_day() -> Callable[[], date]:
    return lambda: date(2026, 1, 1) + timedelta(days=next(_DAYS))


def test_ward_of_a_click(nation: Database, new_day: Callable[[], date], benchmark: BenchmarkFixture) -> None:
    found = benchmark.pedantic(
        lambda: coverage(nation, OPERATOR, new_day(), "00150"), rounds=5, warmup_rounds=1
    )
    assert len(found.beats) == _BEATS


def test_ward_of_a_click_under_row_level_security(
    nation: Database, new_day: Callable[[], date], benchmark: BenchmarkFixture
) -> None:
    name = "bench-commander"
    if name not in {account.name for account in accounts.accounts(nation, OPERATOR)}:
        accounts.add_account(
            nation, OPERATOR, name, role=Role.COMMANDER.value, unit_codes=("*",), password="dong-song-7-xanh"
        )
    actor = sessions.actor_for_token(nation, sessions.sign_in(nation, name, "dong-song-7-xanh", "127.0.0.1"))
    assert actor is not None
    found = benchmark.pedantic(lambda: coverage(nation, actor, new_day(), "00150"), rounds=5, warmup_rounds=1)
    assert len(found.beats) == _BEATS


def test_handovers_of_a_ward(nation: Database, benchmark: BenchmarkFixture) -> None:
    told = benchmark.pedantic(
        lambda: handovers(nation, OPERATOR, date(2019, 1, 1), date(2026, 1, 1), "00150"), rounds=3
    )
    assert told.days


def test_whole_nation(nation: Database, new_day: Callable[[], date], benchmark: BenchmarkFixture) -> None:
    found = benchmark.pedantic(lambda: coverage(nation, OPERATOR, new_day()), rounds=1)
    assert found.summary().households == found.summary().covered + found.summary().uncovered
