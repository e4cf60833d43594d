"""What the Hotspots page shows, as coarse as it leaves: no small count can be worked out from it."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.disclosure import Mark, shown
from geo.domain.roles import Actor
from geo.services.hotspots.cells import HotspotCells
from geo.services.hotspots.review import SMALL_N, Review
from geo.services.release.cells import Cell, Measure
from geo.services.release.counts import release_counts
from geo.store.engine import Database


def coarse_cells(found: HotspotCells) -> HotspotCells:
    """Return cells with the class of each and no figures.

    A z-score is the sum of a neighbourhood in other words, and nine of them give away every cell; a count,
    taken from the total of its ward, gives away the rest of the ward.
    """
    frame = found.frame.copy()
    frame["count"] = frame["count"].astype("Int64").mask(np.ones(len(frame), dtype=bool))
    frame[["z", "p", "q"]] = np.nan
    return replace(found, frame=frame)


def coarse_spots(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return hotspots without counts and scores: where they are, how large, and who is responsible."""
    layer = layer.copy()
    for name in ("count", "before"):
        layer[name] = layer[name].astype("Int64").mask(np.ones(len(layer), dtype=bool))
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
    homes = [
        Cell.homes(code, measure) for measure in (Measure.HOUSEHOLDS, Measure.RESIDENTS) for code in codes
    ]
    homes += [Cell.homes(units, measure) for measure in (Measure.HOUSEHOLDS, Measure.RESIDENTS)]
    marks = release_counts(database, actor, [*cells, *homes]).marks
    wards, of_homes = len(table), marks[len(cells) :]
    marks = marks[: len(cells)]
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
    for name, part in (("households", of_homes[:wards]), ("residents", of_homes[wards : 2 * wards])):
        table[name] = pd.Series(
            [_shown(value, mark) for value, mark in zip(found.table[name], part, strict=True)],
            index=table.index,
            dtype=object,
        )
    # A rate is the households in other words where the count is said.
    no_rate = [mark is not Mark.GIVEN for mark in of_homes[:wards]]
    table.loc[no_rate, ["rate", "rate_before"]] = np.nan
    return replace(found, table=table), str(_shown(found.n, marks[wards]))


def _shown(value: int, mark: Mark) -> int | str:
    # The marks are those of today's data; as of an earlier moment a count may have been small.
    return shown(value, Mark.SMALL if mark is Mark.GIVEN and value < SMALL_N else mark)
