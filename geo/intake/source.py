"""A file as it was found: cells under headers, shapes, CRS. Nothing is understood yet."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.domain.text import nfc
from geo.intake.memory import Remembered
from geo.intake.report import Note, Reason

Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Options:
    """What the user says about the file.

    crs : None takes the file's own, or degrees for plain lon and lat; ``"EPSG:n"`` wins over both
    columns : field -> header, wins over the spellings known
    sheet : sheet of a workbook or layer of a GeoPackage; needed only where several would do
    timezone : IANA name of the zone of times that carry none
    max_bytes : largest size of a file, also after unpacking
    wards : known polygons of wards in EPSG:4326, by which the CRS of unlabelled metres is found
    recall : take the columns remembered for files of this shape where `columns` says nothing else
    remembered : by shape, what was named for earlier files (`geo.intake.memory`)
    now : the present, with a zone; what happened after it is refused. None asks for no such check
    """

    crs: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    timezone: str = "Asia/Ho_Chi_Minh"
    max_bytes: int = 2 * 1024**3
    wards: Sequence[Any] = ()
    now: dt.datetime | None = None
    recall: bool = True
    remembered: Mapping[str, Remembered] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """The cells of one table or layer.

    cells : (n, columns) frame under the headers as written; text, numbers, times or Python objects
    rows : (n,) row numbers as the user sees them
    shapes : (n,) shapely geometries or None, in `crs`; None for a table
    unread : WKB by position, of geometries that give no shape, e.g. of an unclosed ring
    crs : what pyproj takes for a CRS; None where the file says nothing
    broken : rows that cannot be cut into the columns: (row number, number of cells found)
    told : what was passed over or filled in on the way, by row number (0: not about a row)
    unsound : header -> row number -> why that cell cannot be taken although it may hold a value
    totals : rows of totals that were set aside: (row number, cell by header), in order of rows
    epoch_1904 : days that are written as numbers count from 1904, not 1900
    """

    cells: pd.DataFrame
    rows: npt.NDArray[np.int64]
    shapes: Shapes | None = None
    crs: Any = None
    encoding: str | None = None
    sheet: str | None = None
    broken: tuple[tuple[int, int], ...] = ()
    told: tuple[Note, ...] = ()
    epoch_1904: bool = False
    unread: Mapping[int, bytes] = field(default_factory=dict)
    unsound: Mapping[str, Mapping[int, Reason]] = field(default_factory=dict)
    totals: tuple[tuple[int, Mapping[str, Any]], ...] = ()

    def telling(self, *more: Note) -> "Source":
        """Return the same cells with `more` to tell."""
        return replace(self, told=(*self.told, *more)) if more else self


def only(shapes: Shapes, mask: npt.NDArray[np.bool_]) -> Shapes:
    """Return a copy of `shapes` with None outside of `mask`."""
    kept = shapes.copy()
    kept[~mask] = None
    return kept


def header_names(cells: Sequence[Any]) -> list[str]:
    """Return header cells as names: trimmed NFC; a cell without text is named by its place, ``"[3]"``."""
    names = ["" if cell is None else nfc(str(cell)) for cell in cells]
    return [name or f"[{place}]" for place, name in enumerate(names, start=1)]
