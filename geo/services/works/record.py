"""What the scoreboard keeps between days: who held what since when, and where it counts on a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from geo.analysis import lineage
from geo.analysis.membership import points_in_polygons
from geo.domain.kinds import Level
from geo.services.days import day_number
from geo.services.kept import Kept
from geo.store import read_works, reads
from geo.store.engine import data_version

Ints = npt.NDArray[np.int64]

# What decides each frame: its own rows, and the units by which a scope reaches them. A change of one duty
# must not cost reading a hundred thousand blocks again.
_SCOPE = ("admin_unit", "unit_lineage")
_TOPICS_OF = {
    "units": _SCOPE,
    "lineage": _SCOPE,
    "blocks": (*_SCOPE, "block"),
    "beats": (*_SCOPE, "beat"),
    "members": (*_SCOPE, "beat", "beat_block"),
    "duties": (*_SCOPE, "beat", "assignment"),
    "officers": (*_SCOPE, "beat", "assignment", "officer"),
}
TOPICS = ("admin_unit", "unit_lineage", "block", "beat", "beat_block", "assignment", "officer")
_GROUND_TOPICS = ("admin_unit", "unit_lineage", "block", "beat", "beat_block")
NOWHERE = 0
_LIMIT_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, eq=False)
class Record:
    """Frames of `geo.store.read_works` of one scope, with all their history. Shared: never change them.

    version : of all of them · ground : of those that say where something lies
    """

    version: str
    ground: str
    units: pd.DataFrame
    lineage: pd.DataFrame
    beats: pd.DataFrame
    members: pd.DataFrame
    blocks: pd.DataFrame
    duties: pd.DataFrame
    officers: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Placing:
    """Where rows count on a day.

    wards : the wards that hold on the day, by name: id, code, name, province, district (ids, 0: none)
    units, blocks : DataFrames ``unit`` or ``block``, ``ward``, ``weight``: rows of a unit or a block count to
        these wards; the weights of one sum to 1
    beats : the same by ``beat``
    beat_of_block : id of the beat on the id of the block, on the day
    """

    day: int
    wards: pd.DataFrame
    units: pd.DataFrame
    blocks: pd.DataFrame
    beats: pd.DataFrame
    beat_of_block: pd.Series

    def placed(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return `rows` (with ``block_id``, ``unit_id``) with ``ward`` and ``weight``.

        By the block where it is known, else by the unit; one row for each ward that a row counts to. What
        counts nowhere has ward 0.
        """
        known = rows["block_id"].isin(self.blocks["block"])
        by_block = rows[known].merge(self.blocks, left_on="block_id", right_on="block", how="left")
        by_unit = rows[~known].merge(self.units, left_on="unit_id", right_on="unit", how="left")
        found = pd.concat([by_block.drop(columns="block"), by_unit.drop(columns="unit")], ignore_index=True)
        return _settled(found)


def _settled(found: pd.DataFrame) -> pd.DataFrame:
    return found.assign(
        ward=found["ward"].fillna(NOWHERE).astype(np.int64), weight=found["weight"].fillna(1.0)
    )


def _bytes(frames: list[pd.DataFrame]) -> int:
    return 4096 + sum(int(frame.memory_usage(index=False).sum()) for frame in frames)


_frames: Kept[pd.DataFrame] = Kept(_LIMIT_BYTES, lambda frame: _bytes([frame]))
_placings: Kept[Placing] = Kept(_LIMIT_BYTES, lambda kept: _bytes([kept.units, kept.blocks, kept.beats]))


def record(connection: Connection, scope: tuple[str, str]) -> Record:
    """Return the record of a scope; `scope` is the database's address and the actor's scope key."""

    def frame(name: str, read: Callable[[Connection], pd.DataFrame]) -> pd.DataFrame:
        key = (scope, name, data_version(connection, _TOPICS_OF[name]))
        return _frames.get(key, lambda: read(connection))

    return Record(
        version=data_version(connection, TOPICS),
        ground=data_version(connection, _GROUND_TOPICS),
        units=frame("units", read_works.all_units),
        lineage=frame("lineage", read_works.lineage),
        beats=frame("beats", read_works.beats),
        members=frame("members", read_works.members),
        blocks=frame("blocks", read_works.blocks),
        duties=frame("duties", read_works.duties),
        officers=frame("officers", read_works.officers),
    )


def placing(connection: Connection, scope: tuple[str, str], held: Record, day: date) -> Placing:
    """Return where the rows of `held` count on `day`."""
    return _placings.get((scope, held.ground, day), lambda: _place(connection, held, day))


