"""Hotspots as files: cells and places with their statistics, a table, a map to print, a density for a GIS."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from geo.briefing.geotiff import write_geotiff
from geo.domain.crs import STORAGE_CRS, to_lonlat
from geo.maps.classes import density_classes
from geo.maps.palettes import OUTLINE, sequential
from geo.services.hotspots.cells import HotspotCells
from geo.services.hotspots.review import HotspotQuery, Review
from geo.services.hotspots.spots import Spots
from geo.services.hotspots.surface import DensitySurface
from geo.services.release.points import Snapped
from geo.services.tabular import write_csv
from geo.services.wards import Wards

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES = (11.0, 8.0)
_DPI = 150
_INK = "#14213d"
_SYNTHETIC = "#8a5a00"
# All have Vietnamese letters; the last comes with matplotlib.
_FONTS = ("Be Vietnam Pro", "Noto Sans", "DejaVu Sans")


def write_cells(found: HotspotCells, out: Path) -> Mapping[str, Any]:
    """Write the cells as GeoJSON in EPSG:4326 with count, z, p, q, class; return what was written."""
    to_lonlat(found.frame).to_file(out, driver="GeoJSON")
    return {
        "n": found.n,
        "left_out": found.left_out,
        "cells": len(found.frame),
        "shape": found.study.shape.value,
        "cell_m": found.study.cell_m,
        "classes": found.numbers(),
        "crs": "EPSG:4326",
    }


def places_frame(found: Snapped, metric_crs: str) -> gpd.GeoDataFrame:
    """Return the middles of catchments where there were incidents, each with the addresses it stands for."""
    points = gpd.points_from_xy(found.places[:, 0], found.places[:, 1], crs=metric_crs)
    return to_lonlat(gpd.GeoDataFrame({"addresses": found.addresses}, geometry=points))


def write_layers(  # noqa: PLR0917 (one for each layer)
    cells: HotspotCells,
    spots: gpd.GeoDataFrame,
    figures: Review,
    held: Wards,
    out: Path,
    places: gpd.GeoDataFrame | None = None,
) -> Mapping[str, Any]:
    """Write a GeoPackage in EPSG:4326 with the layers cells, hotspots, wards and places, where there are any.

    Return what was written.
    """
    wards = held.frame[["code", "geometry"]].merge(figures.table, on="code")
    for name, frame in (("cells", to_lonlat(cells.frame)), ("hotspots", spots), ("wards", wards)):
        frame.to_file(out, layer=name, driver="GPKG")
    if places is not None and len(places):
        places.to_file(out, layer="places", driver="GPKG")
    return {
        "n": figures.n,
        "cells": len(cells.frame),
        "shape": cells.study.shape.value,
        "hotspots": len(spots),
        "wards": len(wards),
        "crs": "EPSG:4326",
    }


def spots_frame(found: Spots) -> gpd.GeoDataFrame:
    """Return the hotspots as a layer in EPSG:4326, numbered as on the page."""
    spots = found.spots
    return gpd.GeoDataFrame(
        {
            "number": range(1, len(spots) + 1),
            "ward_code": [spot.ward_code for spot in spots],
            "ward_name": [spot.ward_name for spot in spots],
            "count": [spot.count for spot in spots],
            "before": [spot.before for spot in spots],
            "area_km2": [round(spot.area_km2, 4) for spot in spots],
            "z": [spot.z for spot in spots],
            "q": [spot.q for spot in spots],
            "new": [spot.new for spot in spots],
            "beats": [", ".join(part.beat.code for part in spot.beats if part.beat) for spot in spots],
            "unassigned": [spot.unassigned for spot in spots],
            "overloaded": [spot.overloaded for spot in spots],
        },
        geometry=[spot.shape for spot in spots],
        crs=STORAGE_CRS,
    )


def write_table(figures: Review, out: Path) -> Mapping[str, Any]:
    """Write the figures by ward as CSV for spreadsheet programs."""
    write_csv(out, figures.table.columns.tolist(), figures.table.itertuples(index=False, name=None))
    return {"n": figures.n, "n_before": figures.n_before, "wards": len(figures.table)}


def write_density(surface: DensitySurface, query: HotspotQuery, out: Path) -> Mapping[str, Any]:
    """Write the density as GeoTIFF: incidents per km², 32-bit floats, in the metric CRS, north up."""
    kernel = f"quartic kernel {surface.bandwidth_m:g} m, n={surface.n}"
    title = f"incidents per km2, {query.start} to {query.end}, {kernel}"
    write_geotiff(out, surface.values, surface.grid, surface.metric_crs, title)
    return _of_surface(surface)


def _of_surface(surface: DensitySurface) -> dict[str, Any]:
    return {
        "n": surface.n,
        "sparse_left_out": surface.sparse,
        "cell_m": surface.grid.cell_m,
        "bandwidth_m": surface.bandwidth_m,
        "peak_per_km2": round(surface.peak, 3),
        "crs": surface.metric_crs,
    }


def write_map(
    surface: DensitySurface, spots: Spots, figures: Review, held: Wards, out: Path, *, synthetic: bool
) -> Mapping[str, Any]:
    """Write a map of the density as PNG: hotspots, wards, key with units, scale, used and left out.

    synthetic : the data is made up, which the picture then says
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"font.family": _font()}):
        figure = Figure(figsize=_INCHES, dpi=_DPI)
        query = figures.query
        axes = figure.add_axes((0.03, 0.1, 0.77, 0.82))  # words above and below, the key to the right
        _draw_surface(axes, surface)
        held.metric.iloc[held.positions(query.unit)].boundary.plot(
            ax=axes, color=OUTLINE["light"], linewidth=0.7
        )
        _draw_spots(axes, spots, surface.metric_crs)
        _draw_names(axes, held, query)
        _draw_scale(axes, surface)
        _draw_words(axes, query, figures, surface)
        if synthetic:
            figure.text(
                0.97, 0.94, "DỮ LIỆU GIẢ LẬP", ha="right", fontsize=10, fontweight="bold", color=_SYNTHETIC
            )
        figure.savefig(out)
    return _of_surface(surface)


