"""Who holds which beat, as layers: beats in the colour of their officer, wards, gaps and overlaps above."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from math import cos, radians

import folium
import geopandas as gpd
import shapely

from geo.domain.crs import STORAGE_CRS
from geo.maps.areas import Areas, AreaStyle
from geo.maps.basemap import Basemap
from geo.maps.furniture import FrameWords, framed_map
from geo.maps.overlay import Paint
from geo.maps.palettes import ACCENT, INK, OUTLINE, Theme, assign_colours
from geo.maps.popups import Card
from geo.services.coverage.result import CoverageAreas

BEATS, WARDS, GAPS, OVERLAPS = "beats", "wards", "gaps", "overlaps"

# What is thinner than this disappears between two pixels and would only darken the borders.
_VISIBLE_M2 = 25.0
_GAP: dict[Theme, str] = {"light": "#3d4352", "dark": "#c9ced8"}
_POST_DEG = 0.0004
_SHOWN_OPACITY = 0.62
_MARKED_OPACITY = 0.9


def gap_colour(theme: Theme) -> str:
    """Return the colour of what is in no beat, or in two."""
    return _GAP[theme]


def shape_key(areas: CoverageAreas) -> str:
    """Return a text that changes with what is drawn: days on which only officers changed share one map."""
    digest = sha256()
    for frame in (areas.wards, areas.beats, areas.gaps, areas.overlaps):
        for shape in frame.geometry:
            digest.update(shapely.to_wkb(shape) if shape is not None else b"-")
    for name in (*areas.beats["code"], *areas.beats["name"], *areas.wards["name"]):
        digest.update(str(name).encode())
    return digest.hexdigest()[:16]


def base_map(areas: CoverageAreas, words: FrameWords, theme: Theme, ground: str) -> folium.Map:
    """Return the map below the colours.

    ground : version of the basemap, see `geo.maps.basemap.Basemap`
    """
    made = framed_map(words, theme)
    made.add_child(Basemap(theme, ground))
    if len(areas.beats):
        beats = areas.beats.assign(label=[short_name(name) for name in areas.beats["name"]])
        made.add_child(Areas(BEATS, beats, theme, style=AreaStyle(OUTLINE[theme], 0.9, 0.75)))
    wards = areas.wards[areas.wards.geometry.notna()]
    if len(wards):
        style = AreaStyle(OUTLINE[theme], 2.2, 0.95)
        made.add_child(
            Areas(
                WARDS, wards, theme, style=style, clicks=False, labels=not len(areas.beats), pane="outlines"
            )
        )
    for layer, frame in ((GAPS, areas.gaps), (OVERLAPS, areas.overlaps)):
        marked = visible(frame)
        if len(marked):
            style = AreaStyle(_GAP[theme], 1.2, 0.9)
            made.add_child(
                Areas(layer, marked, theme, style=style, clicks=False, labels=False, pane="outlines")
            )
    return made


def short_name(name: str) -> str:
    """Return the name of a beat as it is abbreviated on maps and in tables: Khu vực 3 is KV 3."""
    return name.replace("Khu vực ", "KV ", 1)


def visible(pieces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return gaps or overlaps large enough to be seen, as ``code``, ``name`` and areas."""
    single = pieces[["unit_code", "area_m2", "geometry"]]
    single = single[single["area_m2"] >= _VISIBLE_M2]
    return single.rename(columns={"unit_code": "code"}).assign(name=single["unit_code"])


def colours_by_beat(
    officers: Mapping[str, str | None],
    neighbours: Sequence[tuple[str, str]],
    before: Mapping[str, str] | None = None,
) -> dict[str, str | None]:
    """Return the colour of each beat's officer, None where the beat is vacant.

    officers : code of the beat -> number of its primary officer or None
    neighbours : pairs of codes of beats that touch; their officers get colours that differ
    before : colours that officers had a moment ago, by number
    """
    known = sorted({officer for officer in officers.values() if officer})
    pairs = [
        (left, right)
        for a, b in neighbours
        if (left := officers.get(a)) and (right := officers.get(b)) and left != right
    ]
    chosen = assign_colours(known, pairs, before)
    return {beat: chosen[officer] if officer else None for beat, officer in officers.items()}


def beat_paints(
    colours: Mapping[str, str | None], cards: Mapping[str, Card], theme: Theme
) -> dict[str, Paint]:
    """Return how each beat is painted: vacant ones hatched in the colour of what needs action."""
    return {
        beat: Paint(colour, _SHOWN_OPACITY, card=cards[beat])
        if colour
        else Paint(ACCENT[theme], _MARKED_OPACITY, "hatched", ACCENT[theme], 2.6, cards[beat])
        for beat, colour in colours.items()
    }


def post_disc(lon: float, lat: float, name: str) -> gpd.GeoDataFrame:
    """Return a post as a disc for the map, of about 40 m radius."""
    around = shapely.Point(0, 0).buffer(_POST_DEG)
    disc = shapely.transform(around, lambda xy: xy * (1 / cos(radians(lat)), 1) + (lon, lat))
    return gpd.GeoDataFrame({"code": ["post"], "name": [name]}, geometry=[disc], crs=STORAGE_CRS)


def post_paint(theme: Theme) -> Paint:
    """Return how a post is painted."""
    return Paint(INK[theme], 1.0, outline=INK[theme], weight=3.0)


def piece_paints(areas: CoverageAreas, theme: Theme) -> dict[str, dict[str, Paint]]:
    """Return how gaps (hatched) and overlaps (cross-hatched) are painted."""
    patterns = ((GAPS, areas.gaps, "hatched"), (OVERLAPS, areas.overlaps, "crossed"))
    return {
        layer: {code: Paint(_GAP[theme], _MARKED_OPACITY, pattern) for code in visible(frame)["code"]}  # type: ignore[arg-type]
        for layer, frame, pattern in patterns
    }
