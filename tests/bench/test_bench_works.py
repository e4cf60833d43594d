"""Home's figures for a nation: 3,321 wards, 30,000 beats, 2 million households, 1 million incidents.

Filled by SQL. Read as a commander of everything, of a province and of a ward, so that the database checks
every row. Prints what a first look costs, a click, and the first look after somebody changed one row.
Run with: pytest tests/bench/test_bench_works.py --benchmark-only -s
"""

import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from geo.domain.roles import OPERATOR, Actor
from geo.services import accounts, sessions, works, works_record, works_rows, works_tables
from geo.services import attention as matters
from geo.services.attention import attention, contradictions
from geo.services.targets import Targets
from geo.services.works import WorksQuery, board
from geo.services.works_rows import shapes
from geo.store import migrate
from geo.store.engine import Database, open_database

DAY = date(2026, 6, 1)
_SIDE = 58  # 58 x 58 squares, the first 3,321 are wards
_PASSWORD = "do-toc-do-7-lan"

_NATION = """
INSERT INTO diaban.admin_unit (code, level, name, name_folded)
SELECT lpad(n::text, 2, '0'), 'province', 'Tỉnh ' || n, 'tinh ' || n FROM generate_series(1, 34) n;
INSERT INTO diaban.admin_unit (code, level, name, name_folded, parent_id, geom)
SELECT lpad(n::text, 5, '0'), 'ward', 'Phường ' || n, 'phuong ' || n, p.id,
    ST_Multi(ST_MakeEnvelope(102 + x * 0.1, 10 + y * 0.1, 102.1 + x * 0.1, 10.1 + y * 0.1, 4326))
FROM generate_series(1, 3321) n CROSS JOIN LATERAL (SELECT n % {side} AS x, n / {side} AS y) at
JOIN diaban.admin_unit p ON p.code = lpad((1 + n / 98)::text, 2, '0');
INSERT INTO diaban.block (code, unit_id, name, name_folded, geom)
SELECT u.code || '-' || k, u.id, 'Tổ ' || k, 'to ' || k, ST_Multi(ST_MakeEnvelope(
    ST_XMin(u.geom) + (k % 5) * 0.02, ST_YMin(u.geom) + (k / 5) * 0.02,
    ST_XMin(u.geom) + (k % 5) * 0.02 + 0.02, ST_YMin(u.geom) + (k / 5) * 0.02 + 0.02, 4326))
FROM diaban.admin_unit u, generate_series(0, 24) k WHERE u.level = 'ward';
INSERT INTO diaban.officer (service_number, display_name, unit_id, beat_days_month)
SELECT u.code || '-' || k, 'C', u.id, 18 FROM diaban.admin_unit u, generate_series(0, 8) k
WHERE u.level = 'ward';
INSERT INTO diaban.beat (code, unit_id, name, valid)
SELECT u.code || '-K' || k, u.id, 'Khu vực ' || k, '[2024-01-01,)'
FROM diaban.admin_unit u, generate_series(0, 8) k WHERE u.level = 'ward';
INSERT INTO diaban.beat_block (beat_id, block_id, valid)
SELECT b.id, k.id, '[2024-01-01,)' FROM diaban.block k
JOIN diaban.beat b ON b.code = split_part(k.code, '-', 1) || '-K' || (split_part(k.code, '-', 2)::int % 9);
INSERT INTO diaban.assignment (beat_id, officer_id, role, valid)
SELECT b.id, o.id, 'primary', CASE WHEN b.id % 40 = 0 THEN daterange('2024-01-01', '2026-05-17')
    ELSE daterange('2024-01-01', NULL) END
FROM diaban.beat b JOIN diaban.officer o ON o.service_number = replace(b.code, 'K', '');
INSERT INTO diaban.assignment (beat_id, officer_id, role, valid)
SELECT beat_id, officer_id, 'concurrent', daterange('2026-01-01', NULL) FROM diaban.assignment
WHERE beat_id % 4 = 0;
INSERT INTO diaban.household (code, unit_id, block_id, permanent, temporary, absent, reviewed_on, geom)
SELECT k.code || '-' || n, k.unit_id, k.id, 3, 1, 0, date '2026-06-01' - ((k.id + n * 37) % 140)::int,
    ST_SetSRID(ST_MakePoint(ST_XMin(k.geom) + 0.0002 + n * 0.0007, ST_YMin(k.geom) + 0.01), 4326)
FROM diaban.block k, generate_series(1, 24) n;
INSERT INTO diaban.incident (code, category_id, origin, status, occurred_from, occurred_to, recorded_at,
    due_at, resolved_at, unit_id, block_id, geom)
SELECT k.code || '-' || n, (SELECT min(id) FROM diaban.category WHERE parent_id IS NOT NULL), 'reported',
    CASE WHEN (n + k.id) % 3 = 0 THEN 'in_progress' ELSE 'resolved' END, at, at, at, at + interval '10 days',
    CASE WHEN (n + k.id) % 3 = 0 THEN NULL ELSE at + (n + 1) * interval '30 hours' END, k.unit_id, k.id,
    ST_Centroid(k.geom)
FROM diaban.block k, generate_series(0, 11) n CROSS JOIN LATERAL (
    SELECT timestamptz '2026-05-31 12:00+07' - ((n * 61 + k.id * 7) % 730) * interval '1 day' AS at) moments;
INSERT INTO diaban.beat_report (beat_id, month, households, permanent, temporary, absent, reported_at)
SELECT b.id, m, 60, 180, 60, 0, m + interval '1 month 2 days' FROM diaban.beat b,
    generate_series(date '2025-05-01', date '2026-05-01', interval '1 month') m
WHERE (b.id + extract(month FROM m)::int) % 17 > 0;
"""
_CHANGES = {
    "household": "UPDATE diaban.household SET permanent = 4 WHERE code = '00007-3-5'",
    "incident": "UPDATE diaban.incident SET status = 'assigned' WHERE code = '00007-3-5'",
    "assignment": "UPDATE diaban.assignment SET role = 'acting' WHERE id % 30000 = 17",
}