def _font() -> list[str]:
    from matplotlib.font_manager import get_font_names

    installed = set(get_font_names())
    return [*(name for name in _FONTS if name in installed)]


def _draw_surface(axes: "Axes", surface: DensitySurface) -> None:
    from matplotlib.colors import BoundaryNorm, ListedColormap
    from matplotlib.patches import Patch

    axes.set_aspect("equal")
    axes.set_axis_off()
    west, south, east, north = surface.grid.bounds
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    classes = density_classes(surface.peak)
    if not classes.borders:
        return
    colours = sequential(len(classes.borders))
    shown = np.ma.masked_less(surface.values, classes.borders[0])
    norm = BoundaryNorm([*classes.borders, max(surface.peak, classes.borders[-1] * 1.01)], len(colours))
    axes.imshow(
        shown, origin="lower", extent=(west, east, south, north), cmap=ListedColormap(colours), norm=norm
    )
    labels = classes.labels(lambda value: _number(value, 0 if value >= 10 else 2))
    patches = [Patch(color=colour, label=label) for colour, label in zip(colours, labels, strict=True)]
    axes.legend(handles=patches, title="vụ/km² trong kỳ", fontsize=8, title_fontsize=9, **_KEY_PLACE)


_KEY_PLACE: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0), "frameon": False}


def _draw_spots(axes: "Axes", found: Spots, metric_crs: str) -> None:
    outlines = spots_frame(found).to_crs(metric_crs)
    if outlines.empty:
        return
    outlines.boundary.plot(ax=axes, color=_INK, linewidth=1.6)
    for number, point in zip(outlines["number"], outlines.geometry.representative_point(), strict=True):
        axes.annotate(
            str(number), (point.x, point.y), ha="center", va="center", fontsize=7, color="white",
            bbox={"boxstyle": "circle,pad=0.25", "facecolor": _INK, "edgecolor": "none"},
        )  # fmt: skip


def _draw_names(axes: "Axes", held: Wards, query: HotspotQuery) -> None:
    from matplotlib.patheffects import withStroke

    chosen = held.metric.iloc[held.positions(query.unit)]
    if len(chosen) > 60:  # more would lie over one another on a page
        return
    for name, point in zip(chosen["name"], chosen.geometry.representative_point(), strict=True):
        axes.annotate(
            name, (point.x, point.y), ha="center", va="center", fontsize=7, fontweight="bold",
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )  # fmt: skip


def _draw_scale(axes: "Axes", surface: DensitySurface) -> None:
    west, south, east, _ = surface.grid.bounds
    length_m = _round_length((east - west) / 5)
    x, y = east - (east - west) * 0.03 - length_m, south + (east - west) * 0.02
    axes.plot([x, x + length_m], [y, y], color="black", linewidth=3, solid_capstyle="butt")
    said = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
    axes.annotate(
        said.replace(".", ","), (x + length_m / 2, y), xytext=(0, 4), textcoords="offset points", ha="center"
    )


def _round_length(metres: float) -> float:
    power = 10 ** np.floor(np.log10(metres))
    return float(max(step for step in (1, 2, 5) if step * power <= metres) * power)


def _draw_words(axes: "Axes", query: HotspotQuery, figures: Review, surface: DensitySurface) -> None:
    origin = {"reported": "được trình báo", "discovered": "do lực lượng phát hiện", "all": "mọi nguồn tin"}
    axes.set_title(
        f"Mật độ vụ việc {origin[query.origin.value]}, {query.start:%d/%m/%Y} – {query.end:%d/%m/%Y}",
        fontsize=13, fontweight="bold", loc="left",
    )  # fmt: skip
    left_out = figures.left_out
    reasons = {
        "ngoài mọi phường": left_out.outside, "không rõ nơi": left_out.without_place,
        "không có toạ độ": left_out.not_drawn, "không rõ ngày": left_out.undated,
        "ở ô dưới 5 vụ": surface.sparse,
    }  # fmt: skip
    said = ", ".join(f"{_number(n)} {reason}" for reason, n in reasons.items() if n)
    radius, cell = (_number(metres) for metres in (surface.bandwidth_m, surface.grid.cell_m))
    marked = "\nKhung đậm: điểm nóng có ý nghĩa thống kê (Gi*, q < 0,05)"
    used = f"n = {_number(surface.n)} vụ; bán kính {radius} m, ô {cell} m"
    axes.annotate(
        f"{used}; {surface.metric_crs}{marked}" + (f"\nKhông tính: {said}" if said else ""),
        (0, 0), xycoords="axes fraction", xytext=(0, -6), textcoords="offset points", va="top", fontsize=8,
    )  # fmt: skip


def _number(value: float, digits: int = 0) -> str:
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))
