"""What the Coverage page looks at: kept in the address, so that a link shows the same."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geo.domain.roles import Actor
from geo.services.coverage.result import CoverageResult


class Mode(StrEnum):
    """What stands beside the map."""

    WHO = "who"
    FAULTS = "faults"
    CHANGES = "changes"
    ACCESS = "access"


@dataclass(frozen=True)
class CoverageView:
    """Every field stands in the address where it differs from the default.

    day : None is today · unit : code, None is everything in scope · beat : code of the beat that is open
    fault : key of the finding that is open · incident : code of the incident asked about · post : code
    """

    day: date | None = None
    unit: str | None = None
    mode: Mode = Mode.WHO
    beat: str | None = None
    fault: str | None = None
    incident: str | None = None
    post: str | None = None


@dataclass(frozen=True)
class Page:
    """What one run of the page works with."""

    actor: Actor
    view: CoverageView
    found: CoverageResult


# Where a part of the page leaves the day that the whole page is to go to.
JUMP = "coverage.jump"
# Where a part of the page leaves the unit that the whole page is to go to.
GO_UNIT = "coverage.go_unit"
EARLIEST = date(1976, 1, 1)
YEARS_AHEAD = 5
