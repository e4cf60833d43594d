"""What the Hotspots page shows as a file, by its ending: asked for, logged with its purpose, handed out."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from geo.briefing import hotspots_files as files
from geo.briefing.hotspots_coarse import coarse_cells, coarse_review, coarse_spots
from geo.domain.errors import InputError
from geo.domain.kinds import CellShape
from geo.domain.roles import Actor
from geo.services import exports
from geo.services.hotspots.cells import HotspotCells, hotspot_cells
from geo.services.hotspots.review import HotspotQuery, Review, choices, density, review
from geo.services.hotspots.spots import Spots, hotspot_spots
from geo.services.hotspots.surface import DensitySurface
from geo.services.release.points import leaving_density, leaving_points
from geo.services.wards import Wards, wards
from geo.store.engine import Database


def write_hotspots(
    database: Database,
    actor: Actor,
    query: HotspotQuery,
    out: Path,
    *,
    purpose: str,
    compared: HotspotQuery | None = None,
    shape: CellShape = CellShape.SQUARE,
) -> dict[str, Any]:
    """Write `query` to `out` by its ending, log the export, and return what was written.

    purpose : why it leaves, as the log has it
    compared : the period held against; the one just before where None
    shape : of the cells that hotspots are made of
    The file gets its name when it is complete and logged. Raises InputError ``unknown_out_format``.
    """
    ending = out.suffix.lower()
    if ending not in _WRITERS:
        raise InputError("unknown_out_format", path=out.name, known=", ".join(_WRITERS))
    draft = out.with_name(f".{out.name}.part{ending}")
    try:
        written = _WRITERS[ending](_Asked(database, actor, query, compared or query.before(), shape), draft)
        sha256 = exports.log(
            database, actor, f"hotspots{ending}", draft, purpose=purpose,
            query={**asdict(query), "cells": shape.value},
        )  # fmt: skip
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return {"out": str(out), "sha256": sha256, **written}


@dataclass(frozen=True)
class _Asked:
    database: Database
    actor: Actor
    query: HotspotQuery
    compared: HotspotQuery
    shape: CellShape

    @property
    def coarse(self) -> bool:
        """Whoever runs the machine holds the database itself; what others take along is coarsened."""
        return not self.actor.operator

    def cells(self) -> HotspotCells:
        found = hotspot_cells(self.database, self.actor, self.query, shape=self.shape)
        return coarse_cells(found) if self.coarse else found

    def spots(self) -> Spots:
        return hotspot_spots(self.database, self.actor, self.query, self.compared, self.shape)

    def spots_layer(self) -> gpd.GeoDataFrame:
        layer = files.spots_frame(self.spots())
        return coarse_spots(layer) if self.coarse else layer

    def surface(self) -> DensitySurface:
        find = leaving_density if self.coarse else density
        return find(self.database, self.actor, self.query)

    def places(self) -> gpd.GeoDataFrame | None:
        """Return the places of incidents as they may leave; None for whoever holds the database itself."""
        if not self.coarse:
            return None
        found = leaving_points(self.database, self.actor, self.query)
        return files.places_frame(found, self.wards().metric_crs)

    def figures(self) -> Review:
        return review(self.database, self.actor, self.query, self.compared)

    def table(self) -> Review:
        """Return the figures by ward as they leave: this is remembered."""
        found = self.figures()
        return coarse_review(self.database, self.actor, found)[0] if self.coarse else found

    def wards(self) -> Wards:
        return wards(self.database, self.actor)

    def synthetic(self) -> bool:
        return choices(self.database, self.actor).synthetic


_WRITERS: dict[str, Callable[[_Asked, Path], Mapping[str, Any]]] = {
    ".geojson": lambda asked, out: files.write_cells(asked.cells(), out),
    ".gpkg": lambda asked, out: files.write_layers(
        asked.cells(), asked.spots_layer(), asked.table(), asked.wards(), out, asked.places()
    ),
    ".csv": lambda asked, out: files.write_table(asked.table(), out),
    ".png": lambda asked, out: files.write_map(
        asked.surface(), asked.spots(), asked.figures(), asked.wards(), out, synthetic=asked.synthetic()
    ),
    ".tif": lambda asked, out: files.write_density(asked.surface(), asked.query, out),
}
