"""What the Hotspots page shows, as coarse as it leaves: no small count can be worked out from it."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.disclosure import Mark, shown
from geo.domain.roles import Actor
from geo.services.hotspot_cells import HotspotCells
from geo.services.hotspots import SMALL_N, Review
from geo.services.release import Cell, release_counts
from geo.store.engine import Database


def coarse_cells(found: HotspotCells) -> HotspotCells:
    """Return cells with the counts of five and more, and the class of each.

    A count below five is missing, zero as well. So are z, p and q of all: a z-score is the sum of a
    neighbourhood in other words, and nine of them give away every cell.
    """
    frame = found.frame.copy()
    count = frame["count"].astype("Int64")
    frame["count"] = count.mask(count < SMALL_N)
    frame[["z", "p", "q"]] = np.nan
    return replace(found, frame=frame)


def coarse_spots(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return hotspots without scores, and without a count of before that is small."""
    layer = layer.copy()
    layer["before"] = layer["before"].astype("Int64").mask(layer["before"] < SMALL_N)
    layer[["z", "q"]] = np.nan
    return layer


def coarse_review(database: Database, actor: Actor, found: Review) -> tuple[Review, str]:
    """Return the figures by ward as they may leave, "<5" and "…" where they may not, and remember them.

    The other is the total of the period as it may leave.

    Rates and changes are missing where the counts they are made of are withheld.
    """
    table = found.table.copy()
    codes = [(str(code),) for code in table["code"]]
    units = (found.query.unit,) if found.query.unit else actor.unit_codes
    queries = (found.query, found.compared)
    cells = [Cell.of(query, code) for query in queries for code in [*codes, units]]
    marks = release_counts(database, actor, cells).marks
    wards = len(table)
    for name, rate, part in (
        ("count", "rate", marks[:wards]),
        ("before", "rate_before", marks[wards + 1 : -1]),
    ):
        table[name] = pd.Series(
            [_shown(value, mark) for value, mark in zip(found.table[name], part, strict=True)],
            index=table.index,
            dtype=object,
        )
        hidden = [isinstance(value, str) for value in table[name]]
        table.loc[hidden, [rate, "change"]] = np.nan
    return replace(found, table=table), str(_shown(found.n, marks[wards]))


def _shown(value: int, mark: Mark) -> int | str:
    # The marks are those of today's data; as of an earlier moment a count may have been small.
    return shown(value, Mark.SMALL if mark is Mark.GIVEN and value < SMALL_N else mark)
