"""What the database refuses by itself, whoever writes."""

# ruff: noqa: E501 (an SQL statement is read whole)

import datetime as dt
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database

_SQUARE = "ST_GeomFromText('MULTIPOLYGON(((105 21,105.01 21,105.01 21.01,105 21.01,105 21)))', 4326)"
_POINT = "ST_SetSRID(ST_MakePoint(105.005, 21.005), 4326)"
_SEED = f"""
INSERT INTO admin_unit (id, code, level, name, name_folded, geom)
VALUES (1, '00001', 'ward', 'A', 'a', {_SQUARE}), (2, '00002', 'ward', 'B', 'b', {_SQUARE}),
       (3, '00003', 'ward', 'C', 'c', {_SQUARE});
INSERT INTO block (id, code, unit_id, name, name_folded, geom) VALUES (1, 'A.1', 1, 'Tổ 1', 'to 1', {_SQUARE});
INSERT INTO officer (id, service_number, display_name, unit_id) VALUES (1, 'S1', 'S1', 1), (2, 'S2', 'S2', 1);
INSERT INTO beat (id, code, unit_id, name) VALUES (1, 'A.KV1', 1, 'KV1'), (2, 'A.KV2', 1, 'KV2');
INSERT INTO import_batch (id, kind, file_name) VALUES (1, 'incidents', 'seed');
INSERT INTO category (id, code, name_vi, name_en) VALUES (900, 'seed', 'mẫu', 'sample');
INSERT INTO household (id, code, unit_id, block_id, permanent, temporary, absent, geom, batch_id)
VALUES (1, 'H1', 1, 1, 3, 1, 0, {_POINT}, 1);
INSERT INTO incident (id, code, category_id, origin, status, unit_id, block_id, geom, batch_id)
VALUES (1, 'I1', 900, 'reported', 'received', 1, 1, {_POINT}, 1);
SELECT setval('diaban.' || name || '_id_seq', 100) FROM unnest(ARRAY['admin_unit', 'block', 'officer', 'beat',
    'import_batch', 'household', 'incident']) AS name;
"""


@pytest.fixture(scope="module")
def seeded(database: DatabaseUrls) -> Iterator[Database]:
    engines = open_database(database.owner)
    with engines.owner.begin() as connection:
        connection.exec_driver_sql(_SEED)
    yield engines
    engines.close()


@pytest.fixture
def connection(seeded: Database) -> Iterator[Connection]:
    with seeded.owner.connect() as open_connection:
        yield open_connection
        open_connection.rollback()


def _assign(connection: Connection, beat: int, officer: int, role: str, valid: str) -> None:
    connection.execute(
        text(
            "INSERT INTO assignment (beat_id, officer_id, role, valid) "
            "VALUES (:beat, :officer, :role, CAST(:valid AS daterange))"
        ),
        {"beat": beat, "officer": officer, "role": role, "valid": valid},
    )


def test_second_primary_officer_is_refused(connection: Connection) -> None:
    _assign(connection, 1, 1, "primary", "[2026-01-01,2026-07-01)")
    with pytest.raises(IntegrityError, match="ex_assignment_primary"):
        _assign(connection, 1, 2, "primary", "[2026-06-30,)")


def test_handover_on_the_day_and_a_concurrent_officer_are_taken(connection: Connection) -> None:
    _assign(connection, 1, 1, "primary", "[2026-01-01,2026-07-01)")
    _assign(connection, 1, 2, "primary", "[2026-07-01,)")
    _assign(connection, 1, 1, "concurrent", "[2026-07-01,)")
    _assign(connection, 2, 1, "primary", "[2026-07-01,)")


def test_block_in_two_beats_on_a_day_is_refused(connection: Connection) -> None:
    insert = "INSERT INTO beat_block (beat_id, block_id, valid) VALUES ({}, 1, '{}')"
    connection.execute(text(insert.format(1, "[2026-01-01,2026-07-01)")))
    connection.execute(text(insert.format(2, "[2026-07-01,)")))
    with pytest.raises(IntegrityError, match="ex_beat_block_block_id_valid"):
        connection.execute(text(insert.format(1, "[2026-08-01,2026-08-02)")))


