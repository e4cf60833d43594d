"""Coverage of many wards at once: what is in nobody's hands in each, counted; areas are left to each ward."""

from dataclasses import dataclass, fields
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from geo.domain.roles import Actor, Permission
from geo.services.kept import Kept
from geo.services.works import tables
from geo.services.works.board import ALL_TOPICS, Board, WorksQuery, asked, board, scope_of
from geo.services.works.record import NOWHERE, on_day
from geo.store.engine import Database, data_version, transaction

_LIMIT_BYTES = 64 * 1024 * 1024
_BYTES_A_WARD = 400


@dataclass(frozen=True)
class WardCoverage:
    """One ward on the day.

    beats, vacant : all, and those without a primary officer
    blocks, loose_blocks : all, and those in no beat
    households = covered (in beats with a primary officer) + in_vacant + in_no_beat; a unit that was divided
    is shared by lineage, so these need not be whole
    """

    code: str
    name: str
    beats: float
    vacant: float
    blocks: float
    loose_blocks: float
    households: float
    covered: float
    in_vacant: float
    in_no_beat: float

    @property
    def uncovered(self) -> float:
        """Households that no primary officer is responsible for."""
        return self.households - self.covered

    @property
    def share(self) -> float | None:
        """Share of the households that a primary officer is responsible for; None without households."""
        return self.covered / self.households if self.households else None


@dataclass(frozen=True, eq=False)
class WardsCoverage:
    """Coverage of a scope by ward.

    total : of the whole scope, also of what lies in none of `wards` · board : the same day's figures, whose
    places are these wards
    """

    as_of: date
    unit_code: str | None
    total: WardCoverage
    wards: tuple[WardCoverage, ...]
    board: Board

    def ward(self, code: str | None) -> WardCoverage | None:
        """Return the ward with `code`, None where there is none."""
        return next((ward for ward in self.wards if ward.code == code), None)

    @property
    def worst(self) -> tuple[WardCoverage, ...]:
        """The wards with most households in nobody's hands first, then by vacant beats and loose blocks."""
        return tuple(sorted(self.wards, key=lambda w: (-w.uncovered, -w.vacant, -w.loose_blocks, w.code)))


_COUNTS = [field.name for field in fields(WardCoverage) if field.type is float]
_kept: Kept[WardsCoverage] = Kept(_LIMIT_BYTES, lambda found: _BYTES_A_WARD * (2 + len(found.wards)))


def wards_coverage(
    database: Database, actor: Actor, as_of: date, unit_code: str | None = None
) -> WardsCoverage:
    """Return coverage by ward of unit `unit_code` (None: everything in the actor's scope) on the day `as_of`.

    Raises InputError ``unknown_unit``, ``unit_not_on_day``.
    """
    actor.require(Permission.VIEW)
    query = WorksQuery(as_of, unit_code)
    found = board(database, actor, query)
    with transaction(database, actor) as connection:
        key = (scope_of(database, actor), data_version(connection, ALL_TOPICS), query)
        return _kept.get(key, lambda: _made(connection, asked(connection, (database, actor), query), found))


def _made(connection: Connection, request: tables.Asked, found: Board) -> WardsCoverage:
    homes = tables.household_rows(connection, request)
    beats, _, _ = tables.beat_rows(request)
    blocks = _blocks(request)
    held, nowhere = homes["covered"], homes["households"] * (homes["beat"] == NOWHERE)
    parts = (
        _by_ward(beats, {"beats": beats["on_day"], "vacant": beats["vacant"]}),
        _by_ward(blocks, {"blocks": blocks["one"], "loose_blocks": blocks["loose"]}),
        _by_ward(homes, {
            "households": homes["households"], "covered": held,
            "in_vacant": homes["households"] - held - nowhere, "in_no_beat": nowhere,
        }),
    )  # fmt: skip
    sums = pd.concat(parts, axis=1).reindex(columns=_COUNTS).fillna(0.0)
    wards = request.placing.wards.set_index("id")
    if found.query.unit is not None:
        wards = wards[wards.index.isin(found.wards)]
        sums = sums[sums.index.isin(found.wards)]
    counts = sums.reindex(wards.index).fillna(0.0).itertuples(index=False, name=None)
    return WardsCoverage(
        as_of=found.query.day,
        unit_code=found.query.unit,
        total=WardCoverage("", "", *sums.sum().tolist()),
        wards=tuple(
            WardCoverage(code, name, *row)
            for code, name, row in zip(wards["code"], wards["name"], counts, strict=True)
        ),
        board=found,
    )


def _blocks(request: tables.Asked) -> pd.DataFrame:
    """Return the blocks of the day by ward: ward, weight, one, loose (1 where it is in no beat)."""
    held = on_day(request.record.blocks, request.placing.day)
    counted = request.placing.blocks
    rows = counted[counted["block"].isin(held["id"])]
    loose = tables.beats_of(request, rows["block"]) == NOWHERE
    return rows.assign(one=1.0, loose=loose.astype(float))


def _by_ward(rows: pd.DataFrame, counts: dict[str, "pd.Series[float]"]) -> pd.DataFrame:
    """Return the sums of `counts` by ward, each row by its weight."""
    weighted = pd.DataFrame(counts).mul(rows["weight"], axis=0)
    return weighted.groupby(rows["ward"]).sum()
