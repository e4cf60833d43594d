"""Route of the planner's desk: /tiles/desk/{plan}.json, the ground that the map in the browser draws."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from geo.maps.desk_shapes import shapes_json
from geo.services.plans import drafts as plan_drafts
from geo.ui import deployment
from geo.ui.gate import actor_of
from geo.ui.tiles import answered

PATH = "/tiles/desk/{plan}.json"
# The address carries the version of the shapes.
_KEEP = {"Cache-Control": "private, max-age=600"}


async def desk_shapes(request: Request) -> Response:
    """Answer the ground of a plan that the reader may see."""
    plan = str(request.path_params["plan"])
    return await run_in_threadpool(answered, lambda: _shapes(request, plan))


def _shapes(request: Request, plan: str) -> Response:
    opened = plan_drafts.load(deployment.database(), actor_of(request.scope), plan)
    return Response(shapes_json(opened.desk), media_type="application/json", headers=_KEEP)


ROUTES: list[BaseRoute] = [Route(PATH, desk_shapes)]
