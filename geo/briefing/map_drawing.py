"""A map in its frame: areas by class, ground, outlines, names that do not collide, scale bar, north arrow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import floor, log10

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.briefing import fonts
from geo.briefing.deck import Key, MapBody
from geo.briefing.page import INK, QUIET, Contour, Frame, Item, Shape, Text, rectangle
from geo.domain.messages import Lang
from geo.maps.areas import thinned
from geo.maps.basemap import COLOURS
from geo.maps.palettes import NO_DATA

_GROUND = COLOURS["light"]
_MARGIN = 6.0
_FINEST = 0.35  # points: finer corners are not seen
_STREETS = ("major", "bridge")
_MOST_STREETS = 4000
_NAME_SIZES = (11.0, 9.5)
_LINE_STEP = 4.0  # points


@dataclass(frozen=True)
class View:
    """How metres become points: one scale for both axes, the middle of what is shown in the frame's."""

    frame: Frame
    west: float
    north: float
    points_a_metre: float

    @classmethod
    def of(cls, frame: Frame, shown: Sequence[gpd.GeoDataFrame]) -> "View | None":
        """Return the view that shows all of `shown`, None where there is nothing to see."""
        bounds = np.array([one.total_bounds for one in shown if len(one)])
        if not len(bounds) or not np.isfinite(bounds).any():
            return None
        west, south = np.nanmin(bounds[:, :2], axis=0)
        east, north = np.nanmax(bounds[:, 2:], axis=0)
        width, height = max(east - west, 1.0), max(north - south, 1.0)
        scale = min((frame.w - 2 * _MARGIN) / width, (frame.h - 2 * _MARGIN) / height)
        west -= (frame.w / scale - width) / 2
        north += (frame.h / scale - height) / 2
        return cls(frame, float(west), float(north), float(scale))

    def points(self, xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return (n, 2) points of (n, 2) metres."""
        scale = self.points_a_metre
        return np.column_stack(
            (self.frame.x + (xy[:, 0] - self.west) * scale, self.frame.y + (self.north - xy[:, 1]) * scale)
        )

    def box(self) -> shapely.Polygon:
        """Return what the frame shows, in metres."""
        east = self.west + self.frame.w / self.points_a_metre
        return shapely.box(self.west, self.north - self.frame.h / self.points_a_metre, east, self.north)


def draw_map(body: MapBody, view: View, unit: float, lang: Lang) -> list[Item]:
    """Return what stands in the frame of `view`; unit : how much larger than a slide."""
    items: list[Item] = [
        Shape((rectangle(view.frame),), fill=_GROUND.ground, line="#c9c5bb", weight=0.5, name="Khung")
    ]
    shapes = _thinner(body.areas.geometry.to_numpy(), view)
    keys = body.areas["key"].to_numpy()
    for name, shape, key in zip(body.areas["name"], shapes, keys, strict=True):
        chosen = body.keys[key] if key >= 0 else Key("", NO_DATA["light"])
        contours = tuple(_contours(shape, view))
        if contours:
            items.append(
                Shape(contours, fill=chosen.colour, line=None if body.borders is not None else QUIET,
                      weight=0.6 * unit, hatched=chosen.hatched, name=str(name)[:120])
            )  # fmt: skip
    items += _ground(body, view, unit)
    items += _borders(body, view, unit)
    items += _outlines(body, view, unit)
    items += _names(body, view, unit)
    return [*items, *_scale_bar(view, unit, lang), *_north(view, unit, lang)]


def _thinner(shapes: npt.NDArray[np.object_], view: View) -> npt.NDArray[np.object_]:
    tolerance_m = _FINEST / view.points_a_metre
    if shapely.coverage_is_valid(shapes):
        return np.asarray(thinned(shapes, tolerance_m), dtype=object)
    return np.asarray(shapely.simplify(shapes, tolerance_m), dtype=object)


def _contours(shape: shapely.Geometry | None, view: View) -> Iterator[Contour]:
    if shape is None:
        return
    for part in shapely.get_parts(shape):
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        for ring in (part.exterior, *part.interiors):
            yield view.points(shapely.get_coordinates(ring)[:-1])


def _ground(body: MapBody, view: View, unit: float) -> list[Item]:
    if body.ground is None:
        return []
    box = view.box()
    items: list[Item] = []
    water = shapely.intersection(
        shapely.simplify(body.ground.water.geometry.to_numpy(), _FINEST / view.points_a_metre), box
    )
    contours = tuple(contour for shape in water for contour in _contours(shape, view))
    if contours:
        items.append(Shape(contours, fill=_GROUND.water, name="Mặt nước"))
    streets = body.ground.streets
    chosen = streets.geometry[streets["kind"].isin(_STREETS)].to_numpy()[:_MOST_STREETS]
    merged = shapely.line_merge(shapely.union_all(chosen)) if len(chosen) else None
    lines = [
        view.points(shapely.get_coordinates(line))
        for line in shapely.get_parts(
            shapely.intersection(shapely.simplify(merged, 2 * _FINEST / view.points_a_metre), box)
            if merged is not None
            else []
        )
        if line.geom_type == "LineString" and not line.is_empty
    ]
    if lines:
        items.append(
            Shape(tuple(lines), closed=False, line=_GROUND.minor, weight=0.9 * unit, name="Đường chính")
        )
    return items


def _borders(body: MapBody, view: View, unit: float) -> list[Item]:
    if body.borders is None:
        return []
    shapes = _thinner(body.borders.geometry.to_numpy(), view)
    return [
        Shape(tuple(_contours(shape, view)), line=QUIET, weight=0.9 * unit, name=str(name)[:120])
        for name, shape in zip(body.borders["name"], shapes, strict=True)
        if shape is not None and not shape.is_empty
    ]


def _outlines(body: MapBody, view: View, unit: float) -> list[Item]:
    if body.outlines is None or body.outlines.empty:
        return []
    items: list[Item] = []
    for name, shape in zip(body.outlines["name"], body.outlines.geometry, strict=True):
        contours = tuple(_contours(shape, view))
        items.append(Shape(contours, line="#ffffff", weight=3.6 * unit, name=f"{name} (nền)"))
        items.append(Shape(contours, line=INK, weight=2.0 * unit, name=str(name)))
    return items


def _names(body: MapBody, view: View, unit: float) -> list[Item]:
    """Names of areas and numbers of outlines, the important first, each where nothing else stands."""
    taken: list[Frame] = [_north_frame(view, unit), _scale_frame(view, unit)]
    items: list[Item] = []
    if body.outlines is not None:
        for label, shape in zip(body.outlines["label"], body.outlines.geometry, strict=True):
            if not label:
                continue
            badge = _aside(_badge(str(label), shape, view, unit), taken)
            taken.append(badge.frame)
            items.append(badge)
    lines = _line_frames(body, view, unit)
    sizes = [size * unit for size in _NAME_SIZES]
    for label, shape, key in _named(body):
        # Rather over an outline than without a name.
        placed = _placed(label, shape, view, sizes, ([*taken, *lines], taken) if lines else (taken,))
        if placed is None:
            continue
        size, found = placed
        taken.append(found)
        name = f"Tên {label}"[:120]
        if key is not None and key.hatched:  # lines run through the letters otherwise
            items.append(Text(found, label, size, bold=True, align="middle", fill="#ffffff", name=name))
            continue
        fill = key.colour if key is not None else NO_DATA["light"]
        dark = _lightness(fill) < 0.5
        items.append(
            Text(found, label, size, bold=True, colour="#ffffff" if dark else INK, align="middle",
                 halo=fill if dark else "#ffffff", name=name)
        )  # fmt: skip
    return items


def _line_frames(body: MapBody, view: View, unit: float) -> list[Frame]:
    """Return small frames along the outlines, on which a name would not be read well."""
    if body.outlines is None or body.outlines.empty:
        return []
    rings = shapely.get_parts(shapely.boundary(body.outlines.geometry.to_numpy()))
    dense = shapely.segmentize(rings, _LINE_STEP * unit / view.points_a_metre)
    half = _LINE_STEP * unit / 2
    return [
        Frame(x - half, y - half, 2 * half, 2 * half)
        for x, y in view.points(shapely.get_coordinates(dense)).tolist()
    ]


def _named(body: MapBody) -> Iterator[tuple[str, shapely.Geometry, Key | None]]:
    """Yield what has a name, the important first: areas with their key, then borders."""
    for layer in (body.areas, body.borders):
        if layer is None:
            continue
        for position in np.argsort(-layer["rank"].to_numpy(dtype=float), kind="stable"):
            row = layer.iloc[int(position)]
            if row["label"] and row.geometry is not None and not row.geometry.is_empty:
                key = row.get("key", -1)
                yield str(row["label"]), row.geometry, body.keys[key] if key >= 0 else None


def _aside(badge: Text, taken: list[Frame]) -> Text:
    """Return `badge` moved to where nothing else stands, or as it is where there is no such place near."""
    frame = badge.frame
    for right, down in ((0, 0), (0, -1), (0, 1), (1, 0), (-1, 0), (1, -1), (-1, 1), (1, 1), (-1, -1)):
        moved = Frame(frame.x + right * 1.1 * frame.w, frame.y + down * 1.1 * frame.h, frame.w, frame.h)
        if not any(_collide(moved, other) for other in taken):
            return replace(badge, frame=moved)
    return badge


def _badge(label: str, shape: shapely.Geometry, view: View, unit: float) -> Text:
    at = view.points(shapely.get_coordinates(shapely.point_on_surface(shape)))[0]
    size = 11.0 * unit
    width = fonts.width(label, size, bold=True) + 8 * unit
    frame = Frame(at[0] - width / 2, at[1] - 8 * unit, width, 16 * unit)
    return Text(frame, label, size, bold=True, colour="#ffffff", align="middle", fill=INK, name=f"Số {label}")


def _placed(
    label: str, shape: shapely.Geometry, view: View, sizes: Sequence[float], avoided: Sequence[list[Frame]]
) -> tuple[float, Frame] | None:
    """Return size and place of a name: clear of the first of `avoided` if it can be, in larger letters."""
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    reach = max(largest.bounds[2] - largest.bounds[0], largest.bounds[3] - largest.bounds[1])
    centre = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest, tolerance=reach / 20))[:1]
    x, y = view.points(centre)[0]
    own_width = (largest.bounds[2] - largest.bounds[0]) * view.points_a_metre
    for taken, size in product(avoided, sizes):
        width, height = fonts.width(label, size, bold=True) + 2, size * 1.25
        if width > 1.25 * own_width:  # it would say its name over its neighbours
            continue
        for shift in (0.0, 1.0, -1.0, 2.0, -2.0):
            frame = Frame(x - width / 2, y - height / 2 + shift * 0.7 * height, width, height)
            if _inside(frame, view.frame) and not any(_collide(frame, other) for other in taken):
                return size, frame
    return None


def _inside(frame: Frame, outer: Frame) -> bool:
    return (
        frame.x >= outer.x
        and frame.y >= outer.y
        and frame.x + frame.w <= outer.x + outer.w
        and frame.y + frame.h <= outer.y + outer.h
    )


def _collide(one: Frame, other: Frame) -> bool:
    return (
        one.x < other.x + other.w
        and other.x < one.x + one.w
        and one.y < other.y + other.h
        and other.y < one.y + one.h
    )


def _lightness(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return float(0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2 + 0.22)


def round_length_m(longest_m: float) -> float:
    """Return 1, 2 or 5 times a power of ten, the largest up to `longest_m`."""
    power = 10.0 ** floor(log10(longest_m))
    return max(step for step in (1, 2, 5) if step * power <= longest_m) * power


def _scale_frame(view: View, unit: float) -> Frame:
    wide = view.frame.w * 0.28 + 12 * unit
    return Frame(view.frame.x, view.frame.y + view.frame.h - 28 * unit, wide, 28 * unit)


def _scale_bar(view: View, unit: float, lang: Lang) -> list[Item]:
    length_m = round_length_m(view.frame.w * 0.25 / view.points_a_metre)
    long = length_m * view.points_a_metre
    x, y = view.frame.x + 10 * unit, view.frame.y + view.frame.h - 9 * unit
    said = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
    bar = Frame(x, y, long, 3.5 * unit)
    label = Frame(x - 20 * unit, y - 15 * unit, long + 40 * unit, 14 * unit)
    return [
        Shape((rectangle(Frame(x, y, long / 2, bar.h)),), fill=INK, line=INK, weight=0.5, name="Thước tỷ lệ"),
        Shape((rectangle(Frame(x + long / 2, y, long / 2, bar.h)),), fill="#ffffff", line=INK, weight=0.5,
              name="Thước tỷ lệ"),
        Text(label, said if lang == "en" else said.replace(".", ","), 11 * unit, bold=True, align="middle",
             halo="#ffffff", name="Thước tỷ lệ"),
    ]  # fmt: skip


def _north_frame(view: View, unit: float) -> Frame:
    return Frame(view.frame.x + view.frame.w - 30 * unit, view.frame.y + 4 * unit, 26 * unit, 40 * unit)


def _north(view: View, unit: float, lang: Lang) -> list[Item]:
    frame = _north_frame(view, unit)
    x, top = frame.x + frame.w / 2, frame.y + 14 * unit
    left = np.array([[x, top], [x - 7 * unit, top + 22 * unit], [x, top + 16 * unit]])
    right = np.array([[x, top], [x + 7 * unit, top + 22 * unit], [x, top + 16 * unit]])
    letter = Frame(frame.x, frame.y, frame.w, 13 * unit)
    return [
        Shape((rectangle(frame),), fill="#ffffff", name="Mũi tên bắc"),
        Shape((left,), fill=INK, line=INK, weight=0.6, name="Mũi tên bắc"),
        Shape((right,), fill="#ffffff", line=INK, weight=0.6, name="Mũi tên bắc"),
        Text(letter, "N" if lang == "en" else "B", 11 * unit, bold=True, align="middle", halo="#ffffff",
             name="Mũi tên bắc"),
    ]  # fmt: skip
