"""Work that takes a while: done by a few workers beside the pages, each job the asker's alone.

Ten asked for at once wait for their turn; the pages go on.
"""

import atexit
import logging
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from geo.domain.errors import DiaBanError, InputError
from geo.domain.messages import Lang

_MOST_WAITING = 5  # of one asker
_MOST_KEPT = 10  # of one asker

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
    """One piece of work. fault : why there is no result; stop : set when it is to be given up."""

    code: str
    owner: str
    title: str
    state: State = State.WAITING
    done: int = 0
    total: int = 0
    result: Any = None
    fault: DiaBanError | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def open(self) -> bool:
        """Say whether it is still to be done."""
        return self.state in {State.WAITING, State.RUNNING}

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        return 1.0 if self.state is State.DONE else self.done / self.total if self.total else 0.0

    def said(self, lang: Lang) -> str:
        """Return why there is no result."""
        return self.fault.message(lang) if self.fault else ""


class Jobs:
    """The jobs of one kind."""

    def __init__(self, workers: int, kind: str) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix=kind)
        self._kind = kind
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def begin(self, owner: str, title: str, work: Callable[[Job], Any]) -> Job:
        """Queue work; what ``work(job)`` returns is the job's result.

        Raises InputError ``too_many_jobs``.
        """
        with self._lock:
            waiting = sum(job.open for job in self._jobs.values() if job.owner == owner)
            if waiting >= _MOST_WAITING:
                raise InputError("too_many_jobs", n=waiting)
            job = Job(secrets.token_hex(8), owner, title)
            self._jobs[job.code] = job
            self._forget_old(owner)
        self._pool.submit(self._run, job, work)
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
                    job.ended.set()

    def close(self) -> None:
        """Give up what is open."""
        for job in list(self._jobs.values()):
            job.stop.set()
        self._pool.shutdown(cancel_futures=True)

    def forget(self, job: Job) -> None:
        """Let go what a job has made."""

    def _forget_old(self, owner: str) -> None:
        ended = [job for job in self._jobs.values() if job.owner == owner and not job.open]
        for job in ended[:-_MOST_KEPT]:
            del self._jobs[job.code]
            self.forget(job)

    def _run(self, job: Job, work: Callable[[Job], Any]) -> None:
        if job.stop.is_set():
            job.state = State.CANCELLED
            return
        job.state = State.RUNNING
        try:
            job.result = work(job)
            job.state = State.DONE
        except DiaBanError as fault:
            job.fault = fault
            job.state = State.CANCELLED if job.stop.is_set() else State.FAILED
        except Exception:
            _log.exception("%s job %s failed", self._kind, job.code)
            job.fault = InputError("job_failed", reference=job.code[:8])
            job.state = State.FAILED
        finally:
            job.ended.set()


AnyJobs = TypeVar("AnyJobs", bound=Jobs)


def in_process(make: Callable[[], AnyJobs]) -> Callable[[], AnyJobs]:
    """Return what gives the jobs of this process, made at the first call; they end with the process."""
    opened: list[AnyJobs] = []
    opening = threading.Lock()

    def of_process() -> AnyJobs:
        with opening:
            if not opened:
                opened.append(make())
                atexit.register(opened[0].close)
        return opened[0]

    return of_process