def test_a_block_of_another_ward_is_refused_and_of_a_merged_one_taken(connection: Connection) -> None:
    square = _SQUARE
    connection.execute(
        text(
            "INSERT INTO block (id, code, unit_id, name, name_folded, geom) "
            f"SELECT u.id, 'W' || u.id, u.id, 'x', 'x', {square} FROM admin_unit u WHERE u.id > 1"
        )
    )
    insert = "INSERT INTO beat_block (beat_id, block_id, valid) VALUES (1, {}, '{}')"

    def refused(statement: str) -> None:
        with (
            pytest.raises(IntegrityError, match="of another ward"),
            connection.begin_nested(),
        ):
            connection.execute(text(statement))

    refused(insert.format(2, "[2026-01-01,)"))
    connection.execute(text("UPDATE admin_unit SET parent_id = 1 WHERE id = 3"))  # one below the beat's own
    connection.execute(text(insert.format(3, "[2026-01-01,)")))
    refused("UPDATE beat_block SET block_id = 2 WHERE block_id = 3")
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    refused("UPDATE block SET unit_id = 2 WHERE id = 3")
    connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    connection.execute(
        text(
            "INSERT INTO admin_unit (id, code, level, name, name_folded) VALUES (9, '00009', 'ward', 'D', 'd'); "
            "INSERT INTO unit_lineage (from_unit_id, to_unit_id, on_date, share) "
            "VALUES (1, 9, '2026-05-01', 1), (2, 9, '2026-05-01', 1)"
        )
    )
    refused(insert.format(2, "[2026-04-30,)"))  # two former wards belong together from their merger on
    connection.execute(text(insert.format(2, "[2026-05-01,)")))


@pytest.mark.parametrize(
    "insert",
    [
        "INSERT INTO assignment (beat_id, officer_id, role, valid) VALUES (1, 1, 'primary', 'empty')",
        "INSERT INTO beat_block (beat_id, block_id, valid) VALUES (1, 1, 'empty')",
        "INSERT INTO beat (code, unit_id, name, valid) VALUES ('X', 1, 'X', 'empty')",
        "INSERT INTO admin_unit (code, level, name, name_folded, valid) VALUES ('X', 'ward', 'X', 'x', 'empty')",
        (
            f"INSERT INTO block (code, unit_id, name, name_folded, geom, valid) VALUES ('X', 1, 'X', 'x', {_SQUARE}, "
            "daterange('2026-01-01', '2026-01-01'))"
        ),
    ],
)
def test_empty_range_is_refused(connection: Connection, insert: str) -> None:
    with pytest.raises(IntegrityError, match="valid_not_empty"):
        connection.execute(text(insert))


def test_code_of_a_unit_is_never_used_twice_at_a_time(connection: Connection) -> None:
    with pytest.raises(IntegrityError, match="ex_admin_unit_code_valid"):
        connection.execute(
            text("INSERT INTO admin_unit (code, level, name, name_folded) VALUES ('00001', 'ward', 'X', 'x')")
        )


@pytest.mark.parametrize(("shares", "whole"), [((0.5, 0.4), False), ((0.5, 0.5), True), ((1.0, 0.5), False)])
def test_lineage_shares_sum_to_one(connection: Connection, shares: tuple[float, float], whole: bool) -> None:
    insert = text(
        "INSERT INTO unit_lineage (from_unit_id, to_unit_id, on_date, share) VALUES (1, :to, '2025-07-01', :share)"
    )
    rows = [{"to": 2, "share": shares[0]}, {"to": 3, "share": shares[1]}]
    connection.execute(insert, rows)
    check_now = text("SET CONSTRAINTS ALL IMMEDIATE")
    if whole:
        connection.execute(check_now)
        return
    with pytest.raises(IntegrityError, match="shares of unit 1"):
        connection.execute(check_now)


