"""Who sees and changes what, in plain SQL as the application's role: the last line behind the services."""

# ruff: noqa: E501 (an SQL statement is read whole)

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from geo.domain.roles import Actor, Role
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, auth_transaction, open_database, transaction

_SQUARE = "ST_GeomFromText('MULTIPOLYGON(((105 21,105.01 21,105.01 21.01,105 21.01,105 21)))', 4326)"
_POINT = "ST_SetSRID(ST_MakePoint(105.005, 21.005), 4326)"

# Province 10 with wards 1 and 2, and ward 3 that went into ward 1 whole. Rows of ward n have id n.
_PLACES = f"""
INSERT INTO admin_unit (id, code, level, name, name_folded, parent_id, geom, valid)
VALUES (10, '10', 'province', 'P', 'p', NULL, {_SQUARE}, '(,)'), (1, '1', 'ward', 'A', 'a', 10, {_SQUARE}, '[2025-07-01,)'),
       (2, '2', 'ward', 'B', 'b', 10, {_SQUARE}, '(,)'), (3, '3', 'ward', 'C', 'c', NULL, {_SQUARE}, '(,2025-07-01)');
INSERT INTO unit_lineage (from_unit_id, to_unit_id, on_date, share) VALUES (3, 1, '2025-07-01', 1);
INSERT INTO category (id, code, name_vi, name_en) VALUES (900, 'seed', 'mẫu', 'sample');
INSERT INTO account (id, name, password_hash, role, all_units) VALUES
    (1, 'officer', '!', 'ward_officer', false), (2, 'planner', '!', 'planner', false),
    (3, 'briefer', '!', 'briefer', true), (4, 'commander', '!', 'commander', false),
    (5, 'admin', '!', 'admin', true), (6, 'lost', '!', 'ward_officer', false);
INSERT INTO account_scope (account_id, unit_id) VALUES (1, 1), (2, 1), (4, 10);
INSERT INTO import_batch (id, kind, file_name, account_id) VALUES (1, 'blocks', 'seed', 5);
INSERT INTO import_reject (batch_id, row_number, reason) VALUES (1, 1, 'x');
INSERT INTO import_change (batch_id, table_name, row_id, before, after) VALUES (1, 'household', 1, '{{}}', '{{}}');
"""
_ROWS_OF_A_WARD = f"""
INSERT INTO block (id, code, unit_id, name, name_folded, geom) VALUES ({{n}}, 'B{{n}}', {{n}}, 'T', 't', {_SQUARE});
INSERT INTO household (id, code, unit_id, block_id, permanent, temporary, absent, geom, batch_id)
VALUES ({{n}}, 'H{{n}}', {{n}}, {{n}}, 3, 1, 0, {_POINT}, 1);
INSERT INTO incident (id, code, category_id, origin, status, unit_id, block_id, geom, batch_id)
VALUES ({{n}}, 'I{{n}}', 900, 'reported', 'received', {{n}}, {{n}}, {_POINT}, 1);
INSERT INTO post (id, code, unit_id, name, geom) VALUES ({{n}}, 'P{{n}}', {{n}}, 'P', {_POINT});
INSERT INTO officer (id, service_number, display_name, unit_id) VALUES ({{n}}, 'S{{n}}', 'S{{n}}', {{n}});
INSERT INTO beat (id, code, unit_id, name) VALUES ({{n}}, 'K{{n}}', {{n}}, 'KV');
INSERT INTO beat_block (id, beat_id, block_id) VALUES ({{n}}, {{n}}, {{n}});
INSERT INTO assignment (id, beat_id, officer_id, role, valid) VALUES ({{n}}, {{n}}, {{n}}, 'primary', '[2025-07-01,)');
INSERT INTO plan (id, code, unit_id, title) VALUES ({{n}}, 'PL{{n}}', {{n}}, 'x');
INSERT INTO plan_move (plan_id, ordinal, block_id, from_beat_id) VALUES ({{n}}, 1, {{n}}, {{n}});
INSERT INTO plan_decision (id, plan_id, decision, decided_by) VALUES ({{n}}, {{n}}, 'submitted', 2);
INSERT INTO plan_cover (plan_id, beat_id, officer_id, valid) VALUES ({{n}}, {{n}}, {{n}}, '[2026-01-01,2026-02-01)');
INSERT INTO plan_split (plan_id, block_id, line) VALUES ({{n}}, {{n}}, ST_GeomFromText('LINESTRING(105 21,105.01 21.01)', 4326));
INSERT INTO plan_change (plan_id, table_name, row_id) VALUES ({{n}}, 'beat_block', {{n}});
INSERT INTO beat_report (beat_id, month, households, permanent, temporary, absent) VALUES ({{n}}, '2026-01-01', 1, 3, 1, 0);
INSERT INTO border_proposal (id, block_id, unit_id, geom, reason) VALUES ({{n}}, {{n}}, {{n}}, {_SQUARE}, 'drawn_wrong');
INSERT INTO border_before (proposal_id, unit_id, block_id, until, geom, became) VALUES ({{n}}, {{n}}, {{n}}, '2026-01-01', {_SQUARE}, 'x');
INSERT INTO legal_document (id, number) VALUES ({{n}}, 'KH-{{n}}');
INSERT INTO task (code, document_id, unit_id, work, title, due_on) VALUES ('T{{n}}', {{n}}, {{n}}, 'area', 'x', '2026-01-31');
INSERT INTO target (measure, unit_id, value) VALUES ('coverage', {{n}}, 1);
INSERT INTO briefing (code, title, unit_id) VALUES ('BR{{n}}', 'x', {{n}});
INSERT INTO equipment (unit_id, kind, as_of, count) VALUES ({{n}}, 'radio', '2026-01-31', 1);
UPDATE household SET reviewed_on = '2026-01-31' WHERE id = {{n}};
"""
_PAST_THE_SEED = """
SELECT setval('diaban.' || name || '_id_seq', 100) FROM unnest(ARRAY['admin_unit', 'block', 'household', 'incident',
    'post', 'officer', 'beat', 'beat_block', 'assignment', 'plan', 'plan_decision', 'import_batch']) AS name
"""
_SESSION = text(
    "INSERT INTO session (token_hash, account_id, idle_until, expires_at, revoked_at) VALUES (sha256(convert_to("
    ":token, 'UTF8')), :account, now() + CAST(:idle AS interval), now() + CAST(:end AS interval), CAST(:revoked AS "
    "timestamptz))"
)
_ACCOUNTS = {"officer": 1, "planner": 2, "briefer": 3, "commander": 4, "admin": 5, "lost": 6}

