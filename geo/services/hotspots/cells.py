"""Hotspots as cells: counts by cell with Getis-Ord Gi*, adjusted for testing many cells.

Cells are squares or hexagons of one size on a metric grid, or the wards or beats themselves. Those are of
unequal size, so they are tested by incidents per km², where a grid is tested by incidents.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.analysis.cells import Cells, area_cells, hexagon_cells, square_cells
from geo.analysis.grid import Grid
from geo.analysis.hexagons import HexGrid
from geo.analysis.hotspots import adjust, p_values
from geo.analysis.membership import points_in_polygons
from geo.domain.crs import to_metric
from geo.domain.errors import InputError
from geo.domain.kinds import CellShape
from geo.domain.roles import Actor, Permission
from geo.services.coverage.on_a_day import coverage
from geo.services.hotspots.review import SMALL_N, Asked, HotspotQuery, asked
from geo.store.engine import Database

CELL_M = 250.0
FEW_CELLS = 30  # with fewer the z-score is not near enough to a normal one to trust its p-value
_MOST_CELLS = 250_000
_GAP_M = 30.0  # borders of different sources leave gaps

HOT, VERY_HOT, COLD, NOT_SIGNIFICANT = "hot", "very_hot", "cold", "not_significant"
FALSE_DISCOVERIES = 0.05
_STRICT = 0.01


@dataclass(frozen=True, eq=False)
class Study:
    """The cells of a question: of what shape, and what each is told by.

    code : (n,) position on the grid, or the code of the ward or beat
    cell_m : side of a cell, or of a square as large as a hexagon; None for wards and beats
    """

    shape: CellShape
    cells: Cells
    code: npt.NDArray[Any]
    cell_m: float | None


@dataclass(frozen=True)
class Significant:
    """How many cells are hot at 5 %: each tested alone, and adjusted by Benjamini-Hochberg and -Yekutieli."""

    raw: int
    bh: int
    by: int


@dataclass(frozen=True)
class HotspotCells:
    """Cells of the asked unit and what was found in them.

    frame : GeoDataFrame of the cells in `metric_crs`, in the order of `study`: cell (its code), count, z, p,
        q, class. `q` is `p` adjusted by Benjamini-Hochberg; class is very_hot (q < .01), hot (q < .05), cold
        (q < .05) or not_significant.
        For a reader who may not see exact points, a count below five is missing and its z, p, q with it.
    n : incidents in the cells; left_out : in the unit, but with a place in no cell or without a place
    significant : of all cells, also of those whose figures are missing
    """

    frame: gpd.GeoDataFrame
    study: Study
    metric_crs: str
    n: int
    left_out: int
    significant: Significant

    def numbers(self) -> dict[str, int]:
        """Return how many cells there are of each class."""
        return {str(name): int(n) for name, n in self.frame["class"].value_counts().items()}


def hotspot_cells(
    database: Database,
    actor: Actor,
    query: HotspotQuery,
    cell_m: float = CELL_M,
    shape: CellShape = CellShape.SQUARE,
) -> HotspotCells:
    """Return the cells of `query`: of a grid those whose centre lies in one of its wards.

    cell_m : side of a cell; larger for a unit that would have more than 250,000 of them
    Beats are those of the last day asked for. Raises InputError ``unknown_unit``, ``unknown_category``,
    ``no_points`` where no ward has a border, ``no_beats``.
    """
    beats = beat_areas(database, actor, query.end, query.unit) if shape is CellShape.BEAT else None
    data = asked(database, actor, query)
    found = cells_in_full(data, query, study_of(data, shape, cell_m, beats))
    if actor.may(Permission.VIEW_POINTS):
        return found
    frame = found.frame.copy()
    small = frame["count"].between(1, SMALL_N - 1)
    frame["count"] = frame["count"].astype("Int64").mask(small)
    frame.loc[small, ["z", "p", "q"]] = np.nan
    return replace(found, frame=frame)


def beat_areas(database: Database, actor: Actor, day: date, unit: str | None) -> gpd.GeoDataFrame:
    """Return the beats of a unit on a day, EPSG:4326, with their code."""
    return coverage(database, actor, day, unit).areas.beats


def cells_in_full(found: Asked, query: HotspotQuery, study: Study) -> HotspotCells:
    """Return what `hotspot_cells` does with every figure: for figures made of it, not to be shown."""
    counts = study.cells.counts(found.drawn(query))
    frame = _frame(study, counts, found.wards.metric_crs)
    n = int(counts.sum())
    left_out = int(found.by_ward(found.rows(query)).sum()) - n
    return HotspotCells(frame, study, found.wards.metric_crs, n, left_out, _significant(frame))


def _significant(frame: gpd.GeoDataFrame) -> Significant:
    hot = frame["z"].to_numpy() > 0
    p = frame["p"].to_numpy()
    raw, bh, by = (int((hot & (adjust(p, how) < FALSE_DISCOVERIES)).sum()) for how in ("none", "bh", "by"))
    return Significant(raw, bh, by)


def study_of(
    found: Asked,
    shape: CellShape = CellShape.SQUARE,
    cell_m: float = CELL_M,
    beats: gpd.GeoDataFrame | None = None,
) -> Study:
    """Return the cells over the asked wards.

    beats : code and areas, EPSG:4326; needed for cells that are beats
    Raises InputError ``no_points`` where no ward has a border, ``no_beats``.
    """
    if shape is CellShape.SQUARE:
        grid, inside = study_cells(found, cell_m)
        kept = np.flatnonzero(inside)
        return Study(shape, square_cells(grid, kept), kept, grid.cell_m)
    if shape is CellShape.HEXAGON:
        return _hexagons(found, cell_m)
    if shape is CellShape.WARD:
        wards = found.wards.metric.iloc[found.positions]
        frame = wards[["code", "geometry"]]
    else:
        frame = to_metric(_known(beats), found.wards.metric_crs)
    if frame.empty:
        raise InputError("no_points")
    return Study(shape, area_cells(frame.geometry.to_numpy(), _GAP_M), frame["code"].to_numpy(), None)


def _known(beats: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    if beats is None or beats.empty:
        raise InputError("no_beats")
    return beats[["code", "geometry"]]


def study_cells(found: Asked, cell_m: float = CELL_M) -> tuple[Grid, npt.NDArray[np.bool_]]:
    """Return the grid over the asked wards and, in its shape, which cells have their centre in one of them.

    cell_m, errors : as for `hotspot_cells`
    """
    shapes, bounds = _ground(found)
    grid = Grid.covering(bounds, max(cell_m, _cell_for(bounds)))
    x, y = grid.centres()
    return grid, _inside(np.column_stack((x.ravel(), y.ravel())), shapes).reshape(grid.shape)


def _hexagons(found: Asked, cell_m: float) -> Study:
    shapes, bounds = _ground(found)
    grid = HexGrid.covering(bounds, max(cell_m, _cell_for(bounds)))
    kept = np.flatnonzero(_inside(grid.centres(np.arange(len(grid))), shapes))
    return Study(CellShape.HEXAGON, hexagon_cells(grid, kept), kept, grid.cell_m)


def _ground(found: Asked) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.float64]]:
    """Return the borders of the asked wards in metres, and their bounds."""
    shapes = found.wards.metric.geometry.iloc[found.positions].to_numpy()
    if len(shapes) == 0:
        raise InputError("no_points")
    return shapes, shapely.total_bounds(shapes)


def _cell_for(bounds: npt.NDArray[np.float64]) -> float:
    west, south, east, north = bounds
    return float(np.ceil(((east - west) * (north - south) / _MOST_CELLS) ** 0.5))


def _inside(centres: npt.NDArray[np.float64], shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    inside: npt.NDArray[np.bool_] = points_in_polygons(centres, shapes) >= 0
    return inside


def _frame(study: Study, counts: npt.NDArray[np.int64], metric_crs: str) -> gpd.GeoDataFrame:
    cells = study.cells
    z = cells.gi_star(counts if study.shape.on_grid else counts / cells.area_km2)
    p = p_values(z)
    q = adjust(p, "bh")
    classes = np.select(
        [(q < _STRICT) & (z > 0), (q < FALSE_DISCOVERIES) & (z > 0), (q < FALSE_DISCOVERIES) & (z < 0)],
        [VERY_HOT, HOT, COLD],
        NOT_SIGNIFICANT,
    )
    return gpd.GeoDataFrame(
        {"cell": study.code, "count": counts, "z": z, "p": p, "q": q, "class": classes},
        geometry=cells.polygons,
        crs=metric_crs,
    )
