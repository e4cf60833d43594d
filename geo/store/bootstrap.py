"""What a database needs before the first migration: server settings, logins, the database, extensions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict

from geo.domain.errors import UnavailableError

APP_ROLE = "diaban_app"
AUTH_ROLE = "diaban_auth"
EXTENSIONS: tuple[LiteralString, ...] = ("postgis", "btree_gist")
_CONNECT_TIMEOUT_S = 10

_WORKSTATION = """\
# Written at every start of the private cluster; changes by hand are lost.
listen_addresses = '{host}'
port = {port}
unix_socket_directories = '{socket_dir}'
unix_socket_permissions = 0700
max_connections = 200
password_encryption = 'scram-sha-256'

# A workstation with two cores and at least 8 GB that runs the app as well.
shared_buffers = '512MB'
effective_cache_size = '3GB'
work_mem = '32MB'
maintenance_work_mem = '256MB'
max_wal_size = '4GB'
# Nobody follows this server: what a transaction makes and fills itself (a restore, a first load) then goes
# to its files alone and not to the log as well.
wal_level = minimal
max_wal_senders = 0
checkpoint_completion_target = 0.9
random_page_cost = 1.1
# The map's queries last milliseconds; compiling them takes longer than running them.
jit = off
timezone = 'UTC'

# Messages keep neither statements nor values: a row may hold what no log should.
logging_collector = on
log_directory = '../log'
log_filename = 'postgresql-%a.log'
log_rotation_age = '1d'
log_truncate_on_rotation = on
log_min_error_statement = 'panic'
log_error_verbosity = 'terse'
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""

_FOR_TESTS = """
# A test's data may be lost with the power.
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = '128MB'
"""


@dataclass(frozen=True)
class OutsideDatabase:
    """What a look at a database named by DATABASE_URL found; `place` never holds the password."""

    reachable: bool
    place: str
    port: int | None
    version: str | None


def server_configuration(host: str, port: int, socket_dir: str, durable: bool) -> str:
    """Return the settings file of the private cluster."""
    escaped = socket_dir.replace("'", "''")
    settings = _WORKSTATION.format(host=host, port=port, socket_dir=escaped)
    return settings if durable else settings + _FOR_TESTS


def plain_url(url: str) -> str:
    """Return `url` as libpq reads it, whatever way the operator wrote its scheme."""
    _, separator, rest = url.partition("://")
    return f"postgresql://{rest}" if separator else url


def prepare_private(conninfo: str, database: str, passwords: Mapping[str, str]) -> None:
    """Make logins, database and extensions in the private cluster; safe to repeat after a kill.

    conninfo : the superuser's way into the database ``postgres``
    """
    with _connect(conninfo) as connection:
        for role in (APP_ROLE, AUTH_ROLE):
            _ensure_role(connection, role, login=True)
            connection.execute(
                sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(passwords[role])
                )
            )
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    with _connect(conninfo, database) as connection:
        _ensure_extensions(connection)


def outside(url: str, *, prepare: bool) -> OutsideDatabase:
    """Look at the database named by `url`; with `prepare`, give it the extensions and roles it lacks.

    Without `prepare` an unreachable database is an answer; with it, it raises UnavailableError, as does a
    server without PostGIS or a login that may not create what is missing.
    """
    place = _place(url)
    port = int(str(conninfo_to_dict(plain_url(url)).get("port") or 5432))
    try:
        connection = _connect(plain_url(url))
    except psycopg.OperationalError as fault:
        if not prepare:
            return OutsideDatabase(False, place, port, None)
        raise UnavailableError("database_unreachable", place=place) from fault
    with connection:
        if prepare:
            _prepare_outside(connection, place)
        return OutsideDatabase(True, place, port, str(connection.info.server_version // 10_000))


def _prepare_outside(connection: psycopg.Connection[Any], place: str) -> None:
    available = connection.execute(
        "SELECT count(*) FROM pg_available_extensions WHERE name = ANY(%s)", (list(EXTENSIONS),)
    ).fetchone()
    if available is None or available[0] < len(EXTENSIONS):
        raise UnavailableError("postgis_not_on_server", place=place)
    try:
        _ensure_extensions(connection)
        for role in (APP_ROLE, AUTH_ROLE):
            _ensure_role(connection, role, login=False)
            # Since PostgreSQL 16 making a role no longer lets its maker put it on.
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))
    except errors.InsufficientPrivilege as fault:
        raise UnavailableError(
            "database_needs_admin", place=place, roles=f"{APP_ROLE}, {AUTH_ROLE}"
        ) from fault


def _ensure_extensions(connection: psycopg.Connection[Any]) -> None:
    for name in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))


def _ensure_role(connection: psycopg.Connection[Any], role: str, *, login: bool) -> None:
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
        kind = sql.SQL("LOGIN" if login else "NOLOGIN")
        connection.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(role), kind))


def _connect(conninfo: str, database: str | None = None) -> psycopg.Connection[Any]:
    return psycopg.connect(conninfo, autocommit=True, connect_timeout=_CONNECT_TIMEOUT_S, dbname=database)


def _place(url: str) -> str:
    parts = conninfo_to_dict(plain_url(url))
    return f"{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}/{parts.get('dbname') or ''}"
