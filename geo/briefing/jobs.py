"""Files that take a while: made by a few workers beside the pages, with progress, each the asker's alone.

Ten asked for at once wait for their turn; the pages go on. What is made is kept in a folder of this process
until it is fetched long enough ago, and goes with it.
"""

import atexit
import logging
import secrets
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from geo.domain.errors import DiaBanError, InputError
from geo.domain.messages import Lang

_WORKERS = 2  # as many as leave a page its share of the machine
_MOST_WAITING = 5  # of one asker
_MOST_KEPT = 10  # of one asker

# Called with (parts done, parts in all); asked whether to stop.
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
Make = Callable[[Path, Progress, Cancelled], Path]

_log = logging.getLogger(__name__)


class State(StrEnum):
    """Where a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass
class Job:
    """One file being made. fault : why there is none; stop : set when it is to be given up."""

    code: str
    owner: str
    title: str
    state: State = State.WAITING
    done: int = 0
    total: int = 0
    file: Path | None = None
    fault: DiaBanError | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def open(self) -> bool:
        """Say whether it is still to be made."""
        return self.state in {State.WAITING, State.RUNNING}

    @property
    def share(self) -> float:
        """How much of it is made, 0 to 1."""
        return 1.0 if self.state is State.DONE else self.done / self.total if self.total else 0.0

    def said(self, lang: Lang) -> str:
        """Return why there is no file."""
        return self.fault.message(lang) if self.fault else ""


class Jobs:
    """The jobs of this process."""

    def __init__(self, workers: int = _WORKERS) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="briefing")
        self._folder = tempfile.TemporaryDirectory(prefix="diaban-briefings-")
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def start(self, owner: str, title: str, make: Make) -> Job:
        """Queue a file: ``make(folder, progress, cancelled)`` returns its path.

        Raises InputError ``too_many_jobs``.
        """
        with self._lock:
            waiting = sum(job.open for job in self._jobs.values() if job.owner == owner)
            if waiting >= _MOST_WAITING:
                raise InputError("too_many_jobs", n=waiting)
            job = Job(secrets.token_hex(8), owner, title)
            self._jobs[job.code] = job
            self._forget_old(owner)
        self._pool.submit(self._run, job, make)
        return job

    def of(self, owner: str) -> list[Job]:
        """Return the jobs of one asker, the newest first."""
        with self._lock:
            return [job for job in reversed(self._jobs.values()) if job.owner == owner]

    def cancel(self, owner: str, code: str) -> None:
        """Stop a job at its next part, or before its first."""
        for job in self.of(owner):
            if job.code == code and job.open:
                job.stop.set()
                if job.state is State.WAITING:
                    job.state = State.CANCELLED

    def close(self) -> None:
        """Give up what is open and remove the files."""
        for job in list(self._jobs.values()):
            job.stop.set()
        self._pool.shutdown(cancel_futures=True)
        self._folder.cleanup()

    def _forget_old(self, owner: str) -> None:
        ended = [job for job in self._jobs.values() if job.owner == owner and not job.open]
        for job in ended[:-_MOST_KEPT]:
            del self._jobs[job.code]
            if job.file:
                job.file.unlink(missing_ok=True)

    def _run(self, job: Job, make: Make) -> None:
        if job.stop.is_set():
            job.state = State.CANCELLED
            return
        job.state = State.RUNNING
        folder = Path(self._folder.name, job.code)
        folder.mkdir()

        def told(done: int, total: int) -> None:
            job.done, job.total = done, total

        try:
            job.file = make(folder, told, job.stop.is_set)
            job.state = State.DONE
        except DiaBanError as fault:
            job.fault = fault
            job.state = State.CANCELLED if job.stop.is_set() else State.FAILED
        except Exception:
            _log.exception("briefing job %s failed", job.code)
            job.fault = InputError("job_failed", reference=job.code[:8])
            job.state = State.FAILED


_opened: list[Jobs] = []
_opening = threading.Lock()


def jobs() -> Jobs:
    """Return the jobs of this process, with their workers."""
    with _opening:
        if not _opened:
            _opened.append(Jobs())
            atexit.register(_opened[0].close)
    return _opened[0]
