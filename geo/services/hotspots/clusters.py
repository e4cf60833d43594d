"""Clusters of incidents by other means than cells: a scan of space and time, and outlines of dense groups."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import numpy as np
import shapely

from geo.analysis import outlines as dense
from geo.analysis import scan
from geo.domain.crs import shape_to_lonlat
from geo.domain.roles import Actor, Permission
from geo.services.days import day_of, local_days
from geo.services.hotspots.cells import CELL_M
from geo.services.hotspots.review import Asked, HotspotQuery, asked
from geo.services.kept import Kept
from geo.store.engine import Database

# A wider circle is a part of the town, not a place; a group of fewer is a coincidence.
MOST_RADIUS_M = 1000.0
REACH_M = 150.0
LEAST_INCIDENTS = 10
PERMUTATIONS = 199
SIGNIFICANT = 0.05
_MOST_CLUSTERS = 10
_BYTES = 8 * 1024 * 1024
_A_CLUSTER_BYTES = 16 * 1024


class Method(StrEnum):
    """How clusters are found."""

    SCAN = "scan"
    DBSCAN = "dbscan"
    HDBSCAN = "hdbscan"


@dataclass(frozen=True, eq=False)
class Cluster:
    """One cluster.

    shape : circle or outline, EPSG:4326
    n : incidents in it; area_km2 : of its shape
    expected, p, since : of the scan: incidents that chance would put there, its chance, first day
    """

    shape: shapely.Geometry
    n: int
    area_km2: float
    expected: float | None = None
    p: float | None = None
    since: date | None = None


@dataclass(frozen=True, eq=False)
class Clusters:
    """Clusters, the most surprising or the largest first.

    used : incidents looked at; the scan looks at the period and the one before, for what is more than before
    since : first day looked at
    """

    method: Method
    clusters: tuple[Cluster, ...]
    used: int
    since: date


_kept: Kept[Clusters] = Kept(_BYTES, lambda found: _A_CLUSTER_BYTES * (1 + len(found.clusters)))


def clusters(database: Database, actor: Actor, query: HotspotQuery, method: Method) -> Clusters:
    """Return the clusters of `query` by `method`; the scan's are those that last until the end of the period.

    Raises ForbiddenError for a reader who may not see exact points, InputError ``scan_too_heavy``,
    ``outline_too_heavy``, ``unknown_unit``, ``unknown_category``.
    """
    actor.require(Permission.VIEW_POINTS)
    data = asked(database, actor, query)
    key = (str(database.app.url), actor.scope_key, data.version, query, method)
    found = _scanned if method is Method.SCAN else _outlined
    return _kept.get(key, lambda: found(data, query, method))


def _scanned(data: Asked, query: HotspotQuery, method: Method) -> Clusters:
    first = query.before().start
    rows = data.placed(data.counted(replace(query, start=first)))
    days = local_days(data.columns.occurred[rows])
    origin, last = (np.datetime64(day).astype("datetime64[D]").astype(int) for day in (first, query.end))
    # By cells as in `hotspot_cells`: each address a place of its own would take minutes and say no more.
    xy = (np.floor(data.columns.xy[rows] / CELL_M) + 0.5) * CELL_M
    found = scan.space_time_scan(
        xy,
        days,
        period=(float(origin), float(last)),
        max_radius_m=MOST_RADIUS_M,
        max_days=query.days,
        max_clusters=_MOST_CLUSTERS,
        permutations=PERMUTATIONS,
    )
    crs = data.columns.metric_crs
    made = [
        Cluster(
            shape=shape_to_lonlat(shapely.Point(one.centre).buffer(one.radius_m + CELL_M / 2), crs),
            n=one.n,
            area_km2=float(np.pi * (one.radius_m + CELL_M / 2) ** 2 / 1e6),
            expected=one.expected,
            p=one.p,
            since=day_of(one.from_day),
        )
        for one in found.clusters
        if one.p < SIGNIFICANT
    ]
    return Clusters(method, tuple(made), found.used, first)


def _outlined(data: Asked, query: HotspotQuery, method: Method) -> Clusters:
    name: dense.Method = "dbscan" if method is Method.DBSCAN else "hdbscan"
    found = dense.outlines(data.drawn(query), method=name, eps_m=REACH_M, min_events=LEAST_INCIDENTS)
    made = [
        Cluster(shape_to_lonlat(one.polygon, data.columns.metric_crs), one.n, one.area_km2)
        for one in found.outlines[:_MOST_CLUSTERS]
    ]
    return Clusters(method, tuple(made), found.used, query.start)
