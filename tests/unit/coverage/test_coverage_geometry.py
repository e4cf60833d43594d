"""Gaps, overlaps and neighbours on areas drawn by hand, against areas that can be counted on fingers."""

import geopandas as gpd
import pytest
import shapely
import shapely.affinity
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from geo.analysis.coverage import disagreeing, fit, fit_each, overlap, touching, union, united
from geo.domain.errors import WrongCrsError

CRS = "EPSG:3405"


def _areas(*shapes: Polygon) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=CRS, index=[f"area {n}" for n in range(len(shapes))])


def test_exact_neighbours_fill_their_whole() -> None:
    """
    +---+---+
    | 0 | 1 |   20 x 10 m
    +---+---+
    """
    found = fit(_areas(box(0, 0, 10, 10), box(10, 0, 20, 10)), box(0, 0, 20, 10))
    assert (found.gap_m2, found.overlap_m2, found.outside_m2) == (0.0, 0.0, 0.0)


def test_gap_overlap_and_what_sticks_out_are_measured() -> None:
    """
    +-----+-+-----+      0 is x 0..12, 1 is x 10..20: 2 x 10 m twice
    |  0  |#|  1  |..    the whole is x 0..25: 5 x 10 m in neither
    +-----+-+-----+
    """
    found = fit(_areas(box(0, -1, 12, 10), box(10, 0, 20, 10)), box(0, 0, 25, 10))
    assert found.overlap_m2 == pytest.approx(20.0)
    assert found.gap_m2 == pytest.approx(50.0)
    assert found.outside_m2 == pytest.approx(12.0)


def test_place_claimed_by_three_counts_once() -> None:
    same = box(0, 0, 10, 10)
    assert overlap(_areas(same, same, same)).area == pytest.approx(100.0)


def test_area_wholly_inside_another_is_an_overlap() -> None:
    """The border of the outer one is clean: only the inner one shows the fault."""
    outer, inner = box(0, 0, 10, 10), box(3, 3, 5, 5)
    areas = _areas(outer, inner)
    assert disagreeing(areas).tolist() == [False, True]
    assert overlap(areas).area == pytest.approx(4.0)
    assert union(areas).area == pytest.approx(100.0)


def test_hole_between_neighbours_is_a_gap() -> None:
    ring = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    found = fit(_areas(ring), box(0, 0, 10, 10))
    assert found.gap_m2 == pytest.approx(4.0)
    assert found.gap.equals(box(4, 4, 6, 6))


def test_missed_vertex_is_noticed_and_harms_nothing() -> None:
    """
    +-------+
    |   0   |    0 has no vertex where 1 and 2 meet below it
    +---+---+
    | 1 | 2 |
    +---+---+
    """
    areas = _areas(box(0, 10, 20, 20), box(0, 0, 10, 10), box(10, 0, 20, 10))
    assert disagreeing(areas).all()
    found = fit(areas, box(0, 0, 20, 20))
    assert (found.gap_m2, found.overlap_m2) == pytest.approx((0.0, 0.0))


def test_without_parts_everything_is_gap() -> None:
    found = fit(gpd.GeoSeries([], crs=CRS), box(0, 0, 10, 10))
    assert (found.gap_m2, found.overlap_m2, found.outside_m2) == (100.0, 0.0, 0.0)


def test_touch_in_a_point_or_line_is_no_overlap() -> None:
    found = fit(_areas(box(0, 0, 10, 10), box(10, 10, 20, 20), box(10, 5, 15, 10)), box(0, 0, 20, 20))
    assert found.overlap_m2 == 0.0
    assert found.gap.geom_type in {"Polygon", "MultiPolygon"}


def test_degrees_are_refused() -> None:
    areas = gpd.GeoSeries([box(105, 21, 105.1, 21.1)], crs="EPSG:4326")
    with pytest.raises(WrongCrsError, match="EPSG:4326"):
        fit(areas, box(105, 21, 105.1, 21.1))
    with pytest.raises(WrongCrsError):
        touching(gpd.GeoDataFrame({"code": ["a"]}, geometry=areas.to_list(), crs="EPSG:4326"))


