"""The areas of one file as a layer: overlaps, gaps, scraps of drawing, and areas other than declared.

Everything is told and nothing is changed: which of two borders is right, a file cannot know. Disagreements
are found in the degrees that are stored, where a shared border is shared exactly, and measured in metres.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.domain.coverages import suspect_pairs, union
from geo.domain.crs import lonlat_to_metric_xy
from geo.domain.kinds import Kind
from geo.intake.areas import in_metres, metric_crs_of, polygon_parts
from geo.intake.columns import WKT_FIELD
from geo.intake.cracks import open_cracks
from geo.intake.faults import Faults
from geo.intake.source import Shapes

KINDS = frozenset({Kind.WARDS, Kind.BLOCKS, Kind.BEATS})

# Below this mean width an overlap, a gap, a part or a hole is a border drawn twice, not a piece of land.
SLIVER_WIDTH_M = 1.0
# Below this mean width it is the rounding of coordinates (1e-14 degrees is 1e-9 m), and nobody's drawing.
ROUNDING_WIDTH_M = 1e-6
# The drawn area may differ by so much of the declared one.
DECLARED_TOLERANCE = 0.05

# A gap has a border in common with the areas this near to it: 0.1 mm.
_NEAR_DEG = 1e-9
# The scale of a piece is looked up so far from its middle on each side: some 10 m.
_STEP_DEG = 1e-4
# An open crack less than this is the measuring itself: straight borders bend by a centimetre in 1 km.
_LEAST_CRACK_M2, _LEAST_CRACK_WIDTH_M = 0.1, 0.01
# Two outlines are one where their areas agree so closely.
_SAME_AREA = 1e-9
# So many pairs of areas may lie near each other, and so many more an area: in the layers of cities it is
# three. A file with more repeats its areas and is no layer; to look at each pair would take minutes.
MOST_PAIRS, MOST_PAIRS_AN_AREA = 2_000, 10
# So many areas are looked up at a time, so that a file of one area ten thousand times is soon seen for it.
_LOOK_UP = 500
# So many neighbours are named in a sentence; the others are counted.
_NAMED = 5

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]
Facts = dict[int, dict[str, Any]]


@dataclass(frozen=True)
class Patches:
    """Pieces of land that areas disagree about.

    areas : (k, 2) position of an area and of the patch (0..m-1) that it has a part in, sorted by patch
    area_m2, width_m : (m,) area, and mean width (of the widest piece)
    """

    areas: Positions
    area_m2: Floats
    width_m: Floats

    @property
    def real(self) -> npt.NDArray[np.bool_]:
        """(m,) whether the patch is at least SLIVER_WIDTH_M wide."""
        # What cannot be measured is not made little of.
        return ~(self.width_m < SLIVER_WIDTH_M)


def check(table: pd.DataFrame, faults: Faults) -> None:
    """Warn of overlaps, gaps, scraps and declared areas of the layer that `table` is.

    table : areas with ``code`` and valid polygons (EPSG:4326), indexed by their position in `faults`
    """
    if not len(table):
        return
    shapes = table[WKT_FIELD].to_numpy(dtype=object)
    codes = table["code"].astype(str).to_numpy(dtype=object)
    metric, rows = in_metres(shapes), table.index.to_numpy(np.int64)
    area_m2 = shapely.area(metric)
    drawn = first_alike(shapes)
    for code, facts in (
        ("same_border", _alike_facts(drawn, area_m2, codes)),
        *_scrap_facts(metric, codes),
        ("declared_area_differs", _declared_facts(table, area_m2 / 1e6, codes)),
    ):
        _tell(faults, rows, code, facts)
    single = np.flatnonzero(drawn == np.arange(len(drawn)))
    for code, facts in _coverage_facts(shapes[single], codes[single]):
        _tell(faults, rows[single], code, facts)


def first_alike(shapes: Shapes) -> Positions:
    """Return for each of `shapes` (n,) the position of the first that is drawn by the very same points.

    Where a ring starts and which way it turns makes no difference.
    """
    numbers, _ = pd.factorize(shapely.to_wkb(shapely.normalize(shapes)))
    first: Positions = np.unique(numbers, return_index=True)[1][numbers]
    return first


def _coverage_facts(shapes: Shapes, codes: npt.NDArray[np.object_]) -> Iterator[tuple[str, Facts]]:
    """Overlaps and gaps of areas that are each drawn otherwise; or that there are too many to look at."""
    most = MOST_PAIRS + MOST_PAIRS_AN_AREA * len(shapes)
    if _has_more_pairs(shapes, most):
        yield "layer_unchecked", {at: {"code": codes[at], "pairs": most} for at in range(len(shapes))}
        return
    edges = shapely.coverage_invalid_edges(shapes)
    yield from _overlap_facts(overlaps(shapes, edges), codes)
    yield from _gap_facts(gaps(shapes, edges), codes)


def _has_more_pairs(shapes: Shapes, most: int) -> bool:
    """Whether the boxes of more than `most` pairs meet."""
    tree, found = shapely.STRtree(shapes), 0
    for start in range(0, len(shapes), _LOOK_UP):
        found += tree.query(shapes[start : start + _LOOK_UP]).shape[1]
        # Each pair is found from both sides, and each shape finds itself.
        if found > 2 * most + len(shapes):
            return True
    return False


def overlaps(shapes: Shapes, edges: Shapes) -> Patches:
    """Return what two of `shapes` (n,) both take, a patch for each pair.

    edges : (n,) from ``shapely.coverage_invalid_edges``. Of an overlapping pair at least one is flagged, and
    its flagged edges touch the other; exact neighbours are not flagged and are never intersected.
    """
    pairs = suspect_pairs(shapes, edges)
    pieces, pair = polygon_parts(shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]]))
    area_m2, width_m = _measured(pieces)
    drawn = ~(width_m < ROUNDING_WIDTH_M)
    total, widest = np.zeros(len(pairs)), np.full(len(pairs), np.nan)
    np.add.at(total, pair[drawn], area_m2[drawn])
    np.fmax.at(widest, pair[drawn], width_m[drawn])
    kept = np.isin(np.arange(len(pairs)), pair[drawn])
    patch = np.repeat(np.arange(kept.sum()), 2)
    areas = np.column_stack((pairs[kept].ravel(), patch))
    return Patches(areas, total[kept], widest[kept])


def gaps(shapes: Shapes, edges: Shapes) -> Patches:
    """Return the holes in the union of `shapes` (n,) that are not holes of one area, and open cracks.

    edges : as of `overlaps`; areas without flagged edges are united by their edges alone.
    An area within a hole is no part of the gap. Of what is open to the outside only cracks narrower than
    SLIVER_WIDTH_M are gaps: a wider one is a bay, and which land it is of, the layer does not say.
    """
    taken = union(shapes, edges)
    west, south, east, north = shapely.bounds(taken)
    around = shapely.box(west - 1, south - 1, east + 1, north + 1)
    # By what is left of a frame, not by rings: areas that touch in points alone enclose land without a ring.
    left = shapely.get_parts(shapely.difference(around, taken))
    holes = left[shapely.bounds(left)[:, 0] > west - 1]
    area_m2, width_m = _measured(holes)
    at, area = shapely.STRtree(shapes).query(holes, predicate="dwithin", distance=_NEAR_DEG)
    kept = (np.bincount(at, minlength=len(holes)) > 1) & ~(width_m < ROUNDING_WIDTH_M)
    kept &= ~_are_holes_of_one(holes, shapes)
    named = kept[at]
    patch = (np.cumsum(kept) - 1)[at[named]]
    areas = np.column_stack((area[named], patch))
    cracks, pairs = open_cracks(shapes, SLIVER_WIDTH_M, holes[kept])
    crack_m2, crack_width_m = _measured(cracks)
    drawn = (crack_m2 >= _LEAST_CRACK_M2) & (crack_width_m >= _LEAST_CRACK_WIDTH_M)
    patch = kept.sum() + np.repeat(np.arange(drawn.sum()), 2)
    open_areas = np.column_stack((pairs[drawn].ravel(), patch))
    return Patches(
        np.concatenate((areas, open_areas)),
        np.concatenate((area_m2[kept], crack_m2[drawn])),
        np.concatenate((width_m[kept], crack_width_m[drawn])),
    )


def _holes(shapes: Shapes) -> tuple[Shapes, Positions]:
    """The holes of all `shapes` as polygons, and the position of the shape that each is in."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    inner = np.diff(part, prepend=-1) == 0
    return shapely.polygons(rings[inner]), owner[part[inner]]