# Tables with rows of units, and the column that says whose.
SCOPED = {
    "admin_unit": "id",
    "block": "unit_id",
    "household": "unit_id",
    "incident": "unit_id",
    "post": "unit_id",
    "officer": "unit_id",
    "beat": "unit_id",
    "beat_block": "beat_id",
    "assignment": "beat_id",
    "plan": "unit_id",
    "plan_move": "plan_id",
    "plan_decision": "plan_id",
    "plan_cover": "plan_id",
    "plan_split": "plan_id",
    "plan_change": "plan_id",
    "beat_report": "beat_id",
    "border_proposal": "unit_id",
    "border_before": "unit_id",
    "task": "unit_id",
    "target": "unit_id",
    "equipment": "unit_id",
    "household_review": "household_id",
    "briefing": "unit_id",
    "unit_lineage": "to_unit_id",
}


@pytest.fixture(scope="module")
def seeded(database: DatabaseUrls) -> Iterator[Database]:
    engines = open_database(database.owner, database.app, database.auth)
    with engines.owner.begin() as connection:
        connection.exec_driver_sql(_PLACES)
        for ward in (1, 2, 3):
            connection.exec_driver_sql(_ROWS_OF_A_WARD.format(n=ward))
        connection.exec_driver_sql(_PAST_THE_SEED)
        rows = [
            {"token": f"token-{name}", "account": account, "idle": "1 h", "end": "1 h", "revoked": None}
            for name, account in _ACCOUNTS.items()
        ]
        rows += [
            {"token": "expired", "account": 1, "idle": "1 h", "end": "-1 s", "revoked": None},
            {"token": "idle", "account": 1, "idle": "-1 s", "end": "1 h", "revoked": None},
            {"token": "revoked", "account": 1, "idle": "1 h", "end": "1 h", "revoked": "2026-01-01"},
        ]
        connection.execute(_SESSION, rows)
    yield engines
    engines.close()