@pytest.fixture(scope="module")
def nation(cluster: Any) -> Iterator[Database]:
    cluster.execute("CREATE DATABASE works_bench TEMPLATE diaban")
    urls = cluster.urls("works_bench")
    migrate.upgrade(urls.owner)
    opened = open_database(urls.owner, urls.app, urls.auth)
    began = time.perf_counter()
    for statement in _NATION.format(side=_SIDE).split(";\n"):
        if statement.strip():
            with opened.owner.begin() as connection:
                connection.execute(text(statement))
    with opened.owner.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    print(f"\nfilled in {time.perf_counter() - began:.0f} s")
    yield opened
    opened.close()
    cluster.execute("DROP DATABASE works_bench WITH (FORCE)")


def _actor(database: Database, name: str, unit: str) -> Actor:
    accounts.add_account(database, OPERATOR, name, role="commander", unit_codes=(unit,), password=_PASSWORD)
    token = sessions.sign_in(database, name, _PASSWORD, "127.0.0.1")
    actor = sessions.actor_for_token(database, token)
    assert actor is not None
    return actor


def _forget() -> None:
    for module in (works, works_record, works_rows, works_tables, matters):
        for name in ("_kept", "_frames", "_placings", "_shapes"):
            if hasattr(module, name):
                getattr(module, name).clear()


def _timed(label: str, act: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    made = act()
    print(f"{label:<58} {1000 * (time.perf_counter() - began):8.0f} ms")
    return made


def test_home_of_a_nation(nation: Database, benchmark: Any) -> None:
    print()
    for name, unit in (("ward", "00007"), ("province", "01"), ("nation", "*")):
        actor = _actor(nation, f"do-{name}", unit)
        _forget()
        found = _timed(f"{name}: first look", lambda who=actor: board(nation, who, WorksQuery(DAY)))
        total = found.total
        print(f"   {len(found.places)} places, {total.households:.0f} households, {total.beats:.0f} beats")
        _timed(f"{name}: attention list", lambda who=actor, at=found: attention(nation, who, at))
        _timed(f"{name}: shapes", lambda who=actor, at=found: shapes(nation, who, at))
        _timed(f"{name}: again", lambda who=actor: board(nation, who, WorksQuery(DAY)))
        _timed(f"{name}: another day", lambda who=actor: board(nation, who, WorksQuery(date(2026, 5, 1))))
    ward = _timed("click: a ward of the nation", lambda: board(nation, actor, WorksQuery(DAY, "00011")))
    _timed("click: its attention list", lambda: attention(nation, actor, ward))
    _timed("click: its contradictions", lambda: contradictions(nation, actor, ward, Targets({})))
    _timed("click: a province of the nation", lambda: board(nation, actor, WorksQuery(DAY, "02")))
    for what, change in _CHANGES.items():
        with nation.owner.begin() as connection:
            connection.execute(text(change))
        _timed(
            f"nation: first look after a change of one {what}", lambda: board(nation, actor, WorksQuery(DAY))
        )
        _timed(
            "   and its attention list",
            lambda: attention(nation, actor, board(nation, actor, WorksQuery(DAY))),
        )
    wards = iter(range(20, 3000))
    found = benchmark.pedantic(
        lambda: board(nation, actor, WorksQuery(DAY, f"{next(wards):05d}")), rounds=20, iterations=1
    )
    assert found.total.households == 600
