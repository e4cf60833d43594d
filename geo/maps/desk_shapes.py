"""The ground of the planner's desk as the browser draws it: blocks, their borders, what is counted in each.

Sent once for each version of the shapes; what moves under the planner's hand travels without any geometry.
"""

import json
from hashlib import sha256
from typing import Any

import numpy as np
import shapely

from geo.domain.crs import metric_to_lonlat_xy
from geo.maps.palettes import assign_colours
from geo.services.kept import Kept
from geo.services.plans.problem import Desk

_DIGITS = 6  # of a degree: a decimetre
_CRACK_DEG = 1e-7
_LINE = 1  # shapely's number of the type LineString
_LIMIT_BYTES = 96 * 1024 * 1024

_kept: Kept[bytes] = Kept(_LIMIT_BYTES, len)


def shape_version(desk: Desk) -> str:
    """Return a text that changes with what `shapes_json` says."""
    ground = desk.ground
    digest = sha256()
    for shape in shapely.to_wkb(ground.shapes):
        digest.update(shape)
    for counts in (ground.households, ground.residents, ground.groups):
        digest.update(counts.tobytes())
    digest.update("\0".join((*ground.names, *ground.neighbourhoods)).encode())
    digest.update(repr(ground.posts).encode())
    return digest.hexdigest()[:16]


def shapes_json(desk: Desk) -> bytes:
    """Return the ground as JSON; the same ground is worked out once.

    units : (n,) geometries · points : (n,) lon, lat of a point inside each · edges : [a, b, line] of blocks
    that touch · outline : of all · bounds : [[west, south], [east, north]] · names, households, residents
    groups : (n,) number of each block's khu phố, -1 for none · group_names : by number
    posts : [lon, lat, name] of the unit's posts
    """
    return _kept.get((shape_version(desk),), lambda: _made(desk))


def beat_colours(desk: Desk) -> tuple[str, ...]:
    """Return a colour for each beat of the desk, (k,), by today's borders: neighbours differ."""
    owner, pairs = desk.problem.owner, desk.problem.edges
    a, b = owner[pairs[:, 0]], owner[pairs[:, 1]]
    between = (a != b) & (a >= 0) & (b >= 0)
    codes = [beat.code for beat in desk.beats]
    touching = {(codes[left], codes[right]) for left, right in zip(a[between], b[between], strict=True)}
    chosen = assign_colours(codes, sorted(touching))
    return tuple(chosen[code] for code in codes)


def _made(desk: Desk) -> bytes:
    ground = desk.ground
    shapes = _rounded(ground.shapes)
    west, south, east, north = (float(value) for value in shapely.total_bounds(shapes))
    points = shapely.get_coordinates(shapely.point_on_surface(shapes)).round(_DIGITS)
    # Geometries are JSON already; written once more by Python they would take ten times as long.
    parts = {
        "units": "[" + ",".join(shapely.to_geojson(shapes)) + "]",
        "points": json.dumps(points.tolist()),
        "edges": "[" + ",".join(_edges(ground.shapes, ground.borders.edges)) + "]",
        "outline": str(shapely.to_geojson(_rounded(shapely.boundary(_whole(ground.shapes))))),
        "bounds": json.dumps([[west, south], [east, north]]),
        "names": json.dumps(list(ground.names), ensure_ascii=False),
        "households": json.dumps(ground.households.tolist()),
        "residents": json.dumps(ground.residents.tolist()),
        "groups": json.dumps(ground.groups.tolist()),
        "posts": json.dumps(_posts(desk), ensure_ascii=False),
        "group_names": json.dumps(_group_names(desk), ensure_ascii=False),
    }
    return ("{" + ",".join(f'"{name}":{value}' for name, value in parts.items()) + "}").encode()


def _posts(desk: Desk) -> list[list[float | str]]:
    posts = desk.ground.posts
    at = metric_to_lonlat_xy([post.x for post in posts], [post.y for post in posts], desk.ground.crs)
    return [[*xy, post.name] for xy, post in zip(at.round(_DIGITS).tolist(), posts, strict=True)]


def _group_names(desk: Desk) -> list[str]:
    known, first = np.unique(desk.ground.groups, return_index=True)
    return [desk.ground.neighbourhoods[at] for at in first[known >= 0]]


def _edges(shapes: Any, pairs: Any) -> list[str]:
    """Return ``[a, b, line]`` for every pair of blocks whose border has a length."""
    pairs = np.unique(pairs, axis=0)
    shared = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    pieces, of = shapely.get_parts(shared, return_index=True)
    is_line = shapely.get_type_id(pieces) == _LINE
    pieces, of = pieces[is_line], of[is_line]
    if not len(pieces):
        return []
    lines = _rounded(shapely.line_merge(shapely.multilinestrings(pieces, indices=_from_zero(of))))
    kept = pairs[np.unique(of)]
    return [f"[{a},{b},{line}]" for (a, b), line in zip(kept, shapely.to_geojson(lines), strict=True)]


def _from_zero(of: Any) -> Any:
    """Return ascending numbers without holes: shapely wants none."""
    return np.unique(of, return_inverse=True)[1]


def _whole(shapes: Any) -> Any:
    """Return the area of all blocks; corners a hair apart, where a block was cut, leave no crack in it."""
    return shapely.union_all(shapes, grid_size=_CRACK_DEG)


def _rounded(shapes: Any) -> Any:
    return shapely.transform(shapes, lambda at: at.round(_DIGITS))
