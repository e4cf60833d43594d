"""Main streets and water around wards, for maps that are printed."""

from dataclasses import dataclass

import geopandas as gpd

from geo.domain.crs import STORAGE_CRS, to_metric
from geo.domain.roles import Actor, Permission
from geo.services.kept import Kept
from geo.services.wards import Wards
from geo.store.copy import read_columns
from geo.store.engine import Database, data_version, driver, transaction

_LIMIT_BYTES = 64 * 1024 * 1024
_BYTES_A_VERTEX = 16


@dataclass(frozen=True, eq=False)
class GroundLayers:
    """Streets (``kind``: major or bridge) and water, in the metric CRS. Shared: never change the frames."""

    streets: gpd.GeoDataFrame
    water: gpd.GeoDataFrame


_kept: Kept[GroundLayers] = Kept(
    _LIMIT_BYTES,
    lambda layers: (
        4096
        + _BYTES_A_VERTEX
        * int(
            layers.streets.geometry.count_coordinates().sum()
            + layers.water.geometry.count_coordinates().sum()
        )
    ),
)

_QUERIES = {
    "streets": "SELECT kind, geom FROM diaban.street WHERE kind IN ('major', 'bridge') ORDER BY id",
    "water": "SELECT 'water' AS kind, geom FROM diaban.water ORDER BY id",
}


def ground_layers(database: Database, actor: Actor, held: Wards) -> GroundLayers:
    """Return what lies below the wards of `held`, in their metric CRS."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        key = (str(database.app.url), data_version(connection, ("street", "water")), held.metric_crs)

        def build() -> GroundLayers:
            frames = {}
            for name, query in _QUERIES.items():
                rows = read_columns(driver(connection), query, None, {"kind": "text", "geom": "geometry"})
                frame = gpd.GeoDataFrame({"kind": rows["kind"]}, geometry=rows["geom"], crs=STORAGE_CRS)
                frames[name] = (
                    to_metric(frame, held.metric_crs)
                    if len(frame)
                    else frame.set_crs(held.metric_crs, allow_override=True)
                )
            return GroundLayers(**frames)

        return _kept.get(key, build)
