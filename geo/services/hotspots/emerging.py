"""Which places are becoming hotspots, stay ones or have been: cells over periods of the asked length."""

from dataclasses import dataclass
from datetime import date
from itertools import takewhile

import geopandas as gpd
import numpy as np
import shapely

from geo.analysis.emerging import classify
from geo.analysis.emerging_words import EmergingClass
from geo.domain.crs import to_lonlat
from geo.domain.errors import InputError
from geo.domain.roles import Actor
from geo.services.hotspots.cells import study_cells
from geo.services.hotspots.review import SMALL_N, Asked, HotspotQuery, asked
from geo.services.kept import Kept
from geo.store.engine import Database

# At most so many periods; fewer where the data does not reach back so far, and none below the least.
MOST_PERIODS, LEAST_PERIODS = 12, 4
_BYTES = 32 * 1024 * 1024
_A_CLASS_BYTES = 64 * 1024


@dataclass(frozen=True, eq=False)
class EmergingHotspots:
    """Classes of the cells of a question over `periods` periods of its length, the last being its own.

    areas : ``code`` and ``name`` (name of the EmergingClass), all cells of each class as one area, EPSG:4326;
        cells without a pattern are left out
    cells : class -> number of cells, of all cells tested
    held_back : cells with a pattern, but fewer than five incidents over all periods: they have no class, for
        a class may rest on one incident, and a cell of so few may point at one home
    since : first day of the first period
    n : incidents in the cells, over all periods
    """

    areas: gpd.GeoDataFrame
    cells: dict[EmergingClass, int]
    held_back: int
    cell_m: float
    periods: int
    since: date
    n: int


_kept: Kept[EmergingHotspots] = Kept(_BYTES, lambda found: _A_CLASS_BYTES * (1 + len(found.areas)))


def emerging_hotspots(database: Database, actor: Actor, query: HotspotQuery) -> EmergingHotspots:
    """Return the emerging hotspots of `query`.

    Raises InputError ``too_few_periods`` where the data reaches back over fewer than four periods,
    ``unknown_unit``, ``unknown_category``, ``no_points`` where no ward has a border.
    """
    data = asked(database, actor, query)
    key = (str(database.app.url), actor.scope_key, data.version, query)

    return _kept.get(key, lambda: _examined(data, query))


def _examined(data: Asked, query: HotspotQuery) -> EmergingHotspots:
    periods = _periods(data, query)
    grid, inside = study_cells(data)
    counts = np.array([grid.counts(data.drawn(one)) for one in periods])
    classes = classify(counts, inside)[inside]
    few = (classes != EmergingClass.NONE) & (counts[:, inside].sum(axis=0) < SMALL_N)
    classes[few] = EmergingClass.NONE
    found, numbers = np.unique(classes, return_counts=True)
    cells = {EmergingClass(int(one)): int(n) for one, n in zip(found, numbers, strict=True)}
    shown = [one for one in cells if one is not EmergingClass.NONE]
    squares = grid.squares(np.flatnonzero(inside))
    areas = gpd.GeoDataFrame(
        {"code": [one.name for one in shown], "name": [one.name for one in shown]},
        geometry=[shapely.union_all(squares[classes == one]) for one in shown],
        crs=data.wards.metric_crs,
    )
    n = int(counts[:, inside].sum())
    return EmergingHotspots(
        to_lonlat(areas), cells, int(few.sum()), grid.cell_m, len(periods), periods[0].start, n
    )


def _periods(data: Asked, query: HotspotQuery) -> list[HotspotQuery]:
    """The question and those about the periods before it that the data covers, oldest first."""
    earlier = (query.back(n) for n in range(1, MOST_PERIODS))
    found = [query, *takewhile(lambda one: data.reaches(one.start), earlier)]
    if len(found) < LEAST_PERIODS:
        raise InputError("too_few_periods", periods=len(found), days=query.days, least=LEAST_PERIODS)
    return found[::-1]
