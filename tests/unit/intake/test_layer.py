"""Squares of 1 km a side on the grid of VN-2000 / UTM 48N near Hà Nội, read as a layer of wards.

exact ┌─┬─┐   overlap ┌──┬┬──┐   gap ┌─┬─┬─┐   sliver ┌──┬──┐ drawn twice, half a metre off
      ├─┼─┤           │ 1││2 │       ├─┤ ├─┤          │  ╲  │
      └─┴─┘           └──┴┴──┘       └─┴─┴─┘          └──┴──┘
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from geo.domain.kinds import Kind
from geo.intake.areas import in_metres
from geo.intake.layer import SLIVER_WIDTH_M, gaps, m2_text
from geo.intake.reading import Intake, read

KM = 1000
X0, Y0 = 585_000, 2_325_000
# A straight line in metres is not quite one in degrees: some 0.01 m in 1 km.
CURVED = 2e-3


def square(column: float, row: float, width: float = KM, height: float = KM) -> Polygon:
    x, y = X0 + column * KM, Y0 + row * KM
    return box(x, y, x + width, y + height)


def moved(*points: tuple[float, float]) -> Polygon:
    return Polygon([(X0 + x, Y0 + y) for x, y in points])


def layer(
    folder: Path,
    shapes: Sequence[Any],
    codes: Sequence[str] | None = None,
    crs: str = "EPSG:3405",
    kind: Kind = Kind.WARDS,
    **more: Any,
) -> Intake:
    """Read a file whose areas are coded A, B, ... in order."""
    codes = list(codes or [chr(ord("A") + n) for n in range(len(shapes))])
    frame = gpd.GeoDataFrame({"code": codes, "name": codes, **more}, geometry=list(shapes), crs=crs)
    path = folder / f"layer{len(list(folder.iterdir()))}.gpkg"
    frame.to_crs("EPSG:4326").to_file(path)
    intake = read(path, kind)
    assert intake.rows_read == intake.source_counts.sum() + len(intake.rejects)
    return intake


def told(intake: Intake, code: str) -> dict[str, dict[str, Any]]:
    """What is told under `code`, by code of the area; checks the row and that both languages can say it."""
    found = {}
    for note in intake.notes:
        if note.reason.code == code:
            params = dict(note.reason.params)
            for lang in ("vi", "en"):
                assert params["code"] in note.reason.sentence(lang)
            found[params["code"]] = params
            assert intake.taken_by[list(intake.taken_rows).index(note.row)] == list(
                intake.frame["code"]
            ).index(params["code"])
    assert len(found) == intake.warnings.get(code, 0)
    return found


def m2_beside(others: str, code: str) -> float:
    """The m² that `others`, e.g. ``"B (12.0 m²), C (3.1 m²)"``, names beside `code`."""
    return float(others.split(f"{code} (")[1].split(" ", maxsplit=1)[0])


GRID = [square(column, row) for row in range(3) for column in range(3)]
RING = [*GRID[:4], *GRID[5:]]
CENTRE = GRID[4]


# Nothing to tell


def test_squares_that_share_their_borders_say_nothing(tmp_path: Path) -> None:
    assert layer(tmp_path, GRID).warnings == {}


@pytest.mark.parametrize("kind", [Kind.WARDS, Kind.BLOCKS, Kind.BEATS])
def test_one_area_alone_says_nothing(tmp_path: Path, kind: Kind) -> None:
    assert layer(tmp_path, [CENTRE], kind=kind).warnings == {}


def test_islands_of_one_area_around_another_say_nothing(tmp_path: Path) -> None:
    islands = MultiPolygon([square(0, 0), square(2, 0), square(5, 5)])
    assert layer(tmp_path, [islands, square(1, 0)]).warnings == {}


def test_areas_that_touch_in_a_corner_or_not_at_all_say_nothing(tmp_path: Path) -> None:
    assert layer(tmp_path, [square(0, 0), square(1, 1), square(4, 4)]).warnings == {}


def test_a_hole_that_another_area_fills_says_nothing(tmp_path: Path) -> None:
    assert layer(tmp_path, [shapely.union_all(RING), CENTRE]).warnings == {}


def test_a_hole_of_one_area_alone_says_nothing(tmp_path: Path) -> None:
    lake = shapely.union_all(RING)
    assert layer(tmp_path, [lake, square(3, 0)]).warnings == {}
    # A hole that reaches the border in one point, where the neighbour touches it.
    bay = moved((1000, 500), (500, 800), (500, 200))
    shore = moved((0, 0), (1000, 0), (1000, 500), (1000, 1000), (0, 1000)).difference(bay)
    neighbour = moved((1000, 0), (2000, 0), (2000, 1000), (1000, 1000), (1000, 500))
    assert layer(tmp_path, [shore, neighbour]).warnings == {}


def test_a_hole_that_only_parts_of_one_area_close_says_nothing(tmp_path: Path) -> None:
    chain = MultiPolygon([square(1, 0), square(0, 1), square(2, 1), square(1, 2)])
    assert layer(tmp_path, [chain, square(3, 1)]).warnings == {}
    shapes = gpd.GeoSeries([chain], crs="EPSG:3405").to_crs("EPSG:4326").to_numpy()
    assert gaps(shapes, shapely.coverage_invalid_edges(shapes)).area_m2.tolist() == []


def test_a_vertex_more_on_a_shared_border_is_rounding_not_an_overlap(tmp_path: Path) -> None:
    # Slanted, so that the points between lie beside the line by the last bit of a double.
    a, b = (105.8, 21.0), (105.8137, 21.0113)
    between = [(a[0] + (b[0] - a[0]) * s, a[1] + (b[1] - a[1]) * s) for s in (0.1, 0.3, 0.7, 0.9)]
    west, east = Polygon([a, b, (105.79, 21.01)]), Polygon([a, *between, b, (105.83, 21.0)])
    assert (~shapely.is_empty(shapely.coverage_invalid_edges([west, east]))).any()
    assert layer(tmp_path, [west, east], crs="EPSG:4326").warnings == {}


def test_parts_in_several_rows_are_one_area_of_the_layer(tmp_path: Path) -> None:
    intake = layer(tmp_path, GRID, codes=["A", "B", "C", "D", "E", "F", "G", "H", "A"])
    assert intake.warnings == {"parts_merged": 2}


def test_rows_are_named_as_the_file_numbers_them(tmp_path: Path) -> None:
    shapes = [square(5, 5), square(6, 5), square(0, 0), square(0, 0), square(0.9, 0)]
    intake = layer(tmp_path, shapes, codes=["A", "A", "B", "B", "C"])
    assert intake.reasons == {"duplicate_key": 1}
    assert told(intake, "overlaps_neighbour").keys() == {"B", "C"}
    rows = {note.row for note in intake.notes if note.reason.code == "overlaps_neighbour"}
    assert rows == {3, 5}


def test_an_area_that_is_left_out_is_not_of_the_layer(tmp_path: Path) -> None:
    intake = layer(tmp_path, [square(0, 0), square(0.2, 0)], codes=["A", "A"])
    assert intake.reasons == {"duplicate_key": 1}
    assert intake.warnings == {}


# Overlaps


def test_an_overlap_names_both_codes_and_the_square_metres(tmp_path: Path) -> None:
    shapes = [square(0, 0), square(0.9, 0), square(5, 0)]
    intake = layer(tmp_path, shapes)
    assert intake.warnings == {"overlaps_neighbour": 2}
    found = told(intake, "overlaps_neighbour")
    for code, other in (("A", "B"), ("B", "A")):
        assert m2_beside(found[code]["others"], other) == pytest.approx(100 * KM, rel=CURVED)
    # Told, not mended: the areas are as drawn.
    drawn = gpd.GeoSeries(shapes, crs="EPSG:3405").to_crs("EPSG:4326")
    assert shapely.equals_exact(intake.frame.geometry.to_numpy(), drawn.to_numpy()).all()


@pytest.mark.parametrize(
    ("inner", "m2"),
    [(square(0.4, 0.4, 200, 200), 40_000), (square(0, 0, 500), 500_000)],
    ids=["inside", "half of it"],
)
def test_an_area_within_another_is_an_overlap_for_both(tmp_path: Path, inner: Polygon, m2: float) -> None:
    intake = layer(tmp_path, [square(0, 0), inner])
    assert intake.warnings == {"overlaps_neighbour": 2}
    found = told(intake, "overlaps_neighbour")
    assert m2_beside(found["A"]["others"], "B") == pytest.approx(m2, rel=CURVED)
    assert m2_beside(found["B"]["others"], "A") == pytest.approx(m2, rel=CURVED)


def test_a_pair_that_overlaps_in_two_places_is_told_once_with_both(tmp_path: Path) -> None:
    comb = shapely.union_all([square(0, 1), square(0.1, 0.8, 100, 300), square(0.7, 0.8, 100, 300)])
    found = told(layer(tmp_path, [square(0, 0), comb]), "overlaps_neighbour")
    assert m2_beside(found["A"]["others"], "B") == pytest.approx(2 * 100 * 200, rel=CURVED)


@pytest.mark.parametrize(("width", "code"), [(0.5, "overlap_sliver"), (2.0, "overlaps_neighbour")])
def test_a_border_drawn_twice_is_told_apart_from_a_dispute(tmp_path: Path, width: float, code: str) -> None:
    assert 0.5 < SLIVER_WIDTH_M < 2
    intake = layer(tmp_path, [square(0, 0), square(1 - width / KM, 0)])
    assert intake.warnings == {code: 2}
    # 5 m² for the curve of the two long sides at most.
    assert m2_beside(told(intake, code)["A"]["others"], "B") == pytest.approx(width * KM, abs=10)


def test_one_area_may_have_a_sliver_with_one_and_a_dispute_with_another(tmp_path: Path) -> None:
    intake = layer(tmp_path, [square(0, 0), square(1 - 0.0005, 0), square(-0.9, 0)])
    assert intake.warnings == {"overlap_sliver": 2, "overlaps_neighbour": 2}
    assert told(intake, "overlap_sliver").keys() == {"A", "B"}
    assert told(intake, "overlaps_neighbour").keys() == {"A", "C"}


def test_of_many_neighbours_the_largest_are_named_and_the_others_counted(tmp_path: Path) -> None:
    row = [square(column, 0) for column in range(8)]
    strip = moved((0, 900), (8000, 200), (8000, 1500), (0, 1500))
    others = told(layer(tmp_path, [*row, strip]), "overlaps_neighbour")["I"]["others"]
    assert others.endswith("… (+3)")
    assert [name[0] for name in others.split(", ")] == ["H", "G", "F", "E", "D"]


def test_areas_drawn_alike_are_told_as_such_and_once_in_the_layer(tmp_path: Path) -> None:
    x, y = X0, Y0
    turned = Polygon([(x + KM, y + KM), (x + KM, y), (x, y), (x, y + KM)])
    intake = layer(tmp_path, [square(0, 0), turned, square(0, 0), square(0.9, 0)])
    assert intake.warnings == {"same_border": 3, "overlaps_neighbour": 2}
    alike = told(intake, "same_border")
    assert {code: fact["others"] for code, fact in alike.items()} == {"A": "B, C", "B": "A, C", "C": "A, B"}
    assert float(alike["A"]["area_m2"]) == pytest.approx(KM**2, rel=CURVED)
    assert told(intake, "overlaps_neighbour").keys() == {"A", "D"}


def test_a_file_whose_areas_all_lie_on_each_other_is_not_looked_at_pair_by_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = [square(shift / KM, 0) for shift in range(5)]
    assert layer(tmp_path, shapes).warnings.keys() == {"overlaps_neighbour"}
    monkeypatch.setattr("geo.intake.layer.MOST_PAIRS", -41)
    monkeypatch.setattr("geo.intake.layer._LOOK_UP", 2)
    intake = layer(tmp_path, shapes)
    assert intake.warnings == {"layer_unchecked": 5}
    assert told(intake, "layer_unchecked")["E"]["pairs"] == 9
    monkeypatch.setattr("geo.intake.layer.MOST_PAIRS", -40)
    assert layer(tmp_path, shapes).warnings.keys() == {"overlaps_neighbour"}


# Gaps


def test_a_missing_square_is_a_gap_between_all_around_it(tmp_path: Path) -> None:
    intake = layer(tmp_path, RING)
    assert intake.warnings == {"gap_in_layer": 8}
    found = told(intake, "gap_in_layer")
    assert all(float(fact["gap_m2"]) == pytest.approx(KM * KM, rel=CURVED) for fact in found.values())
    assert found["A"]["others"] == "B, C, D, E, F … (+2)"
    assert "A" not in found["B"]["others"].split(", ")[1:]


def test_an_area_within_a_gap_is_no_part_of_it(tmp_path: Path) -> None:
    intake = layer(tmp_path, [*RING, square(1.25, 1.25, 500, 500)])
    assert intake.warnings == {"gap_in_layer": 9}
    assert float(told(intake, "gap_in_layer")["I"]["gap_m2"]) == pytest.approx(750_000, rel=CURVED)


def test_a_hole_of_one_area_that_another_half_fills_is_a_gap(tmp_path: Path) -> None:
    intake = layer(tmp_path, [shapely.union_all(RING), square(1, 1, 500)])
    assert intake.warnings.keys() >= {"gap_in_layer"}
    for code, other in (("A", "B"), ("B", "A")):
        fact = told(intake, "gap_in_layer")[code]
        assert (fact["others"], fact["gaps"]) == (other, 1)
        assert float(fact["gap_m2"]) == pytest.approx(500_000, rel=CURVED)


def test_two_gaps_beside_one_area_are_added_and_counted(tmp_path: Path) -> None:
    wide = [square(column, row) for row in range(3) for column in range(5)]
    intake = layer(tmp_path, [shape for n, shape in enumerate(wide) if n not in {6, 8}])
    between = told(intake, "gap_in_layer")[chr(ord("A") + 6)]
    assert between["gaps"] == 2
    assert float(between["gap_m2"]) == pytest.approx(2 * KM * KM, rel=CURVED)


@pytest.mark.parametrize(("depth", "code"), [(0.5, "gap_sliver"), (20.0, "gap_in_layer")])
def test_a_crack_between_two_borders_is_told_apart_from_a_gap(
    tmp_path: Path, depth: float, code: str
) -> None:
    west = moved((0, 0), (1000, 0), (1000 - depth, 500), (1000, 1000), (0, 1000))
    intake = layer(tmp_path, [west, square(1, 0)])
    assert intake.warnings == {code: 2}
    fact = told(intake, code)["B"]
    assert (fact["others"], fact["gaps"]) == ("A", 1)
    assert float(fact["gap_m2"]) == pytest.approx(depth * KM / 2, abs=10)


def test_a_gap_that_areas_close_in_corners_alone_is_seen(tmp_path: Path) -> None:
    intake = layer(tmp_path, [square(1, 0), square(0, 1), square(2, 1), square(1, 2)])
    assert intake.warnings == {"gap_in_layer": 4}
    assert float(told(intake, "gap_in_layer")["A"]["gap_m2"]) == pytest.approx(KM * KM, rel=CURVED)


@pytest.mark.parametrize("bent", [False, True])
def test_a_crack_that_is_open_at_both_ends_is_seen(tmp_path: Path, *, bent: bool) -> None:
    west = moved((0, 0), (999.5, 0), *[(900, 500)] * bent, (999.5, 1000), (0, 1000))
    east = moved((1000, 0), (2000, 0), (2000, 1000), (1000, 1000), *[(900.5, 500)] * bent)
    intake = layer(tmp_path, [west, east, square(5, 5)])
    assert intake.warnings == {"gap_sliver": 2}
    fact = told(intake, "gap_sliver")["A"]
    assert (fact["others"], fact["gaps"]) == ("B", 1)
    assert float(fact["gap_m2"]) == pytest.approx(0.5 * KM, abs=10)


def test_what_another_area_takes_of_a_crack_is_no_part_of_it(tmp_path: Path) -> None:
    plug = moved((999.5, 400), (1000, 400), (1000, 1000), (999.5, 1000))
    intake = layer(tmp_path, [square(0, 0, 999.5), square(1, 0), plug])
    assert float(told(intake, "gap_sliver")["A"]["gap_m2"]) == pytest.approx(0.5 * 400, abs=5)


def test_a_notch_of_one_area_is_no_crack_between_two(tmp_path: Path) -> None:
    west = square(0, 0, 999.5).difference(square(0.2, 0, 0.5, 500))
    for shapes in ([west, square(1, 0)], [square(1, 0), west]):
        (fact,) = (told(layer(tmp_path, shapes), "gap_sliver")[code] for code in "A")
        assert fact["gaps"] == 1
        assert float(fact["gap_m2"]) == pytest.approx(0.5 * KM, abs=10)


def test_areas_two_metres_apart_are_apart(tmp_path: Path) -> None:
    assert layer(tmp_path, [square(0, 0, 998), square(1, 0)]).warnings == {}


def test_a_bay_that_is_open_to_the_outside_is_not_taken_for_a_gap(tmp_path: Path) -> None:
    assert layer(tmp_path, [shape for n, shape in enumerate(GRID) if n not in {4, 5}]).warnings == {}


def test_a_stray_at_the_other_end_of_the_earth_does_not_stop_the_others(tmp_path: Path) -> None:
    near = gpd.GeoSeries([square(0, 0), square(0.9, 0), square(1.9, 0)], crs="EPSG:3405").to_crs("EPSG:4326")
    far = box(-165.005, -0.005, -164.995, 0.005)
    intake = layer(tmp_path, [*near, far], crs="EPSG:4326", declared_area_km2=[1.0, 1.0, 1.0, 1.0])
    assert intake.warnings == {"overlaps_neighbour": 2}
    assert m2_beside(told(intake, "overlaps_neighbour")["B"]["others"], "A") == pytest.approx(1e5, rel=CURVED)


def test_what_has_no_place_in_the_metric_crs_is_not_drawn_in_it() -> None:
    near, far = box(105.8, 21, 105.81, 21.01), box(-165.005, -0.005, -164.995, 0.005)
    drawn = in_metres(np.array([near, near, far], dtype=object))
    assert drawn[2] is None
    assert drawn[0].area == pytest.approx(1_151_000, rel=CURVED)


# Scraps of drawing


def test_a_thin_part_and_a_thin_hole_are_told_and_kept(tmp_path: Path) -> None:
    scrap = square(3, 0, 0.4, 50)
    cracked = square(0, 2).difference(square(0.5, 2.5, 0.4, 100))
    islands = MultiPolygon([square(0, 0), scrap, square(5, 0, 20, 20)])
    intake = layer(tmp_path, [islands, cracked])
    assert intake.warnings == {"thin_part": 1, "thin_hole": 1}
    part, hole = told(intake, "thin_part")["A"], told(intake, "thin_hole")["B"]
    assert (part["parts"], hole["holes"]) == (1, 1)
    assert float(part["area_m2"]) == pytest.approx(20, abs=0.2)
    assert float(hole["area_m2"]) == pytest.approx(40, abs=0.2)
    assert shapely.get_num_geometries(intake.frame.geometry[0]) == 3
    assert shapely.get_num_interior_rings(shapely.get_geometry(intake.frame.geometry[1], 0)) == 1


# Declared area


@pytest.mark.parametrize(
    ("declared", "differs"), [(1.0, 0), (0.96, 0), (1.04, 0), (0.9, 1), (1.1, 1), (0.0, 1)]
)
def test_a_declared_area_may_differ_by_a_twentieth(tmp_path: Path, declared: float, differs: int) -> None:
    intake = layer(tmp_path, [square(0, 0), square(1, 0)], declared_area_km2=[declared, np.nan])
    assert intake.warnings == ({"declared_area_differs": 1} if differs else {})
    assert intake.frame["declared_area_km2"].iloc[0] == declared


def test_both_figures_of_a_declared_area_are_named(tmp_path: Path) -> None:
    intake = layer(tmp_path, [square(0, 0), square(1, 0)], declared_area_km2=[0.8, 1.0])
    fact = told(intake, "declared_area_differs")["A"]
    assert (fact["declared_km2"], fact["difference"]) == ("0.8", "+25%")
    assert float(fact["drawn_km2"]) == pytest.approx(1, rel=CURVED)


def test_parts_are_put_together_before_their_area_is_compared(tmp_path: Path) -> None:
    shapes, declared = [square(0, 0), square(1, 0)], [2.0, 2.0]
    intake = layer(tmp_path, shapes, codes=["A", "A"], declared_area_km2=declared)
    assert intake.warnings == {"parts_merged": 2}
    assert layer(tmp_path, shapes, declared_area_km2=declared).warnings == {"declared_area_differs": 2}


@pytest.mark.parametrize(
    ("m2", "said"), [(12.34, "12.3"), (0.0871, "0.087"), (1.0, "1.0"), (float("nan"), "?")]
)
def test_small_areas_do_not_read_as_nothing(m2: float, said: str) -> None:
    assert m2_text(m2) == said
