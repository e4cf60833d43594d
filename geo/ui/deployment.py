"""The database of this server process: opened when the server starts, shared by all requests and pages."""

import threading

from geo.services.deployment import open_deployment, require_migrated
from geo.store.engine import Database

_lock = threading.Lock()
_opened: list[Database] = []


def open_once() -> Database:
    """Open the deployment's database, checked to be reachable and migrated; the same one ever after.

    Raises UnavailableError saying what to do; a later call tries anew.
    """
    with _lock:
        if not _opened:
            candidate = open_deployment()
            try:
                require_migrated(candidate)
            except BaseException:
                candidate.close()
                raise
            _opened.append(candidate)
        return _opened[0]


def database() -> Database:
    """Return the database of this process, for routes and pages."""
    return _opened[0] if _opened else open_once()


def close() -> None:
    """Close all connections; the next use opens anew."""
    with _lock:
        while _opened:
            _opened.pop().close()
