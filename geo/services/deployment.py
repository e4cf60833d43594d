"""The one database of this deployment, and the facts that were decided for it once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo import settings
from geo.domain.crs import VN2000_UTM_48N, choose_metric_crs
from geo.domain.errors import UnavailableError
from geo.domain.roles import OPERATOR
from geo.store import cluster, migrate
from geo.store.engine import Database, open_database, transaction

_METRIC_CRS = "metric_crs"


@dataclass(frozen=True)
class MetricCrs:
    """The CRS that lengths and areas are measured in, and why this one."""

    code: str
    evidence: str


def open_deployment() -> Database:
    """Return the database named by DATABASE_URL, or else the private cluster's.

    Raises UnavailableError where the private cluster has never been started.
    """
    outside = settings.load().database_url
    if outside is not None:
        return open_database(outside.get_secret_value())
    urls = cluster.urls()
    return open_database(urls.owner, urls.app, urls.auth)


@contextmanager
def deployment() -> Iterator[Database]:
    """Open the deployment's database for one command, and close it."""
    database = open_deployment()
    try:
        yield database
    finally:
        database.close()


def require_migrated(database: Database) -> None:
    """Raise UnavailableError ``database_not_migrated`` unless the schema is the one this program knows."""
    with transaction(database, OPERATOR) as connection:
        found = migrate.current(connection)
    if found != migrate.head():
        raise UnavailableError("database_not_migrated", found=found or "-", needed=migrate.head())


def metric_crs(connection: Connection) -> str:
    """Return the metric CRS as ``"EPSG:n"``: the setting, else the stored one, else VN-2000 / UTM 48N."""
    return settings.load().metric_crs or _stored_metric_crs(connection) or VN2000_UTM_48N


def decide_metric_crs(connection: Connection, lon: float, lat: float) -> MetricCrs:
    """Keep the metric CRS of a deployment around (lon, lat), unless one is set or kept already.

    The first boundaries that are stored decide; later data never does, or figures would change under
    the reader's eyes.
    """
    override = settings.load().metric_crs
    if override:
        return MetricCrs(override, "DIABAN_METRIC_CRS")
    stored = _stored_metric_crs(connection)
    if stored:
        return MetricCrs(stored, "setting metric_crs of this database")
    chosen = choose_metric_crs(lon, lat)
    connection.execute(
        text("INSERT INTO diaban.setting (key, value) VALUES (:key, to_jsonb(CAST(:crs AS text)))"),
        {"key": _METRIC_CRS, "crs": chosen},
    )
    return MetricCrs(chosen, f"first boundaries are around {lon:.4f}, {lat:.4f}")


def _stored_metric_crs(connection: Connection) -> str | None:
    stored = connection.execute(
        text("SELECT value #>> '{}' FROM diaban.setting WHERE key = :key"), {"key": _METRIC_CRS}
    ).scalar()
    return str(stored) if stored is not None else None


def holds_only_demo(connection: Connection) -> bool:
    """Say whether everything that was ever loaded, and not taken back, is the synthetic city."""
    return bool(
        connection.execute(
            text(
                "SELECT coalesce(bool_and(synthetic), false) FROM diaban.import_batch WHERE undone_at IS NULL"
            )
        ).scalar()
    )


def is_synthetic(connection: Connection) -> bool:
    """Say whether any unit in the reader's scope is synthetic, so that the screen must say so."""
    return bool(
        connection.execute(text("SELECT EXISTS (SELECT FROM diaban.admin_unit WHERE synthetic)")).scalar()
    )