@contextmanager
def _as(database: Database, name: str) -> Iterator[Connection]:
    """One transaction as the application's role with the session of `name`, rolled back at the end."""
    actor = Actor(_ACCOUNTS.get(name), name, Role.WARD_OFFICER, (), session_token=name)
    if name in _ACCOUNTS:
        actor = Actor(_ACCOUNTS[name], name, Role.WARD_OFFICER, (), session_token=f"token-{name}")
    with transaction(database, actor) as connection:
        assert connection.execute(text("SELECT current_user")).scalar() == "diaban_app"
        yield connection
        connection.rollback()


def _ids(connection: Connection, table: str) -> set[int]:
    return set(connection.execute(text(f"SELECT {SCOPED[table]} FROM {table}")).scalars())


@pytest.mark.parametrize("table", SCOPED)
def test_ward_officer_sees_the_own_ward_and_what_went_into_it(seeded: Database, table: str) -> None:
    with _as(seeded, "officer") as connection:
        assert _ids(connection, table) == ({1} if table == "unit_lineage" else {1, 3})


@pytest.mark.parametrize("table", SCOPED)
@pytest.mark.parametrize("name", ["", "a guess", "expired", "idle", "revoked", "lost"])
def test_without_a_living_session_and_a_scope_nothing_is_seen(
    seeded: Database, table: str, name: str
) -> None:
    with _as(seeded, name) as connection:
        assert _ids(connection, table) == set()


@pytest.mark.parametrize("table", ["category", "street", "water", "legal_document", "setting", "data_change"])
def test_reference_rows_need_a_session(seeded: Database, table: str) -> None:
    with _as(seeded, "revoked") as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0


def test_disabled_account_sees_nothing_at_once(seeded: Database) -> None:
    try:
        with seeded.owner.begin() as connection:
            connection.execute(text("UPDATE account SET disabled = true WHERE id = 1"))
        with _as(seeded, "officer") as connection:
            assert _ids(connection, "household") == set()
    finally:
        with seeded.owner.begin() as connection:
            connection.execute(text("UPDATE account SET disabled = false WHERE id = 1"))


def test_scope_of_a_province_brings_its_wards(seeded: Database) -> None:
    with _as(seeded, "commander") as connection:
        assert _ids(connection, "household") == {1, 2, 3}
        assert _ids(connection, "admin_unit") == {10, 1, 2, 3}


@pytest.mark.parametrize("table", ["account", "account_scope", "session", "sign_in_attempt"])
def test_accounts_are_closed_to_the_application(seeded: Database, table: str) -> None:
    with _as(seeded, "admin") as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text(f"SELECT * FROM {table}"))


@pytest.mark.parametrize("table", ["household", "incident", "block", "beat", "officer", "audit_event"])
def test_data_is_closed_to_the_authenticating_role(seeded: Database, table: str) -> None:
    with auth_transaction(seeded) as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text(f"SELECT * FROM {table}"))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO account_scope (account_id, unit_id) VALUES (1, 2)",
        "UPDATE account SET all_units = true",
        "INSERT INTO session (token_hash, account_id, idle_until, expires_at) VALUES ('x', 5, 'infinity', 'infinity')",
        "SET ROLE diaban_auth",
        "SET SESSION AUTHORIZATION diaban_owner",
        "ALTER TABLE household DISABLE ROW LEVEL SECURITY",
        "CREATE OR REPLACE FUNCTION diaban.sees_all() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "SELECT append_audit(5, 'admin', 'x', 'x', 'x', '{}')",
        "SELECT * FROM current_session()",
        "UPDATE audit_event SET actor = 'x'",
        "INSERT INTO audit_event (actor) VALUES ('x')",
        "DELETE FROM import_batch",
        "TRUNCATE household",
        "UPDATE category SET harm_weight = 0",
    ],
)
def test_application_role_cannot_help_itself(
    database: DatabaseUrls, seeded: Database, statement: str
) -> None:
    if database.app is None and statement.startswith("SET"):
        pytest.skip("an outside database given by one login puts the role on itself")
    with _as(seeded, "officer") as connection, pytest.raises(DBAPIError, match=r"denied|must be owner"):
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "assignment",
    ["row_security = off", "diaban.all_units = 'true'", "diaban.account_id = '5'", "diaban.role = 'admin'"],
)
def test_scope_cannot_be_set_by_variable(seeded: Database, assignment: str) -> None:
    with _as(seeded, "officer") as connection:
        connection.execute(text(f"SET LOCAL {assignment}"))
        if assignment.startswith("row_security"):
            with pytest.raises(ProgrammingError, match="row-level security"):
                _ids(connection, "household")
        else:
            assert _ids(connection, "household") == {1, 3}


