"""Accounts: who may add whom, the first administrator, the demo's accounts and their end, the audit trail."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from geo.domain.errors import ConflictError, DiaBanError, ForbiddenError, InputError
from geo.domain.roles import OPERATOR, Actor, Role
from geo.services import accounts, audit, sessions
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database

HERE = "10.0.0.1"
_BATCH = "INSERT INTO diaban.import_batch (kind, file_name, synthetic) VALUES ('wards', 'f', {}) RETURNING id"


@pytest.fixture
def opened(database: DatabaseUrls) -> Iterator[Database]:
    """The module's database with two synthetic wards and nobody in it."""
    found = open_database(database.owner, database.app, database.auth)
    owner(
        found,
        "TRUNCATE diaban.account, diaban.admin_unit, diaban.import_batch, diaban.sign_in_attempt CASCADE",
    )
    owner(found, _BATCH.format("true"))
    owner(
        found,
        "INSERT INTO diaban.admin_unit (code, level, name, name_folded, synthetic, geom) SELECT c, 'ward', "
        "'Phường ' || c, c, true, ST_Multi(ST_MakeEnvelope(105, 21, 105.1, 21.1, 4326)) "
        "FROM unnest(ARRAY['00001', '00002']) c",
    )
    yield found
    found.close()


def owner(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.owner.begin() as connection:
        result = connection.execute(text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []


def signed_in(database: Database, name: str, password: str) -> Actor:
    actor = sessions.actor_for_token(database, sessions.sign_in(database, name, password, HERE))
    assert actor is not None
    return actor


def test_the_first_start_makes_one_administrator_however_many_start(opened: Database) -> None:
    made: list[str | None] = []
    threads = [threading.Thread(target=lambda: made.append(accounts.first_admin(opened))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (password,) = [each for each in made if each is not None]
    assert len(made) == 4
    actor = signed_in(opened, "admin", password)
    assert (actor.role, actor.unit_codes) == (Role.ADMIN, ("*",))
    assert password not in str(owner(opened, "SELECT a::text FROM diaban.account a"))


def test_the_demo_has_one_account_a_role_and_says_what_each_sees(opened: Database) -> None:
    offered = accounts.demo_accounts(opened)
    assert offered == accounts.demo_accounts(opened) == accounts.offered_demo_accounts(opened)
    assert {each.role for each in offered} == set(Role)
    seen = {each.role: each.unit_names for each in offered}
    assert seen.pop(Role.WARD_OFFICER) == ("Phường 00001",)
    assert set(seen.values()) == {()}
    for each in offered:
        assert signed_in(opened, each.name, each.password).role is each.role


def test_the_demo_ends_with_the_first_real_batch_and_comes_back_when_that_is_undone(opened: Database) -> None:
    name = accounts.demo_accounts(opened)[0].name
    token = sessions.sign_in(opened, name, accounts.DEMO_PASSWORD, HERE)
    owner(opened, _BATCH.format("false"))
    assert accounts.offered_demo_accounts(opened) == []
    assert accounts.demo_accounts(opened) == []
    assert sessions.actor_for_token(opened, token) is None
    with pytest.raises(ForbiddenError) as refused:
        sessions.sign_in(opened, name, accounts.DEMO_PASSWORD, HERE)
    assert refused.value.code == "demo_closed"
    owner(opened, "UPDATE diaban.import_batch SET undone_at = now() WHERE NOT synthetic")
    assert sessions.actor_for_token(opened, token) is None, "an ended session does not come back"
    assert signed_in(opened, name, accounts.DEMO_PASSWORD)


def test_an_empty_database_offers_no_demo(opened: Database) -> None:
    owner(opened, "TRUNCATE diaban.import_batch CASCADE")
    assert accounts.demo_accounts(opened) == []
    assert owner(opened, "SELECT count(*) FROM diaban.account") == [(0,)]


def test_what_the_demo_administrator_makes_ends_with_the_demo(opened: Database) -> None:
    accounts.first_admin(opened)
    accounts.demo_accounts(opened)
    demo_admin = signed_in(opened, "quan-tri", accounts.DEMO_PASSWORD)
    password = accounts.add_account(opened, demo_admin, "cua-sau", role="admin", unit_codes=["*"])
    assert signed_in(opened, "cua-sau", password)
    for change in (
        lambda: accounts.reset_password(opened, demo_admin, "admin"),
        lambda: accounts.set_disabled(opened, demo_admin, "admin", disabled=True),
    ):
        with pytest.raises(ForbiddenError) as refused:
            change()
        assert refused.value.code == "demo_account_fixed"
    owner(opened, _BATCH.format("false"))
    with pytest.raises(ForbiddenError) as closed:
        sessions.sign_in(opened, "cua-sau", password, HERE)
    assert closed.value.code == "demo_closed"


@pytest.mark.parametrize(
    ("name", "role", "units", "password", "code"),
    [
        ("Chỉ Huy", "commander", ["*"], None, "bad_account_name"),
        ("a", "commander", ["*"], None, "bad_account_name"),
        ("chi-huy", "general", ["*"], None, "unknown_role"),
        ("chi-huy", "commander", [], None, "account_needs_unit"),
        ("chi-huy", "commander", ["00001", "99999"], None, "unknown_unit"),
        ("chi-huy", "commander", ["*"], "ngan", "weak_password"),
        ("chi-huy", "commander", ["*"], "xx-chi-huy-xx", "weak_password"),
    ],
)
def test_an_account_that_cannot_be_is_refused_and_nothing_is_written(
    opened: Database, name: str, role: str, units: list[str], password: str | None, code: str
) -> None:
    before = owner(opened, "SELECT count(*) FROM diaban.audit_event")
    with pytest.raises(InputError) as refused:
        accounts.add_account(opened, OPERATOR, name, role=role, unit_codes=units, password=password)
    assert refused.value.code == code
    assert refused.value.message("vi") != refused.value.message("en")
    assert owner(opened, "SELECT count(*) FROM diaban.account") == [(0,)]
    assert owner(opened, "SELECT count(*) FROM diaban.audit_event") == before


def test_a_taken_name_is_refused_and_keeps_its_password(opened: Database) -> None:
    password = accounts.add_account(opened, OPERATOR, "ke-hoach.1", role="planner", unit_codes=["*"])
    with pytest.raises(ConflictError, match=r"ke-hoach\.1"):
        accounts.add_account(opened, OPERATOR, "ke-hoach.1", role="admin", unit_codes=["*"])
    assert signed_in(opened, "ke-hoach.1", password).role is Role.PLANNER


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_an_administrator_manages_accounts(opened: Database, role: Role) -> None:
    password = accounts.add_account(opened, OPERATOR, "thu", role=role.value, unit_codes=["*"])
    actor = signed_in(opened, "thu", password)
    for attempt in (
        lambda: accounts.accounts(opened, actor),
        lambda: accounts.add_account(opened, actor, "moi", role="admin", unit_codes=["*"]),
        lambda: accounts.set_disabled(opened, actor, "thu", disabled=True),
        lambda: accounts.reset_password(opened, actor, "thu"),
    ):
        with pytest.raises(ForbiddenError):
            attempt()
    assert owner(opened, "SELECT name, disabled FROM diaban.account") == [("thu", False)]


def test_an_administrator_of_one_ward_gives_away_no_more_than_that(opened: Database) -> None:
    password = accounts.add_account(opened, OPERATOR, "quan-tri.1", role="admin", unit_codes=["00001"])
    actor = signed_in(opened, "quan-tri.1", password)
    for units in (["*"], ["00002"], ["00001", "00002"]):
        with pytest.raises(DiaBanError):
            accounts.add_account(opened, actor, "moi", role="ward_officer", unit_codes=units)
    accounts.add_account(opened, actor, "moi", role="ward_officer", unit_codes=["00001"])
    by_name = {each.name: each for each in accounts.accounts(opened, OPERATOR)}
    assert by_name["moi"].unit_codes == ("00001",)


def test_disabling_ends_sessions_at_once_and_a_new_password_too(opened: Database) -> None:
    accounts.first_admin(opened)
    password = accounts.add_account(opened, OPERATOR, "thu", role="briefer", unit_codes=["*"])
    token = sessions.sign_in(opened, "thu", password, HERE)
    accounts.set_disabled(opened, OPERATOR, "thu", disabled=True)
    assert sessions.actor_for_token(opened, token) is None
    with pytest.raises(ForbiddenError) as refused:
        sessions.sign_in(opened, "thu", password, HERE)
    assert refused.value.code == "account_disabled"
    with pytest.raises(ForbiddenError) as wrong:
        sessions.sign_in(opened, "thu", "sai", HERE)
    assert wrong.value.code == "sign_in_refused", "only who knows the password learns that it is disabled"
    accounts.set_disabled(opened, OPERATOR, "thu", disabled=False)
    token = sessions.sign_in(opened, "thu", password, HERE)
    fresh = accounts.reset_password(opened, OPERATOR, "thu")
    assert sessions.actor_for_token(opened, token) is None
    assert signed_in(opened, "thu", fresh)


def test_the_last_administrator_cannot_be_disabled(opened: Database) -> None:
    accounts.first_admin(opened)
    with pytest.raises(ConflictError) as refused:
        accounts.set_disabled(opened, OPERATOR, "admin", disabled=True)
    assert refused.value.code == "last_admin"
    accounts.add_account(opened, OPERATOR, "admin.2", role="admin", unit_codes=["*"])
    accounts.set_disabled(opened, OPERATOR, "admin", disabled=True)
    with pytest.raises(InputError, match="no account"):
        accounts.set_disabled(opened, OPERATOR, "khong-co", disabled=True)


def test_the_trail_names_who_did_it_and_shows_a_change_to_it(opened: Database) -> None:
    password = accounts.first_admin(opened)
    assert password is not None
    admin = signed_in(opened, "admin", password)
    accounts.add_account(opened, admin, "thu", role="briefer", unit_codes=["00001"])
    newest = audit.trail(opened, admin, limit=1)[0]
    assert (newest.actor, newest.action, newest.object_key) == ("admin", "account_add", "thu")
    assert newest.detail == {"role": "briefer", "units": ["00001"]}
    assert [event.id for event in audit.trail(opened, admin, limit=2, before_id=newest.id)] == [
        newest.id - 1,
        newest.id - 2,
    ]
    checked = audit.verify(opened, admin)
    assert checked.whole
    assert checked.last_hash
    owner(opened, "ALTER TABLE diaban.audit_event DISABLE TRIGGER append_only")
    try:
        owner(opened, f"UPDATE diaban.audit_event SET actor = 'ai-khac' WHERE id = {newest.id - 1}")
        found = audit.verify(opened, admin)
        assert (found.broken_id, found.fault) == (newest.id - 1, "content")
        owner(opened, f"UPDATE diaban.audit_event SET actor = 'admin' WHERE id = {newest.id - 1}")
        assert audit.verify(opened, admin).whole
    finally:
        owner(opened, "ALTER TABLE diaban.audit_event ENABLE TRIGGER append_only")


def test_a_service_writes_in_the_name_of_its_session_only(opened: Database) -> None:
    from geo.store.engine import transaction

    password = accounts.add_account(opened, OPERATOR, "thu", role="briefer", unit_codes=["*"])
    actor = signed_in(opened, "thu", password)
    pretender = Actor(1, "admin", Role.ADMIN, ("*",), session_token=actor.session_token)
    with transaction(opened, pretender) as connection:
        audit.record(connection, pretender, "export", "briefing", "x", {"rows": 3})
    assert owner(opened, "SELECT actor, detail FROM diaban.audit_event ORDER BY id DESC LIMIT 1") == [
        ("thu", {"rows": 3})
    ]
