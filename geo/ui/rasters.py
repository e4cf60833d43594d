"""Routes of the rasters, behind the gate: /raster/density|change|risk/{z}/{x}/{y}.png?<question>.

``top`` gives the density the classes of another peak, so that two periods have one scale; ``against`` is the
first day of the period that the change is held against.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from geo.maps import raster
from geo.maps.classes import UNCHANGED, Classes, density_classes, difference_classes
from geo.maps.palettes import Theme, diverging, sequential
from geo.services import tiles
from geo.services.hotspots.change import density_change
from geo.services.hotspots.review import density
from geo.services.hotspots.risk import risk
from geo.services.hotspots.surface import DensitySurface
from geo.services.kept import Kept
from geo.ui import deployment
from geo.ui.gate import actor_of
from geo.ui.hotspot_query import day_of, from_address, number_of
from geo.ui.tiles import answered

_KEEP = {"Cache-Control": "private, max-age=600"}
_PICTURES_BYTES = 32 * 1024 * 1024

_pictures: Kept[bytes] = Kept(_PICTURES_BYTES, lambda picture: len(picture) + 300)


@dataclass(frozen=True)
class _Painted:
    """A surface and how it is painted; `clear` is a class that is left out."""

    surface: DensitySurface
    classes: Classes
    colours: tuple[str, ...]
    clear: int | None = None


async def density_tile(request: Request) -> Response:
    """Answer one tile of the density that is asked for, within the reader's scope and no further."""
    return await run_in_threadpool(answered, lambda: _picture(request, _density))


async def change_tile(request: Request) -> Response:
    """Answer one tile of the change of density, within the reader's scope and no further."""
    return await run_in_threadpool(answered, lambda: _picture(request, _change))


async def risk_tile(request: Request) -> Response:
    """Answer one tile of the incidents per 1,000 households, within the reader's scope and no further."""
    return await run_in_threadpool(answered, lambda: _picture(request, _risk))


def _picture(request: Request, paint: Callable[[Request, Theme], _Painted]) -> Response:
    place = tiles.Tile(*(int(request.path_params[name]) for name in "zxy"))
    theme: Theme = "dark" if request.query_params.get("theme") == "dark" else "light"
    # Asked for each tile, although kept: the scope of who asks now decides, not of who asked first.
    painted = paint(request, theme)
    key = (painted.surface.key, painted.classes, theme, place)
    body = _pictures.get(key, lambda: _tile(painted, place))
    return Response(body, media_type="image/png", headers=_KEEP)


def _density(request: Request, theme: Theme) -> _Painted:
    query = from_address(request.query_params)
    surface = density(deployment.database(), actor_of(request.scope), query)
    classes = density_classes(number_of(request.query_params, "top") or surface.peak)
    return _Painted(surface, classes, colours_of(classes, theme))


def _change(request: Request, theme: Theme) -> _Painted:
    query = from_address(request.query_params)
    first = day_of(request.query_params, "against")
    compared = replace(query, start=first, end=first + timedelta(days=query.days - 1))
    surface = density_change(deployment.database(), actor_of(request.scope), query, compared)
    return _Painted(surface, difference_classes(surface.peak), diverging(theme), UNCHANGED)


def _risk(request: Request, theme: Theme) -> _Painted:
    query = from_address(request.query_params)
    surface = risk(deployment.database(), actor_of(request.scope), query).surface
    classes = density_classes(surface.peak)
    return _Painted(surface, classes, colours_of(classes, theme))


def _tile(painted: _Painted, place: tiles.Tile) -> bytes:
    surface = painted.surface
    (south, west), (north, east) = surface.corners
    if not raster.overlaps((west, south, east, north), place.z, place.x, place.y):
        return raster.CLEAR_TILE
    made = raster.tile_png(
        surface.values, surface.grid, surface.metric_crs, painted.classes, painted.colours,
        place.z, place.x, place.y, clear=painted.clear,
    )  # fmt: skip
    return made if made is not None else raster.CLEAR_TILE


def colours_of(classes: Classes, theme: Theme) -> tuple[str, ...]:
    """Return the colours of the density's classes: the legend and the tiles take them from here."""
    return sequential(max(1, len(classes.borders)), theme)


_TILE = "{z:int}/{x:int}/{y:int}.png"
ROUTES: list[BaseRoute] = [
    Route(f"/raster/density/{_TILE}", density_tile),
    Route(f"/raster/change/{_TILE}", change_tile),
    Route(f"/raster/risk/{_TILE}", risk_tile),
]
