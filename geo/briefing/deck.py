"""A deck: slides that each say one finding, with the map, chart or table that shows it.

Plain values only: made from the services once, then written as PPTX, PDF, PNG, SVG or HTML without asking
again. Same deck, same bytes: the one moment in it, that of the watermark, comes from the caller.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import geopandas as gpd

from geo.domain.messages import Lang

# Called with (slides done, slides in all).
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


class DeckKind(StrEnum):
    """The decks that are ready."""

    WEEKLY = "weekly"
    STEERING = "steering"
    REASSIGNMENT = "reassignment"


class ChartKind(StrEnum):
    """How numbers are drawn."""

    BARS = "bars"
    COLUMNS = "columns"
    LINES = "lines"


class Paper(StrEnum):
    """What it is shown on."""

    WIDE = "16:9"
    CLASSIC = "4:3"
    A4 = "a4"
    A3 = "a3"


@dataclass(frozen=True)
class Mark:
    """Who took it, when, how it is classified, and the fingerprint of the question: on every slide."""

    user: str
    taken_at: datetime
    classification: str
    fingerprint: str


@dataclass(frozen=True)
class Key:
    """One class of a map; hatched : drawn with lines over its colour, so that grey print shows it too."""

    label: str
    colour: str
    hatched: bool = False


@dataclass(frozen=True, eq=False)
class Ground:
    """What lies below, in the map's metric CRS: streets with a column ``kind``, and water."""

    streets: gpd.GeoDataFrame
    water: gpd.GeoDataFrame


@dataclass(frozen=True, eq=False)
class MapBody:
    """Areas painted by class.

    areas : metric CRS; ``name``, ``key`` (position in `keys`, -1 for none), ``label`` ("" for none),
        ``rank`` (the larger, the sooner labelled)
    outlines : metric CRS; ``name``, ``label``: places that matter, drawn above, such as hotspots
    borders : metric CRS; ``name``, ``label``, ``rank``: drawn above the areas as thin lines, and named
    keys_title : what is measured, with its unit
    caption : one line over the map, where two maps are compared
    source, as_of, crs, n, left_out : said below the map; left_out "" where nothing is
    """

    areas: gpd.GeoDataFrame
    keys: tuple[Key, ...]
    keys_title: str
    source: str
    as_of: date
    crs: str
    n: str
    left_out: str = ""
    caption: str = ""
    outlines: gpd.GeoDataFrame | None = None
    outlines_label: str = ""
    ground: Ground | None = None
    borders: gpd.GeoDataFrame | None = None


@dataclass(frozen=True)
class ChartBody:
    """Numbers by category; a value of None leaves a gap.

    unit : what one is · highest : where the scale ends, None for what fits the values
    digits : decimals that are read; values are rounded to them: a file holds what it draws, and a share to
        its last decimal says of what two counts it is made
    """

    kind: ChartKind
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    unit: str
    digits: int = 0
    note: str = ""
    highest: float | None = None

    def __post_init__(self) -> None:
        rounded = tuple(
            (name, tuple(None if value is None else round(value, self.digits) for value in values))
            for name, values in self.series
        )
        object.__setattr__(self, "series", rounded)


@dataclass(frozen=True)
class TableBody:
    """Rows as they are read; numeric : positions of the columns set flush right."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    widths: tuple[float, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class TextBody:
    """Sentences, the first the most important."""

    lines: tuple[str, ...]


Body = MapBody | ChartBody | TableBody | TextBody


@dataclass(frozen=True, eq=False)
class Slide:
    """One view.

    title : a sentence that says the finding
    bodies : one, or several side by side, below a table where that is the first; maps alone share a scale
    notes : what the speaker may say · sources : where the figures are from
    """

    title: str
    bodies: tuple[Body, ...]
    notes: str = ""
    sources: str = ""

    @property
    def kind(self) -> str:
        """What it mostly is: map, chart, table or text."""
        return type(self.bodies[0]).__name__.removesuffix("Body").lower()


@dataclass(frozen=True, eq=False)
class Deck:
    """What goes to the meeting. period : both days included; cutoff : data recorded later does not count."""

    kind: str
    title: str
    unit: str
    period: tuple[date, date]
    cutoff: datetime
    lang: Lang
    mark: Mark
    slides: tuple[Slide, ...]
    synthetic: bool = False
    query: Mapping[str, Any] = field(default_factory=dict)
