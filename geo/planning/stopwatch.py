"""How long an answer took and how far it is: what here is not the same on every run.

A stopwatch knows durations, never a date. It ends a search early only where the caller's cap is reached or
somebody asks for what there is, and the proposal then says so (`Proposal.stopped_by`); else answers depend on
the seed and the number of trials alone. What is told on the way changes nothing of the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event, Lock
from timeit import default_timer
from typing import Literal

from geo.domain.errors import InputError

# search: for a plan that holds · proof: of how little must move · shape: of plans that move as little
Phase = Literal["search", "proof", "shape"]
_NOTHING = (float("inf"), float("inf"))


@dataclass(frozen=True)
class Progress:
    """How far a search is.

    moved_workload, deviation : of the plan that stopping now would give: what changes hands, and the largest
        deviation from a target; None where there is no plan yet
    holds : whether that plan keeps to all limits
    bound : no plan moves less; None where nothing is proved
    """

    phase: Phase = "search"
    seconds: float = 0.0
    moved_workload: float | None = None
    deviation: float | None = None
    holds: bool = False
    bound: float | None = None

    @property
    def gap(self) -> float | None:
        """Share of what is moved that is not proved to be needed; None where nothing is proved."""
        if self.bound is None or self.moved_workload is None or not self.holds:
            return None
        return max(0.0, 1 - self.bound / self.moved_workload) if self.moved_workload > 0 else 0.0


class Control:
    """One search in the hands of another thread: how far it is, and the word that ends it with what it has.

    given_up : asked besides: whether the answer is not wanted any more; the search then ends as soon
    """

    def __init__(self, given_up: Callable[[], bool] | None = None) -> None:
        self._given_up, self._enough, self._lock = given_up, Event(), Lock()
        self._progress, self._rank, self._start = Progress(), _NOTHING, default_timer()

    def take_best(self) -> None:
        """End the search; it answers with the best plan that it has."""
        self._enough.set()

    @property
    def stopped(self) -> bool:
        """Whether the search is to end."""
        return self._enough.is_set() or (self._given_up is not None and self._given_up())

    @property
    def progress(self) -> Progress:
        """How far it is now."""
        with self._lock:
            return replace(self._progress, seconds=default_timer() - self._start)

    def begin(self, phase: Phase) -> None:
        """Begin a phase; what it sees is ranked anew, and a new search proves anew."""
        with self._lock:
            bound = None if phase == "search" else self._progress.bound
            self._progress, self._rank = replace(self._progress, phase=phase, bound=bound), _NOTHING

    def saw(self, rank: tuple[float, float], moved_workload: float, deviation: float) -> None:
        """Tell of a plan: excess beyond the limits and price, what it moves, its largest deviation."""
        with self._lock:
            if rank < self._rank or (self._rank == _NOTHING and not self._progress.holds):
                self._rank = rank
                self._progress = replace(
                    self._progress, moved_workload=moved_workload, deviation=deviation, holds=rank[0] == 0
                )

    def proved(self, bound: float) -> None:
        """Tell of a bound; the largest stands."""
        with self._lock:
            known = self._progress.bound
            if bound < float("inf"):
                self._progress = replace(self._progress, bound=bound if known is None else max(known, bound))


class Stopwatch:
    """Seconds since it was made, against a cap and the word of who controls the search."""

    def __init__(self, limit_s: float, control: Control | None = None) -> None:
        if not limit_s > 0:
            raise InputError("plan_bad_limit", field="time_limit_s", value=limit_s)
        self.limit_s = float(limit_s)
        self.control = control or Control()
        self._start = default_timer()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return default_timer() - self._start

    @property
    def left_s(self) -> float:
        """Seconds until the cap, never below 0; 0 where the search is to end."""
        return 0.0 if self.control.stopped else max(0.0, self.limit_s - self.seconds)

    @property
    def struck(self) -> Literal["user", "time"]:
        """What ended a search that had no time left."""
        return "user" if self.control.stopped else "time"

    def part(self, limit_s: float, *, quiet: bool = False) -> "Stopwatch":
        """Return a stopwatch for a part of the search, which ends with it.

        quiet : what the part tries is not told
        """
        return Stopwatch(max(1e-3, limit_s), Control(lambda: self.control.stopped) if quiet else self.control)
