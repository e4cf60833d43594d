"""Single borders as drawn: what cannot be read, what is dropped, and holes that turn like their shell."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.intake.report import Reason
from geo.intake.source import Shapes

Mask = npt.NDArray[np.bool_]

_POLYGON = 3
_UNCLOSED = "closed linestring"


def read_wkt(words: npt.NDArray[np.object_]) -> tuple[Shapes, dict[int, str]]:
    """Return (n,) shapes of WKT (None where there is none) and, by position, the text that gives no shape."""
    try:
        # A NaN among the coordinates sets a flag of the processor; it is looked for with `not_finite`.
        with np.errstate(invalid="ignore"):
            shapes = shapely.from_wkt(words, on_invalid="ignore")
    except NotImplementedError:
        # One curved shape fails the whole array; only such a file is read cell by cell.
        shapes = np.array([_linear(word) for word in words], dtype=object)
    lost = np.flatnonzero(shapely.is_missing(shapes))
    return shapes, {int(at): words[at] for at in lost if isinstance(words[at], str) and words[at].strip()}


def why_unread(raw: str | bytes) -> tuple[Reason, object]:
    """Return why `raw` (WKT or WKB) gives no shape, and its shape with the rings closed, if that helps.

    The shape is for the reason's m² only: where a border is to be closed, its drawer must say.
    """
    read: Callable[..., Any] = shapely.from_wkt if isinstance(raw, str) else shapely.from_wkb
    try:
        read(raw)
    except (shapely.GEOSException, NotImplementedError) as fault:
        why = str(fault).split(": ", 1)[-1]
        if _UNCLOSED in why:
            return Reason("unclosed_ring"), shapely.make_valid(read(raw, on_invalid="fix"))
        return Reason("unreadable_geometry", {"why": why}), None
    return Reason("unreadable_geometry", {"why": "?"}), None


def not_finite(shapes: Shapes) -> Mask:
    """Mask of the shapes with a coordinate that is no number, or infinite."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    mask = np.zeros(len(shapes), dtype=bool)
    mask[owner[~np.isfinite(xy).all(axis=1)]] = True
    return mask


def dropped_dimensions(shapes: Shapes) -> dict[int, str]:
    """Return ``"Z"``, ``"M"`` or ``"ZM"`` by position, of shapes with a value there; zeros say nothing."""
    found: dict[int, str] = {}
    for name, has in (("Z", shapely.has_z), ("M", shapely.has_m)):
        at = np.flatnonzero(has(shapes))
        numbers, owner = shapely.get_coordinates(
            shapes[at], include_z=name == "Z", include_m=name == "M", return_index=True
        )
        # A missing height is stored as NaN.
        told = np.unique(owner[np.nan_to_num(numbers[:, 2]) != 0]) if len(at) else owner
        for position in at[told].tolist():
            found[position] = found.get(position, "") + name
    return found


def holes_like_shells(shapes: Shapes) -> Mapping[int, Shapes]:
    """Return, by position, the holes that are drawn in the direction of their shell, as polygons.

    Every format that has a rule turns holes against their shell, and readers that go by direction take such
    a hole for land. Which way a shell itself turns differs between formats: see `shells_turning`.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    shell = np.diff(part, prepend=-1) != 0
    turns_left = shapely.is_ccw(rings)
    alike = ~shell & (turns_left == turns_left[shell][np.cumsum(shell) - 1])
    rows = owner[part[alike]]
    holes = shapely.polygons(rings[alike])
    return {int(row): holes[rows == row] for row in np.unique(rows)}


def shells_turning(shapes: Shapes, *, left: bool) -> int:
    """Return how many of `shapes` have an outer border that turns left (counter-clockwise), or right."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    areal = shapely.get_type_id(parts) == _POLYGON
    parts, owner = parts[areal], owner[areal]
    turning = shapely.is_ccw(shapely.get_exterior_ring(parts)) == left
    # A border that crosses itself turns both ways, one without area neither.
    turning[turning] = shapely.is_valid(parts[turning])
    return len(np.unique(owner[turning]))


def _linear(word: Any) -> object:
    try:
        with np.errstate(invalid="ignore"):
            return shapely.from_wkt(word, on_invalid="ignore")
    except NotImplementedError:
        return None
