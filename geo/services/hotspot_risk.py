"""Incidents for each thousand households, as a surface: more than the people who live there explain."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from geo.analysis import density as kernel
from geo.analysis.risk import ratio
from geo.domain.crs import lonlat_to_metric_xy
from geo.domain.roles import Actor, Permission
from geo.services.hotspots import DensitySurface, HotspotQuery, density
from geo.services.kept import Kept
from geo.store.copy import read_columns
from geo.store.engine import Database, data_version, driver, transaction

# A place is judged where the kernel averages over so many households: one incident more is then 10 in 1,000.
LEAST_HOUSEHOLDS = 100
_PER = 1000
_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class RiskSurface:
    """`surface` holds incidents per 1,000 households over the period, 0 where too few live to say."""

    surface: DensitySurface
    households: int


_kept: Kept[RiskSurface] = Kept(_BYTES, lambda found: found.surface.values.nbytes)


def risk(database: Database, actor: Actor, query: HotspotQuery) -> RiskSurface:
    """Return the risk of `query` with the grid and kernel of its density.

    Households are those stored now, also for a past period: their history is not kept.
    Raises InputError as `density`.
    """
    actor.require(Permission.VIEW)
    events = density(database, actor, query)
    with transaction(database, actor) as connection:
        key = ("risk", events.key, data_version(connection, ("household",)))
        return _kept.get(key, lambda: _risk(events, _households(connection, events.metric_crs), key))


def _risk(events: DensitySurface, xy: npt.NDArray[np.float64], key: tuple[object, ...]) -> RiskSurface:
    base = kernel.binned(xy, events.grid, events.bandwidth_m, rel_error=5e-3)
    found = ratio(events.values, base, events.bandwidth_m, LEAST_HOUSEHOLDS)
    values = np.nan_to_num(_PER * found).astype(np.float32)
    surface = replace(events, values=values, peak=float(values.max(initial=0.0)), key=key)
    return RiskSurface(surface, len(xy))


def _households(connection: Connection, metric_crs: str) -> npt.NDArray[np.float64]:
    rows = read_columns(
        driver(connection),
        "SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat FROM diaban.household WHERE geom IS NOT NULL",
        None,
        {"lon": "float8", "lat": "float8"},
    )
    return lonlat_to_metric_xy(rows["lon"], rows["lat"], metric_crs)
