"""Figures that follow changes by unit, against plain SQL of everything after each of them."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, NullPool, create_engine, text

from geo.demo.parameters import CityParameters
from geo.domain.roles import OPERATOR, Actor, Role
from geo.services import demo
from geo.services.works.board import WorksQuery, board
from geo.store import read_works
from geo.store.changes import units_changed
from geo.store.engine import Database, data_version
from tests.integration.conftest import SignIn

TODAY = date(2026, 6, 1)
DAYS = (TODAY, date(2026, 5, 20), date(2025, 11, 12))

_CHANGES = [
    "UPDATE diaban.household SET permanent = permanent + 3 WHERE id = {id}",
    "UPDATE diaban.household SET reviewed_on = date '2026-06-01' - {n} WHERE id % 50 = {n}",
    "UPDATE diaban.household SET reviewed_on = NULL WHERE id = {id}",
    """UPDATE diaban.household h SET block_id = k.id, unit_id = k.unit_id FROM diaban.block k
    WHERE h.id = {id} AND k.id = (SELECT id FROM diaban.block
        WHERE unit_id <> h.unit_id AND valid @> date '2026-06-01' ORDER BY id OFFSET {n} LIMIT 1)""",
    "UPDATE diaban.household SET block_id = NULL WHERE id = {id}",
    "DELETE FROM diaban.household WHERE id IN ({id}, {id} + 1)",
    """INSERT INTO diaban.household (code, unit_id, block_id, permanent, temporary, absent, reviewed_on, geom)
    SELECT code || '-' || {seed}, unit_id, block_id, 9, 2, 1, '2026-05-01', geom
    FROM diaban.household WHERE id = {id}""",
    "UPDATE diaban.household SET temporary = 1 WHERE false",
    """UPDATE diaban.incident SET status = 'resolved', resolved_at = occurred_from + interval '9 hours'
    WHERE id % 40 = {n}""",
    "UPDATE diaban.incident SET unit_id = NULL, block_id = NULL WHERE id % 97 = {n}",
    """UPDATE diaban.incident SET occurred_from = '2026-05-25 08:00+07', occurred_to = NULL,
    due_at = '2026-05-30 08:00+07', resolved_at = NULL, status = 'assigned' WHERE id % 211 = {n}""",
    "DELETE FROM diaban.incident WHERE id % 301 = {n}",
]


@pytest.fixture(scope="module", autouse=True)
def city(opened: Database) -> None:
    demo.load(opened, CityParameters(today=TODAY, wards=3, households=3_000, incidents=2_000), 5)


_PLAIN = """
WITH p AS (SELECT CAST(:day AS date) AS day,
    CAST(:first AS timestamp) AT TIME ZONE 'Asia/Ho_Chi_Minh' AS start,
    CAST(:next AS timestamp) AT TIME ZONE 'Asia/Ho_Chi_Minh' AS stop,
    CAST(:day AS timestamp) AT TIME ZONE 'Asia/Ho_Chi_Minh' AS dawn),
r AS (SELECT h.*, CASE WHEN reviewed_on > day AND EXISTS (SELECT FROM diaban.household_review v
            WHERE v.household_id = h.id AND v.after > day AND coalesce(v.before, day) <= day)
        THEN (SELECT v.before FROM diaban.household_review v WHERE v.household_id = h.id
            AND v.after > day AND coalesce(v.before, day) <= day ORDER BY v.id DESC LIMIT 1)
        ELSE reviewed_on END AS review
    FROM diaban.household h, p WHERE :everything OR unit_id = ANY(:units)),
h AS (SELECT count(*) AS n, sum(permanent) AS permanent, sum(temporary) AS temporary, sum(absent) AS absent,
    count(*) FILTER (WHERE review > day) AS later,
    count(*) FILTER (WHERE review <= day AND review > day - 90) AS fresh,
    count(*) FILTER (WHERE review <= day AND review > day - 60) AS ahead
    FROM r, p),
i AS (SELECT count(*) FILTER (WHERE occurred_from >= start AND occurred_from < stop) AS occurred,
    count(*) FILTER (WHERE occurred_from >= start AND occurred_from < stop AND status = 'resolved'
        AND coalesce(resolved_at, occurred_from) < stop) AS cleared,
    count(*) FILTER (WHERE occurred_from < stop AND due_at < dawn AND NOT (status = 'resolved'
        AND coalesce(resolved_at, occurred_from) < stop)) AS overdue
    FROM diaban.incident, p WHERE :everything OR unit_id = ANY(:units))
