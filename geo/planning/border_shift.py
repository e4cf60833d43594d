"""A block's border moved: what the block gains, its neighbours lose; what it gives up, they take.

Pure geometry on the blocks of one ward. Shapes are in degrees and stay so, or borders that nobody moved
would tear; lengths and areas are measured in the metric CRS.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from geo.domain.crs import to_metric
from geo.domain.errors import InputError

# Less than this is the noise of two ways to draw one border.
SLIVER_M2 = 1.0


@dataclass(frozen=True)
class BorderShift:
    """The blocks of a ward after one border has moved.

    shapes : code -> its new area (EPSG:4326), of the blocks that change and no others
    gained, lost : what the block takes and gives up (EPSG:4326); gained_m2, lost_m2 their areas
    """

    block: str
    shapes: dict[str, shapely.MultiPolygon]
    gained: shapely.Geometry
    lost: shapely.Geometry
    gained_m2: float
    lost_m2: float

    @property
    def moved(self) -> shapely.Geometry:
        """All that changes hands."""
        return shapely.union(self.gained, self.lost)


def shift_border(
    blocks: gpd.GeoDataFrame, block: str, proposed: shapely.Geometry, ward: shapely.Geometry, metric_crs: str
) -> BorderShift:
    """Return the ward's blocks once `block` has the area `proposed`.

    blocks : GeoDataFrame (n,) in EPSG:4326 with ``code``, the blocks of the ward, `block` among them
    proposed, ward : areas in EPSG:4326
    A piece given up goes to the neighbour that it shares the longest border with.
    Raises InputError ``border_bad_polygon``, ``border_outside_ward``, ``border_unchanged``,
    ``border_swallows``, ``border_nobodys``, ``border_in_parts``.
    """
    wanted: shapely.Geometry = _areas_of(proposed)
    if shapely.is_empty(wanted) or not shapely.is_valid(proposed):
        raise InputError("border_bad_polygon")
    shapes = dict(zip(blocks["code"].tolist(), blocks.geometry.tolist(), strict=True))
    before = shapes[block]
    beyond = shapely.difference(wanted, shapely.union(ward, before))
    if _area_m2(beyond, metric_crs) > SLIVER_M2:
        raise InputError("border_outside_ward", area=round(_area_m2(beyond, metric_crs)))
    wanted = shapely.difference(wanted, beyond)
    gained = _areas_of(shapely.difference(wanted, before))
    lost = _areas_of(shapely.difference(before, wanted))
    gained_m2, lost_m2 = _area_m2(gained, metric_crs), _area_m2(lost, metric_crs)
    if gained_m2 + lost_m2 <= SLIVER_M2:
        raise InputError("border_unchanged", code=block)
    after = {block: wanted, **_without(shapes, block, gained, metric_crs)}
    for piece in shapely.get_parts(lost):
        taker = _taker({**shapes, **after}, block, piece, metric_crs)
        after[taker] = shapely.union(after.get(taker, shapes[taker]), piece)
    _refuse_parts(shapes, after, metric_crs)
    return BorderShift(
        block, {code: _areas_of(shape) for code, shape in after.items()}, gained, lost, gained_m2, lost_m2
    )


def _refuse_parts(
    before: dict[str, shapely.Geometry], after: dict[str, shapely.Geometry], metric_crs: str
) -> None:
    """Raise InputError where a block would come apart."""
    apart = [
        code
        for code, shape in after.items()
        if _parts(shape, metric_crs) > max(_parts(before[code], metric_crs), 1)
    ]
    if apart:
        raise InputError("border_in_parts", codes=", ".join(sorted(apart)))


def _parts(shape: shapely.Geometry, metric_crs: str) -> int:
    return sum(_area_m2(part, metric_crs) > SLIVER_M2 for part in shapely.get_parts(_areas_of(shape)))


def _without(
    shapes: dict[str, shapely.Geometry], block: str, gained: shapely.Geometry, metric_crs: str
) -> dict[str, shapely.Geometry]:
    """Return the other blocks that `gained` is taken from, without it."""
    left: dict[str, shapely.Geometry] = {
        code: _areas_of(shapely.difference(shape, gained))
        for code, shape in shapes.items()
        if code != block and shapely.area(shapely.intersection(shape, gained)) > 0
    }
    swallowed = [code for code, shape in left.items() if _area_m2(shape, metric_crs) <= SLIVER_M2]
    if swallowed:
        raise InputError("border_swallows", codes=", ".join(sorted(swallowed)))
    return left


def _taker(shapes: dict[str, shapely.Geometry], block: str, piece: shapely.Geometry, metric_crs: str) -> str:
    """Return the block that shares the longest border with `piece`; the first by code among equals."""
    codes = sorted(code for code in shapes if code != block)
    shared = [shapely.intersection(shapely.boundary(piece), shapely.boundary(shapes[code])) for code in codes]
    lengths = to_metric(gpd.GeoDataFrame(geometry=shared, crs="EPSG:4326"), metric_crs).length.to_numpy()
    if not codes or lengths.max() <= 0:
        raise InputError("border_nobodys", area=round(_area_m2(piece, metric_crs)))
    return codes[int(np.argmax(lengths))]


def _areas_of(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """Return the areas of `shape`: an overlay leaves points and lines where borders only touch."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([part for part in parts.tolist() if part.geom_type == "Polygon"])


def _area_m2(shape: shapely.Geometry, metric_crs: str) -> float:
    if shapely.is_empty(shape):
        return 0.0
    return float(to_metric(gpd.GeoDataFrame(geometry=[shape], crs="EPSG:4326"), metric_crs).area.iloc[0])
