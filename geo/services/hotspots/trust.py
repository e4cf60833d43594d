"""How good a map of hotspots is here: each method learned from the past, tested on what came after it.

The answer is about the scope, the category and the length of period that are asked for: what is best in one
city or for one kind of incident need not be for another. See `geo.analysis.accuracy` for the measures and
`geo.analysis.stability` for ranks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.stats import t as student

from geo.analysis import density
from geo.analysis.accuracy import PLAIN_COUNTS, Score, compare
from geo.analysis.grid import Grid
from geo.analysis.hotspots import local_g
from geo.analysis.membership import points_in_polygons
from geo.analysis.stability import count_stability
from geo.domain.errors import InputError
from geo.domain.roles import Actor, Permission
from geo.services.days import local_days
from geo.services.hotspots.cells import study_cells
from geo.services.hotspots.review import SMALL_N, Asked, HotspotQuery, LeftOut, asked
from geo.services.kept import Kept
from geo.store.engine import Database

Floats = npt.NDArray[np.float64]
Cells = npt.NDArray[np.int64]

SHARES = (0.01, 0.02, 0.05)
TESTS = 6
LEARNED = (1, 3, 6)
TOP = 10
ENOUGH_EVENTS = 50  # in all test periods together; below it one incident moves a hit rate by 2 points
_FEWEST_FOR_INTERVAL = 3
_LEVEL = 0.95
_RESAMPLES, _FEWEST_RESAMPLES = 499, 99
_RANKED_CELLS = 5000
_RANKS = 20_000_000  # ranks held at a time: 80 MB
_KEPT_BYTES = 32 * 1024 * 1024


class Method(StrEnum):
    """Maps that are held against each other."""

    COUNTS = PLAIN_COUNTS
    DENSITY = "density"
    GI_STAR = "gi_star"


@dataclass(frozen=True)
class TestPeriod:
    """One period that the maps were tested on; learned, events : incidents in cells before and in it."""

    start: date
    end: date
    learned: int
    events: int


@dataclass(frozen=True)
class Record:
    """How one method did at one share of the area; arrays are (tests,), in the order of the tests.

    cells, area_share : cells taken, and what share of the area they really are: at least one is taken
    hit_rate : of all tests together (hits / events); hit_rates : in each
    pai : of all tests together; pei : mean of the tests
    tie_low, tie_high : share of events if cells of equal score were taken in the worst and the best order
    """

    method: Method
    share: float
    cells: int
    area_share: float
    hit_rate: float
    pai: float
    pei: float
    hit_rates: Floats
    tie_low: float
    tie_high: float

    @property
    def spread(self) -> tuple[float, float]:
        """Lowest and highest hit rate of a test."""
        return float(self.hit_rates.min()), float(self.hit_rates.max())


class Finding(StrEnum):
    """Why a method is recommended."""

    BETTER = "better"  # beats plain counts by more than the tests differ
    SIMPLEST = "simplest"  # something scored higher, but within what the tests differ
    COUNTS_WIN = "counts_win"
    CHANCE = "chance"  # none beats going anywhere
    FEW = "few"  # too few tests or events to tell


@dataclass(frozen=True)
class Advice:
    """Which map to use, and on what grounds.

    best : highest hit rate of all tests together; recommended : as `finding` says
    gain : mean of (hit rate of `best` - that of plain counts) over the tests; low, high : its 95 % interval
        (Student), NaN where fewer than three tests
    """

    recommended: Method
    best: Method
    finding: Finding
    gain: float
    low: float
    high: float


@dataclass(frozen=True)
class TopCells:
    """The fullest cells of the period, at most ten, and how sure their place among the ten is.

    frame : GeoDataFrame of squares in the metric CRS, fullest first: rank, count, ward (code), name, in_top
        (share of resamples with the cell among the ten), rank_low, rank_high (middle 90 % of them)
    hidden : cells left out because they hold fewer than five, for who may not see exact points
    """

    frame: gpd.GeoDataFrame
    resamples: int
    hidden: int


@dataclass(frozen=True)
class Trust:
    """The answer to "how good": records by method and share, tests newest first, and the top cells.

    learned : periods that each map was made from; missing : tests that the data does not reach back to, or
        with nothing to learn or test
    cells, cell_m : the study area; n : incidents of the period in them; not_in_cells : in the wards, but in
        no cell or without a point
    """

    query: HotspotQuery
    learned: int
    tests: tuple[TestPeriod, ...]
    records: tuple[Record, ...]
    missing: int
    cells: int
    cell_m: float
    bandwidth_m: float
    n: int
    not_in_cells: int
    left_out: LeftOut
    top: TopCells

    @property
    def events(self) -> int:
        """Incidents of all test periods."""
        return sum(test.events for test in self.tests)

    def area_km2(self, share: float) -> float:
        """Area of `share` of the cells, km²."""
        return share * self.cells * self.cell_m**2 / 1e6

    def at(self, share: float) -> tuple[Record, ...]:
        """Return the records at `share`, best first; among equals plain counts."""
        found = [record for record in self.records if record.share == share]
        return tuple(sorted(found, key=lambda record: (-record.hit_rate, record.method != Method.COUNTS)))

    def advice(self, share: float) -> Advice | None:
        """Return which method to use at `share`; None without a test."""
        found = self.at(share)
        return _advice(found, self.events) if found else None


_kept: Kept[Trust] = Kept(_KEPT_BYTES, lambda _: 32 * 1024)


def trust(database: Database, actor: Actor, query: HotspotQuery, learned: int = 1) -> Trust:
    """Return how good the maps of the periods before would have been; kept for who asks the same.

    learned : how many periods of the query's length each map is made from, all just before the tested one
    Raises InputError ``unknown_unit``, ``unknown_category``, ``no_points`` where no ward has a border.
    """
    found = asked(database, actor, query)
    exact = actor.may(Permission.VIEW_POINTS)
    key = (str(database.app.url), actor.scope_key, found.version, exact, query, learned)
    return _kept.get(key, lambda: _trust(found, query, learned, exact=exact))


@dataclass(frozen=True)
class _Study:
    """The cells that are studied, and what counts incidents into them."""

    asked: Asked
    grid: Grid
    inside: npt.NDArray[np.bool_]
    bandwidth_m: float

    def points(self, query: HotspotQuery) -> Floats:
        return self.asked.drawn(query)

    def counts(self, xy: Floats) -> Floats:
        return np.where(self.inside, self.grid.counts(xy), np.nan)


def _trust(found: Asked, query: HotspotQuery, learned: int, *, exact: bool) -> Trust:
    grid, inside = study_cells(found)
    study = _Study(found, grid, inside, max(query.bandwidth_m, grid.cell_m))
    tests: list[TestPeriod] = []
    scored: list[tuple[Score, ...]] = []
    for back in range(TESTS):
        one = _test(study, query.back(back), learned)
        if one is not None:
            tests.append(one[0])
            scored.append(one[1])
    n = int(np.nansum(study.counts(study.points(query))))
    return Trust(
        query=query,
        learned=learned,
        tests=tuple(tests),
        records=_records(scored),
        missing=TESTS - len(tests),
        cells=int(inside.sum()),
        cell_m=grid.cell_m,
        bandwidth_m=study.bandwidth_m,
        n=n,
        not_in_cells=int(found.by_ward(found.rows(query)).sum()) - n,
        left_out=found.left_out(query),
        top=_top(study, query, exact=exact),
    )


def _test(study: _Study, query: HotspotQuery, learned: int) -> tuple[TestPeriod, tuple[Score, ...]] | None:
    """Return the scores of all methods for one test period, None where it cannot be tested."""
    before = replace(query, start=query.back(learned).start, end=query.before().end)
    if not study.asked.reaches(before.start):
        return None
    past = study.points(before)
    train, test = study.counts(past), study.counts(study.points(query))
    maps = {
        Method.DENSITY.value: density.exact(past, study.grid, study.bandwidth_m),
        Method.GI_STAR.value: local_g(train, study.inside),
    }
    try:
        scores = compare(maps, train, test, SHARES).scores
    except InputError as fault:
        if fault.code != "no_test_events":
            raise
        return None  # nothing happened, or all cells were alike and Gi* has no z
    return TestPeriod(query.start, query.end, int(np.nansum(train)), int(np.nansum(test))), scores


def _records(scored: list[tuple[Score, ...]]) -> tuple[Record, ...]:
    return tuple(_record(scores) for scores in zip(*scored, strict=True))


def _record(scores: tuple[Score, ...]) -> Record:
    events = sum(score.events for score in scores)
    hit_rate = sum(score.hits for score in scores) / events
    return Record(
        method=Method(scores[0].method),
        share=scores[0].share,
        cells=scores[0].places,
        area_share=scores[0].area_share,
        hit_rate=hit_rate,
        pai=hit_rate / scores[0].area_share,
        pei=float(np.mean([score.pei for score in scores])),
        hit_rates=np.array([score.hit_rate for score in scores]),
        tie_low=sum(score.hits_low for score in scores) / events,
        tie_high=sum(score.hits_high for score in scores) / events,
    )


def _advice(found: tuple[Record, ...], events: int) -> Advice:
    best = found[0]
    counts = next(record for record in found if record.method is Method.COUNTS)
    gains = best.hit_rates - counts.hit_rates
    gain, low, high = float(gains.mean()), float("nan"), float("nan")
    if len(gains) >= _FEWEST_FOR_INTERVAL:
        reach = float(student.ppf(0.5 + _LEVEL / 2, len(gains) - 1) * gains.std(ddof=1) / len(gains) ** 0.5)
        low, high = gain - reach, gain + reach
    if np.isnan(low) or events < ENOUGH_EVENTS:
        finding = Finding.FEW
    elif best.pai <= 1:
        finding = Finding.CHANCE
    elif best is counts:
        finding = Finding.COUNTS_WIN
    else:
        finding = Finding.BETTER if low > 0 else Finding.SIMPLEST
    recommended = best.method if finding is Finding.BETTER else Method.COUNTS
    return Advice(recommended, best.method, finding, gain, low, high)


def _top(study: _Study, query: HotspotQuery, *, exact: bool) -> TopCells:
    """Return the fullest cells and how they fare when the days of the period are drawn again.

    Whole days are drawn, not incidents: what one night brings comes together or not at all. Cells without
    an incident stay so in every draw; some are ranked too, because where few cells have any, a cell that is
    not drawn competes with them for a place among the ten.
    """
    xy, days = _dated_points(study.asked, query)
    cell = study.grid.cells_of(xy)
    cell[cell >= 0] = np.where(study.inside.ravel()[cell[cell >= 0]], cell[cell >= 0], -1)
    filled, place = np.unique(cell[cell >= 0], return_inverse=True)
    if not len(filled):
        nothing = {name: np.zeros(0) for name in ("rank", "count", "in_top", "rank_low", "rank_high")}
        return TopCells(_squares(study, filled, nothing), 0, 0)
    where = np.full(len(cell), -1, dtype=np.int64)
    where[cell >= 0] = place
    ranked = max(len(filled), min(int(study.inside.sum()), _RANKED_CELLS))
    resamples = int(np.clip(_RANKS // ranked, _FEWEST_RESAMPLES, _RESAMPLES))
    ranks = count_stability(where, ranked, TOP, resamples=resamples, groups=days)
    first = np.argsort(-ranks.score[: len(filled)], kind="stable")[:TOP]
    shown = first if exact else first[ranks.score[first] >= SMALL_N]
    figures = {
        "rank": ranks.rank[shown],
        "count": ranks.score[shown].astype(np.int64),
        "in_top": ranks.top_share[shown],
        "rank_low": ranks.rank_low[shown],
        "rank_high": ranks.rank_high[shown],
    }
    return TopCells(_squares(study, filled[shown], figures), resamples, len(first) - len(shown))


def _dated_points(found: Asked, query: HotspotQuery) -> tuple[Floats, Cells]:
    """Return (n, 2) metres and (n,) days of the counted incidents that have a point."""
    rows = found.placed(found.counted(query))
    return found.columns.xy[rows], local_days(found.columns.occurred[rows])


def _squares(study: _Study, cells: Cells, figures: Mapping[str, npt.NDArray[np.generic]]) -> gpd.GeoDataFrame:
    """Return the cells as squares with the ward that their centre lies in."""
    grid, held = study.grid, study.asked.wards
    squares = grid.squares(cells)
    wards = held.frame.iloc[study.asked.positions]
    shapes = held.metric.geometry.iloc[study.asked.positions].to_numpy()
    centres = shapely.get_coordinates(shapely.centroid(squares))
    ward = wards.iloc[points_in_polygons(centres, shapes)] if len(cells) else wards.iloc[:0]
    named = {"ward": ward["code"].to_numpy(), "name": ward["name"].to_numpy()}
    return gpd.GeoDataFrame({**figures, **named}, geometry=squares, crs=held.metric_crs)