def test_token_does_not_stay_on_a_pooled_connection(seeded: Database) -> None:
    with _as(seeded, "admin") as connection:
        assert _ids(connection, "household") == {1, 2, 3}
    for _ in range(3):
        with seeded.app.connect() as connection:
            assert _ids(connection, "household") == set()


_HOUSEHOLD = (
    "INSERT INTO household (code, unit_id, permanent, temporary, absent, geom) VALUES ('HX', {}, 1, 0, 0, {})"
)
_DECISION = "INSERT INTO plan_decision (plan_id, decision, decided_by) VALUES ({}, '{}', {})"
_BATCH = "INSERT INTO import_batch (kind, file_name, account_id) VALUES ('blocks', 'x', {})"


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        # outside the scope
        ("officer", _HOUSEHOLD.format(2, _POINT)),
        ("planner", _HOUSEHOLD.format(2, _POINT)),
        ("planner", "UPDATE household SET unit_id = 2, block_id = NULL WHERE id = 1"),
        ("planner", "INSERT INTO beat (code, unit_id, name) VALUES ('KX', 2, 'x')"),
        (
            "planner",
            "INSERT INTO admin_unit (code, level, name, name_folded, parent_id) VALUES ('X', 'ward', 'X', 'x', 10)",
        ),
        # bringing what is outside the scope into it
        (
            "planner",
            "INSERT INTO unit_lineage (from_unit_id, to_unit_id, on_date, share) VALUES (2, 1, '2025-07-01', 1)",
        ),
        (
            "planner",
            "INSERT INTO assignment (beat_id, officer_id, role, valid) VALUES (1, 2, 'acting', '[2026-01-01,)')",
        ),
        ("planner", "UPDATE beat_block SET block_id = 2 WHERE beat_id = 1"),
        ("planner", "INSERT INTO plan_move (plan_id, ordinal, block_id) VALUES (1, 2, 2)"),
        ("planner", _BATCH.format(5)),
        # the wrong role
        ("briefer", _HOUSEHOLD.format(1, _POINT)),
        ("commander", _HOUSEHOLD.format(1, _POINT)),
        ("officer", "INSERT INTO beat (code, unit_id, name) VALUES ('KX', 1, 'x')"),
        ("officer", "INSERT INTO plan (code, unit_id, title) VALUES ('PX', 1, 'x')"),
        ("officer", "INSERT INTO plan_move (plan_id, ordinal, block_id) VALUES (1, 2, 1)"),
        ("officer", "INSERT INTO setting (key, value) VALUES ('x', '1')"),
        (
            "officer",
            "INSERT INTO assignment (beat_id, officer_id, role, valid) VALUES (1, 1, 'acting', '[2026-01-01,)')",
        ),
        ("officer", _BATCH.format(1)),
        ("officer", _DECISION.format(1, "approved", 1)),
        ("planner", _DECISION.format(1, "approved", 2)),
        ("planner", _DECISION.format(1, "submitted", 4)),
        ("planner", _DECISION.format(2, "submitted", 2)),
        ("commander", _DECISION.format(1, "approved", 2)),
    ],
)
def test_writing_outside_role_or_scope_is_refused(seeded: Database, name: str, statement: str) -> None:
    with _as(seeded, name) as connection, pytest.raises(DBAPIError, match="violates row-level security"):
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("officer", "UPDATE household SET permanent = 9 WHERE id = 2"),
        ("officer", "DELETE FROM incident WHERE id = 2"),
        ("officer", "UPDATE block SET name = 'x'"),
        ("officer", "UPDATE assignment SET role = 'acting'"),
        ("officer", "UPDATE plan SET state = 'approved'"),
        ("officer", "DELETE FROM plan_move"),
        ("briefer", "DELETE FROM household"),
        ("briefer", "UPDATE incident SET status = 'resolved'"),
        ("briefer", "UPDATE import_batch SET undone_at = now()"),
        ("briefer", "DELETE FROM import_change"),
        ("commander", "UPDATE household SET permanent = 9"),
        ("planner", "UPDATE import_batch SET undone_at = now()"),
        ("planner", "DELETE FROM unit_lineage"),
    ],
)
def test_rows_outside_role_or_scope_are_not_found_to_change(
    seeded: Database, name: str, statement: str
) -> None:
    with _as(seeded, name) as connection:
        assert connection.execute(text(statement)).rowcount == 0


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("officer", "UPDATE household SET permanent = 9 WHERE id = 1"),
        ("officer", "UPDATE incident SET status = 'resolved' WHERE id = 1"),
        ("planner", _HOUSEHOLD.format(1, _POINT)),
        ("planner", _BATCH.format(2)),
        ("planner", "UPDATE beat_block SET beat_id = 1 WHERE beat_id = 1"),
        ("planner", "INSERT INTO plan_move (plan_id, ordinal, block_id) SELECT 1, 2, 3"),
        (
            "planner",
            "INSERT INTO assignment (beat_id, officer_id, role, valid) VALUES (1, 3, 'acting', '[2026-01-01,)')",
        ),
        ("planner", _DECISION.format(1, "submitted", 2)),
        ("commander", _DECISION.format(2, "approved", 4)),
        ("admin", "UPDATE import_batch SET undone_at = now()"),
        (
            "admin",
            "INSERT INTO unit_lineage (from_unit_id, to_unit_id, on_date, share) VALUES (2, 1, '2025-07-01', 1)",
        ),
    ],
)
def test_role_may_change_its_own(seeded: Database, name: str, statement: str) -> None:
    with _as(seeded, name) as connection:
        assert connection.execute(text(statement)).rowcount == 1