def _are_holes_of_one(holes: Shapes, shapes: Shapes) -> npt.NDArray[np.bool_]:
    """Mask of the holes that are a hole of one of `shapes`, with nothing in it."""
    own, _ = _holes(shapes)
    at, ring = shapely.STRtree(own).query(shapely.point_on_surface(holes), predicate="within")
    whole = shapely.area(holes)[at] >= (1 - _SAME_AREA) * shapely.area(own)[ring]
    return np.isin(np.arange(len(holes)), at[whole])


def _measured(pieces: Shapes) -> tuple[Floats, Floats]:
    """Area in m² and mean width in m of polygons: a strip of w by l has 2wl / 2(w + l), nearly w.

    Each is drawn at the scale that the metric CRS has in its middle. Projected point by point, a straight
    border of 1 km would bend by a centimetre, and a vertex more on it would count for some square metres.
    """
    if not len(pieces):
        return np.zeros(0), np.zeros(0)
    box = shapely.bounds(pieces)
    middle = (box[:, :2] + box[:, 2:]) / 2
    crs = metric_crs_of(box)
    east, west, north, south = (
        lonlat_to_metric_xy(middle[:, 0] + lon, middle[:, 1] + lat, crs)
        for lon, lat in ((_STEP_DEG, 0), (-_STEP_DEG, 0), (0, _STEP_DEG), (0, -_STEP_DEG))
    )
    scale = np.column_stack((np.hypot(*(east - west).T), np.hypot(*(north - south).T))) / (2 * _STEP_DEG)
    xy, owner = shapely.get_coordinates(pieces, return_index=True)
    drawn = shapely.set_coordinates(pieces.copy(), (xy - middle[owner]) * np.nan_to_num(scale)[owner])
    # What has no place in the metric CRS has no scale, and so no figure.
    area_m2 = np.where(np.isnan(scale).any(axis=1), np.nan, shapely.area(drawn))
    return area_m2, 2 * area_m2 / np.where(np.isnan(area_m2), 1.0, shapely.length(drawn))


