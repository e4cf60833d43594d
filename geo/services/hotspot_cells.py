"""Hotspots as cells: counts on a metric grid with Getis-Ord Gi*, adjusted for testing many cells."""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.analysis.grid import Grid
from geo.analysis.hotspots import adjust, local_g, p_values
from geo.analysis.membership import points_in_polygons
from geo.domain.errors import InputError
from geo.domain.roles import Actor, Permission
from geo.services.hotspots import SMALL_N, Asked, HotspotQuery, asked
from geo.store.engine import Database

CELL_M = 250.0
_MOST_CELLS = 250_000

HOT, VERY_HOT, COLD, NOT_SIGNIFICANT = "hot", "very_hot", "cold", "not_significant"
FALSE_DISCOVERIES = 0.05
_STRICT = 0.01


@dataclass(frozen=True)
class Significant:
    """How many cells are hot at 5 %: each tested alone, and adjusted by Benjamini-Hochberg and -Yekutieli."""

    raw: int
    bh: int
    by: int


@dataclass(frozen=True)
class HotspotCells:
    """Cells of the asked unit and what was found in them.

    frame : GeoDataFrame of squares in `metric_crs`: cell, count, z, p, q, class. `q` is `p` adjusted by
        Benjamini-Hochberg; class is very_hot (q < .01), hot (q < .05), cold (q < .05) or not_significant.
        For a reader who may not see exact points, a count below five is missing and its z, p, q with it.
    n : incidents in the cells; left_out : in the unit, but with a place in no cell or without a place
    significant : of all cells, also of those whose figures are missing
    """

    frame: gpd.GeoDataFrame
    grid: Grid
    metric_crs: str
    n: int
    left_out: int
    significant: Significant

    def numbers(self) -> dict[str, int]:
        """Return how many cells there are of each class."""
        return {str(name): int(n) for name, n in self.frame["class"].value_counts().items()}


def hotspot_cells(
    database: Database, actor: Actor, query: HotspotQuery, cell_m: float = CELL_M
) -> HotspotCells:
    """Return the cells of `query` whose centre lies in one of its wards.

    cell_m : side of a cell; larger for a unit that would have more than 250,000 of them
    Raises InputError ``unknown_unit``, ``unknown_category``, ``no_points`` where no ward has a border.
    """
    found = cells_in_full(asked(database, actor, query), query, cell_m)
    if actor.may(Permission.VIEW_POINTS):
        return found
    frame = found.frame.copy()
    small = frame["count"].between(1, SMALL_N - 1)
    frame["count"] = frame["count"].astype("Int64").mask(small)
    frame.loc[small, ["z", "p", "q"]] = np.nan
    return replace(found, frame=frame)


def cells_in_full(found: Asked, query: HotspotQuery, cell_m: float = CELL_M) -> HotspotCells:
    """Return what `hotspot_cells` does with every figure: for figures made of it, not to be shown.

    Raises InputError ``no_points`` where no ward has a border.
    """
    grid, inside = study_cells(found, cell_m)
    counts = grid.counts(found.drawn(query))
    frame = _frame(grid, inside, counts, found.wards.metric_crs)
    n = int(counts[inside].sum())
    left_out = int(found.by_ward(found.rows(query)).sum()) - n
    return HotspotCells(frame, grid, found.wards.metric_crs, n, left_out, _significant(frame))


def _significant(frame: gpd.GeoDataFrame) -> Significant:
    hot = frame["z"].to_numpy() > 0
    p = frame["p"].to_numpy()
    raw, bh, by = (int((hot & (adjust(p, how) < FALSE_DISCOVERIES)).sum()) for how in ("none", "bh", "by"))
    return Significant(raw, bh, by)


def study_cells(found: Asked, cell_m: float = CELL_M) -> tuple[Grid, npt.NDArray[np.bool_]]:
    """Return the grid over the asked wards and, in its shape, which cells have their centre in one of them.

    cell_m, errors : as for `hotspot_cells`
    """
    shapes = found.wards.metric.geometry.iloc[found.positions].to_numpy()
    if len(shapes) == 0:
        raise InputError("no_points")
    bounds = shapely.total_bounds(shapes)
    grid = Grid.covering(bounds, max(cell_m, _cell_for(bounds)))
    return grid, _inside(grid, shapes)


def _cell_for(bounds: npt.NDArray[np.float64]) -> float:
    west, south, east, north = bounds
    return float(np.ceil(((east - west) * (north - south) / _MOST_CELLS) ** 0.5))


def _inside(grid: Grid, shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    x, y = grid.centres()
    place = points_in_polygons(np.column_stack((x.ravel(), y.ravel())), shapes)
    inside: npt.NDArray[np.bool_] = (place >= 0).reshape(grid.shape)
    return inside


def _frame(
    grid: Grid, inside: npt.NDArray[np.bool_], counts: npt.NDArray[np.float64], metric_crs: str
) -> gpd.GeoDataFrame:
    z = local_g(counts, inside)[inside]
    p = p_values(z)
    q = adjust(p, "bh")
    cell = np.flatnonzero(inside)
    classes = np.select(
        [(q < _STRICT) & (z > 0), (q < FALSE_DISCOVERIES) & (z > 0), (q < FALSE_DISCOVERIES) & (z < 0)],
        [VERY_HOT, HOT, COLD],
        NOT_SIGNIFICANT,
    )
    return gpd.GeoDataFrame(
        {
            "cell": cell,
            "count": counts[inside].astype(np.int64),
            "z": z,
            "p": p,
            "q": q,
            "class": classes,
        },
        geometry=grid.squares(cell),
        crs=metric_crs,
    )
