"""All incidents in a reader's scope as columns in memory: read once a version of the data, filtered by NumPy.

Read through the reader's own transaction, so that the database decides row by row what is in scope. Two
readers with the same scope share the columns. No object is made a row.
"""

import logging
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from geo.domain.crs import lonlat_to_metric_xy
from geo.domain.errors import DiaBanError
from geo.domain.roles import OPERATOR, Actor, Permission
from geo.services.deployment import metric_crs
from geo.services.kept import Kept
from geo.store.copy import read_columns
from geo.store.engine import Database, data_version, driver, transaction

Floats = npt.NDArray[np.float64]

TOPICS = ("incident", "admin_unit", "unit_lineage", "setting")
_LIMIT_BYTES = 768 * 1024 * 1024

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class IncidentColumns:
    """Incidents, in order of the time they occurred; those without one come last. Arrays are read-only.

    xy : (n, 2) metres in `metric_crs`, NaN without a place
    occurred : (n,) datetime64[us] UTC, start of the interval, NaT without a time
    until : (n,) datetime64[us] UTC, end of the interval; as `occurred` for a moment
    recorded : (n,) datetime64[us] UTC, when it was entered, NaT where nobody knows
    category_id : (n,) int16; discovered : (n,) bool; unit_id : (n,) int32, 0 outside of every ward
    dated : how many have a time: the first `dated` rows
    version : of the data that was read
    """

    xy: Floats
    occurred: npt.NDArray[np.datetime64]
    until: npt.NDArray[np.datetime64]
    recorded: npt.NDArray[np.datetime64]
    category_id: npt.NDArray[np.int16]
    discovered: npt.NDArray[np.bool_]
    unit_id: npt.NDArray[np.int32]
    dated: int
    metric_crs: str
    version: str

    def __len__(self) -> int:
        return len(self.occurred)

    @property
    def x_m(self) -> Floats:
        """(n,) metres east."""
        return self.xy[:, 0]

    @property
    def y_m(self) -> Floats:
        """(n,) metres north."""
        return self.xy[:, 1]

    @property
    def nbytes(self) -> int:
        """Bytes of all columns."""
        return sum(array.nbytes for array in self.arrays)

    @property
    def arrays(self) -> tuple[npt.NDArray[Any], ...]:
        """All columns."""
        times = (self.occurred, self.until, self.recorded)
        return (self.xy, *times, self.category_id, self.discovered, self.unit_id)

    def between(self, start: np.datetime64, stop: np.datetime64) -> slice:
        """Return the rows that occurred in [start, stop), both UTC."""
        times = self.occurred[: self.dated]
        low, high = np.searchsorted(times, np.array([start, stop], dtype=times.dtype), side="left")
        return slice(int(low), int(high))


_kept: Kept[IncidentColumns] = Kept(_LIMIT_BYTES, lambda columns: columns.nbytes)


def columns(database: Database, actor: Actor) -> IncidentColumns:
    """Return the incidents that `actor` may count, as columns."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        version = data_version(connection, TOPICS)
        key = (str(database.app.url), actor.scope_key, version)
        return _kept.get(key, lambda: _read(connection, actor, version))


def _read(connection: Connection, actor: Actor, version: str) -> IncidentColumns:
    query = """
        SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat, occurred_from,
            coalesce(occurred_to, occurred_from) AS occurred_to, recorded_at, category_id,
            origin = 'discovered' AS discovered, coalesce(unit_id, 0) AS unit_id
        FROM diaban.incident"""
    params = None
    if actor.scope_key != "*":
        # Row-level security alone gives the same rows, but scans them all: by unit first, the index is used.
        ids = connection.execute(text("SELECT id FROM diaban.admin_unit")).scalars().all()
        query, params = query + " WHERE unit_id = ANY(%(ids)s)", {"ids": list(ids)}
    rows = read_columns(
        driver(connection),
        query,
        params,
        {
            "lon": "float8",
            "lat": "float8",
            "occurred_from": "timestamptz",
            "occurred_to": "timestamptz",
            "recorded_at": "timestamptz",
            "category_id": "int2",
            "discovered": "boolean",
            "unit_id": "int4",
        },
    )
    crs = metric_crs(connection)
    order = np.argsort(rows["occurred_from"], kind="stable")  # NaT sorts last
    xy = lonlat_to_metric_xy(rows["lon"], rows["lat"], crs)[order]
    occurred = rows["occurred_from"][order]
    made = IncidentColumns(
        xy=xy,
        occurred=occurred,
        until=rows["occurred_to"][order],
        recorded=rows["recorded_at"][order],
        category_id=rows["category_id"][order],
        discovered=rows["discovered"][order],
        unit_id=rows["unit_id"][order],
        dated=int(len(occurred) - np.isnat(occurred).sum()),
        metric_crs=crs,
        version=version,
    )
    for array in made.arrays:
        array.setflags(write=False)
    return made


def warm(database: Database) -> threading.Thread:
    """Read the columns of those who see everything in the background, before the first map needs them."""
    thread = threading.Thread(target=_warm, args=(database,), name="incident-columns", daemon=True)
    thread.start()
    return thread


def _warm(database: Database) -> None:
    try:
        columns(database, OPERATOR)
    except (DiaBanError, SQLAlchemyError, psycopg.Error) as fault:
        # The page that needs them will say so to somebody who reads it.
        _log.warning("incidents could not be read ahead: %s", fault)
