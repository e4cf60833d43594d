"""``python -m geo.intake.warden FD``: keeps a warm reader and forks one, held tightly, for each file.

Started by `geo.intake.confined`, which says what goes over the socket FD: for each file the folder that holds
the request, and a socket to answer on. The warden itself opens nothing of a stranger's. It sees readers end,
ends those that take too long or that nobody waits for any more, and ends itself with its client.
"""

import gc
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from geo.intake import sandbox

LONGEST_FOLDER = 4096
SAID, REQUEST = "said.txt", "request.json"


@dataclass
class _Reader:
    """One reader at work: its process, the client's socket, and when it has had its time."""

    pid: int
    pidfd: int
    answer: socket.socket
    folder: Path
    deadline: float
    late: bool = False


class Warden:
    """Starts a reader for each folder named on `requests` and tells how each ended."""

    def __init__(self, requests: socket.socket, *, walled: bool) -> None:
        self._requests = requests
        self._walled = walled
        self._readers: dict[int, _Reader] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(requests, selectors.EVENT_READ)

    def serve(self) -> None:
        """Work until the client is gone; then end what still runs and remove what it left."""
        while True:
            for key, _ in self._selector.select(self._patience()):
                reader = key.data
                if reader is None and not self._take():
                    return self._end()
                if reader is not None and reader.pid in self._readers:
                    self._look(reader, ended=key.fd == reader.pidfd)
            for reader in list(self._readers.values()):
                if time.monotonic() > reader.deadline and not reader.late:
                    reader.late = True
                    self._kill(reader)

    def _patience(self) -> float | None:
        waits = [reader.deadline for reader in self._readers.values() if not reader.late]
        return max(0.0, min(waits) - time.monotonic()) + 0.01 if waits else None

    def _take(self) -> bool:
        folder, descriptors, _, _ = socket.recv_fds(self._requests, LONGEST_FOLDER, 1)
        if not folder:
            return False
        answer = socket.socket(fileno=descriptors[0])
        place = Path(os.fsdecode(folder))
        request = json.loads((place / REQUEST).read_text())
        pid = os.fork()
        if pid == 0:
            _become_reader(place, request, walled=self._walled)
        reader = _Reader(pid, os.pidfd_open(pid), answer, place, time.monotonic() + request["seconds"])
        self._readers[pid] = reader
        self._selector.register(reader.pidfd, selectors.EVENT_READ, reader)
        self._selector.register(answer, selectors.EVENT_READ, reader)
        return True

    def _look(self, reader: _Reader, *, ended: bool) -> None:
        if not ended:
            # The client says nothing more: this is its going away. Its folder is nobody's now.
            self._kill(reader)
        _, status, _ = os.wait4(reader.pid, 0)
        told = {"status": os.waitstatus_to_exitcode(status), "late": reader.late}
        with suppress(OSError):
            reader.answer.send(json.dumps(told).encode())
        self._forget(reader)
        if not ended:
            shutil.rmtree(reader.folder, ignore_errors=True)

    def _kill(self, reader: _Reader) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(reader.pidfd, signal.SIGKILL)

    def _forget(self, reader: _Reader) -> None:
        self._selector.unregister(reader.pidfd)
        self._selector.unregister(reader.answer)
        os.close(reader.pidfd)
        reader.answer.close()
        del self._readers[reader.pid]

    def _end(self) -> None:
        for reader in list(self._readers.values()):
            self._look(reader, ended=False)


def _become_reader(folder: Path, request: dict[str, object], *, walled: bool) -> NoReturn:
    """Do the one task in the forked process and end it, without a way back into the warden's code."""
    code = 1
    try:
        sandbox.die_with_parent()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        said = os.open(folder / SAID, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(said, 1)
        os.dup2(said, 2)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        # Libraries put their temporary files there; the client removes it with all that is in it.
        tempfile.tempdir = os.environ["TMPDIR"] = os.environ["CPL_TMPDIR"] = str(folder)
        os.chdir(folder)
        from geo.intake.task import perform

        sandbox.limit(int(str(request["seconds"])), int(str(request["memory_mb"])))
        if sandbox.refuse_calls() or walled:
            code = perform(folder, request)
    finally:
        os._exit(code)


def main() -> None:
    """Serve the socket whose descriptor is the only argument."""
    walled = sandbox.leave_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests = socket.socket(fileno=int(sys.argv[1]))
    import geo.intake.task  # noqa: F401 (imported here once, so that no reader has to)

    # What is there now is shared by all readers as long as nobody writes to it.
    gc.collect()
    gc.freeze()
    Warden(requests, walled=walled).serve()


if __name__ == "__main__":
    main()
