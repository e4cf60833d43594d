"""The figures of the four works: what each is, of how many, and how it changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

SMALL_N = 5
CONCURRENT_SHARE = 0.5
# Of more households than these nobody can say whether they were fresh: then freshness has no past.
_UNKNOWN_SHARE = 0.1


class Work(StrEnum):
    """The four works: know the area, the households, the residents; resolve incidents."""

    AREA = "area"
    HOUSEHOLDS = "households"
    RESIDENTS = "residents"
    INCIDENTS = "incidents"


class Measure(StrEnum):
    """What the scoreboard says of a place."""

    COVERAGE = "coverage"
    HOUSEHOLD_COVERAGE = "household_coverage"
    FRESHNESS = "freshness"
    LOAD = "load"
    COMPLETENESS = "completeness"
    RESIDENT_LOAD = "resident_load"
    CLEARANCE = "clearance"
    ON_TIME = "on_time"
    MEDIAN_HOURS = "median_hours"
    PER_1000 = "per_1000"


MEASURES: dict[Work, tuple[Measure, ...]] = {
    Work.AREA: (Measure.COVERAGE, Measure.HOUSEHOLD_COVERAGE),
    Work.HOUSEHOLDS: (Measure.FRESHNESS, Measure.LOAD),
    Work.RESIDENTS: (Measure.COMPLETENESS, Measure.RESIDENT_LOAD),
    Work.INCIDENTS: (Measure.CLEARANCE, Measure.ON_TIME, Measure.MEDIAN_HOURS, Measure.PER_1000),
}
SHARES = frozenset({
    Measure.COVERAGE, Measure.HOUSEHOLD_COVERAGE, Measure.FRESHNESS, Measure.COMPLETENESS, Measure.CLEARANCE,
    Measure.ON_TIME,
})  # fmt: skip
# Less of these is better; of incidents per 1,000 neither is: more reports do not make a worse place.
LOWER_IS_BETTER = frozenset({Measure.LOAD, Measure.RESIDENT_LOAD, Measure.MEDIAN_HOURS})


@dataclass(frozen=True)
class Quotient:
    """A figure with what it is made of: `part` of `whole`; None where there is no whole to divide by."""

    part: float
    whole: float
    scale: float = 1.0

    @property
    def value(self) -> float | None:
        """The figure itself."""
        return self.scale * self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Change:
    """How a figure stands against the one before.

    kind : ``relative`` of counts, ``points`` of shares (0.12 is 12 either way), ``none``: it cannot be said
    before : n that the earlier figure rests on; small : it is below 5, so the change says little
    """

    kind: Literal["relative", "points", "none"]
    value: float | None
    before: float
    small: bool


def count_change(now: float, before: float) -> Change:
    """Return the change of a count; none where the earlier count is 0."""
    if not before:
        return Change("none", None, before, small=True)
    return Change("relative", (now - before) / before, before, before < SMALL_N)


def share_change(now: Quotient, before: Quotient) -> Change:
    """Return the change of a share in points; none where either has no denominator."""
    if now.value is None or before.value is None:
        return Change("none", None, before.whole, small=True)
    return Change("points", now.value - before.value, before.whole, before.whole < SMALL_N)


@dataclass(frozen=True)
class Figures:
    """What a place comes to. Tuples go by period (by month for reports), the newest last.

    Counts of a unit that was divided are shared, so they need not be whole.
    beat_days, held_days : days of beats in the period, and those with a primary officer
    household_days, held_household_days : the same of households, in the newest period
    beats, vacant : beats on the day, and those without a primary officer
    households, covered : stored now, and those in beats with a primary officer on the day
    fresh, later : reviewed within 90 days up to the day; reviewed after it with no earlier review on record,
        so their state then is unknown · fresh_then, later_then : the same as of the end of the period before
    fresh_ahead : of the fresh, those that would still be so 30 and 60 days later if nobody reviewed more
    primary, concurrent : who holds its beats on the day
    due_reports, reports : beats that had to report for the month, and reports there were on the day
    occurred, cleared : incidents that began in the period; of these resolved by its end
    due, on_time : incidents due in the period; of these resolved by then
    hours, hours_before : median hours from record to resolution of the cleared; None where none was
    overdue : incidents due by the day and not resolved on it
    """

    beat_days: tuple[float, ...]
    held_days: tuple[float, ...]
    household_days: float
    held_household_days: float
    beats: float
    vacant: float
    households: float
    covered: float
    permanent: float
    temporary: float
    absent: float
    fresh: float
    later: float
    fresh_then: float
    later_then: float
    fresh_ahead: tuple[float, ...]
    primary: float
    concurrent: float
    due_reports: tuple[float, ...]
    reports: tuple[float, ...]
    occurred: tuple[float, ...]
    cleared: tuple[float, ...]
    due: tuple[float, ...]
    on_time: tuple[float, ...]
    overdue: float
    hours: float | None
    hours_before: float | None

    @property
    def residents(self) -> float:
        """Registered residents: permanent and temporary, the absent among them."""
        return self.permanent + self.temporary

    @property
    def stale(self) -> float:
        """Households not reviewed within 90 days, of those whose state on the day is known."""
        return self.households - self.later - self.fresh

    @property
    def holders(self) -> float:
        """Primary officers and half of the concurrent ones."""
        return self.primary + CONCURRENT_SHARE * self.concurrent

    def quotient(self, measure: Measure, at: int = -1) -> Quotient:
        """Return a figure of the period `at`; those that know only the day do not go by it."""
        return _QUOTIENTS[measure](self, at)

    def value(self, measure: Measure) -> float | None:
        """Return a figure of the newest period."""
        return self.quotient(measure).value

    def change(self, measure: Measure) -> Change:
        """Return how a figure stands against the period before, where that is known."""
        if measure in {Measure.COVERAGE, Measure.COMPLETENESS, Measure.CLEARANCE, Measure.ON_TIME}:
            if len(self.occurred) < 2:
                return Change("none", None, 0, small=True)
            return share_change(self.quotient(measure), self.quotient(measure, -2))
        if measure is Measure.FRESHNESS and self.later_then <= _UNKNOWN_SHARE * self.households:
            then = Quotient(self.fresh_then, self.households - self.later_then)
            return share_change(self.quotient(measure), then)
        return Change("none", None, 0, small=True)

    @property
    def incident_change(self) -> Change:
        """How many incidents began, against the period before."""
        if len(self.occurred) < 2:
            return Change("none", None, 0, small=True)
        return count_change(self.occurred[-1], self.occurred[-2])

    def trend(self, measure: Measure) -> tuple[float | None, ...]:
        """Return the figure by period, the newest last; () where its past is not kept."""
        lengths: dict[Measure, Sequence[float]] = {
            Measure.COVERAGE: self.beat_days,
            Measure.COMPLETENESS: self.due_reports,
            Measure.CLEARANCE: self.occurred,
            Measure.ON_TIME: self.due,
            Measure.PER_1000: self.occurred,
        }
        return tuple(self.quotient(measure, at).value for at in range(len(lengths.get(measure, ()))))

    @property
    def freshness_ahead(self) -> tuple[float | None, ...]:
        """Freshness on the day and 30, 60 and 90 days later, if nobody reviewed anything more."""
        known = self.households - self.later
        return tuple(Quotient(n, known).value for n in (self.fresh, *self.fresh_ahead, 0.0))


def _hours(figures: Figures, at: int) -> Quotient:
    """Return the median as a figure of one; it cannot be added up, so it is known of two periods only."""
    hours = {-1: figures.hours, -2: figures.hours_before}.get(at)
    return Quotient(hours or 0.0, 0.0 if hours is None else 1.0)


_QUOTIENTS: dict[Measure, Callable[[Figures, int], Quotient]] = {
    Measure.COVERAGE: lambda f, at: Quotient(f.held_days[at], f.beat_days[at]),
    Measure.HOUSEHOLD_COVERAGE: lambda f, _: Quotient(f.held_household_days, f.household_days),
    Measure.FRESHNESS: lambda f, _: Quotient(f.fresh, f.households - f.later),
    Measure.LOAD: lambda f, _: Quotient(f.households, f.holders),
    Measure.COMPLETENESS: lambda f, at: Quotient(f.reports[at], f.due_reports[at]),
    Measure.RESIDENT_LOAD: lambda f, _: Quotient(f.residents, f.holders),
    Measure.CLEARANCE: lambda f, at: Quotient(f.cleared[at], f.occurred[at]),
    Measure.ON_TIME: lambda f, at: Quotient(f.on_time[at], f.due[at]),
    Measure.PER_1000: lambda f, at: Quotient(f.occurred[at], f.households, 1000.0),
    Measure.MEDIAN_HOURS: _hours,
}
