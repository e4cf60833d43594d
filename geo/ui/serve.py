"""Start the server in this process and serve until it is told to stop.

Nothing heavy is imported here, so that the command line can name this without waiting for Streamlit.
"""

import errno
import socket
from collections.abc import Callable

from geo.domain.errors import UnavailableError
from geo.store.engine import Database

_BACKLOG = 2048
_PING_S = 20.0
_GRACE_S = 5


def serve(host: str, port: int, announce: Callable[[Database], None] | None = None) -> None:
    """Serve the app on `host` and `port` until SIGINT or SIGTERM.

    announce : called with the database once all is loaded, just before the first request is answered
    Raises UnavailableError before anything is served: ``port_taken``, ``database_unreachable``,
    ``database_not_migrated``.
    """
    listening = _listen(host, port)
    with listening:
        from geo.ui import deployment

        database = deployment.open_once()
        try:
            _run(listening, host, port, lambda: announce(database) if announce else None)
        finally:
            deployment.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as fault:
        listening.close()
        if fault.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise UnavailableError("port_taken", host=host, port=port) from fault
        raise
    listening.listen(_BACKLOG)
    return listening


def _run(listening: socket.socket, host: str, port: int, announce: Callable[[], None]) -> None:
    import uvicorn

    from app import app

    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="websockets-sansio",
        ws_ping_interval=_PING_S,
        ws_ping_timeout=_PING_S,
        timeout_graceful_shutdown=_GRACE_S,
    )
    announce()
    uvicorn.Server(config).run(sockets=[listening])