def _overlap_facts(found: Patches, codes: npt.NDArray[np.object_]) -> Iterator[tuple[str, Facts]]:
    left, right = found.areas[:, 0].reshape(-1, 2).T
    pairs = pd.DataFrame(
        {
            "area": np.concatenate((left, right)),
            "other": codes[np.concatenate((right, left))],
            "m2": np.tile(found.area_m2, 2),
            "real": np.tile(found.real, 2),
        }
    ).sort_values(["area", "m2"], ascending=[True, False], kind="stable")
    for code, real in (("overlaps_neighbour", True), ("overlap_sliver", False)):
        yield (
            code,
            {
                area: {
                    "code": codes[area],
                    "others": _listed(
                        [f"{o} ({m2_text(m2)} m²)" for o, m2 in zip(g["other"], g["m2"], strict=True)]
                    ),
                    "width_m": SLIVER_WIDTH_M,
                }
                for area, g in _by_area(pairs[pairs["real"] == real])
            },
        )


def _gap_facts(found: Patches, codes: npt.NDArray[np.object_]) -> Iterator[tuple[str, Facts]]:
    sides = pd.DataFrame(found.areas, columns=["area", "gap"])
    sides["real"] = found.real[sides["gap"].to_numpy()]
    beside = sides.merge(sides[["area", "gap"]], on="gap", suffixes=("", "_other"))
    beside = beside[beside["area"] != beside["area_other"]]
    for code, real in (("gap_in_layer", True), ("gap_sliver", False)):
        yield (
            code,
            {
                area: {
                    "code": codes[area],
                    "others": _listed(codes[np.unique(g["area_other"])].tolist()),
                    "gaps": g["gap"].nunique(),
                    "gap_m2": m2_text(found.area_m2[g["gap"].unique()].sum()),
                    "width_m": SLIVER_WIDTH_M,
                }
                for area, g in _by_area(beside[beside["real"] == real])
            },
        )


