"""What a figure counts: a measure, the places of it, its days, its kind. In one form for all that leaves.

Places are named by tokens: the code of a unit with everything below it, ``*`` for every ward, ``**`` for all
there is, also what lies in no ward; ``~code@day`` for the blocks that a beat held on a day; ``#id`` for a
block. A minus before it takes away what it names.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from geo.domain.kinds import OriginFilter
from geo.domain.roles import Actor
from geo.services.hotspots.review import HotspotQuery

ALWAYS = date(1970, 1, 1)  # the day of measures that have none
EVERYTHING, EVERY_WARD = "**", "*"

Area = tuple[str, ...]


class Measure(StrEnum):
    """What is counted, and which day decides.

    INCIDENTS : by the day they occurred · DUE : by the day they were due · OVERDUE : open and late on a day
    HOUSEHOLDS, RESIDENTS : as stored, on no day · REVIEWS : households as they were reviewed by a day
    """

    INCIDENTS = "incidents"
    DUE = "due"
    OVERDUE = "overdue"
    HOUSEHOLDS = "households"
    RESIDENTS = "residents"
    REVIEWS = "reviews"


AS_OF_DAY = frozenset({Measure.OVERDUE, Measure.REVIEWS})  # of two days they count other things


class Part(StrEnum):
    """A part of what is counted. CLEARED : resolved by the last day · ON_TIME : by when it was due
    FRESH, STALE, LATER : reviewed within 90 days of the day, longer ago or never, after it
    KNOWN : fresh or stale
    """

    ALL = ""
    CLEARED = "cleared"
    ON_TIME = "on_time"
    FRESH = "fresh"
    STALE = "stale"
    LATER = "later"
    KNOWN = "known"


@dataclass(frozen=True)
class Cell:
    """What one figure counts: of `measure` what lies in `units` (tokens), from `start` to `end`."""

    units: Area
    start: date
    end: date
    category: str | None = None
    origin: OriginFilter = OriginFilter.REPORTED
    measure: Measure = Measure.INCIDENTS
    part: Part = Part.ALL

    @classmethod
    def of(cls, query: HotspotQuery, units: Area) -> "Cell":
        """Return the cell of `query` in these units."""
        return cls(units, query.start, query.end, query.category, query.origin)

    @classmethod
    def homes(cls, units: Area, measure: Measure = Measure.HOUSEHOLDS) -> "Cell":
        """Return the cell of the households, or residents, in these places."""
        return cls(units, ALWAYS, ALWAYS, None, OriginFilter.ALL, measure)

    @classmethod
    def on(cls, units: Area, day: date, measure: Measure, part: Part = Part.ALL) -> "Cell":
        """Return the cell of a measure that is as of a day."""
        return cls(units, day, day, None, OriginFilter.ALL, measure, part)

    @classmethod
    def within(cls, units: Area, days: tuple[date, date], measure: Measure, part: Part = Part.ALL) -> "Cell":
        """Return the cell of incidents of every origin in days, both included."""
        return cls(units, *days, None, OriginFilter.ALL, measure, part)

    def of_part(self, part: Part) -> "Cell":
        """Return the cell of a part of it."""
        return replace(self, part=part)


def beat(code: str, day: date) -> str:
    """Return the token of the blocks that a beat held on a day."""
    return f"~{code}@{day.isoformat()}"


def block(number: int) -> str:
    """Return the token of a block."""
    return f"#{number}"


def without(tokens: Iterable[str]) -> Area:
    """Return the tokens that take these away."""
    return tuple(f"-{token}" for token in tokens)


def scope_area(actor: Actor) -> Area:
    """Return all that an actor sees, what lies in no ward among it."""
    return (EVERYTHING,) if actor.scope_key == "*" else actor.unit_codes