def test_household_is_not_put_into_a_block_that_is_not_seen(seeded: Database) -> None:
    with _as(seeded, "officer") as connection, pytest.raises(IntegrityError, match="names a block"):
        connection.execute(text("UPDATE household SET block_id = 2 WHERE id = 1"))


def test_rejected_rows_and_rows_before_are_for_importers(seeded: Database) -> None:
    """They may hold exact points, which a briefer does not see elsewhere either."""
    for table in ("import_reject", "import_change"):
        with _as(seeded, "admin") as connection:
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1
        for name in ("briefer", "planner", "officer"):
            with _as(seeded, name) as connection:
                assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0


def test_audit_is_written_in_the_name_of_the_session(seeded: Database) -> None:
    write = text("SELECT write_audit('view', 'household', '1', '{}')")
    with _as(seeded, "officer") as connection:
        event = connection.execute(write).scalar_one()
        row = connection.execute(
            text("SELECT account_id, actor FROM audit_event WHERE id = :id"), {"id": event}
        )
        assert tuple(row.one()) == (1, "officer")
    with _as(seeded, "revoked") as connection, pytest.raises(DBAPIError, match="no valid session"):
        connection.execute(write)


_OWNED = """
SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = ANY(:roles)
UNION ALL SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
WHERE r.rolname = ANY(:roles)
UNION ALL SELECT n.nspname FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner WHERE r.rolname = ANY(:roles)
"""
_ROLES = ["diaban_app", "diaban_auth"]


def test_roles_own_nothing_and_have_no_powers(seeded: Database) -> None:
    with seeded.owner.connect() as connection:
        assert connection.execute(text(_OWNED), {"roles": _ROLES}).scalars().all() == []
        powers = connection.execute(
            text(
                "SELECT bool_or(rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication) "
                "FROM pg_roles WHERE rolname = ANY(:roles)"
            ),
            {"roles": _ROLES},
        ).scalar()
        members = connection.execute(
            text(
                "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = ANY(:roles)"
            ),
            {"roles": _ROLES},
        ).scalar()
    assert powers is False
    assert members == 0


# Never readable by diaban_app, so no row of theirs needs a policy.
_CLOSED = {"account", "account_scope", "session", "sign_in_attempt", "alembic_version"}


def test_every_table_is_under_row_level_security_or_closed(seeded: Database) -> None:
    """A new table must take a side: policies for its rows, or no grant to the application at all."""
    query = text(
        "SELECT relname, relrowsecurity, has_any_column_privilege('diaban_app', oid, 'SELECT, INSERT, UPDATE') "
        "OR has_table_privilege('diaban_app', oid, 'DELETE, TRUNCATE') AS granted FROM pg_class "
        "WHERE relnamespace = 'diaban'::regnamespace AND relkind IN ('r', 'p')"
    )
    with seeded.owner.connect() as connection:
        rows = connection.execute(query).all()
    assert {row.relname for row in rows if not row.relrowsecurity} == _CLOSED
    assert {row.relname for row in rows if not row.granted} == _CLOSED


