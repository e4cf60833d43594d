"""Households and incidents added up by beat: by their block where its beat is known, else by their point."""

from dataclasses import dataclass, fields

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.analysis.membership import points_in_polygons
from geo.domain.crs import to_lonlat
from geo.services.coverage.result import Tally

NOWHERE = 0  # id of no beat, no block and no ward
_KEYS = ["block_id", "unit_id"]
_COUNTED = [field.name for field in fields(Tally)]


@dataclass(frozen=True)
class Placing:
    """Where blocks belong on the day.

    beat_of_block, ward_of_block : ids on the ids of the day's blocks, 0 for none
    beats : the beats looked at, on their ids, with ``drawn`` and their area in a metric CRS
    wards : ids of the wards looked at; None where everything in the reader's scope counts, inside them or not
    """

    beat_of_block: pd.Series
    ward_of_block: pd.Series
    beats: gpd.GeoDataFrame
    wards: frozenset[int] | None

    def inside(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows (with ``block_id``, ``unit_id``) that lie in the wards looked at."""
        if self.wards is None:
            return rows
        ward = rows["block_id"].map(self.ward_of_block)
        return rows[ward.fillna(rows["unit_id"]).isin(self.wards)]

    def beat_of(self, rows: pd.DataFrame) -> pd.Series:
        """Return the id of the beat of each row, 0 for none of those looked at."""
        beat = rows["block_id"].map(self.beat_of_block).fillna(NOWHERE).astype("int64")
        return beat.where(beat.isin(self.beats.index), NOWHERE)


@dataclass(frozen=True)
class Tallies:
    """By id of the beat; `elsewhere` is in no beat, `unplaced` of its households in another day's block."""

    by_beat: dict[int, Tally]
    elsewhere: Tally
    unplaced: int


def tallies(
    placing: Placing,
    totals: tuple[pd.DataFrame, pd.DataFrame],
    loose: tuple[pd.DataFrame | None, pd.DataFrame | None],
) -> Tallies:
    """Add up households and incidents (in this order).

    totals : by block and unit · loose : one row for each that its block puts in no beat, with its point
    """
    sums = [_by_beat(placing, rows, points) for rows, points in zip(totals, loose, strict=True)]
    table = pd.concat(sums, axis=1).reindex(columns=_COUNTED).fillna(0).astype("int64")
    rows = zip(table.index.tolist(), table.to_numpy().tolist(), strict=True)
    made = {int(beat): Tally(*counts) for beat, counts in rows}
    return Tallies(made, made.pop(NOWHERE, Tally()), _unplaced(placing, totals[0]))


def left_over(placing: Placing, totals: pd.DataFrame, loose: pd.DataFrame | None) -> pd.DataFrame:
    """Return the rows of `totals`, as `tallies` takes them, that are in no beat, less what drawn beats hold.

    Columns: ``block_id``, ``unit_id`` and the counts; their sum is the tally `elsewhere`.
    """
    here = placing.inside(totals)
    counts = [name for name in here.columns if name not in _KEYS]
    rows = here[(placing.beat_of(here) == NOWHERE).to_numpy()].set_index(_KEYS)[counts]
    moved, _ = _in_drawn_beats(placing, loose)
    return rows.sub(moved.groupby(_KEYS)[counts].sum(), fill_value=0).astype("int64").reset_index()


def _by_beat(placing: Placing, totals: pd.DataFrame, loose: pd.DataFrame | None) -> pd.DataFrame:
    """Return the counts by id of the beat, 0 among them."""
    here = placing.inside(totals)
    counted = here.drop(columns=_KEYS).groupby(placing.beat_of(here).to_numpy()).sum()
    points, beat = _in_drawn_beats(placing, loose)
    if points.empty:
        return counted
    moved = points[counted.columns].groupby(beat).sum()
    from_nowhere = moved.sum().to_frame(NOWHERE).T
    return counted.add(moved, fill_value=0).sub(from_nowhere, fill_value=0)


def _in_drawn_beats(
    placing: Placing, loose: pd.DataFrame | None
) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """Return the rows of `loose` whose point is in a drawn beat, and the id of that beat (n,)."""
    drawn = placing.beats[placing.beats["drawn"] == 1]
    if loose is None or loose.empty or drawn.empty:
        return pd.DataFrame(columns=[*_KEYS, *_COUNTED], dtype="int64"), np.empty(0, dtype=np.int64)
    points = placing.inside(loose)
    position = points_in_polygons(points[["lon", "lat"]].to_numpy(), to_lonlat(drawn))
    held = position >= 0
    return points[held], drawn.index.to_numpy()[position[held]]


def _unplaced(placing: Placing, households: pd.DataFrame) -> int:
    rows = placing.inside(households)
    gone = (rows["block_id"] != NOWHERE) & ~rows["block_id"].isin(placing.beat_of_block.index)
    return int(rows.loc[gone, "households"].sum())
