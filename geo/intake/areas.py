"""Borders and lines: brought to EPSG:4326, repaired where only one repair is possible, parts put together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.domain.crs import choose_metric_crs, lonlat_to_metric_xy, parse_crs
from geo.domain.errors import InputError
from geo.intake import rings
from geo.intake.columns import WKT_FIELD
from geo.intake.drafts import Draft
from geo.intake.report import CrsFact, Reason
from geo.intake.source import Shapes, only
from geo.intake.systems import Numbers, outside_earth, understand
from geo.intake.zones import Reading

_LINES, _POLYGONS = (1, 5), (3, 6)

# A repair that changes the area by more than one part in a thousand is a guess at what was meant.
REPAIR_TOLERANCE = 1e-3
# Parts of one area may overlap by so much of the smallest of them: rounding of coordinates.
_TOUCH_TOLERANCE = 1e-6


@dataclass(frozen=True)
class _Found:
    """Shapes as the file has them; unread : WKT or WKB by position, where it gives no shape."""

    shapes: Shapes
    unread: Mapping[int, str | bytes]
    reading: Reading
    fact: CrsFact


def read_borders(draft: Draft) -> tuple[Shapes, CrsFact]:
    """Return (n,) polygons in EPSG:4326 (None where the row is at fault) and their CRS.

    An invalid polygon is repaired where its area stays the same within REPAIR_TOLERANCE, with the warning
    ``polygon_repaired`` naming the m²; otherwise the row is left out as ``invalid_polygon``, or ``no_area``.
    Raises InputError ``missing_geometry``, ``missing_crs``, ``coordinates_not_degrees``.
    """
    shapes, fact = _read_shapes(draft, _POLYGONS, "Polygon")
    _tell_hole_directions(draft, shapes)
    return _repair(draft, shapes), fact


def read_lines(draft: Draft) -> tuple[Shapes, CrsFact]:
    """Return (n,) lines in EPSG:4326 (None where the row is at fault) and their CRS."""
    shapes, fact = _read_shapes(draft, _LINES, "LineString")
    multiple = shapely.get_type_id(shapes) == _LINES[1]
    shapes[multiple] = shapely.line_merge(shapes[multiple])
    return shapes, fact


def merge_parts(shapes: Shapes, names: pd.Series, codes: pd.Series) -> Iterator[tuple[list[int], object]]:
    """Yield (positions, area) for each code whose rows are parts of one area.

    shapes : (n,) valid polygons; names, codes : (n,) text on a 0..n-1 index
    Parts carry one name and touch at most at their borders (boundary rule: a shared border is no overlap).
    """
    repeated = codes[codes.duplicated(keep=False)]
    for positions in repeated.groupby(repeated, sort=False).indices.values():
        rows = repeated.index[positions].tolist()
        parts = shapes[rows]
        union = shapely.union_all(parts)
        overlap = shapely.area(parts).sum() - shapely.area(union)
        if len(names.iloc[rows].unique()) == 1 and overlap <= _TOUCH_TOLERANCE * shapely.area(parts).min():
            yield rows, union


def polygon_parts(shapes: Shapes) -> tuple[Shapes, npt.NDArray[np.int64]]:
    """Return the polygons in `shapes` one by one, and the position of the shape that each is of."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    # A collection holds its areas as one multipolygon beside the leftovers.
    parts, inner = shapely.get_parts(parts, return_index=True)
    areal = shapely.get_type_id(parts) == _POLYGONS[0]
    return parts[areal], owner[inner][areal]


def metric_crs_of(boxes: npt.NDArray[np.float64]) -> str:
    """Return the metric CRS of the middle of `boxes`, which no stray pulls away.

    boxes : (n, 4) bounds in EPSG:4326, n >= 1
    """
    west, south, east, north = np.median(boxes, axis=0)
    return choose_metric_crs((west + east) / 2, (south + north) / 2)


def in_metres(shapes: Shapes) -> Shapes:
    """Return `shapes` (EPSG:4326) in the metric CRS of their middle; None where one cannot be drawn in it.

    A stray on the other side of the earth has no place in it, and must not keep the others unmeasured.
    """
    box = shapely.bounds(shapes)
    box = box[np.isfinite(box).all(axis=1)]
    if not len(box):
        return only(shapes, np.zeros(len(shapes), dtype=bool))
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    metric = lonlat_to_metric_xy(xy[:, 0], xy[:, 1], metric_crs_of(box))
    drawn = np.ones(len(shapes), dtype=bool)
    drawn[owner[~np.isfinite(metric).all(axis=1)]] = False
    moved: Shapes = shapely.set_coordinates(only(shapes, drawn), metric[drawn[owner]])
    return moved


def has_shapes(draft: Draft) -> bool:
    """Say whether the file carries geometry, as shapes or as WKT in a column."""
    return draft.source.shapes is not None or WKT_FIELD in draft.columns.fields


def _read_shapes(draft: Draft, wanted: tuple[int, int], name: str) -> tuple[Shapes, CrsFact]:
    found = _as_found(draft)
    broken = rings.not_finite(found.shapes)
    draft.faults.reject(broken, "coordinate_not_finite")
    shapes = only(found.shapes, ~broken)
    unread = _reject_unread(draft, found)
    kinds = shapely.get_type_id(shapes)
    empty = ((kinds < 0) | shapely.is_empty(shapes)) & ~broken & ~unread
    draft.faults.reject(empty, "missing_geometry_row")
    odd = (kinds >= 0) & ~empty & ~np.isin(kinds, wanted)
    draft.faults.reject(odd, "wrong_geometry", lambda at: {"found": shapes[at].geom_type, "wanted": name})
    wanted_only = only(shapes, ~empty & ~odd)
    dropped = rings.dropped_dimensions(wanted_only)
    draft.faults.warn(
        _mask(len(shapes), list(dropped)), "dimension_dropped", lambda at: {"found": dropped[at]}
    )
    return _on_earth(draft, found.reading.moved(shapely.force_2d(wanted_only))), found.fact


