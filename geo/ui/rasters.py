"""Route of the density raster: /raster/density/{z}/{x}/{y}.png?<question>. It stands behind the gate."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from geo.maps import raster
from geo.maps.classes import Classes, density_classes
from geo.maps.palettes import Theme, sequential
from geo.services import tiles
from geo.services.hotspots import DensitySurface, density
from geo.services.kept import Kept
from geo.ui import deployment
from geo.ui.gate import actor_of
from geo.ui.hotspot_query import from_address
from geo.ui.tiles import answered

_KEEP = {"Cache-Control": "private, max-age=600"}
_PICTURES_BYTES = 32 * 1024 * 1024

_pictures: Kept[bytes] = Kept(_PICTURES_BYTES, lambda picture: len(picture) + 300)


async def density_tile(request: Request) -> Response:
    """Answer one tile of the density that is asked for, within the reader's scope and no further."""
    return await run_in_threadpool(answered, lambda: _picture(request))


def _picture(request: Request) -> Response:
    place = tiles.Tile(*(int(request.path_params[name]) for name in "zxy"))
    theme: Theme = "dark" if request.query_params.get("theme") == "dark" else "light"
    # Asked for each tile, although kept: the scope of who asks now decides, not of who asked first.
    surface = density(deployment.database(), actor_of(request.scope), from_address(request.query_params))
    body = _pictures.get((surface.key, theme, place), lambda: _painted(surface, theme, place))
    return Response(body, media_type="image/png", headers=_KEEP)


def _painted(surface: DensitySurface, theme: Theme, place: tiles.Tile) -> bytes:
    classes = density_classes(surface.peak)
    (south, west), (north, east) = surface.corners
    if not raster.overlaps((west, south, east, north), place.z, place.x, place.y):
        return raster.CLEAR_TILE
    made = raster.tile_png(
        surface.values, surface.grid, surface.metric_crs, classes, colours_of(classes, theme),
        place.z, place.x, place.y,
    )  # fmt: skip
    return made if made is not None else raster.CLEAR_TILE


def colours_of(classes: Classes, theme: Theme) -> tuple[str, ...]:
    """Return the colours of the density's classes: the legend and the tiles take them from here."""
    return sequential(max(1, len(classes.borders)), theme)


ROUTES: list[BaseRoute] = [Route("/raster/density/{z:int}/{x:int}/{y:int}.png", density_tile)]
