"""Local accounts: who exists, who may be added, and the demo's own that vanish with the demo.

What a demo account makes is a demo account again: otherwise the published demo password would be a way to
plant an account that is still there when real data comes in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from geo.domain.errors import ConflictError, ForbiddenError, InputError
from geo.domain.roles import OPERATOR, Actor, Permission, Role
from geo.services import audit, passwords
from geo.services.deployment import holds_only_demo
from geo.services.sessions import end_sessions
from geo.store.engine import Database, auth_transaction, transaction

ALL_UNITS = "*"
DEMO_PASSWORD = "dia-ban-dung-thu"  # noqa: S105 (published on purpose; refused beside real data)

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,39}")
_FIRST_ADMIN = "admin"
_DEMO_NAMES = {
    Role.COMMANDER: "chi-huy",
    Role.PLANNER: "ke-hoach",
    Role.BRIEFER: "bao-cao",
    Role.WARD_OFFICER: "phuong",
    Role.ADMIN: "quan-tri",
}


@dataclass(frozen=True)
class Account:
    """An account as an administrator sees it; `unit_codes` is ``("*",)`` for everything.

    service_number : of the officer whose account it is, None for nobody's
    whole_ward : it saves for its whole scope all the same, as a chief's does
    """

    id: int
    name: str
    role: Role
    unit_codes: tuple[str, ...]
    demo: bool
    disabled: bool
    created_at: datetime
    service_number: str | None = None
    whole_ward: bool = False


@dataclass(frozen=True)
class DemoAccount:
    """A way into the demo: the name and password to print, what it is, and the units that it sees."""

    name: str
    password: str
    role: Role
    unit_names: tuple[str, ...]

    @property
    def all_units(self) -> bool:
        """Say whether it sees the whole city."""
        return not self.unit_names


def accounts(database: Database, actor: Actor) -> list[Account]:
    """Return all accounts by name."""
    actor.require(Permission.MANAGE_ACCOUNTS)
    with auth_transaction(database) as connection:
        rows = connection.execute(
            text("""
                SELECT a.id, a.name, a.role, a.all_units, a.demo, a.disabled, a.created_at,
                    a.service_number, a.whole_ward, ARRAY(
                        SELECT DISTINCT u.code FROM diaban.account_scope x
                        JOIN diaban.admin_unit u ON u.id = x.unit_id
                        WHERE x.account_id = a.id ORDER BY u.code) AS units
                FROM diaban.account a ORDER BY a.name""")
        ).all()
    return [
        Account(row[0], row[1], Role(row[2]), (ALL_UNITS,) if row[3] else tuple(row.units), *row[4:9])
        for row in rows
    ]


def add_account(
    database: Database,
    actor: Actor,
    name: str,
    *,
    role: str,
    unit_codes: Sequence[str],
    password: str | None = None,
) -> str:
    """Add an account and return its password: the one given, or else a random one.

    unit_codes : codes of units that hold today, or ``["*"]`` for everything
    Raises InputError ``bad_account_name``, ``unknown_role``, ``account_needs_unit``, ``unknown_unit``
    (also for a unit outside the actor's own scope), ``weak_password``; ConflictError ``account_exists``.
    """
    actor.require(Permission.MANAGE_ACCOUNTS)
    if not _NAME.fullmatch(name):
        raise InputError("bad_account_name", name=name)
    wanted_role = _role(role)
    if password is not None:
        passwords.require_strong(password, name)
    unit_ids = _units_in_scope(database, actor, unit_codes)
    chosen = password or passwords.random_password()
    with auth_transaction(database) as connection:
        account_id = _insert(
            connection, name, chosen, wanted_role, unit_ids, demo=_is_demo(connection, actor)
        )
        if account_id is None:
            raise ConflictError("account_exists", name=name)
        detail = {"role": wanted_role.value, "units": sorted(unit_codes)}
        audit.record_account(connection, (actor.account_id, actor.name), "account_add", name, detail)
    return chosen


def _role(role: str) -> Role:
    try:
        return Role(role)
    except ValueError as fault:
        raise InputError("unknown_role", role=role, known=", ".join(Role)) from fault


def _units_in_scope(database: Database, actor: Actor, unit_codes: Sequence[str]) -> list[int] | None:
    """Return ids of the units named, None for everything; nobody gives away more than they have."""
    if not unit_codes:
        raise InputError("account_needs_unit")
    if ALL_UNITS in unit_codes:
        if not actor.operator and ALL_UNITS not in actor.unit_codes:
            raise ForbiddenError(
                "not_permitted", role=actor.role.value, permission=Permission.MANAGE_ACCOUNTS.value
            )
        return None
    with transaction(database, actor) as connection:
        rows = connection.execute(
            text("SELECT code, id FROM diaban.admin_unit WHERE code = ANY(:codes) AND valid @> current_date"),
            {"codes": list(unit_codes)},
        ).all()
    found: dict[str, int] = {row.code: row.id for row in rows}
    for code in unit_codes:
        if code not in found:
            raise InputError("unknown_unit", code=code)
    return list(found.values())


def _insert(
    connection: Connection,
    name: str,
    password: str,
    role: Role,
    unit_ids: Sequence[int] | None,
    *,
    demo: bool,
) -> int | None:
    """Insert account and scope; None where the name is taken."""
    account_id = connection.execute(
        text(
            "INSERT INTO diaban.account (name, password_hash, role, all_units, demo) "
            "VALUES (:name, :hash, :role, :all_units, :demo) ON CONFLICT (name) DO NOTHING RETURNING id"
        ),
        {
            "name": name,
            "hash": passwords.hashed(password),
            "role": role.value,
            "all_units": unit_ids is None,
            "demo": demo,
        },
    ).scalar()
    if account_id is None:
        return None
    connection.execute(
        text("INSERT INTO diaban.account_scope SELECT :id, unnest(CAST(:units AS int[]))"),
        {"id": account_id, "units": list(unit_ids or ())},
    )
    return int(account_id)


def _is_demo(connection: Connection, actor: Actor) -> bool:
    if actor.account_id is None:
        return False
    return bool(
        connection.execute(
            text("SELECT demo FROM diaban.account WHERE id = :id"), {"id": actor.account_id}
        ).scalar()
    )


def set_disabled(database: Database, actor: Actor, name: str, *, disabled: bool) -> None:
    """Disable an account, which ends its sessions at once, or enable it again.

    Raises InputError ``unknown_account``, ForbiddenError ``demo_account_fixed``, ConflictError
    ``last_admin`` rather than lock everybody out.
    """
    actor.require(Permission.MANAGE_ACCOUNTS)
    with auth_transaction(database) as connection:
        account_id = _changeable(connection, actor, name)
        if disabled and _is_last_admin(connection, account_id):
            raise ConflictError("last_admin", name=name)
        connection.execute(
            text("UPDATE diaban.account SET disabled = :disabled WHERE id = :id"),
            {"disabled": disabled, "id": account_id},
        )
        if disabled:
            end_sessions(connection, account_id)
        action = "account_disable" if disabled else "account_enable"
        audit.record_account(connection, (actor.account_id, actor.name), action, name)


def tie_to_officer(
    database: Database, actor: Actor, name: str, number: str | None, *, whole_ward: bool = False
) -> None:
    """Say whose account it is, by service number; None is nobody's, which saves for its whole scope.

    A ward officer's account then saves for the beats that the officer holds on the day; `whole_ward` is for a
    chief. Raises InputError ``unknown_account``, ``unknown_service_number`` (also for an officer outside the
    actor's own scope), ForbiddenError ``demo_account_fixed``.
    """
    actor.require(Permission.MANAGE_ACCOUNTS)
    wanted = (number or "").strip() or None
    if wanted is not None:
        with transaction(database, actor) as connection:
            if not connection.execute(
                text("SELECT EXISTS (SELECT FROM diaban.officer WHERE service_number = :number)"),
                {"number": wanted},
            ).scalar_one():
                raise InputError("unknown_service_number", number=wanted)
    with auth_transaction(database) as connection:
        account_id = _changeable(connection, actor, name)
        connection.execute(
            text("UPDATE diaban.account SET service_number = :number, whole_ward = :whole WHERE id = :id"),
            {"number": wanted, "whole": whole_ward and wanted is not None, "id": account_id},
        )
        detail = {"service_number": wanted, "whole_ward": whole_ward and wanted is not None}
        by = (actor.account_id, actor.name)
        audit.record_account(connection, by, "account_tie", name, detail)


def reset_password(database: Database, actor: Actor, name: str) -> str:
    """Give an account a new random password, end its sessions, and return the password."""
    actor.require(Permission.MANAGE_ACCOUNTS)
    password = passwords.random_password()
    with auth_transaction(database) as connection:
        account_id = _changeable(connection, actor, name)
        connection.execute(
            text("UPDATE diaban.account SET password_hash = :hash WHERE id = :id"),
            {"hash": passwords.hashed(password), "id": account_id},
        )
        end_sessions(connection, account_id)
        audit.record_account(connection, (actor.account_id, actor.name), "account_password_reset", name)
    return password


def _changeable(connection: Connection, actor: Actor, name: str) -> int:
    row = connection.execute(
        text("SELECT id, demo FROM diaban.account WHERE name = :name FOR UPDATE"), {"name": name}
    ).first()
    if row is None:
        raise InputError("unknown_account", name=name)
    if not row.demo and _is_demo(connection, actor):
        raise ForbiddenError("demo_account_fixed", name=name)
    return int(row.id)


def _is_last_admin(connection: Connection, account_id: int) -> bool:
    others, is_admin = connection.execute(
        text(
            "SELECT count(*) FILTER (WHERE id <> :id), coalesce(bool_or(id = :id), false) "
            "FROM diaban.account WHERE role = 'admin' AND NOT disabled AND NOT demo"
        ),
        {"id": account_id},
    ).one()
    return bool(is_admin and others == 0)


def first_admin(database: Database) -> str | None:
    """Make the account ``admin`` where no real account exists yet; return its password, to be shown once.

    None where there is a real account already.
    """
    with auth_transaction(database) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(4915226014)"))
        if connection.execute(text("SELECT EXISTS (SELECT FROM diaban.account WHERE NOT demo)")).scalar():
            return None
        password = passwords.random_password()
        _insert(connection, _FIRST_ADMIN, password, Role.ADMIN, None, demo=False)
        audit.record_account(connection, (None, OPERATOR.name), "account_add", _FIRST_ADMIN)
    return password


def demo_accounts(database: Database) -> list[DemoAccount]:
    """Make sure that the demo has its account for each role; return them, none where real data is in."""
    with auth_transaction(database) as connection:
        if not holds_only_demo(connection):
            return []
        connection.execute(text("SELECT pg_advisory_xact_lock(4915226014)"))
        existing = set(connection.execute(text("SELECT name FROM diaban.account")).scalars())
        for role, name in _DEMO_NAMES.items():
            if name not in existing:
                units = _demo_ward(connection) if role is Role.WARD_OFFICER else None
                _insert(connection, name, DEMO_PASSWORD, role, units, demo=True)
                audit.record_account(connection, (None, OPERATOR.name), "account_add", name, {"demo": True})
    return offered_demo_accounts(database)


def _demo_ward(connection: Connection) -> list[int]:
    """Return the id of the ward of the demo's ward officer: the first by code that holds today."""
    return list(
        connection.execute(
            text(
                "SELECT id FROM diaban.admin_unit WHERE level = 'ward' AND synthetic "
                "AND valid @> current_date ORDER BY code LIMIT 1"
            )
        ).scalars()
    )


def offered_demo_accounts(database: Database) -> list[DemoAccount]:
    """Return the demo accounts that may sign in now, in the order of the roles; changes nothing."""
    with auth_transaction(database) as connection:
        if not holds_only_demo(connection):
            return []
        rows = connection.execute(
            text("""
                SELECT a.name, a.role, ARRAY(
                    SELECT u.name FROM diaban.account_scope x JOIN diaban.admin_unit u ON u.id = x.unit_id
                    WHERE x.account_id = a.id ORDER BY u.code)
                FROM diaban.account a
                WHERE a.demo AND NOT a.disabled AND a.name = ANY(:names)"""),
            {"names": list(_DEMO_NAMES.values())},
        ).all()
    by_name = {name: DemoAccount(name, DEMO_PASSWORD, Role(role), tuple(units)) for name, role, units in rows}
    return [by_name[name] for name in _DEMO_NAMES.values() if name in by_name]
