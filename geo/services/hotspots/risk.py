"""Incidents for each thousand households, as a surface: more than the people who live there explain."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from geo.analysis import density as kernel
from geo.analysis.risk import ratio
from geo.domain.crs import lonlat_to_metric_xy
from geo.domain.roles import Actor, Permission
from geo.services.hotspots.review import HotspotQuery, density
from geo.services.hotspots.surface import DensitySurface
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


@dataclass(frozen=True)
class _Base:
    """Density of households, per km², on the grid of an answer; how many there are."""

    per_km2: npt.NDArray[np.float64]
    households: int


_bases: Kept[_Base] = Kept(_BYTES, lambda base: base.per_km2.nbytes)
_kept: Kept[RiskSurface] = Kept(_BYTES, lambda found: found.surface.values.nbytes)


def risk(database: Database, actor: Actor, query: HotspotQuery, *, coarse: bool = False) -> RiskSurface:
    """Return the risk of `query` with the grid and kernel of its density. coarse : as in `density`.

    Households are those stored now, also for a past period: their history is not kept.
    Raises InputError as `density`.
    """
    actor.require(Permission.VIEW)
    events = density(database, actor, query, coarse=coarse)
    with transaction(database, actor) as connection:
        version = data_version(connection, ("household",))
        scope = (str(database.app.url), actor.scope_key, version)
        # The days are those of the incidents alone: another period has the same households below it.
        base = _bases.get(
            (*scope, events.grid, events.bandwidth_m, events.metric_crs), lambda: _base(connection, events)
        )
    key = ("risk", events.key, version)
    return _kept.get(key, lambda: _risk(events, base, key))


def _risk(events: DensitySurface, base: _Base, key: tuple[object, ...]) -> RiskSurface:
    found = ratio(events.values, base.per_km2, events.bandwidth_m, LEAST_HOUSEHOLDS)
    values = np.nan_to_num(_PER * found).astype(np.float32)
    surface = replace(events, values=values, peak=float(values.max(initial=0.0)), key=key)
    return RiskSurface(surface, base.households)


def _base(connection: Connection, events: DensitySurface) -> _Base:
    rows = read_columns(
        driver(connection),
        "SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat FROM diaban.household WHERE geom IS NOT NULL",
        None,
        {"lon": "float8", "lat": "float8"},
    )
    xy = lonlat_to_metric_xy(rows["lon"], rows["lat"], events.metric_crs)
    return _Base(kernel.binned(xy, events.grid, events.bandwidth_m, rel_error=5e-3), len(xy))
