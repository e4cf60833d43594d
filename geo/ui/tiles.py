"""Routes of vector tiles: /tiles/{layer}/{z}/{x}/{y}.pbf. They stand behind the gate, which says who asks."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from geo.domain.errors import DiaBanError, ForbiddenError, InputError
from geo.services import tiles
from geo.ui import deployment
from geo.ui.gate import actor_of
from geo.ui.hotspot_query import from_address

_MVT = "application/vnd.mapbox-vector-tile"
# The address carries the version of the data, so a tile may be kept; private, because it is one reader's.
_KEEP = {"Cache-Control": "private, max-age=600"}
# What one looks at alone is asked for every time: reading exact points must reach the audit trail.
_ASK_AGAIN = {"Cache-Control": "private, no-store"}


async def vector_tile(request: Request) -> Response:
    """Answer one tile; 404 for a layer that is not known, 400 for a question that cannot be answered."""
    layer = str(request.path_params["layer"])
    return await run_in_threadpool(answered, lambda: _tile(request, layer))


def _tile(request: Request, layer: str) -> Response:
    place = tiles.Tile(*(int(request.path_params[name]) for name in "zxy"))
    actor, database = actor_of(request.scope), deployment.database()
    if layer == "incidents":
        body = tiles.incident_tile(database, actor, place, from_address(request.query_params))
        return Response(body, media_type=_MVT, headers=_ASK_AGAIN)
    if layer not in tiles.AREA_LAYERS:
        return PlainTextResponse("no such layer", 404)
    return Response(tiles.AREA_LAYERS[layer](database, actor, place), media_type=_MVT, headers=_KEEP)


def answered(answer: Callable[[], Response]) -> Response:
    """Return the answer, or the reason why there is none with a status that a program understands."""
    try:
        return answer()
    except ForbiddenError as fault:
        return PlainTextResponse(fault.message("en"), 403)
    except InputError as fault:
        return PlainTextResponse(fault.message("en"), 400)
    except DiaBanError as fault:
        return PlainTextResponse(fault.message("en"), 503)


ROUTES: list[BaseRoute] = [Route("/tiles/{layer}/{z:int}/{x:int}/{y:int}.pbf", vector_tile)]
