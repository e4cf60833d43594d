"""Points that leave: each at the middle of a catchment of at least eight addresses of its own ward.

Read in full, whatever the reader may see: who may not see an address is given the middle of eight.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from shapely.geometry.base import BaseGeometry

from geo.analysis.catchments import NONE, Catchments, catchments, snapped
from geo.domain.crs import lonlat_to_metric_xy
from geo.domain.roles import OPERATOR, Actor, Permission
from geo.services.hotspots.review import Asked, HotspotQuery, asked
from geo.services.hotspots.surface import DensitySurface, in_full_cells, surface
from geo.services.kept import Kept
from geo.services.wards import Wards, wards
from geo.store import read_release
from geo.store.engine import Database, data_version, transaction

Floats = npt.NDArray[np.float64]
_LIMIT_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True)
class Snapped:
    """Incidents of a question at the middle of their catchment.

    xy : (n, 2) metres; those of wards of fewer than eight addresses are left out
    places : (k, 2) metres, the distinct ones · addresses : (k,) that each stands for
    left_out : how many have no catchment
    """

    xy: Floats
    places: Floats
    addresses: npt.NDArray[np.int64]
    left_out: int


_kept: Kept[Catchments] = Kept(_LIMIT_BYTES, lambda made: made.address.nbytes * 2 + made.centre.nbytes)


def address_catchments(database: Database) -> Catchments:
    """Return the catchments of all addresses, kept until households or borders change."""
    held = wards(database, OPERATOR)
    with transaction(database, OPERATOR) as connection:
        version = data_version(connection, ("household", "admin_unit", "setting"))

        def made() -> Catchments:
            homes = read_release.addresses(connection)
            xy = lonlat_to_metric_xy(homes["lon"].to_numpy(), homes["lat"].to_numpy(), held.metric_crs)
            return catchments(xy, homes["unit_id"].to_numpy(np.int64), _borders(held))

        return _kept.get((str(database.app.url), version), made)


def _borders(held: Wards) -> dict[int, BaseGeometry]:
    return dict(zip(held.metric["id"].tolist(), held.metric.geometry, strict=True))


def leaving_points(database: Database, actor: Actor, query: HotspotQuery) -> Snapped:
    """Return the incidents of `query` as points that may leave. Raises InputError as `density`."""
    actor.require(Permission.EXPORT)
    return _snapped(database, asked(database, actor, query), query)


def _snapped(database: Database, question: Asked, query: HotspotQuery) -> Snapped:
    held = address_catchments(database)
    rows = question.placed(question.counted(query))
    xy, label = snapped(question.columns.xy[rows], question.columns.unit_id[rows].astype(np.int64), held)
    there = label != NONE
    used = np.unique(label[there])
    return Snapped(xy[there], held.centre[used], held.size[used], int((~there).sum()))


def leaving_density(database: Database, actor: Actor, query: HotspotQuery) -> DensitySurface:
    """Return the density of the points that may leave, in cells of at least five.

    Raises InputError ``unknown_unit``, ``unknown_category``, ``no_points``.
    """
    actor.require(Permission.EXPORT)
    question = asked(database, actor, query)
    bounds = question.bounds
    found = _snapped(database, question, query)
    made = surface(
        bounds, question.wards.metric_crs, query.bandwidth_m,
        (found.xy, in_full_cells(found.xy, query.bandwidth_m)), (question.version, query, "leaving"),
    )  # fmt: skip
    return made if not found.left_out else replace(made, sparse=made.sparse + found.left_out)
