"""Solves beside the page: how far each is, ended with what it has, or dropped."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from geo.domain.errors import DiaBanError, InputError
from geo.domain.roles import Actor, Permission
from geo.planning import Control, InfeasibleError, Progress
from geo.services.jobs import Job, Jobs, State, in_process

_WORKERS = 4  # planners who solve at once; HiGHS takes one thread each


@dataclass(frozen=True, eq=False)
class Solve:
    """One solve that was begun."""

    job: Job
    control: Control

    @property
    def open(self) -> bool:
        """Say whether it goes on."""
        return self.job.open

    @property
    def waiting(self) -> bool:
        """Say whether it waits for its turn."""
        return self.job.state is State.WAITING

    @property
    def progress(self) -> Progress:
        """How far it is."""
        return self.control.progress

    @property
    def result(self) -> Any:
        """What it found; None where it found nothing or goes on."""
        return self.job.result

    @property
    def fault(self) -> DiaBanError | None:
        """Why it found nothing."""
        return self.job.fault

    def take_best(self) -> None:
        """End it with the best plan that it has."""
        self.control.take_best()

    def wait(self, patience_s: float) -> None:
        """Wait until it has ended, so long at most."""
        self.job.ended.wait(patience_s)

    def drop(self) -> None:
        """End it; what it has is not wanted."""
        self.control.take_best()
        _solves().cancel(self.job.owner, self.job.code)


def begin(actor: Actor, title: str, solve: Callable[[Control], Any]) -> Solve:
    """Begin a solve beside the page: ``solve(control)`` of `plan_solve`.

    A solve ended before it had any plan fails with InputError ``plan_stopped_before``.
    Raises InputError ``too_many_jobs``.
    """
    actor.require(Permission.PLAN)
    control = Control()

    def worked(_: Job) -> Any:
        try:
            return solve(control)
        except InfeasibleError as fault:
            if control.stopped and not fault.proved:
                raise InputError("plan_stopped_before") from fault
            raise

    return Solve(_solves().begin(f"{actor.account_id}", title, worked), control)


_solves = in_process(lambda: Jobs(_WORKERS, "solve"))
