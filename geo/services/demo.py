"""Load the synthetic city: all of it or nothing, never beside real data, and not twice.

The city comes in as import batches marked synthetic, so that every screen can say so and a later import of
real data closes the demo's accounts.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, text

from geo.demo.city import City, generate
from geo.demo.parameters import CityParameters
from geo.domain.errors import ConflictError
from geo.domain.kinds import Kind
from geo.domain.roles import OPERATOR
from geo.services import accounts, audit
from geo.services.demo_rows import Batches, write_places, write_records, write_staff, write_works
from geo.services.demo_tasks import write_equipment, write_tasks
from geo.services.deployment import decide_metric_crs
from geo.store.engine import Database, transaction

_SETTING = "demo"
_LOCK_KEY = 4_915_226_015

# Everything that a demo database can hold, children first.
_REMOVE = (
    "plan_decision", "plan_move", "plan", "target", "task", "beat_report", "border_before",
    "border_proposal", "household_point_before", "incident", "equipment", "household", "assignment",
    "beat_block", "beat", "officer", "post", "block", "unit_lineage",
    "legal_document", "street", "water", "account_scope", "admin_unit",
)  # fmt: skip
_TRUNCATE = {
    "incident": "TRUNCATE diaban.incident", "household": "TRUNCATE diaban.household, diaban.household_review",
}  # fmt: skip
_FILLED = (
    "admin_unit",
    "block",
    "household",
    "incident",
    "officer",
    "beat",
    "beat_block",
    "assignment",
    "street",
    "beat_report",
)


def load(database: Database, parameters: CityParameters, seed: int = 0) -> dict[str, Any]:
    """Make `database` hold exactly the city of `parameters` and `seed`, and an account for each role.

    A database that holds it already is left as it is; another synthetic city is replaced, plans and all.
    Returns ``loaded``, the city's ``seed`` and ``parameters``, its ``counts`` by kind, and the ``accounts``.
    Raises ConflictError ``demo_beside_real_data`` where anything real was ever loaded and not undone.
    """
    wanted = _identity(parameters, seed)
    if _held(database) == wanted:
        return _answer(database, wanted, loaded=False)
    city = generate(parameters, seed)
    with transaction(database, OPERATOR) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        _refuse_beside_real_data(connection)
        scopes = _scopes(connection)
        _remove_city(connection)
        _write(connection, city, wanted)
        _give_back(connection, scopes)
        audit.record(connection, OPERATOR, "demo_load", "database", "demo", wanted)
    return _answer(database, wanted, loaded=True)


def _identity(parameters: CityParameters, seed: int) -> dict[str, Any]:
    """Return what tells one city from another, as JSON gives it back."""
    whole = {"seed": seed, "parameters": asdict(parameters)}
    made: dict[str, Any] = json.loads(json.dumps(whole, default=str))
    return made


def _held(database: Database) -> Mapping[str, Any] | None:
    """Return the identity of the city in `database`; None where real data or none is in it."""
    with transaction(database, OPERATOR) as connection:
        _refuse_beside_real_data(connection)
        held: Mapping[str, Any] | None = connection.execute(
            text("SELECT value FROM diaban.setting WHERE key = :key"), {"key": _SETTING}
        ).scalar()
    return held


def _refuse_beside_real_data(connection: Connection) -> None:
    batches, units = connection.execute(
        text(
            "SELECT (SELECT count(*) FROM diaban.import_batch WHERE NOT synthetic AND undone_at IS NULL), "
            "(SELECT count(*) FROM diaban.admin_unit WHERE NOT synthetic)"
        )
    ).one()
    if batches or units:
        raise ConflictError("demo_beside_real_data", batches=batches, units=units)


def _scopes(connection: Connection) -> list[Mapping[str, Any]]:
    """Return which account works in which unit, by code: the units themselves are about to go."""
    query = (
        "SELECT x.account_id AS account, u.code FROM diaban.account_scope x "
        "JOIN diaban.admin_unit u ON u.id = x.unit_id"
    )
    return [dict(row) for row in connection.execute(text(query)).mappings()]


def _remove_city(connection: Connection) -> None:
    """Take out the synthetic rows, the big tables at once."""
    for table in _REMOVE:
        statement = _TRUNCATE.get(table, f"DELETE FROM diaban.{table}")  # noqa: S608
        connection.execute(text(statement))
    connection.execute(text("DELETE FROM diaban.import_batch WHERE synthetic"))
    connection.execute(text("DELETE FROM diaban.setting WHERE key IN ('demo', 'metric_crs')"))


def _write(connection: Connection, city: City, identity: Mapping[str, Any]) -> None:
    decide_metric_crs(connection, city.parameters.lon, city.parameters.lat)
    batches = _batches(connection, city)
    write_places(connection, city, batches)
    write_staff(connection, city, batches)
    write_records(connection, city, batches)
    write_works(connection, city)
    write_tasks(connection, city.parameters.today, batches.by_kind["assignments"])
    write_equipment(connection, city.parameters.today)
    connection.execute(
        text("INSERT INTO diaban.setting (key, value) VALUES (:key, CAST(:value AS jsonb))"),
        {"key": _SETTING, "value": json.dumps(identity)},
    )
    # The planner would otherwise take the new tables for empty until autovacuum comes by.
    for table in _FILLED:
        connection.execute(text(f"ANALYZE diaban.{table}"))


def _batches(connection: Connection, city: City) -> Batches:
    """Open one synthetic batch a kind, with the rows that it brings."""
    rows = {kind.value: len(getattr(city, kind.value)) for kind in Kind}
    rows["wards"] += len(city.units) + len(city.former_wards)
    insert = text(
        "INSERT INTO diaban.import_batch (kind, file_name, synthetic, rows_read, accepted, report) "
        "VALUES (:kind, :name, true, :rows, :rows, jsonb_build_object('seed', CAST(:seed AS bigint))) "
        "RETURNING id"
    )
    made = {
        kind: connection.execute(
            insert, {"kind": kind, "name": f"demo/{kind}", "rows": count, "seed": city.seed}
        ).scalar_one()
        for kind, count in rows.items()
    }
    return Batches(made)


def _give_back(connection: Connection, scopes: list[Mapping[str, Any]]) -> None:
    """Let accounts work in the unit of the same code; one whose unit is gone sees nothing."""
    if scopes:
        connection.execute(
            text(
                "INSERT INTO diaban.account_scope (account_id, unit_id) "
                "SELECT :account, id FROM diaban.admin_unit WHERE code = :code"
            ),
            scopes,
        )


def _answer(database: Database, identity: Mapping[str, Any], *, loaded: bool) -> dict[str, Any]:
    offered = accounts.demo_accounts(database)
    with transaction(database, OPERATOR) as connection:
        rows = connection.execute(
            text("SELECT kind, accepted FROM diaban.import_batch WHERE synthetic ORDER BY id")
        ).all()
    return {
        "loaded": loaded,
        **identity,
        "counts": {row.kind: row.accepted for row in rows},
        "accounts": [
            {
                "name": account.name,
                "password": account.password,
                "role": account.role.value,
                "units": list(account.unit_names) or ["*"],
            }
            for account in offered
        ],
    }
