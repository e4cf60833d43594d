"""Files that take a while: made by a few workers beside the pages, with progress, each the asker's alone.

What is made is kept in a folder of this process until it is fetched long enough ago, and goes with it.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from geo.services.jobs import Job, State, in_process
from geo.services.jobs import Jobs as AnyJobs

__all__ = ["Job", "Jobs", "State", "jobs"]

_WORKERS = 2  # as many as leave a page its share of the machine

# Called with (parts done, parts in all); asked whether to stop.
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
Make = Callable[[Path, Progress, Cancelled], Path]


class Jobs(AnyJobs):
    """The files being made in this process; the result of a job is the path of its file."""

    def __init__(self, workers: int = _WORKERS) -> None:
        super().__init__(workers, "briefing")
        self._folder = tempfile.TemporaryDirectory(prefix="diaban-briefings-")

    def start(self, owner: str, title: str, make: Make) -> Job:
        """Queue a file: ``make(folder, progress, cancelled)`` returns its path.

        Raises InputError ``too_many_jobs``.
        """

        def made(job: Job) -> Path:
            folder = Path(self._folder.name, job.code)
            folder.mkdir()

            def told(done: int, total: int) -> None:
                job.done, job.total = done, total

            return make(folder, told, job.stop.is_set)

        return self.begin(owner, title, made)

    def close(self) -> None:
        """Give up what is open and remove the files."""
        super().close()
        self._folder.cleanup()

    def forget(self, job: Job) -> None:
        """Remove the file."""
        if job.result:
            job.result.unlink(missing_ok=True)


jobs = in_process(Jobs)  # those of this process
