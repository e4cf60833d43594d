"""What coverage on a day comes to: figures for the command line and the table, areas for the map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import mean, median
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.domain.kinds import AssignmentRole
from geo.services.coverage.findings import Fault, Findings

# A concurrent officer has a beat of his own elsewhere: half of him is here (nắm hộ, load).
CONCURRENT_SHARE = 0.5


@dataclass(frozen=True)
class Holder:
    """An officer who holds a beat on the day, as what, since when and by which decision.

    since, until : first day held and first day no longer held; None where not known or open
    decision : number of the deciding document; None where none is recorded
    """

    service_number: str
    display_name: str
    rank: str | None
    role: AssignmentRole
    since: date | None
    until: date | None
    decision: str | None

    @classmethod
    def of_rows(cls, rows: pd.DataFrame) -> "tuple[Holder, ...]":
        """Return the holders in rows of `geo.store.reads.assignments_on`, in their order."""
        columns = ["service_number", "display_name", "rank", "role", "since", "until", "decision"]
        return tuple(
            cls(number, name, rank or None, AssignmentRole(role), _day(since), _day(until), decision or None)
            for number, name, rank, role, since, until, decision in rows[columns].itertuples(
                index=False, name=None
            )
        )


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else value.date()


@dataclass(frozen=True)
class Tally:
    """Households, their residents and incidents of one place.

    permanent, temporary, absent : residents registered so; `absent` is among the permanent
    fresh : households reviewed within the 90 days up to the day · later : reviewed after it, so not known
    incidents, reported : of the 28 days before the day; the rest were discovered
    """

    households: int = 0
    permanent: int = 0
    temporary: int = 0
    absent: int = 0
    fresh: int = 0
    later: int = 0
    incidents: int = 0
    reported: int = 0

    @property
    def residents(self) -> int:
        """Registered residents: permanent and temporary, the absent among them."""
        return self.permanent + self.temporary

    @property
    def freshness(self) -> float | None:
        """Share of households reviewed lately among those whose state on the day is known, if any is."""
        known = self.households - self.later
        return self.fresh / known if known else None


@dataclass(frozen=True)
class BeatCoverage:
    """One beat on the day.

    unit_code, unit_name : ward that it lies in on that day; "" where it lies in none
    holders : primary first
    blocks : names of its blocks
    area_m2, parts : of its area, and in how many pieces that lies; None and 0 where it has none
    """

    code: str
    name: str
    unit_code: str
    unit_name: str
    holders: tuple[Holder, ...]
    blocks: tuple[str, ...]
    tally: Tally
    area_m2: float | None = None
    parts: int = 0

    @property
    def primary(self) -> Holder | None:
        """The primary officer; None where the beat is vacant."""
        return next((holder for holder in self.holders if holder.role is AssignmentRole.PRIMARY), None)

    @property
    def vacant(self) -> bool:
        """Say whether nobody holds the beat as primary officer."""
        return self.primary is None

    @property
    def load(self) -> float | None:
        """Households / (primary + half of concurrent); None where there is neither."""
        roles = [holder.role for holder in self.holders]
        officers = roles.count(AssignmentRole.PRIMARY) + CONCURRENT_SHARE * roles.count(
            AssignmentRole.CONCURRENT
        )
        return self.tally.households / officers if officers else None


@dataclass(frozen=True)
class LoadStatistics:
    """Households an officer by beat, over the `beats` that have a load; None where no beat has.

    deviation : largest difference from the mean, as a share of it
    """

    beats: int
    min: float | None = None
    median: float | None = None
    mean: float | None = None
    max: float | None = None
    deviation: float | None = None

    @classmethod
    def of(cls, loads: Sequence[float]) -> "LoadStatistics":
        """Return the statistics of `loads`."""
        if not loads:
            return cls(0)
        middle = mean(loads)
        off = max(abs(load - middle) for load in loads)
        return cls(
            len(loads), min(loads), median(loads), middle, max(loads), off / middle if middle else None
        )


@dataclass(frozen=True)
class CoverageSummary:
    """Coverage on a day in figures, plain enough for JSON.

    households : all in scope = covered + uncovered; covered : in beats with a primary officer
    in_vacant, in_no_beat : the uncovered, by why
    unplaced : households of blocks that do not hold on the day, counted as in no beat
    findings : how many things are wrong, by kind; gaps and the like nowhere wider than `sliver_m` are no
        finding but `slivers`
    gap_m2 : area of the wards in no beat · overlap_m2 : in two beats or more · outside_m2 : of beats beyond
        their ward
    wards_without_border : wards left out of those areas
    """

    as_of: date
    unit: str | None
    wards: int
    beats: int
    covered_beats: int
    vacant_beats: int
    vacant: tuple[str, ...]
    households: int
    covered: int
    uncovered: int
    in_vacant: int
    in_no_beat: int
    unplaced: int
    residents: int
    incidents: int
    gap_m2: float
    overlap_m2: float
    outside_m2: float
    wards_without_border: int
    load: LoadStatistics
    findings: dict[str, int]
    sliver_m: float
    slivers: int


@dataclass(frozen=True, eq=False)
class CoverageAreas:
    """What the map shows, all in EPSG:4326. Shared between readers: never change the frames.

    wards, beats : ``code``, ``name``, areas · gaps, overlaps : ``unit_code``, ``area_m2``, areas
    neighbours : pairs of codes of beats that touch
    """

    wards: gpd.GeoDataFrame
    beats: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame
    overlaps: gpd.GeoDataFrame
    neighbours: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class CoverageResult:
    """Who was responsible where on `as_of`, how much that is, and what nobody was responsible for.

    Households and residents are those stored now: their history is not kept, unlike that of hands.
    elsewhere : households and incidents in scope that are in no beat
    """

    as_of: date
    unit_code: str | None
    beats: tuple[BeatCoverage, ...]
    elsewhere: Tally
    unplaced: int
    gap_m2: float
    overlap_m2: float
    outside_m2: float
    areas: CoverageAreas
    findings: Findings

    def beat(self, code: str | None) -> BeatCoverage | None:
        """Return the beat with `code`, None where there is none."""
        return next((beat for beat in self.beats if beat.code == code), None)

    @property
    def vacant_beats(self) -> tuple[BeatCoverage, ...]:
        """The beats without a primary officer, the most households first."""
        vacant = [beat for beat in self.beats if beat.vacant]
        return tuple(sorted(vacant, key=lambda beat: (-beat.tally.households, beat.code)))

    @property
    def load(self) -> LoadStatistics:
        """Statistics of the load by beat."""
        return LoadStatistics.of([beat.load for beat in self.beats if beat.load is not None])

    def summary(self) -> CoverageSummary:
        """Return the figures alone."""
        vacant = self.vacant_beats
        in_vacant = sum(beat.tally.households for beat in vacant)
        in_beats = sum(beat.tally.households for beat in self.beats)
        places = [*(beat.tally for beat in self.beats), self.elsewhere]
        return CoverageSummary(
            as_of=self.as_of,
            unit=self.unit_code,
            wards=len(self.areas.wards),
            beats=len(self.beats),
            covered_beats=len(self.beats) - len(vacant),
            vacant_beats=len(vacant),
            vacant=tuple(beat.code for beat in vacant),
            households=in_beats + self.elsewhere.households,
            covered=in_beats - in_vacant,
            uncovered=in_vacant + self.elsewhere.households,
            in_vacant=in_vacant,
            in_no_beat=self.elsewhere.households,
            unplaced=self.unplaced,
            residents=sum(place.residents for place in places),
            incidents=sum(place.incidents for place in places),
            gap_m2=self.gap_m2,
            overlap_m2=self.overlap_m2,
            outside_m2=self.outside_m2,
            wards_without_border=int(self.areas.wards.geometry.isna().sum()),
            load=self.load,
            findings={fault.value: self.findings.number(fault) for fault in Fault},
            sliver_m=self.findings.sliver_m,
            slivers=self.findings.slivers,
        )
