"""How long an answer took: the one thing here that is not the same on every run.

A stopwatch knows durations, never a date. It ends a search early only where the caller's cap is reached, and
the proposal then says so (`Proposal.stopped_by`); below the cap, answers depend on the seed and the number of
trials alone.
"""

from timeit import default_timer

from geo.domain.errors import InputError


class Stopwatch:
    """Seconds since it was made, against a cap."""

    def __init__(self, limit_s: float) -> None:
        if not limit_s > 0:
            raise InputError("plan_bad_limit", field="time_limit_s", value=limit_s)
        self.limit_s = float(limit_s)
        self._start = default_timer()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return default_timer() - self._start

    @property
    def left_s(self) -> float:
        """Seconds until the cap, never below 0."""
        return max(0.0, self.limit_s - self.seconds)