def on_day(frame: pd.DataFrame, day: int) -> pd.DataFrame:
    """Return the rows of `frame` that hold on `day`."""
    return frame[((frame["start"] <= day) & (day < frame["stop"])).to_numpy()]


def _place(connection: Connection, held: Record, day: date) -> Placing:
    number = day_number(day)
    wards = on_day(held.units[held.units["level"] == Level.WARD], number)
    weights = lineage.shares(held.units["id"], wards["id"], held.lineage).rename(columns={"target": "ward"})
    members = on_day(held.members, number)
    blocks = _blocks(connection, held, (day, wards, weights))
    return Placing(
        day=number,
        wards=_above(held, wards),
        units=weights,
        blocks=blocks,
        beats=_beats(held, wards, weights, blocks),
        beat_of_block=pd.Series(members["beat_id"].to_numpy(), index=members["block_id"]),
    )


def _blocks(
    connection: Connection, held: Record, at: tuple[date, pd.DataFrame, pd.DataFrame]
) -> pd.DataFrame:
    """Return to which wards blocks count: their own, else the one that holds their middle, else by share."""
    day, wards, weights = at
    own = held.blocks["unit_id"].isin(wards["id"])
    mine = held.blocks[own]
    stay = pd.DataFrame({"block": mine["id"], "ward": mine["unit_id"], "weight": 1.0})
    lost = held.blocks[~own]
    if lost.empty:
        return stay
    shapes = reads.wards_on(connection, day, None)
    shapes = shapes[shapes.geometry.notna()]
    middles = read_works.block_middles(connection, lost["id"].tolist())
    if len(shapes):
        position = points_in_polygons(middles[["lon", "lat"]].to_numpy(), shapes)
    else:
        position = np.full(len(middles), -1)
    inside = position >= 0
    found = pd.DataFrame({
        "block": middles["id"][inside], "ward": shapes["id"].to_numpy()[position[inside]], "weight": 1.0,
    })  # fmt: skip
    rest = lost[~lost["id"].isin(found["block"])]
    shared = rest.rename(columns={"id": "block"}).merge(weights, left_on="unit_id", right_on="unit")
    return pd.concat([stay, found, shared[["block", "ward", "weight"]]], ignore_index=True)


def _beats(held: Record, wards: pd.DataFrame, weights: pd.DataFrame, blocks: pd.DataFrame) -> pd.DataFrame:
    """Return to which wards beats count: to their own, else to that of most of their blocks, else by share.

    A beat that ended with its ward is shared by lineage: what it was made of may have gone several ways.
    """
    own = held.beats["unit_id"].isin(wards["id"])
    stay = pd.DataFrame({"beat": held.beats["id"][own], "ward": held.beats["unit_id"][own], "weight": 1.0})
    lost = held.beats[~own]
    by_block = held.members[held.members["beat_id"].isin(lost["id"])].merge(
        blocks, left_on="block_id", right_on="block"
    )
    sums = by_block.groupby(["beat_id", "ward"], as_index=False)[["weight"]].sum()
    most = sums.sort_values("weight", kind="stable").drop_duplicates("beat_id", keep="last")
    found = pd.DataFrame({"beat": most["beat_id"], "ward": most["ward"], "weight": 1.0})
    rest = lost[~lost["id"].isin(found["beat"])]
    shared = rest.rename(columns={"id": "beat"}).merge(weights, left_on="unit_id", right_on="unit")
    return pd.concat([stay, found, shared[["beat", "ward", "weight"]]], ignore_index=True)


def _above(held: Record, wards: pd.DataFrame) -> pd.DataFrame:
    """Return `wards` with province and district; a ward of after 2025 has the district most of it was in."""
    level = dict(zip(held.units["id"], held.units["level"], strict=True))
    parent = dict(zip(held.units["id"], held.units["parent_id"], strict=True))
    origin = held.lineage.sort_values("share", kind="stable").groupby("target")["source"].last()
    main_source = origin.to_dict()
    return wards.assign(
        province=[_climb(ward, Level.PROVINCE, level, parent) for ward in wards["id"]],
        district=[
            _climb(ward, Level.DISTRICT, level, parent)
            or _climb(main_source.get(ward, NOWHERE), Level.DISTRICT, level, parent)
            for ward in wards["id"]
        ],
    )


def _climb(unit: int, wanted: Level, level: dict[int, str], parent: dict[int, int]) -> int:
    seen: set[int] = set()
    while unit and unit not in seen:
        if level.get(unit) == wanted:
            return unit
        seen.add(unit)
        unit = parent.get(unit, NOWHERE)
    return NOWHERE
