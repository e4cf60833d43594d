"""Hotspots as places: significant cells that touch, with their figures, whether they are new, and whose.

A cell is significant by Gi* with false discoveries controlled (see `hotspot_cells`). What was significant in
the period compared with, on the same cells, makes a hotspot an old one. Officers and beats are those of the
last day asked for.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.analysis.membership import points_in_polygons
from geo.domain.crs import metric_to_lonlat_xy, shape_to_lonlat, to_lonlat
from geo.domain.kinds import CellShape
from geo.domain.roles import Actor
from geo.services.coverage.on_a_day import TOPICS as HANDS
from geo.services.coverage.on_a_day import coverage
from geo.services.coverage.result import BeatCoverage, CoverageResult
from geo.services.hotspots.cells import (
    COLD,
    HOT,
    VERY_HOT,
    HotspotCells,
    Significant,
    cells_in_full,
    study_of,
)
from geo.services.hotspots.review import SMALL_N, Asked, HotspotQuery, asked
from geo.services.kept import Kept
from geo.store.engine import Database, data_version, transaction

# So many periods before the one asked for are counted in each hotspot.
HISTORY = 6
# More households an officer than the middle beat, by this factor, is too many.
OVERLOADED = 1.25

_KEPT_BYTES = 64 * 1024 * 1024
_A_SHAPE_BYTES = 4096

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SpotBeat:
    """A beat with a share of a hotspot's incidents; `beat` None for those in no beat.

    load : households an officer as a multiple of the middle beat's; None where nobody holds it
    """

    beat: BeatCoverage | None
    share: float
    load: float | None

    @property
    def unassigned(self) -> bool:
        """Say whether nobody is responsible as primary officer."""
        return self.beat is None or self.beat.vacant

    @property
    def overloaded(self) -> bool:
        """Say whether those responsible have many more households than others."""
        return self.load is not None and self.load > OVERLOADED


@dataclass(frozen=True, eq=False)
class Spot:
    """One hotspot.

    code : the cell of its highest z, the same for the same question
    shape : its cells as one area, EPSG:4326
    count, before : incidents in it, in the period and in the one compared with
    history : numbers of the HISTORY periods of the same length before, oldest first, and of this one
    z, q : of its strongest cell
    new : nothing of it, and nothing beside it, was significant in the period compared with; None where the
        data does not reach back over that period
    beats : most incidents first
    """

    code: str
    shape: shapely.Geometry
    area_km2: float
    count: int
    before: int
    history: tuple[int, ...]
    z: float
    q: float
    new: bool | None
    ward_code: str
    ward_name: str
    beats: tuple[SpotBeat, ...]

    @property
    def unassigned(self) -> bool:
        """Say whether nobody is responsible for the largest part of it."""
        return bool(self.beats) and self.beats[0].unassigned

    @property
    def overloaded(self) -> bool:
        """Say whether those responsible for the largest part of it have too much."""
        return bool(self.beats) and self.beats[0].overloaded


@dataclass(frozen=True, eq=False)
class Spots:
    """The hotspots of a question.

    spots : those that nobody is responsible for first, then the overloaded ones, then by incidents
    classes : ``code`` (very_hot, hot, cold), significant cells of each as one area, EPSG:4326
    gone : hotspots of the period compared with, of which nothing is significant now
    small : significant places of fewer than five incidents, which are no hotspots
    shape, cells, cell_m, n : what was tested as cells, how many, their side in metres (None for wards and
        beats), incidents in them
    at_edge : incidents of the unit in no cell: on a grid, in cells whose centre lies in no ward of it
    significant : how many cells are hot before and after control of false discoveries
    """

    spots: tuple[Spot, ...]
    classes: gpd.GeoDataFrame
    gone: int
    small: int
    shape: CellShape
    cells: int
    cell_m: float | None
    n: int
    at_edge: int
    significant: Significant

    @property
    def new(self) -> int:
        """How many were not there in the period compared with."""
        return sum(bool(spot.new) for spot in self.spots)

    def spot(self, code: str | None) -> Spot | None:
        """Return the hotspot with `code`, None where there is none."""
        return next((spot for spot in self.spots if spot.code == code), None)


_kept: Kept[Spots] = Kept(_KEPT_BYTES, lambda found: _A_SHAPE_BYTES * (1 + len(found.spots)))


def hotspot_spots(
    database: Database,
    actor: Actor,
    query: HotspotQuery,
    compared: HotspotQuery,
    shape: CellShape = CellShape.SQUARE,
) -> Spots:
    """Return the hotspots of `query`, beside those of `compared`, a question about the same units.

    shape : what is tested as cells; both periods on the same ones
    Raises InputError ``unknown_unit``, ``unknown_category``, ``no_points`` where no ward has a border,
    ``no_beats``.
    """
    data = asked(database, actor, query)
    # Before the hands are read: what changes in between is then read once more, not missed.
    with transaction(database, actor) as connection:
        version = f"{data.version}-{data_version(connection, HANDS)}"
    hands = coverage(database, actor, query.end, query.unit)
    key = (str(database.app.url), actor.scope_key, version, query, compared, shape)
    return _kept.get(key, lambda: _spots(_Question(query, compared, shape, data, hands)))


@dataclass(frozen=True)
class _Question:
    query: HotspotQuery
    compared: HotspotQuery
    shape: CellShape
    data: Asked
    hands: CoverageResult


def _spots(question: _Question) -> Spots:
    study = study_of(question.data, question.shape, beats=question.hands.areas.beats)
    now, before = (cells_in_full(question.data, one, study) for one in (question.query, question.compared))
    groups, groups_before = _groups(now), _groups(before)
    labels, labels_before = groups.labels, groups_before.labels
    old = set(labels[study.cells.near(labels_before > 0)].tolist())
    still = set(labels_before[study.cells.near(labels > 0)].tolist()) - {0}
    known = question.data.reaches(question.compared.start)
    counted = _Counted(question, groups, now)
    found = [
        counted.spot(label, new=label not in old if known else None) for label in range(1, groups.number + 1)
    ]
    found.sort(key=lambda spot: (not spot.unassigned, not spot.overloaded, -spot.count, spot.code))
    return Spots(
        spots=tuple(found),
        classes=_classes(now, groups),
        gone=groups_before.number - len(still) if known else 0,
        small=groups.small,
        shape=question.shape,
        cells=len(study.cells),
        cell_m=study.cell_m,
        n=now.n,
        at_edge=counted.n - now.n,
        significant=now.significant,
    )


@dataclass(frozen=True)
class _Groups:
    """Groups of hot cells that touch.

    labels : (n,) of each cell 1..number, 0 for no group; small : groups of fewer than five incidents, left
        out. Where incidents are few, two in one cell are significant already, and say nothing.
    """

    labels: Whole
    number: int
    small: int


def _groups(cells: HotspotCells) -> _Groups:
    hot = cells.frame["class"].isin({HOT, VERY_HOT}).to_numpy()
    number, labels = cells.study.cells.groups(hot)
    n = np.bincount(labels, weights=cells.frame["count"], minlength=number + 1)
    n[0] = 0
    kept = np.flatnonzero(n >= SMALL_N)
    renumbered = np.zeros(number + 1, dtype=np.int64)
    renumbered[kept] = np.arange(1, len(kept) + 1)
    return _Groups(renumbered[labels], len(kept), number - len(kept))


class _Counted:
    """Incidents of all periods by hotspot: counted once, for all hotspots together."""

    def __init__(self, question: _Question, groups: _Groups, cells: HotspotCells) -> None:
        self._question = question
        self._cells = cells
        self._labels = np.append(groups.labels, 0)  # a point in no cell is in cell -1
        self._number = groups.number
        xy = question.data.drawn(question.query)
        self.n = len(xy)
        label = self._label_of(xy)
        self._xy, self._label = xy[label > 0], label[label > 0]
        periods = [question.query.back(n) for n in range(HISTORY, 0, -1)]
        counts = {one: self._counts(question.data.drawn(one)) for one in {*periods, question.compared}}
        self._history = np.array([*(counts[one] for one in periods), self._counts(xy)])
        self._before = counts[question.compared]
        self._loads = _loads(question.hands)

    def _label_of(self, xy: npt.NDArray[np.float64]) -> Whole:
        found: Whole = self._labels[self._cells.study.cells.locate(xy)]
        return found

    def _counts(self, xy: npt.NDArray[np.float64]) -> Whole:
        return np.bincount(self._label_of(xy), minlength=self._number + 1)

    def spot(self, label: int, *, new: bool | None) -> Spot:
        """Return the hotspot of one label."""
        at = np.flatnonzero(self._labels[:-1] == label)
        own = self._cells.frame.iloc[at]
        shape = shapely.union_all(own.geometry.to_numpy())
        points = _lonlat(self._xy[self._label == label], self._cells.metric_crs)
        ward = self._ward_of(shape)
        return Spot(
            code=str(own["cell"].iloc[int(own["z"].to_numpy().argmax())]),
            shape=shape_to_lonlat(shape, self._cells.metric_crs),
            area_km2=float(self._cells.study.cells.area_km2[at].sum()),
            count=int(self._history[-1, label]),
            before=int(self._before[label]),
            history=tuple(int(n) for n in self._history[:, label]),
            z=float(own["z"].max()),
            q=float(own["q"].min()),
            new=new,
            ward_code=ward[0],
            ward_name=ward[1],
            beats=self._beats_of(points),
        )

    def _ward_of(self, shape: shapely.Geometry) -> tuple[str, str]:
        wards = self._question.data.wards
        held = wards.metric.geometry.iloc[self._question.data.positions]
        largest = int(np.argmax(shapely.area(shapely.intersection(held.to_numpy(), shape))))
        found = wards.frame.iloc[self._question.data.positions[largest]]
        return str(found["code"]), str(found["name"])

    def _beats_of(self, lonlat: npt.NDArray[np.float64]) -> tuple[SpotBeat, ...]:
        hands = self._question.hands
        areas = hands.areas.beats
        place = points_in_polygons(lonlat, areas.geometry.to_numpy())
        codes, counts = np.unique(place, return_counts=True)
        found = []
        for at, count in sorted(zip(codes.tolist(), counts.tolist(), strict=True), key=lambda pair: -pair[1]):
            beat = hands.beat(areas["code"].iloc[at]) if at >= 0 else None
            found.append(SpotBeat(beat, count / len(lonlat), self._loads.get(beat.code) if beat else None))
        return tuple(found)


def _loads(hands: CoverageResult) -> dict[str, float]:
    middle = hands.load.median
    return {beat.code: beat.load / middle for beat in hands.beats if middle and beat.load is not None}


def _classes(cells: HotspotCells, groups: _Groups) -> gpd.GeoDataFrame:
    frame = cells.frame[(cells.frame["class"] == COLD) | (groups.labels > 0)]
    present = [name for name in (COLD, HOT, VERY_HOT) if (frame["class"] == name).any()]
    shapes = [shapely.union_all(frame.geometry[frame["class"] == name]) for name in present]
    return to_lonlat(
        gpd.GeoDataFrame({"code": present, "name": present}, geometry=shapes, crs=cells.metric_crs)
    )


def _lonlat(xy: npt.NDArray[np.float64], metric_crs: str) -> npt.NDArray[np.float64]:
    return metric_to_lonlat_xy(xy[:, 0], xy[:, 1], metric_crs)
