"""`reading.read` in a process of its own that the kernel holds to limits and keeps off the network.

Parsers of foreign formats are a million lines of C and Rust, and a file may be made to break them. Each
file is read by a process forked for it from a warm one (see `geo.intake.warden`), which ends with it; what
it leaves is data that is checked (see `geo.intake.handover`), and its folder goes whatever happens.
"""

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely

from geo.domain.errors import DiaBanError, InputError, UnavailableError, WrongCrsError
from geo.domain.kinds import Kind
from geo.intake import handover, task, warden
from geo.intake.report import Intake
from geo.intake.source import Options
from geo.intake.vectors import DRIVERS

# Past its time a reader is killed by the warden; only a warden in trouble answers later than that.
_GRACE_S = 30
_HOME = Path(__file__).resolve().parents[2]
_ERRORS = {one.__name__: one for one in (InputError, WrongCrsError)}
_NOT_AN_ANSWER = (ValueError, TypeError, LookupError, OSError, pa.ArrowException, shapely.GEOSException)
# Words of C++, Rust, GDAL and Python for memory that was refused.
_MEMORY_REFUSED = (b"bad_alloc", b"memory allocation of", b"MemoryError", b"ut of memory", b"annot allocate")
# Passed on to the warm process; nothing else is, least of all the address of the database.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "GDAL_DATA", "PROJ_DATA")
# Drivers that only tell one JSON from another, so that a file of the wrong one is named rightly.
_TELLING = {"GeoJSONSeq", "ESRIJSON", "TopoJSON", "MEM"}


@dataclass(frozen=True)
class Limits:
    """What one reader may take: seconds of the clock, megabytes of memory."""

    seconds: int = 180
    memory_mb: int = 2048


def read(path: Path, kind: Kind, options: Options | None = None, limits: Limits | None = None) -> Intake:
    """Return what `reading.read` returns, read by a confined process.

    Cells in `Intake.originals` that are neither text, numbers, truths nor times come as their text.
    Raises InputError as `reading.read`, and besides ``file_too_slow``, ``file_needs_memory``,
    ``file_not_understood`` for an unforeseen fault, ``file_stops_reader`` where a parser crashed;
    UnavailableError ``no_reader`` where no confined process can be had.
    """
    with _performed(task.READ, Path(path), kind, options or Options(), limits or Limits()) as folder:
        return handover.read(folder, kind)


def headers(
    path: Path, kind: Kind, options: Options | None = None, limits: Limits | None = None
) -> tuple[str, ...]:
    """Return the headers in `path` as found, read by a confined process. Raises as `read`."""
    with _performed(task.HEADERS, Path(path), kind, options or Options(), limits or Limits()) as folder:
        names = json.loads((folder / task.RESULT).read_text(encoding="ascii"))["headers"]
        return tuple(str(name) for name in names)


def prepare() -> None:
    """Start the warm process now, so that it is ready when the first file comes."""
    _WARDEN.started()


@contextmanager
def _performed(what: str, path: Path, kind: Kind, options: Options, limits: Limits) -> Iterator[Path]:
    """The folder with the result of `what`; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="diaban-read-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        request = {
            "task": what,
            "path": str(path.absolute()),
            "kind": kind.value,
            "options": task.options_for(options),
            **asdict(limits),
        }
        (folder / warden.REQUEST).write_text(handover.as_json(request), encoding="ascii")
        if len(options.wards):
            handover.shapes_to_file(np.asarray(options.wards, dtype=object), folder / task.WARDS)
        ended = _WARDEN.ask(folder, limits)
        try:
            _raise_error(folder, ended, path, limits)
            yield folder
        except _NOT_AN_ANSWER as fault:
            # What the reader left is not what readers leave.
            raise InputError("file_stops_reader", file=path.name) from fault


def _raise_error(folder: Path, ended: dict[str, Any], path: Path, limits: Limits) -> None:
    """Raise what the reader found wrong, or how it ended before it could say so."""
    if ended["late"]:
        raise InputError("file_too_slow", file=path.name, seconds=limits.seconds)
    error = folder / task.ERROR
    if ended["status"] == task.DONE and error.exists():
        raise _error(json.loads(error.read_text(encoding="ascii")), path, limits)
    if ended["status"] != task.DONE:
        said = (folder / warden.SAID).read_bytes() if (folder / warden.SAID).exists() else b""
        if any(words in said for words in _MEMORY_REFUSED):
            raise _error({"memory": True}, path, limits)
        raise InputError("file_stops_reader", file=path.name)


def _error(told: dict[str, Any], path: Path, limits: Limits) -> DiaBanError:
    if "memory" in told:
        return InputError("file_needs_memory", file=path.name, limit_mb=limits.memory_mb)
    if "fault" in told:
        return InputError("file_not_understood", file=path.name, fault=str(told["fault"]))
    return _ERRORS[told["class"]](str(told["code"]), **told["params"])


class _Client:
    """This process's end of its warden, which is started when first needed and again if it has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._requests: socket.socket | None = None

    def ask(self, folder: Path, limits: Limits) -> dict[str, Any]:
        """Have the request in `folder` performed; return ``{"status", "late"}``."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            with theirs:
                self._send(folder, theirs)
            ours.settimeout(limits.seconds + _GRACE_S)
            try:
                answer = ours.recv(4096)
            except OSError as fault:
                raise UnavailableError("no_reader") from fault
        if not answer:
            raise UnavailableError("no_reader")
        ended: dict[str, Any] = json.loads(answer)
        return ended

    def started(self) -> socket.socket:
        """The socket of a warden that is running or being started."""
        with self._lock:
            if self._requests is None or self._process is None or self._process.poll() is not None:
                self._stop()
                self._start()
            assert self._requests is not None
            return self._requests

    def _send(self, folder: Path, answer: socket.socket) -> None:
        for attempt in range(2):
            try:
                socket.send_fds(self.started(), [os.fsencode(folder)], [answer.fileno()])
            except OSError as fault:
                if attempt:
                    raise UnavailableError("no_reader") from fault
            else:
                return

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", warden.__name__, str(theirs.fileno())],
                    cwd=_HOME,
                    env=_environment(),
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            except OSError as fault:
                ours.close()
                raise UnavailableError("no_reader") from fault
        self._requests = ours

    def _stop(self) -> None:
        if self._requests is not None:
            self._requests.close()
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE_S)
            self._process.kill()
            self._process.wait()
        self._requests = self._process = None

    def close(self) -> None:
        """End the warden and its readers."""
        with self._lock:
            self._stop()


def _environment() -> dict[str, str]:
    allowed = _TELLING.union(*DRIVERS.values())
    skipped = sorted(set(pyogrio.list_drivers()) - allowed)
    return {
        **{name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        "PYTHONPATH": str(_HOME),
        "GDAL_SKIP": ",".join(skipped),
        "PROJ_NETWORK": "OFF",
        # Threads that others start at import would not survive the fork.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        # Takes memory as it is needed and gives it back; the others reserve far more than the limit.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "MALLOC_ARENA_MAX": "2",
    }


_WARDEN = _Client()
atexit.register(_WARDEN.close)

__all__ = ["Limits", "headers", "prepare", "read"]
