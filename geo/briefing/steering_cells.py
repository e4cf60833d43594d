"""Which cells the figures of the works are made of, by place: what must be given for them to be said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from geo.briefing.asking import Asking
from geo.services.coverage.result import CoverageResult
from geo.services.release.cells import Area, Cell, Measure, Part, beat, block, without
from geo.services.works.board import Board, Place
from geo.services.works.figures import Measure as Figure


@dataclass(frozen=True)
class PlaceCells:
    """The cells of one place, as of the day and the newest period of the board."""

    area: Area
    works: Board

    @property
    def households(self) -> Cell:
        """Households as stored."""
        return Cell.homes(self.area)

    @property
    def residents(self) -> Cell:
        """Residents as stored."""
        return Cell.homes(self.area, Measure.RESIDENTS)

    def reviewed(self, part: Part) -> Cell:
        """Households by when they were reviewed."""
        return Cell.on(self.area, self.works.query.day, Measure.REVIEWS, part)

    @property
    def overdue(self) -> Cell:
        """Incidents that are late on the day."""
        return Cell.on(self.area, self.works.query.day, Measure.OVERDUE)

    def incidents(self, position: int = -1, part: Part = Part.ALL) -> Cell:
        """Incidents that began in a period."""
        return Cell.within(self.area, self.works.periods.bounds(position), Measure.INCIDENTS, part)

    def due(self, part: Part = Part.ALL) -> Cell:
        """Incidents due in the newest period; what is due on the day itself is not late yet."""
        first, last = self.works.periods.bounds(-1)
        day = self.works.query.day
        return Cell.within(
            self.area, (first, max(first, min(last, day - timedelta(days=1)))), Measure.DUE, part
        )

    def of(self, figure: Figure) -> tuple[Cell, ...]:
        """Return part and whole of a figure; () for those of beats, reports and hands alone."""
        return {
            Figure.FRESHNESS: (self.reviewed(Part.FRESH), self.reviewed(Part.KNOWN)),
            Figure.LOAD: (self.households,),
            Figure.RESIDENT_LOAD: (self.residents,),
            Figure.CLEARANCE: (self.incidents(part=Part.CLEARED), self.incidents()),
            Figure.ON_TIME: (self.due(Part.ON_TIME), self.due()),
            Figure.MEDIAN_HOURS: (self.incidents(part=Part.CLEARED),),
            Figure.PER_1000: (self.incidents(), self.households),
        }.get(figure, ())


def whole(asking: Asking, works: Board) -> PlaceCells:
    """Return the cells of all that is asked for."""
    return PlaceCells(asking.area, works)


def of_place(place: Place, works: Board) -> PlaceCells:
    """Return the cells of a unit, a beat or a block."""
    tokens = {"beat": beat(place.code, works.query.day), "block": block(place.id)}
    return PlaceCells((tokens.get(place.level, place.code),), works)


def in_beats(held: CoverageResult, codes: Iterable[str]) -> Area:
    """Return the places of beats on the day."""
    return tuple(beat(code, held.as_of) for code in sorted(codes))


def in_no_beat(area: Area, held: CoverageResult) -> Area:
    """Return the rest of an area when all beats are taken away."""
    return (*area, *without(in_beats(held, (one.code for one in held.beats))))


def of_coverage(asking: Asking, held: CoverageResult) -> tuple[Cell, ...]:
    """Return the cells that households with a primary officer are worked out of."""
    manned = in_beats(held, (one.code for one in held.beats if not one.vacant))
    vacant = [Cell.homes(in_beats(held, (one.code,))) for one in held.vacant_beats]
    return (Cell.homes(asking.area), Cell.homes((*asking.area, *without(manned))), *vacant)
