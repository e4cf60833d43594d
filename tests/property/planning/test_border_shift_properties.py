"""Moving a border: every household stays in exactly one block, the ward keeps its area, nothing overlaps."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.domain.errors import InputError
from geo.planning.border_shift import BorderShift, shift_border

CRS = "EPSG:3405"
WEST, SOUTH, SIDE = 105.8, 21.0, 0.002
# B0 B1 B2
# B3 B4 B5   a ward of 3 x 2 blocks, some 200 m each
CODES = [f"B{i}" for i in range(6)]
SHAPES = [
    shapely.box(
        WEST + column * SIDE, SOUTH + row * SIDE, WEST + (column + 1) * SIDE, SOUTH + (row + 1) * SIDE
    )
    for row in (1, 0)
    for column in range(3)
]
BLOCKS = gpd.GeoDataFrame({"code": CODES}, geometry=SHAPES, crs="EPSG:4326")
WARD = BLOCKS.union_all()

share = st.floats(0.05, 0.95)


def _piece(x: float, y: float, width: float, height: float) -> shapely.Geometry:
    left, low = WEST + 3 * SIDE * x, SOUTH + 2 * SIDE * y
    return shapely.box(left, low, left + 2 * SIDE * width, low + 2 * SIDE * height)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CODES), st.booleans(), share, share, share, share, st.integers(0, 2**32 - 1))
def test_households_are_conserved(
    block: str, add: bool, x: float, y: float, width: float, height: float, seed: int
) -> None:
    before = dict(zip(CODES, SHAPES, strict=True))
    piece = shapely.intersection(_piece(x, y, width, height), WARD)
    own = before[block]
    wanted = shapely.union(own, piece) if add else shapely.difference(own, piece)
    try:
        shift = shift_border(BLOCKS, block, wanted, WARD, CRS)
    except InputError:  # what is refused, and why, is tried below
        return
    after = {**before, **shift.shapes}
    shapes = list(after.values())
    assert shapely.area(shapes).sum() == pytest.approx(WARD.area, rel=1e-9)
    assert shapely.union_all(shapes).area == pytest.approx(WARD.area, rel=1e-9)
    rng = np.random.default_rng(seed)
    homes = shapely.points(WEST + 3 * SIDE * rng.random(300), SOUTH + 2 * SIDE * rng.random(300))
    holders = np.array([shapely.contains(shape, homes) for shape in shapes]).sum(axis=0)
    assert (holders == 1).all()
    inside = [shapely.contains(shape, homes).sum() for shape in (before[block], after[block])]
    gained, lost = (shapely.contains(part, homes).sum() for part in (shift.gained, shift.lost))
    assert inside[1] == inside[0] + gained - lost


def _refusal(block: str, wanted: shapely.Geometry) -> str:
    with pytest.raises(InputError) as caught:
        shift_border(BLOCKS, block, wanted, WARD, CRS)
    return caught.value.code


def test_what_cannot_be_a_border_is_refused() -> None:
    own = SHAPES[0]
    assert _refusal("B0", own) == "border_unchanged"
    assert _refusal("B0", shapely.union(own, SHAPES[1])) == "border_swallows"
    assert _refusal("B0", shapely.union(own, shapely.box(WEST - SIDE, SOUTH, WEST, SOUTH + SIDE))) == (
        "border_outside_ward"
    )
    apart = shapely.box(WEST + 2.2 * SIDE, SOUTH, WEST + 2.4 * SIDE, SOUTH + 0.5 * SIDE)
    assert _refusal("B0", shapely.union(own, apart)) == "border_in_parts"
    bow_tie = shapely.Polygon(
        [(WEST, SOUTH), (WEST + SIDE, SOUTH + SIDE), (WEST + SIDE, SOUTH), (WEST, SOUTH + SIDE)]
    )
    assert _refusal("B0", bow_tie) == "border_bad_polygon"


def test_what_is_given_up_goes_to_the_neighbour_with_the_longest_border() -> None:
    east = shapely.box(WEST + 0.7 * SIDE, SOUTH + SIDE, WEST + SIDE, SOUTH + 2 * SIDE)
    shift: BorderShift = shift_border(BLOCKS, "B0", shapely.difference(SHAPES[0], east), WARD, CRS)
    assert shift.shapes.keys() == {"B0", "B1"}
    assert shift.lost_m2 == pytest.approx(0.3 * 207.7 * 221.4, rel=0.02)
