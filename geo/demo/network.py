"""From drawn lines to a planar map: street segments between junctions and the blocks they bound."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.demo.layout import Layout, Road, warp
from geo.demo.subdivision import cut
from geo.domain.kinds import StreetKind

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Geometries = npt.NDArray[np.object_]

_NODE_M = 0.01  # lines that come this close meet
_CURVE_M = 30.0  # longest straight piece of a bent street
_SLIVER = 0.22  # a face smaller than this share of its neighbours' usual area joins one of them
_ENDS = ["x0", "y0", "x1", "y1"]


@dataclass(frozen=True)
class Segments:
    """Straight pieces of the blocks' borders, walked with the block on the left.

    xy0, xy1 : (n, 2) metres from the city's centre; block, street : (n,) positions
    """

    xy0: Floats
    xy1: Floats
    block: Ints
    street: Ints

    @property
    def length_m(self) -> Floats:
        """Length (n,) in metres."""
        across = self.xy1 - self.xy0
        return np.hypot(across[:, 0], across[:, 1])


@dataclass(frozen=True)
class Network:
    """The planar map, metres from the city's centre.

    streets : (s,) LineStrings between junctions, with kind (s,) and road (s,), the line they were drawn as
    blocks : (b,) Polygons, a valid coverage; none reaches into the river
    segments : the blocks' borders
    neighbours : frame a, b (a < b: blocks that share a border), length_m, kind (of the longest piece)
    water : (w,) Polygons
    """

    streets: Geometries
    kind: Geometries
    road: Ints
    roads: tuple[Road, ...]
    blocks: Geometries
    segments: Segments
    neighbours: pd.DataFrame
    water: Geometries
    radius_m: float


def build(layout: Layout, blocks: int, rng: np.random.Generator) -> Network:
    """Divide the land of `layout` into about `blocks` blocks, bend everything, and take it apart.

    What is bent is nodes and edges that are already cut at every crossing: so two blocks that share a
    border have the same coordinates on it.
    """
    cells = _faces(_node([road.line for road in layout.roads]), layout.land)
    roads = (*layout.roads, *cut(list(cells), blocks, layout.radius_m, rng))
    edges = _node([road.line for road in roads])
    road = _drawn_as(edges, roads)
    phases = rng.uniform(0, 2 * np.pi, (2, 2))

    def bend(xy: Floats) -> Floats:
        return warp(xy, layout.radius_m, phases)

    streets = shapely.transform(shapely.segmentize(edges, _CURVE_M), bend)
    land = shapely.transform(shapely.segmentize(layout.land, _CURVE_M / 3), bend)
    faces = _join_slivers(_faces(streets, land), streets)
    segments, sides = _borders(faces, streets)
    bridges = np.array([roads[number].kind == StreetKind.BRIDGE for number in road])
    kept = np.flatnonzero(np.isin(np.arange(len(streets)), segments.street) | bridges)
    kind = np.array([roads[number].kind.value for number in road], dtype=object)
    water = shapely.transform(shapely.segmentize(layout.water, _CURVE_M / 3), bend)
    return Network(
        streets=streets[kept],
        kind=kind[kept],
        road=road[kept],
        roads=roads,
        blocks=faces,
        segments=Segments(segments.xy0, segments.xy1, segments.block, np.searchsorted(kept, segments.street)),
        neighbours=_neighbours(sides, kind),
        water=shapely.get_parts(water),
        radius_m=layout.radius_m,
    )


def _node(lines: list[shapely.Geometry]) -> Geometries:
    """Return the lines cut at every crossing and touch."""
    return shapely.get_parts(shapely.union_all(np.array(lines, dtype=object), grid_size=_NODE_M))


def _faces(edges: Geometries, land: shapely.Geometry) -> Geometries:
    """Return the faces between `edges` that lie on `land`, from south-west to north-east."""
    faces = shapely.get_parts(shapely.polygonize(edges))
    shapely.prepare(land)
    inside = shapely.point_on_surface(faces)
    faces = faces[shapely.contains_xy(land, shapely.get_x(inside), shapely.get_y(inside))]
    bounds = shapely.bounds(faces)
    return faces[np.lexsort((bounds[:, 0], bounds[:, 1]))]


def _drawn_as(edges: Geometries, roads: tuple[Road, ...]) -> Ints:
    """Return for each edge (n,) the road that it was drawn as: the nearest to its middle, first drawn."""
    middles = shapely.line_interpolate_point(edges, 0.5, normalized=True)
    tree = shapely.STRtree([road.line for road in roads])
    edge, road = tree.query(middles, predicate="dwithin", distance=3 * _NODE_M)
    pairs = pd.DataFrame({"edge": edge, "road": road})
    pairs["distance"] = shapely.distance(middles[edge], tree.geometries[road]).round(1)
    first = pairs.sort_values(["edge", "distance", "road"]).drop_duplicates("edge")
    return first["road"].to_numpy(np.int64)


def _join_slivers(faces: Geometries, streets: Geometries) -> Geometries:
    """Join each face that is far smaller than its neighbours to the one with the longest common border.

    Where main roads and the river meet at a sharp angle, scraps are left that no block would be made of.
    """
    _, sides = _borders(faces, streets)
    pairs = _neighbours(sides, np.full(len(streets), "", dtype=object))
    both: pd.DataFrame = pd.concat([pairs, pairs.rename(columns={"a": "b", "b": "a"})], ignore_index=True)
    area = shapely.area(faces)
    usual = both.assign(area=area[both["b"]]).groupby("a")["area"].median().reindex(range(len(faces)))
    small = np.flatnonzero(area < _SLIVER * usual.fillna(0).to_numpy())
    target = both.sort_values("length_m").drop_duplicates("a", keep="last").set_index("a")["b"]
    group = np.arange(len(faces))
    for sliver in small:  # a handful; in order, so that a sliver may follow its neighbour
        group[group == sliver] = group[target[sliver]]
    members = pd.Series(range(len(faces))).groupby(group)
    return np.array(
        [
            faces[rows.iloc[0]] if len(rows) == 1 else _one(shapely.coverage_union_all(faces[rows]))
            for _, rows in members
        ],
        dtype=object,
    )


def _one(area: shapely.Geometry) -> shapely.Geometry:
    """Return the polygon that a coverage union wraps in a collection of one."""
    part: shapely.Geometry = shapely.get_parts(area)[0]
    return part


def _borders(faces: Geometries, streets: Geometries) -> tuple[Segments, pd.DataFrame]:
    """Return the borders' straight pieces, and for each its block, street and length as a frame."""
    rings, block = shapely.get_rings(shapely.orient_polygons(faces), return_index=True)
    walked, ring = _pieces(rings)
    streets_pieces, street = _pieces(streets)
    drawn = _undirected(streets_pieces).assign(street=street).drop_duplicates(_ENDS)
    sides = _undirected(walked).assign(block=block[ring]).merge(drawn, on=_ENDS, how="left", validate="m:1")
    segments = Segments(
        walked[:, :2], walked[:, 2:], sides["block"].to_numpy(), sides["street"].to_numpy(np.int64)
    )
    return segments, sides.assign(length_m=segments.length_m)