def test_every_table_with_unit_rows_is_in_this_file(seeded: Database) -> None:
    query = text(
        "SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'diaban' AND column_name IN "
        "('unit_id', 'beat_id', 'plan_id', 'from_unit_id', 'household_id')"
    )
    with seeded.owner.connect() as connection:
        tables = set(connection.execute(query).scalars())
    # Where a household lay is for the one who put its point, whatever the unit: tried in test_upkeep_counts.
    # What is not saved yet is its planner's alone: below.
    assert tables - _CLOSED - {"household_point_before", "plan_unsaved"} == set(SCOPED) - {"admin_unit"}


def test_what_is_not_saved_yet_is_its_planners_alone(seeded: Database) -> None:
    unsaved = "INSERT INTO plan_unsaved (plan_id, account_id, version, strokes) VALUES ({}, {}, 1, '{{}}')"
    try:
        with seeded.owner.begin() as connection:
            connection.execute(text("SET search_path = diaban, public"))
            for plan, account in (
                (1, 2),
                (2, 2),
                (1, 5),
            ):  # plan 2 is of a ward that the planner does not see
                connection.execute(text(unsaved.format(plan, account)))
        query = text("SELECT plan_id, account_id FROM plan_unsaved")
        for name, seen in (("planner", [(1, 2)]), ("officer", []), ("commander", []), ("admin", [])):
            with _as(seeded, name) as connection:
                assert [tuple(row) for row in connection.execute(query)] == seen
        for plan, account in ((3, 5), (2, 2)):
            with _as(seeded, "planner") as connection, pytest.raises(DBAPIError, match="row-level security"):
                connection.execute(text(unsaved.format(plan, account)))
    finally:
        with seeded.owner.begin() as connection:
            connection.execute(text("DELETE FROM diaban.plan_unsaved"))


def test_no_view_runs_with_its_owners_eyes(seeded: Database) -> None:
    query = text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'diaban'::regnamespace AND (relkind = 'm' OR "
        "relkind = 'v' AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false))"
    )
    with seeded.owner.connect() as connection:
        assert connection.execute(query).scalars().all() == []


def test_functions_are_closed_unless_granted(seeded: Database) -> None:
    query = text(
        "SELECT p.proname FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a "
        "WHERE p.pronamespace = 'diaban'::regnamespace AND a.grantee = 0"
    )
    with seeded.owner.connect() as connection:
        assert connection.execute(query).scalars().all() == []


# Columns that could describe a person who lives somewhere. Officers carry a display name for their service,
# accounts a sign-in name; everything else that is called a name is of a place, a kind or a file.
_PERSON = re.compile(
    r"(full_?name|ho_?ten|citizen|cccd|cmnd|identity|id_?card|passport|phone|mobile|so_dien_thoai|e?mail|birth|dob"
    r"|ngay_sinh|gender|sex|gioi_tinh|ethnic|dan_toc|religion|ton_giao|nationality|occupation|nghe|father|mother|spouse"
    r"|owner|chu_ho|head_of|resident_name|person|victim|suspect|offender|face|photo|image|plate|remark|note|comment"
    r"|description|ghi_chu)",
)
_NOT_A_PERSON = {("admin_unit", "full_name")}  # "Phường …": the unit's name with its level


def test_no_column_can_describe_a_person(seeded: Database) -> None:
    query = text(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'diaban' "
        "ORDER BY table_name, column_name"
    )
    with seeded.owner.connect() as connection:
        columns = {(row.table_name, row.column_name) for row in connection.execute(query)}
    assert len(columns) > 100
    assert {column for column in columns if _PERSON.search(column[1])} == _NOT_A_PERSON


@pytest.mark.parametrize(
    "column", ["ho_ten", "phone", "citizen_id", "birth_year", "note", "household_head_of"]
)
def test_person_column_would_be_noticed(column: str) -> None:
    assert _PERSON.search(column)


def test_household_and_incident_hold_no_free_text(seeded: Database) -> None:
    """Text columns of the two tables about where people live and what happened: codes of closed lists only."""
    query = text(
        "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'diaban' "
        "AND table_name IN ('household', 'incident') AND data_type IN ('text', 'character varying', 'jsonb', 'json')"
    )
    with seeded.owner.connect() as connection:
        found = set(connection.execute(query).scalars())
    assert found == {"household.code", "incident.code", "incident.origin", "incident.status"}
