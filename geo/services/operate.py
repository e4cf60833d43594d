"""What the operator of the machine does: start, stop, look, migrate, load the demo, back up, restore."""

from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text

from geo.demo.parameters import CityParameters
from geo.domain.errors import ConflictError
from geo.domain.roles import OPERATOR
from geo.services import accounts, demo
from geo.services.deployment import deployment, holds_only_demo, require_migrated
from geo.store import backup as archive
from geo.store import cluster
from geo.store import migrate as schema
from geo.store.engine import Database, transaction

_COUNTED = ("admin_unit", "block", "household", "beat", "officer", "assignment", "incident", "street")


def up() -> dict[str, Any]:
    """Start the private cluster or check the outside database."""
    return asdict(cluster.up())


def down() -> dict[str, Any]:
    """Stop the private cluster."""
    return asdict(cluster.down())


def status() -> dict[str, Any]:
    """Say what runs, at which revision the schema is, and how many rows of each kind there are."""
    found = asdict(cluster.status())
    if not found["running"]:
        return {**found, "revision": None, "rows": {}}
    with deployment() as database, transaction(database, OPERATOR) as connection:
        revision = schema.current(connection)
        rows = {}
        if revision is not None:
            rows = {
                table: connection.execute(text(f"SELECT count(*) FROM diaban.{table}")).scalar_one()  # noqa: S608
                for table in _COUNTED
            }
    return {**found, "revision": revision, "needed_revision": schema.head(), "rows": rows}


def migrate() -> dict[str, Any]:
    """Bring the schema to this program's revision; make the first administrator where there is none."""
    with deployment() as database:
        reached = schema.upgrade(database.owner.url.render_as_string(hide_password=False))
        password = accounts.first_admin(database)
    return {"revision": reached, "admin_password": password}


def load_demo(
    *, today: date, seed: int, wards: int, households: int, incidents: int, only_if_empty: bool
) -> dict[str, Any]:
    """Load the synthetic city, or with `only_if_empty` leave a database that holds anything as it is."""
    parameters = replace(CityParameters(today=today), wards=wards, households=households, incidents=incidents)
    with deployment() as database:
        require_migrated(database)
        if only_if_empty and _holds_data(database):
            return {"loaded": False, "reason": "the database already holds data"}
        return demo.load(database, parameters, seed)


def _holds_data(database: Database) -> bool:
    with transaction(database, OPERATOR) as connection:
        return bool(connection.execute(text("SELECT EXISTS (SELECT FROM diaban.admin_unit)")).scalar())


def backup(target: Path) -> dict[str, Any]:
    """Write the whole database to `target`."""
    with deployment() as database:
        size = archive.dump(database.owner.url.render_as_string(hide_password=False), target)
    return {"file": str(target), "bytes": size}


def restore(source: Path, *, replace: bool) -> dict[str, Any]:
    """Put the database back to what `source` holds.

    Raises ConflictError where the database holds real data and `replace` is not given.
    """
    archive.require_backup(source)
    with deployment() as database:
        if not replace and _holds_real_data(database):
            raise ConflictError("restore_would_replace")
        archive.restore(database.owner.url.render_as_string(hide_password=False), source)
        require_migrated(database)
    return {"file": str(source), "restored": True}


def _holds_real_data(database: Database) -> bool:
    with transaction(database, OPERATOR) as connection:
        if schema.current(connection) is None:
            return False
        loaded = connection.execute(text("SELECT EXISTS (SELECT FROM diaban.import_batch)")).scalar()
        return bool(loaded) and not holds_only_demo(connection)