def _alike_facts(first: Positions, area_m2: Floats, codes: npt.NDArray[np.object_]) -> Facts:
    repeated = pd.Series(first)[pd.Series(first).duplicated(keep=False)]
    return {
        int(at): {
            "code": codes[at],
            "others": _listed([name for name in codes[group] if name != codes[at]]),
            "area_m2": m2_text(area_m2[at]),
        }
        for group in repeated.groupby(repeated).groups.values()
        for at in group
    }


def _scrap_facts(metric: Shapes, codes: npt.NDArray[np.object_]) -> Iterator[tuple[str, Facts]]:
    """Parts of an area, and holes in it, that are too thin to be land."""
    for code, name, (pieces, owner) in (
        ("thin_part", "parts", shapely.get_parts(metric, return_index=True)),
        ("thin_hole", "holes", _holes(metric)),
    ):
        area_m2 = shapely.area(pieces)
        thin = 2 * area_m2 < SLIVER_WIDTH_M * shapely.length(pieces)
        scraps = pd.DataFrame({"area": owner[thin], "m2": area_m2[thin]})
        yield (
            code,
            {
                area: {
                    "code": codes[area],
                    name: len(g),
                    "area_m2": m2_text(g["m2"].sum()),
                    "width_m": SLIVER_WIDTH_M,
                }
                for area, g in _by_area(scraps)
            },
        )


def _declared_facts(table: pd.DataFrame, drawn_km2: Floats, codes: npt.NDArray[np.object_]) -> Facts:
    if "declared_area_km2" not in table:
        return {}
    declared_km2 = table["declared_area_km2"].to_numpy(np.float64)
    difference = drawn_km2 - declared_km2
    # A declared area of 0 is as wrong as any; a missing one compares as False.
    differs = np.abs(difference) > DECLARED_TOLERANCE * declared_km2
    return {
        int(at): {
            "code": codes[at],
            "declared_km2": f"{declared_km2[at]:.4g}",
            "drawn_km2": f"{drawn_km2[at]:.4g}",
            "difference": f"{difference[at] / declared_km2[at]:+.0%}" if declared_km2[at] > 0 else "?",
        }
        for at in np.flatnonzero(differs)
    }


def _by_area(found: pd.DataFrame) -> Iterator[tuple[int, pd.DataFrame]]:
    """The rows of each area; a layer has few that disagree."""
    for rows in found.groupby("area").indices.values():
        yield int(found["area"].iloc[rows[0]]), found.iloc[rows]


def _tell(faults: Faults, rows: Positions, code: str, facts: Mapping[int, Mapping[str, Any]]) -> None:
    told = {int(rows[at]): params for at, params in facts.items()}
    mask = np.zeros(len(faults.rows), dtype=bool)
    mask[list(told)] = True
    faults.warn(mask, code, told.__getitem__)


def m2_text(area_m2: float) -> str:
    """Return square metres for a sentence: to the tenth; below one, two digits that say something."""
    if np.isnan(area_m2):
        return "?"
    return f"{area_m2:.1f}" if area_m2 >= 1 else f"{area_m2:.2g}"


def _listed(names: list[str]) -> str:
    more = f" … (+{len(names) - _NAMED})" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
