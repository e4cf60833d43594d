"""Layers of the Hotspots page as maps on slides: the same classes and settings as on the screen."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely

from geo.analysis.disclosure import SMALL
from geo.analysis.emerging_words import CLASS_WORDS, EmergingClass
from geo.briefing.asking import Asking
from geo.briefing.deck import Key, MapBody
from geo.domain.crs import STORAGE_CRS
from geo.maps.classes import UNCHANGED, Classes, density_classes, difference_classes
from geo.maps.palettes import ACCENT, diverging, sequential
from geo.services.hotspots.clusters import Clusters, Method
from geo.services.hotspots.emerging import EmergingHotspots
from geo.services.hotspots.spots import Spot, Spots
from geo.services.hotspots.surface import DensitySurface

_GONE = "#ffffff"
# Class -> step of the sequential ramp, as on the page; what is passing or past is hatched.
_STEPS = {
    EmergingClass.NEW: 6, EmergingClass.CONSECUTIVE: 5, EmergingClass.INTENSIFYING: 4,
    EmergingClass.PERSISTENT: 3, EmergingClass.SPORADIC: 1, EmergingClass.OSCILLATING: 2,
    EmergingClass.FADING: 2,
}  # fmt: skip
_HATCHED = frozenset({EmergingClass.FADING, EmergingClass.HISTORICAL, EmergingClass.OSCILLATING})
_NUMBERED = 12  # more numbers than these lie over one another
_SNAP_M = 250.0


def wards_around(asking: Asking) -> gpd.GeoDataFrame:
    """Return the borders of the chosen wards, to be drawn above what is not a ward."""
    wards = asking.chosen[["name", "geometry"]].copy()
    return wards.assign(label=wards["name"], rank=wards.geometry.area)


def outlines(asking: Asking, spots: Spots | None) -> gpd.GeoDataFrame | None:
    """Return the outlines of hotspots, the first ones numbered; None where there are none."""
    if spots is None or not spots.spots:
        return None
    word = asking.say("Điểm nóng", "Hotspot")
    numbers = range(1, len(spots.spots) + 1)
    frame = gpd.GeoDataFrame(
        {
            "name": [f"{word} {i}" for i in numbers],
            "label": [spot_number(asking, i) if i <= _NUMBERED else "" for i in numbers],
        },
        geometry=[spot.shape for spot in spots.spots],
        crs=STORAGE_CRS,
    )
    return frame.to_crs(asking.wards.metric_crs)


def spot_number(asking: Asking, number: int) -> str:
    """Return how a hotspot is called on maps and in tables: not a mere number, which wards may have."""
    return asking.say(f"ĐN{number}", f"HS{number}")


def cluster_number(number: int) -> str:
    """Return how a cluster is called."""
    return f"C{number}"


def spots_label(asking: Asking, spots: Spots) -> str:
    """Return what the outlines of hotspots mean."""
    said = asking.say("ĐN: điểm nóng (Gi*, q < 0,05)", "HS: hotspot (Gi*, q < 0.05)")
    more = asking.say(f"; đánh số {_NUMBERED} điểm đầu", f"; first {_NUMBERED} numbered")
    return said + (more if len(spots.spots) > _NUMBERED else "")


def density_map(
    asking: Asking, surface: DensitySurface, top: float, said: str, spots: Spots | None
) -> MapBody:
    """Return the density, of a scale whose highest value is `top`. said : how many incidents are in it."""
    classes = density_classes(top)
    keys = _keys(asking, classes, sequential(max(1, len(classes.borders))))
    body = _surface_map(asking, surface, classes, keys, range(len(classes.borders)), said)
    return replace(
        body,
        keys_title=asking.say("Vụ trên km² trong kỳ", "Incidents per km²"),
        outlines=outlines(asking, spots),
        outlines_label=spots_label(asking, spots) if spots else "",
    )


def risk_map(asking: Asking, surface: DensitySurface, said: str) -> MapBody:
    """Return incidents for each thousand households, as a surface."""
    classes = density_classes(surface.peak)
    keys = _keys(asking, classes, sequential(max(1, len(classes.borders))))
    body = _surface_map(asking, surface, classes, keys, range(len(classes.borders)), said)
    return replace(
        body, keys_title=asking.say("Vụ trên 1.000 hộ, theo nơi", "Incidents per 1,000 households")
    )


def difference_map(asking: Asking, surface: DensitySurface, said: str) -> MapBody:
    """Return where there are more incidents than before, and hatched for grey print where fewer."""
    classes = difference_classes(surface.peak)
    told = [i for i in range(len(classes.borders)) if i != UNCHANGED]
    colours = diverging()
    keys = tuple(Key(_difference_label(asking, classes, i), colours[i], hatched=i < UNCHANGED) for i in told)
    body = _surface_map(asking, surface, classes, keys, told, said)
    return replace(body, keys_title=asking.say("Thay đổi, vụ trên km²", "Change, incidents per km²"))


def _difference_label(asking: Asking, classes: Classes, position: int) -> str:
    show = _shown(asking)
    edges = [show(border) for border in classes.borders[UNCHANGED + 1 :]]
    away = abs(position - UNCHANGED) - 1
    far = asking.say(f"từ {edges[-1]}", f"{edges[-1]} or more")
    reach = far if away == len(edges) - 1 else f"{edges[away]}–{edges[away + 1]}"
    return (
        asking.say("ít hơn ", "fewer: ") + reach
        if position < UNCHANGED
        else asking.say("nhiều hơn ", "more: ") + reach
    )


def _shown(asking: Asking) -> Callable[[float], str]:
    return lambda value: asking.number(
        value, 0 if value >= 10 or value == int(value) else 1 if value >= 1 else 2
    )


def _keys(asking: Asking, classes: Classes, colours: tuple[str, ...]) -> tuple[Key, ...]:
    labels = asking.labels(classes, _shown(asking))
    return tuple(Key(label, colour) for label, colour in zip(labels, colours, strict=False))


def _surface_map(  # noqa: PLR0917
    asking: Asking, surface: DensitySurface, classes: Classes, keys: tuple[Key, ...], told: object, said: str
) -> MapBody:
    few = asking.say(f"dưới {SMALL}", f"fewer than {SMALL}")
    sparse = asking.number(surface.sparse) if surface.sparse >= SMALL else few
    left = f"{sparse} {asking.say('vụ ở ô dưới 5 vụ', 'in cells of fewer than five')}"
    radius = asking.number(surface.bandwidth_m)
    return MapBody(
        _areas_of(surface, classes, list(told)),  # type: ignore[call-overload]
        keys, "", asking.database_name, asking.query.end, surface.metric_crs,
        f"{said}; {asking.say(f'bán kính {radius} m', f'radius {radius} m')}",
        asking.say(f"Không vẽ: {left}", f"Not drawn: {left}") if surface.sparse else "",
        ground=asking.ground, borders=wards_around(asking),
    )  # fmt: skip


def _areas_of(surface: DensitySurface, classes: Classes, told: list[int]) -> gpd.GeoDataFrame:
    """Return one area for each class that is told, in the order of its keys."""
    from contourpy import FillType, contour_generator

    grid = surface.grid
    lines = contour_generator(grid.x_centres, grid.y_centres, surface.values, fill_type=FillType.OuterOffset)
    edges = (*classes.borders, np.inf)
    shapes, keys = [], []
    for key, position in enumerate(told):
        low, high = max(edges[position], -1e30), min(edges[position + 1], 1e30)
        rings = [
            [points[start:end] for start, end in pairwise(first)]
            for points, first in zip(*lines.filled(low, high), strict=True)
        ]
        if rings:
            shapes.append(shapely.MultiPolygon([(shell, holes) for shell, *holes in rings]))
            keys.append(key)
    frame = gpd.GeoDataFrame({"key": keys}, geometry=shapes, crs=surface.metric_crs)
    return frame.assign(name=[str(key + 1) for key in keys], label="", rank=0.0)


def emerging_map(asking: Asking, found: EmergingHotspots, said: str) -> MapBody:
    """Return the classes of emerging hotspots that occur."""
    kinds = emerging_kinds(found)
    areas = found.areas.set_index("code").loc[[kind.name for kind in kinds]].to_crs(asking.wards.metric_crs)
    names = [emerging_name(asking, kind) for kind in kinds]
    frame = gpd.GeoDataFrame(
        {"name": names, "key": range(len(kinds)), "label": "", "rank": 0.0},
        geometry=list(areas.geometry), crs=asking.wards.metric_crs,
    )  # fmt: skip
    keys = tuple(
        Key(
            f"{name} ({asking.number(found.cells[kind])})",
            _colour(kind),
            hatched=kind in _HATCHED or kind < 0,
        )
        for kind, name in zip(kinds, names, strict=True)
    )
    cell, cells = asking.number(found.cell_m), asking.number(sum(found.cells.values()))
    since = asking.day(found.since)
    held = asking.number(found.held_back)
    return MapBody(
        frame, keys,
        asking.say(f"Điểm nóng qua {found.periods} kỳ (số ô {cell}\u00a0m)",
                   f"Hotspots over {found.periods} periods (cells of {cell}\u00a0m)"),
        asking.database_name, asking.query.end, asking.wards.metric_crs,
        asking.say(f"{said}; xét từ {since}; {cells}\u00a0ô",
                   f"{said}; looked at since {since}; {cells}\u00a0cells"),
        asking.say(f"Không xếp loại: {held} ô dưới 5 vụ", f"Not classed: {held} cells of fewer than five")
        if found.held_back else "",
        ground=asking.ground, borders=wards_around(asking),
    )  # fmt: skip


def emerging_kinds(found: EmergingHotspots) -> list[EmergingClass]:
    """Return the classes that occur, hot before cold."""
    kinds = [kind for kind in found.cells if kind is not EmergingClass.NONE]
    return sorted(kinds, key=lambda kind: (kind < 0, abs(kind)))


def emerging_name(asking: Asking, kind: EmergingClass) -> str:
    """Return what a class is called."""
    words = CLASS_WORDS[kind]
    return asking.say(words.name_vi, words.name_en)


def _colour(kind: EmergingClass) -> str:
    if kind < 0:
        return diverging()[1]
    return sequential(7)[_STEPS[kind]] if kind in _STEPS else _GONE


def spots_map(asking: Asking, spots: Spots, said: str) -> MapBody:
    """Return significant cells by class, with the hotspots outlined and numbered."""
    names = {
        "very_hot": (asking.say("Rất nóng (q < 0,01)", "Very hot (q < 0.01)"), sequential(7)[5], False),
        "hot": (asking.say("Nóng (q < 0,05)", "Hot (q < 0.05)"), sequential(7)[2], False),
        "cold": (asking.say("Lạnh (q < 0,05)", "Cold (q < 0.05)"), diverging()[1], True),
    }
    shown = spots.classes[spots.classes["code"].isin(names)].to_crs(asking.wards.metric_crs)
    codes = list(shown["code"])
    frame = gpd.GeoDataFrame(
        {"name": [names[code][0] for code in codes], "key": range(len(codes)), "label": "", "rank": 0.0},
        geometry=list(shown.geometry), crs=asking.wards.metric_crs,
    )  # fmt: skip
    cells = asking.number(spots.cells)
    return MapBody(
        frame, tuple(Key(*names[code]) for code in codes),
        asking.say("Ô có ý nghĩa thống kê (Gi*)", "Significant cells (Gi*)"),
        asking.database_name, asking.query.end, asking.wards.metric_crs,
        asking.say(f"{said}; {cells}\u00a0ô", f"{said}; {cells}\u00a0cells"),
        outlines=outlines(asking, spots), outlines_label=spots_label(asking, spots),
        ground=asking.ground, borders=wards_around(asking),
    )  # fmt: skip


def clusters_map(asking: Asking, found: Clusters, said: str, *, leaving: bool) -> MapBody:
    """Return the clusters; an outline that leaves is made of squares, for its corners are incidents."""
    shapes = gpd.GeoSeries([one.shape for one in found.clusters], crs=STORAGE_CRS).to_crs(
        asking.wards.metric_crs
    )
    drawn = (
        [_squares(shape) for shape in shapes] if leaving and found.method is not Method.SCAN else list(shapes)
    )
    numbers = [cluster_number(i) for i in range(1, len(drawn) + 1)]
    label = asking.say("Cụm vụ việc", "Cluster of incidents")
    frame = gpd.GeoDataFrame(
        {"name": numbers, "key": 0, "label": "", "rank": 0.0}, geometry=drawn, crs=asking.wards.metric_crs
    )
    return MapBody(
        frame, (Key(label, ACCENT["light"]),), _method(asking, found.method),
        asking.database_name, asking.query.end, asking.wards.metric_crs,
        asking.say(f"{said}, từ {asking.day(found.since)}", f"{said}, since {asking.day(found.since)}"),
        outlines=frame.assign(label=numbers) if drawn else None, outlines_label=label,
        ground=asking.ground, borders=wards_around(asking),
    )  # fmt: skip


def _method(asking: Asking, method: Method) -> str:
    return {
        Method.SCAN: asking.say("Quét không gian và thời gian", "Space-time scan"),
        Method.DBSCAN: asking.say("Nhóm dày đặc (DBSCAN)", "Dense groups (DBSCAN)"),
        Method.HDBSCAN: asking.say("Nhóm dày đặc (HDBSCAN)", "Dense groups (HDBSCAN)"),
    }[method]


def _squares(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the squares of a fixed grid that `shape` touches."""
    west, south, east, north = (shapely.bounds(shape) // _SNAP_M).astype(int).tolist()
    x, y = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1))
    squares = shapely.box(x * _SNAP_M, y * _SNAP_M, (x + 1) * _SNAP_M, (y + 1) * _SNAP_M).ravel()
    return shapely.union_all(squares[shapely.intersects(squares, shape)])


def numbered(spots: Spots) -> list[tuple[int, Spot]]:
    """Return the hotspots with the numbers that they have on maps."""
    return list(enumerate(spots.spots, start=1))