def test_place_taken_by_a_part_of_another_unit_is_no_gap() -> None:
    """
    +---+---+---+---+      whole A is x 0..10, whole B is x 10..20
    |  A's  |A's|Z's|      A's second part lies in B and half of it under Z's
    +---+---+---+---+
    """
    wholes = gpd.GeoDataFrame({"code": ["A", "B"]}, geometry=[box(0, 0, 10, 10), box(10, 0, 20, 10)], crs=CRS)
    parts = gpd.GeoDataFrame(
        {"unit_code": ["A", "A", None]},
        geometry=[box(0, 0, 8, 10), box(10, 0, 14, 10), box(12, 0, 19, 10)],
        crs=CRS,
    )
    found = fit_each(parts, wholes)
    assert set(found) == {"A", "B"}
    assert (found["A"].gap_m2, found["A"].overlap_m2, found["A"].outside_m2) == pytest.approx((20, 0, 40))
    assert (found["B"].gap_m2, found["B"].overlap_m2, found["B"].outside_m2) == pytest.approx((10, 20, 0))
    with pytest.raises(WrongCrsError, match="to one CRS"):
        fit_each(parts.to_crs("EPSG:4326"), wholes)


def test_united_leaves_out_what_belongs_to_nobody() -> None:
    areas = gpd.GeoDataFrame(
        {"beat": ["k1", "k1", None, "k2"]},
        geometry=[box(0, 0, 10, 10), box(10, 0, 20, 10), box(20, 0, 30, 10), box(30, 0, 40, 10)],
        crs=CRS,
    )
    made = united(areas, "beat")
    assert made["code"].tolist() == ["k1", "k2"]
    assert made.geometry.area.tolist() == pytest.approx([200.0, 100.0])
    assert made.crs == areas.crs


def test_neighbours_share_a_border_a_corner_or_a_sliver() -> None:
    areas = gpd.GeoDataFrame(
        {"code": list("abcd")},
        geometry=[box(0, 0, 10, 10), box(10.5, 0, 20, 10), box(20, 10, 30, 20), box(50, 0, 60, 10)],
        crs=CRS,
    )
    assert touching(areas) == [("a", "b"), ("b", "c")]
    assert touching(areas, within_m=0.1) == [("b", "c")]


@given(st.integers(2, 6), st.integers(2, 6), st.data())
def test_area_is_conserved_on_any_grid_with_cells_moved_or_missing(
    nx: int, ny: int, data: st.DataObject
) -> None:
    """whole = union - outside + gap, and sum of parts = union + overlaps counted as often as they repeat."""
    cells = [box(10.0 * x, 10.0 * y, 10.0 * x + 10, 10.0 * y + 10) for x in range(nx) for y in range(ny)]
    drop = data.draw(st.sets(st.integers(0, len(cells) - 1), max_size=3))
    shift = data.draw(st.dictionaries(st.integers(0, len(cells) - 1), st.floats(-4, 4), max_size=3))
    parts = [
        shapely.affinity.translate(cell, shift.get(n, 0.0)) for n, cell in enumerate(cells) if n not in drop
    ]
    whole = box(0, 0, 10.0 * nx, 10.0 * ny)
    found = fit(_areas(*parts), whole)
    plain = shapely.union_all(parts) if parts else shapely.MultiPolygon()
    assert found.gap_m2 == pytest.approx(whole.difference(plain).area, abs=1e-6)
    assert whole.area == pytest.approx(plain.area - found.outside_m2 + found.gap_m2, abs=1e-6)
    by_rows = sum(
        first.intersection(second).area for n, first in enumerate(parts) for second in parts[n + 1 :]
    )
    assert found.overlap_m2 <= by_rows + 1e-6
    if len(shift) <= 1:  # then no place lies in three
        assert found.overlap_m2 == pytest.approx(by_rows, abs=1e-6)