_INCIDENT = "INSERT INTO incident (code, category_id, origin, status, {}) VALUES ('I2', {}, 'reported', 'received', {})"
_HOUSEHOLD = (
    "INSERT INTO household (code, {}, permanent, temporary, absent, geom) VALUES ('H2', {}, 1, 0, 0, "
    + _POINT
    + ")"
)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (_INCIDENT.format("unit_id", 901, 1), "category"),
        (_INCIDENT.format("unit_id", 900, 99), "unit"),
        (_INCIDENT.format("block_id", 900, 99), "block"),
        (_INCIDENT.format("batch_id", 900, 99), "batch"),
        (_HOUSEHOLD.format("unit_id", 99), "unit"),
        (_HOUSEHOLD.format("unit_id, block_id", "1, 99"), "block"),
        (_HOUSEHOLD.format("unit_id, batch_id", "1, 99"), "batch"),
        ("UPDATE incident SET category_id = 901", "category"),
        ("UPDATE household SET unit_id = 99", "unit"),
    ],
)
def test_reference_to_nothing_is_refused(connection: Connection, statement: str, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=f"names a {constraint} that does not exist"):
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "parent"),
    [
        ("DELETE FROM admin_unit WHERE id = 1", "admin_unit 1"),
        ("DELETE FROM block WHERE id = 1", "block 1"),
        ("DELETE FROM category WHERE id = 900", "category 900"),
        ("DELETE FROM import_batch WHERE id = 1", "import_batch 1"),
        ("UPDATE category SET id = 902 WHERE id = 900", "category 900"),
    ],
)
def test_parent_that_is_named_may_not_go(connection: Connection, statement: str, parent: str) -> None:
    with pytest.raises(IntegrityError, match=f"{parent} is still named by"):
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE household SET temporary = -1", "counts_not_negative"),
        ("UPDATE officer SET beat_days_month = 32", "beat_days_in_month"),
        ("UPDATE category SET harm_weight = -1", "harm_not_negative"),
        ("UPDATE incident SET precision_m = -1", "precision_not_negative"),
        ("UPDATE incident SET origin = 'guessed'", "origin_known"),
        ("UPDATE incident SET status = 'lost'", "status_known"),
        ("UPDATE admin_unit SET level = 'hamlet'", "level_known"),
        ("UPDATE import_batch SET rows_read = 5", "rows_conserved"),
        (
            "INSERT INTO report_calendar VALUES ('x', '2026-02-01', '2026-01-01', 'x', 'x')",
            "days_in_order",
        ),
    ],
)
def test_values_out_of_range_are_refused(connection: Connection, statement: str, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        connection.execute(text(statement))


def test_end_before_start_is_refused(connection: Connection) -> None:
    start = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    update = text("UPDATE incident SET occurred_from = :start, occurred_to = :end")
    connection.execute(update, {"start": start, "end": start})
    with pytest.raises(IntegrityError, match="occurred_in_order"):
        connection.execute(update, {"start": start, "end": start - dt.timedelta(minutes=1)})


def test_change_of_a_table_is_noted_for_caches(connection: Connection) -> None:
    count = text("SELECT count(*) FROM data_change WHERE topic = 'household'")
    before = connection.execute(count).scalar_one()
    connection.execute(text("UPDATE household SET permanent = 4"))
    assert connection.execute(count).scalar_one() == before + 1


def test_parent_may_not_go_while_another_transaction_names_it(seeded: Database) -> None:
    """The race that a check without a lock loses: insert, not yet committed, while the parent is deleted."""
    outcome: list[Exception | None] = []

    def delete_parent() -> None:
        try:
            with seeded.owner.begin() as other:
                other.execute(text("SET LOCAL lock_timeout = '20s'"))
                other.execute(text("DELETE FROM admin_unit WHERE id = 3"))
            outcome.append(None)
        except DBAPIError as fault:
            outcome.append(fault)

    deleting = threading.Thread(target=delete_parent)
    with seeded.owner.begin() as connection:
        connection.execute(text(_INCIDENT.format("unit_id", 900, 3)))
        deleting.start()
        deleting.join(timeout=1.0)
    deleting.join(timeout=30)
    with seeded.owner.connect() as connection:
        dangling = connection.execute(
            text(
                "SELECT count(*) FROM incident i WHERE NOT EXISTS (SELECT FROM admin_unit u WHERE u.id = i.unit_id)"
            )
        ).scalar()
        connection.execute(text("DELETE FROM incident WHERE code = 'I2'"))
        connection.commit()
    assert dangling == 0
    assert isinstance(outcome[0], IntegrityError)