def _reject_unread(draft: Draft, found: _Found) -> npt.NDArray[np.bool_]:
    """Leave out the rows whose geometry gives no shape, with the reason; return their mask."""
    why: dict[int, Reason] = {}
    for at, raw in found.unread.items():
        reason, closed = rings.why_unread(raw)
        if closed is not None:
            moved = found.reading.moved(shapely.force_2d(np.array([closed], dtype=object)))
            reason = Reason(reason.code, {"area_m2": f"{shapely.area(in_metres(moved))[0]:.1f}"})
        why[at] = reason
    for code in dict.fromkeys(reason.code for reason in why.values()):
        rows = [at for at, reason in why.items() if reason.code == code]
        draft.faults.reject(_mask(len(draft), rows), code, lambda at: why[at].params)
    return _mask(len(draft), list(why))


def _as_found(draft: Draft) -> _Found:
    if draft.source.shapes is not None:
        own = draft.source.crs
        shapes, unread = draft.source.shapes, draft.source.unread
        numbers = _numbers(shapes, own=parse_crs(own) if own is not None else None)
        return _Found(shapes, unread, *understand(draft, numbers))
    if WKT_FIELD not in draft.columns.fields:
        raise InputError("missing_geometry", kind=draft.kind.value)
    header = draft.columns.fields[WKT_FIELD]
    words = draft.source.cells[header].astype(object)
    drawn, lost = rings.read_wkt(words.where(words.notna(), None).to_numpy())
    numbers = _numbers(drawn, names=(header, header), assumed=True)
    return _Found(drawn, lost, *understand(draft, numbers))


def _numbers(shapes: Shapes, **known: Any) -> Numbers:
    """The corners of all shapes: parts of a ward reach to its border, so that a small shift shows."""
    xy = shapely.get_coordinates(shapes)
    return Numbers(*xy[np.isfinite(xy).all(axis=1)].T, **known)


def _on_earth(draft: Draft, shapes: Shapes) -> Shapes:
    box = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        inside = np.isfinite(box).all(axis=1) & ~outside_earth(box[:, ::2], box[:, 1::2]).any(axis=1)
    stray = (shapely.get_type_id(shapes) >= 0) & ~inside
    draft.faults.reject(
        stray,
        "not_on_earth",
        lambda at: {"lon": float(box[at, 0]), "lat": float(box[at, 1]), "crs": "EPSG:4326"},
    )
    return only(shapes, ~stray)


def _repair(draft: Draft, shapes: Shapes) -> Shapes:
    invalid = np.flatnonzero((shapely.get_type_id(shapes) >= 0) & ~shapely.is_valid(shapes))
    if not len(invalid):
        return shapes
    repaired = _polygonal(shapely.make_valid(shapes[invalid]))
    # Compared in degrees, where a vertex that a repair adds lies on its edge: projected, it would not.
    before, after = shapely.area(shapes[invalid]), shapely.area(repaired)
    kept = (after > 0) & (np.abs(after - before) <= REPAIR_TOLERANCE * before)
    area_m2 = np.nan_to_num(shapely.area(in_metres(repaired)))
    change_m2 = np.abs(after - before) * area_m2 / np.where(after > 0, after, 1.0)
    facts = {
        int(at): {
            "why": str(shapely.is_valid_reason(shapes[at])),
            "area_m2": f"{area:.1f}",
            "change_m2": f"{difference:.1f}",
        }
        for at, area, difference in zip(invalid, area_m2, change_m2, strict=True)
    }
    draft.faults.warn(_mask(len(shapes), invalid[kept]), "polygon_repaired", facts.__getitem__)
    draft.faults.reject(_mask(len(shapes), invalid[after == 0]), "no_area", facts.__getitem__)
    draft.faults.reject(
        _mask(len(shapes), invalid[~kept & (after > 0)]), "invalid_polygon", facts.__getitem__
    )
    mended = shapes.copy()
    mended[invalid] = only(repaired, kept)
    return mended


def _tell_hole_directions(draft: Draft, shapes: Shapes) -> None:
    facts = {
        at: {"holes": len(holes), "area_m2": f"{shapely.area(in_metres(holes)).sum():.1f}"}
        for at, holes in rings.holes_like_shells(shapes).items()
    }
    draft.faults.warn(_mask(len(shapes), list(facts)), "hole_direction", facts.__getitem__)


def _polygonal(shapes: Shapes) -> Shapes:
    """The areas of repaired shapes, without the lines and points that a repair can leave over."""
    polygons, owner = polygon_parts(shapes)
    joined = np.empty(len(shapes), dtype=object)
    for position in range(len(shapes)):
        joined[position] = shapely.multipolygons(polygons[owner == position])
    return joined


def _mask(n: int, positions: npt.NDArray[np.int64] | list[int]) -> npt.NDArray[np.bool_]:
    mask = np.zeros(n, dtype=bool)
    mask[positions] = True
    return mask