def _pieces(lines: Geometries) -> tuple[Floats, Ints]:
    """Return (n, 4) ends of the straight pieces of `lines` and (n,) which line each is of."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    same = line[1:] == line[:-1]
    return np.column_stack((xy[:-1][same], xy[1:][same])), line[:-1][same]


def _undirected(pieces: Floats) -> pd.DataFrame:
    swap = (pieces[:, 0] > pieces[:, 2]) | ((pieces[:, 0] == pieces[:, 2]) & (pieces[:, 1] > pieces[:, 3]))
    return pd.DataFrame(np.where(swap[:, None], pieces[:, [2, 3, 0, 1]], pieces), columns=_ENDS)


def _neighbours(sides: pd.DataFrame, kind: Geometries) -> pd.DataFrame:
    """Return pairs of blocks with a common border: a < b, length_m, kind of the street with most of it."""
    pairs = sides.merge(sides[[*_ENDS, "block"]], on=_ENDS, suffixes=("", "_b"))
    pairs = pairs[pairs["block"] < pairs["block_b"]].rename(columns={"block": "a", "block_b": "b"})
    by_street: pd.DataFrame = pairs.groupby(["a", "b", "street"])["length_m"].sum().reset_index()
    longest = by_street.sort_values("length_m", kind="stable").drop_duplicates(["a", "b"], keep="last")
    total = by_street.groupby(["a", "b"], as_index=False)["length_m"].sum()
    merged: pd.DataFrame = total.merge(longest[["a", "b", "street"]], on=["a", "b"])
    merged["kind"] = kind[merged["street"].to_numpy()]
    return merged.drop(columns="street")
