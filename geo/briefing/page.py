"""What stands on a page, in points from the upper left corner; every writer paints these.

Charts and tables stay whole, so that a PPTX can hold native ones; other writers have them drawn.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from geo.briefing.deck import ChartBody, Paper, TableBody

INK, PAPER, QUIET, RULE, ACCENT = "#14213d", "#ffffff", "#4a5263", "#c9c5bb", "#b3261e"

Contour = npt.NDArray[np.float64]
Align = Literal["left", "middle", "right"]
LINE_HEIGHT = 1.25
# Points on a slide of 540: what is read from the back of a room, what is asked for by one who sits near, and
# the mark of the copy, which is for a printout.
KEY_TEXT, CHART_TEXT, NOTE_TEXT, MARK_TEXT = 13.0, 13.0, 12.0, 10.0

_POINTS: dict[Paper, tuple[float, float]] = {
    Paper.WIDE: (960.0, 540.0),
    Paper.CLASSIC: (720.0, 540.0),
    Paper.A4: (841.89, 595.28),
    Paper.A3: (1190.55, 841.89),
}


@dataclass(frozen=True)
class Frame:
    """A rectangle."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class Text:
    """Text in a box as wide as `frame`, wrapped; its lines start at the top.

    halo, fill : behind it · most : lines · title : of the page
    """

    frame: Frame
    text: str
    size: float
    bold: bool = False
    colour: str = INK
    align: Align = "left"
    halo: str | None = None
    fill: str | None = None
    name: str = ""
    most: int | None = None
    title: bool = False


@dataclass(frozen=True, eq=False)
class Shape:
    """An area (closed, of one or more contours, holes among them) or lines (open)."""

    contours: tuple[Contour, ...]
    closed: bool = True
    fill: str | None = None
    line: str | None = None
    weight: float = 0.75
    hatched: bool = False
    name: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart to be drawn in its frame."""

    frame: Frame
    body: ChartBody


@dataclass(frozen=True)
class Table:
    """A table: the rows that fit, column widths and row heights, in points."""

    frame: Frame
    body: TableBody
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    size: float


Item = Text | Shape | Chart | Table


@dataclass(frozen=True, eq=False)
class Page:
    """One page; notes : for the speaker."""

    width: float
    height: float
    items: tuple[Item, ...]
    notes: str = ""

    @property
    def unit(self) -> float:
        """How much larger than a slide of 540 points everything is."""
        return self.height / 540.0


def size_of(paper: Paper) -> tuple[float, float]:
    """Return width and height in points."""
    return _POINTS[paper]


def rectangle(frame: Frame) -> Contour:
    """Return the corners of `frame`."""
    x, y, right, low = frame.x, frame.y, frame.x + frame.w, frame.y + frame.h
    return np.array([[x, y], [right, y], [right, low], [x, low]])