SELECT h.*, i.* FROM h, i"""


def _plain(connection: Connection, day: date, units: list[int] | None) -> tuple[float, ...]:
    params = {
        "day": day, "first": day - timedelta(days=27), "next": day + timedelta(days=1),
        "everything": units is None, "units": units or [],
    }  # fmt: skip
    return tuple(float(value or 0) for value in connection.execute(text(_PLAIN), params).one())


def _shown(database: Database, actor: Actor, day: date) -> tuple[float, ...]:
    total = board(database, actor, WorksQuery(day)).total
    return (
        total.households, total.permanent, total.temporary, total.absent, total.later, total.fresh,
        total.fresh_ahead[0], total.occurred[-1], total.cleared[-1], total.overdue,
    )  # fmt: skip


def _units_of(opened: Database, code: str) -> list[int]:
    """Return the unit with `code` and those that went into it as a whole."""
    with opened.owner.connect() as connection:
        return list(
            connection.execute(
                text("""SELECT id FROM diaban.admin_unit WHERE code = :code UNION
                SELECT l.from_unit_id FROM diaban.unit_lineage l
                JOIN diaban.admin_unit u ON u.id = l.to_unit_id
                WHERE u.code = :code AND l.share > 0.999999"""),
                {"code": code},
            ).scalars()
        )


def test_any_run_of_changes_leaves_the_figures_that_sql_counts(opened: Database, sign_in: SignIn) -> None:
    chance = random.Random(11)
    with opened.owner.connect() as connection:
        code = connection.execute(
            text("SELECT code FROM diaban.admin_unit WHERE level = 'ward' AND valid @> :day ORDER BY code"),
            {"day": TODAY},
        ).scalars().first()  # fmt: skip
        ids = list(connection.execute(text("SELECT id FROM diaban.household")).scalars())
    assert code
    readers = (
        (OPERATOR, None),
        (sign_in("chi-huy-phuong", Role.COMMANDER, (code,)), _units_of(opened, code)),
    )
    for seed in range(40):
        change = _CHANGES[seed % len(_CHANGES)]
        params = {"id": chance.choice(ids), "n": chance.randrange(30), "seed": seed}
        with opened.owner.begin() as connection:
            connection.execute(text(change.format(**params)))
        day = DAYS[seed % len(DAYS)]
        for actor, units in readers:
            with opened.owner.connect() as connection:
                plain = _plain(connection, day, units)
            assert _shown(opened, actor, day) == pytest.approx(plain), (seed, change, actor.name)


def test_after_a_change_only_the_changed_unit_is_read(
    opened: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _shown(opened, OPERATOR, TODAY)
    read: list[Any] = []
    whole = read_works.households
    monkeypatch.setattr(read_works, "households", lambda *asked: read.append(asked[1]) or whole(*asked))
    with opened.owner.begin() as connection:
        unit = connection.execute(
            text("""UPDATE diaban.household SET absent = absent + 1
            WHERE id = (SELECT max(id) FROM diaban.household) RETURNING unit_id""")
        ).scalar_one()
    _shown(opened, OPERATOR, TODAY)
    _shown(opened, OPERATOR, date(2026, 3, 3))  # another day needs no reading at all
    assert read == [[unit]]


def test_who_commits_later_with_an_older_number_is_not_missed(opened: Database) -> None:
    add = (
        "UPDATE diaban.household SET permanent = permanent + 1"
        " WHERE id = (SELECT {}(id) FROM diaban.household)"
    )
    before = board(opened, OPERATOR, WorksQuery(TODAY)).total.permanent
    with opened.owner.connect() as slow, opened.owner.connect() as quick:
        slow.execute(text(add.format("min")))
        quick.execute(text(add.format("max")))
        quick.commit()
        assert board(opened, OPERATOR, WorksQuery(TODAY)).total.permanent == before + 1
        slow.commit()
    assert board(opened, OPERATOR, WorksQuery(TODAY)).total.permanent == before + 2


def test_old_changes_are_folded_and_every_version_stays(opened: Database) -> None:
    bump = text(
        "UPDATE diaban.household SET absent = absent WHERE id = (SELECT max(id) FROM diaban.household)"
    )
    with opened.owner.connect() as connection:
        seen, _ = units_changed(connection, "household")
        connection.commit()
        connection.execute(
            text("""
            INSERT INTO diaban.data_change (topic, units)
            SELECT 'household', '{}' FROM generate_series(1, 6000)""")
        )
        connection.commit()
        before = data_version(connection, ("household", "incident"))
        apart = data_version(connection, ("incident",))
        # up to the next number that folds
        connection.execute(
            text("""
            SELECT setval('diaban.data_change_id_seq', (last_value / 1000 + 1) * 1000 - 1)
            FROM diaban.data_change_id_seq""")
        )
        connection.execute(bump)
        connection.commit()
        noted, rows = connection.execute(text("SELECT max(id), count(*) FROM diaban.data_change")).one()
        assert noted % 1000 == 0
        assert rows <= 4000
        total, changes = (
            int(part) for part in data_version(connection, ("household", "incident")).split(".")
        )
        assert (total - noted, changes - 1) == tuple(int(part) for part in before.split("."))
        assert data_version(connection, ("incident",)) == apart
        now, units = units_changed(connection, "household", seen)
        assert units is None  # some of what was not seen is folded: all may have changed
        assert now.version == data_version(connection, ("household",))
        assert _shown(opened, OPERATOR, TODAY) == pytest.approx(_plain(connection, TODAY, None))
        connection.execute(bump)
        assert units_changed(connection, "household", now)[1] != []


def test_many_write_while_others_look(opened: Database) -> None:
    """Nobody waits for a lock that was not there before, and what is shown last is what is stored."""
    with opened.owner.connect() as connection:
        ids = connection.execute(text("SELECT id FROM diaban.household ORDER BY id LIMIT 50")).scalars().all()

    writers = create_engine(opened.owner.url, poolclass=NullPool)

    def write(at: int) -> None:
        for _ in range(6):
            with writers.begin() as connection:
                connection.execute(text("SET LOCAL lock_timeout = '10s'"))
                connection.execute(
                    text("UPDATE diaban.household SET permanent = permanent + 1 WHERE id = :id"),
                    {"id": ids[at]},
                )

    def look(_: int) -> None:
        for _ in range(6):
            _shown(opened, OPERATOR, TODAY)

    with opened.owner.connect() as connection:
        before = _plain(connection, TODAY, None)
    with ThreadPoolExecutor(54) as pool:
        jobs = [*(pool.submit(write, at) for at in range(50)), *(pool.submit(look, at) for at in range(4))]
        for job in jobs:
            job.result()
    with opened.owner.connect() as connection:
        plain = _plain(connection, TODAY, None)
    assert plain[1] == before[1] + 300
    assert _shown(opened, OPERATOR, TODAY) == pytest.approx(plain)
