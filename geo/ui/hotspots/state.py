"""The view of the Hotspots page: what the reader chose, as a link, and the question that it makes."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from geo.domain.kinds import CellShape, OriginFilter
from geo.services.hotspots.clusters import Method
from geo.services.hotspots.effect import Area
from geo.services.hotspots.places import PlaceKind
from geo.services.hotspots.repeat import Distance, Span
from geo.services.hotspots.review import HotspotQuery
from geo.services.report_periods import Calendar

MOST_BACK = 12


class Preset(StrEnum):
    """Periods with a name; all but the last count back from the newest day with data."""

    WEEK = "7d"
    FOUR_WEEKS = "28d"
    QUARTER = "90d"
    MONTH = "month"
    LAST_MONTH = "last_month"
    YEAR = "year"
    CUSTOM = "custom"


class Compare(StrEnum):
    """What the period is held against."""

    BEFORE = "before"
    YEAR = "year"


class Layer(StrEnum):
    """What the map shows."""

    DENSITY = "density"
    SPOTS = "spots"
    EMERGING = "emerging"
    CLUSTERS = "clusters"
    COUNT = "count"
    RATE = "rate"
    RISK = "risk"
    CHANGE = "change"
    DELTA = "delta"


class Listed(StrEnum):
    """What is listed beside the map."""

    SPOTS = "spots"
    WARDS = "wards"


class Mode(StrEnum):
    """What the page answers; the settings and the sentence stay."""

    MAP = "map"
    WHEN = "when"
    PLACES = "places"
    REPEAT = "repeat"
    TRUST = "trust"
    EFFECT = "effect"


@dataclass(frozen=True)
class HotspotsView:
    """Every field stands in the address where it differs from the default, so that a link shows the same.

    first, last : only with the preset ``custom``
    pick, spot : code of the ward, or of the hotspot, whose figures are open
    h : smoothing radius in metres, 0 for the one that fits the scope
    back : so many periods before the newest, 0 to `MOST_BACK`
    cells : what is tested as a cell, and hotspots are made of
    method : how the clusters are found
    swipe : the density of both periods beside a bar
    points : single incidents, or cells, close up
    calendar : the weeks or months of the trend
    places, snap : what concentration is counted by, and how far from a street, metres, an incident may lie
    step_m, step_days, distance, span : bands of the near-repeat table and what it is made of
    began, lasted, area, treated, control : an operation: first day and days (those of the period where None
        and 0), codes of its wards or beats and of those it is held against (none: all not next to it)
    share, learned : of the area that is patrolled, and periods that a tested map is made from
    """

    period: Preset = Preset.FOUR_WEEKS
    first: date | None = None
    last: date | None = None
    compare: Compare = Compare.BEFORE
    category: str | None = None
    origin: OriginFilter = OriginFilter.REPORTED
    unit: str | None = None
    layer: Layer = Layer.DENSITY
    h: int = 0
    points: bool = False
    pick: str | None = None
    mode: Mode = Mode.MAP
    spot: str | None = None
    listed: Listed = Listed.SPOTS
    swipe: bool = False
    back: int = 0
    method: Method = Method.SCAN
    calendar: Calendar = Calendar.WEEK
    places: PlaceKind = PlaceKind.STREET
    snap: int = 50
    share: float = 0.05
    learned: int = 1
    step_m: int = 100
    step_days: int = 7
    distance: Distance = Distance.EUCLIDEAN
    span: Span = Span.YEAR
    began: date | None = None
    lasted: int = 0
    treated: tuple[str, ...] = ()
    control: tuple[str, ...] = ()
    cells: CellShape = CellShape.SQUARE
    area: Area = Area.WARD


# Periods of the calendar, in months.
_MONTHS = {Preset.MONTH: 1, Preset.LAST_MONTH: 1, Preset.YEAR: 12}
_DAYS = {Preset.WEEK: 7, Preset.FOUR_WEEKS: 28, Preset.QUARTER: 90}


def days_of(view: HotspotsView, newest: date) -> tuple[date, date]:
    """Return the first and last day of the view's period; `newest` is the newest day with data.

    A custom period without its days is that of the default preset.
    """
    first, last = _newest_days(view, newest)
    if view.period in _MONTHS:
        return _months_before(first, last, view.back, _MONTHS[view.period])
    earlier = timedelta(days=view.back * ((last - first).days + 1))
    return first - earlier, last - earlier


def _newest_days(view: HotspotsView, newest: date) -> tuple[date, date]:
    if view.period is Preset.CUSTOM and view.first and view.last:
        return view.first, view.last
    if view.period is Preset.MONTH:
        return newest.replace(day=1), newest
    if view.period is Preset.LAST_MONTH:
        last = newest.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last
    if view.period is Preset.YEAR:
        return newest.replace(month=1, day=1), newest
    days = _DAYS.get(view.period, _DAYS[Preset.FOUR_WEEKS])
    return newest - timedelta(days=days - 1), newest


def _months_before(first: date, last: date, back: int, months: int) -> tuple[date, date]:
    """The month or year so many before; one that is over is whole."""
    if not back:
        return first, last
    start = _month(first, -back * months)
    return start, _month(start, months) - timedelta(days=1)


def _month(first: date, ahead: int) -> date:
    number = first.year * 12 + first.month - 1 + ahead
    return date(number // 12, number % 12 + 1, 1)


def question(view: HotspotsView, newest: date) -> HotspotQuery:
    """Return what the view asks. Raises InputError ``end_before_start``, ``bad_bandwidth``."""
    first, last = days_of(view, newest)
    return HotspotQuery(first, last, view.unit, view.category, view.origin, float(view.h))


def compared(view: HotspotsView, query: HotspotQuery) -> HotspotQuery:
    """Return the question about the period that the view compares with."""
    return query.before() if view.compare is Compare.BEFORE else query.year_before()


def usable(view: HotspotsView, units: frozenset[str], categories: frozenset[str]) -> HotspotsView:
    """Return the view without units or a category that the reader does not have: an old link opens."""
    return replace(
        view,
        back=min(max(view.back, 0), MOST_BACK),
        unit=view.unit if view.unit in units else None,
        pick=view.pick if view.pick in units else None,
        category=view.category if view.category in categories else None,
    )
