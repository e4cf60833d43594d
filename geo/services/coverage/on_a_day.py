"""Coverage on any day: who held which beat, what is in it, and what was in nobody's hands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Connection

from geo import settings
from geo.analysis.coverage import Fit, fit_each, parts_of, touching, union
from geo.analysis.membership import points_in_polygons
from geo.domain.crs import STORAGE_CRS, to_lonlat, to_metric
from geo.domain.errors import InputError
from geo.domain.roles import Actor, Permission
from geo.services.coverage.findings import Basis, Bounds, find
from geo.services.coverage.result import BeatCoverage, CoverageAreas, CoverageResult, Holder, Tally
from geo.services.coverage.tally import NOWHERE, Placing, left_over, tallies
from geo.services.days import day_number, day_of
from geo.services.deployment import metric_crs
from geo.services.kept import Kept
from geo.services.targets import SLIVER, path_of, read_targets
from geo.services.works.record import Record, record
from geo.store import read_totals, reads
from geo.store.engine import Database, data_version, transaction
from geo.store.read_works import OPEN_END, OPEN_START

FRESH_DAYS = 90
INCIDENT_DAYS = 28
TOPICS = (
    "admin_unit", "unit_lineage", "block", "beat", "beat_block", "assignment", "officer", "household",
    "incident", "setting",
)  # fmt: skip


_LIMIT_BYTES = 128 * 1024 * 1024
_BYTES_A_VERTEX, _BYTES_A_BEAT = 16, 4096


def _size(result: CoverageResult) -> int:
    areas = result.areas
    vertices = sum(
        int(frame.geometry.count_coordinates().sum())
        for frame in (areas.wards, areas.beats, areas.gaps, areas.overlaps)
        if len(frame)
    )
    return _BYTES_A_VERTEX * vertices + _BYTES_A_BEAT * (len(result.beats) + 1)


_kept: Kept[CoverageResult] = Kept(_LIMIT_BYTES, _size)


@dataclass(frozen=True)
class ChangeDays:
    """The nearest days before and after a day on which something changed hands; None where there is none."""

    before: date | None
    after: date | None


def coverage(database: Database, actor: Actor, as_of: date, unit_code: str | None = None) -> CoverageResult:
    """Return coverage of unit `unit_code` (None: everything in the actor's scope) on the day `as_of`.

    A beat without a primary officer on that day is vacant, whoever else stands in. Wards, beats, their blocks
    and officers are those of that day; a unit that was merged brings what it was merged from. A block or beat
    that is kept under a later ward belongs to the ward of that day which holds its middle.
    Raises InputError ``unknown_unit`` where no such unit is in scope.
    """
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        norms = read_targets(connection, actor, as_of)
        sliver_m = norms.of(SLIVER, path_of(connection, unit_code)).value
        version = data_version(connection, TOPICS)
        key = (str(database.app.url), actor.scope_key, version, as_of, unit_code, sliver_m)
        return _kept.get(key, lambda: _result(connection, _read(connection, as_of, unit_code), sliver_m))


def change_days(database: Database, actor: Actor, around: date, unit_code: str | None = None) -> ChangeDays:
    """Return the last day before `around`, and the first after it, on which a beat, block or officer changed.

    Raises InputError ``unknown_unit`` where no such unit is in scope.
    """
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        if unit_code is None:  # all of it is kept for Home: no need to look at every duty again
            return _nearest(record(connection, (str(database.app.url), actor.scope_key)), around)
        _, wider = _scope(connection, unit_code)
        before, after = reads.change_days(connection, around, wider)
    return ChangeDays(before, after)


def _nearest(held: Record, around: date) -> ChangeDays:
    ends = [frame[end].to_numpy() for frame in (held.duties, held.members) for end in ("start", "stop")]
    days = np.concatenate(ends)
    days = days[(days != OPEN_START) & (days != OPEN_END)]
    earlier, later = days[days < day_number(around)], days[days > day_number(around)]
    return ChangeDays(
        day_of(earlier.max()) if len(earlier) else None, day_of(later.min()) if len(later) else None
    )


@dataclass(frozen=True)
class _Day:
    """Everything read for one day; frames as in `geo.store.reads`, wards of beats and blocks found."""

    as_of: date
    unit_code: str | None
    units: list[int] | None
    crs: str
    wards: gpd.GeoDataFrame
    blocks: gpd.GeoDataFrame
    beats: gpd.GeoDataFrame
    assignments: pd.DataFrame
    households: pd.DataFrame
    incidents: pd.DataFrame
    loose_households: pd.DataFrame | None
    loose_incidents: pd.DataFrame | None


def _read(connection: Connection, as_of: date, unit_code: str | None) -> _Day:
    inside, wider = _scope(connection, unit_code)
    beats = reads.beats_on(connection, as_of, wider)
    end = datetime.combine(as_of, time(), settings.load().timezone)
    start = end - timedelta(days=INCIDENT_DAYS)
    drawn = bool(beats["drawn"].any())  # then points must be looked up: no block says where they belong
    return _Day(
        as_of=as_of,
        unit_code=unit_code,
        units=wider,
        crs=metric_crs(connection),
        wards=reads.wards_on(connection, as_of, inside),
        blocks=reads.blocks_on(connection, as_of, wider),
        beats=beats,
        assignments=reads.assignments_on(connection, as_of, beats["id"].tolist()),
        households=read_totals.household_totals(connection, as_of, wider, FRESH_DAYS),
        incidents=read_totals.incident_totals(connection, start, end, wider, as_of),
        loose_households=read_totals.household_points(connection, as_of, wider, FRESH_DAYS)
        if drawn
        else None,
        loose_incidents=read_totals.incident_points(connection, start, end, wider, as_of) if drawn else None,
    )


def _scope(connection: Connection, unit_code: str | None) -> tuple[list[int] | None, list[int] | None]:
    """Return the units asked for, and with them those that they went into later; None is everything."""
    if unit_code is None:
        return None, None
    inside = reads.units_below(connection, unit_code)
    if not inside:
        raise InputError("unknown_unit", code=unit_code)
    return inside, reads.with_heirs(connection, inside)


def _result(connection: Connection, day: _Day, sliver_m: float) -> CoverageResult:
    wards, blocks = _metric(day.wards, day.crs), _metric(day.blocks, day.crs)
    areas = _beat_areas(_metric(day.beats, day.crs), blocks)
    ward_of_beat = _wards_of(areas, wards)
    ward_of_block = _wards_of(blocks, wards)
    # A ward that was merged is looked at through the ward that took it over: leave out what lies beyond.
    areas = areas[ward_of_beat != NOWHERE] if day.unit_code else areas
    placing = Placing(
        beat_of_block=pd.Series(day.blocks["beat_id"].to_numpy(), index=day.blocks["id"]),
        ward_of_block=pd.Series(ward_of_block.to_numpy(), index=day.blocks["id"]),
        beats=areas,
        wards=frozenset(day.wards["id"]) if day.unit_code else None,
    )
    found = tallies(placing, (day.households, day.incidents), (day.loose_households, day.loose_incidents))
    fits = _fits(areas, ward_of_beat, wards)
    beats = _beats(day, areas, ward_of_beat, found.by_beat, sliver_m=sliver_m)
    basis = Basis(
        beats=_judged(areas, beats),
        blocks=_loose_blocks(blocks, ward_of_block, areas, day),
        left_over=_left_over(placing, day),
        fits=fits,
        wards=dict(zip(day.wards["code"], day.wards["name"], strict=True)),
        ward_bounds=_bounds(day.wards),
        units=day.units,
        sliver_m=sliver_m,
    )
    return CoverageResult(
        as_of=day.as_of,
        unit_code=day.unit_code,
        beats=beats,
        elsewhere=found.elsewhere,
        unplaced=found.unplaced,
        gap_m2=sum(fit.gap_m2 for fit in fits.values()),
        overlap_m2=sum(fit.overlap_m2 for fit in fits.values()),
        outside_m2=sum(fit.outside_m2 for fit in fits.values()),
        areas=_areas(day, areas, fits),
        findings=find(connection, basis),
    )


def _bounds(wards: gpd.GeoDataFrame) -> dict[str, Bounds]:
    drawn = wards[wards.geometry.notna()]
    return {code: shape.bounds for code, shape in zip(drawn["code"], drawn.geometry, strict=True)}


def _judged(areas: gpd.GeoDataFrame, beats: tuple[BeatCoverage, ...]) -> gpd.GeoDataFrame:
    """Return the areas of the beats with what findings are made from."""
    return areas[["code", "name", "geometry"]].assign(
        unit_code=[beat.unit_code for beat in beats],
        vacant=np.array([beat.vacant for beat in beats], dtype=bool),
        households=[beat.tally.households for beat in beats],
        residents=[beat.tally.residents for beat in beats],
    )


def _loose_blocks(
    blocks: gpd.GeoDataFrame, ward_of_block: pd.Series, beats: gpd.GeoDataFrame, day: _Day
) -> gpd.GeoDataFrame:
    """Return the blocks looked at that are in no beat, nor with their middle in one drawn without blocks."""
    code_of = day.wards.set_index("id")["code"]
    ward = ward_of_block.map(code_of.to_dict()).astype("str")
    # also in a beat that has ended, or that is of another ward
    loose = blocks.assign(unit_code=ward)[~blocks["beat_id"].isin(beats.index)]
    loose = loose[loose["unit_code"].notna()] if day.unit_code else loose.fillna({"unit_code": ""})
    drawn = beats[beats["drawn"] == 1]
    if loose.empty or drawn.empty:
        return loose
    middle = loose.geometry.representative_point()
    return loose[points_in_polygons(np.column_stack((middle.x, middle.y)), drawn) < 0]


def _left_over(placing: Placing, day: _Day) -> pd.DataFrame:
    rows = left_over(placing, day.households, day.loose_households)
    ward = rows["block_id"].map(placing.ward_of_block).replace(NOWHERE, np.nan).fillna(rows["unit_id"])
    code_of = day.wards.set_index("id")["code"]
    return rows.assign(
        unit_code=ward.map(code_of.to_dict()).astype("str").fillna(""),
        residents=rows["permanent"] + rows["temporary"],
    )


def _metric(frame: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    """Return `frame` in `crs`; one without a single border (beats made of blocks) only takes its name."""
    if frame.geometry.notna().any():
        return to_metric(frame, crs)
    return frame.set_crs(crs, allow_override=True)


def _beat_areas(beats: gpd.GeoDataFrame, blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return `beats` on their ids with the area that they hold: of their blocks, else as drawn, else none."""
    by_beat = {int(beat): union(group.geometry) for beat, group in blocks.groupby("beat_id") if beat}
    drawn = dict(zip(beats["id"], beats.geometry, strict=True))
    shapes = [by_beat.get(beat, drawn[beat]) for beat in beats["id"]]
    held = beats.set_geometry(gpd.GeoSeries(shapes, index=beats.index, crs=beats.crs))
    return held.set_index("id", drop=False)


def _wards_of(areas: gpd.GeoDataFrame, wards: gpd.GeoDataFrame) -> pd.Series:
    """Return for each area the id of its ward of the day: its own, or the one that holds its middle, or 0."""
    own: pd.Series = areas["unit_id"].where(areas["unit_id"].isin(wards["id"]), NOWHERE)
    lost = ((own == NOWHERE) & areas.geometry.notna()).to_numpy()
    if lost.any() and len(wards):
        middle = areas.geometry[lost].representative_point()
        held_by = points_in_polygons(np.column_stack((middle.x, middle.y)), wards)
        own = own.copy()
        own[lost] = np.where(held_by >= 0, wards["id"].to_numpy()[held_by], NOWHERE)
    return own


def _fits(areas: gpd.GeoDataFrame, ward_of_beat: pd.Series, wards: gpd.GeoDataFrame) -> dict[str, Fit]:
    """Return how the beats fill their wards, by code of the ward; wards never drawn are left out."""
    code_of = wards.set_index("id")["code"]
    parts = areas[areas.geometry.notna()]
    parts = parts.assign(unit_code=ward_of_beat.reindex(parts.index).map(code_of))
    return fit_each(parts, wards[wards.geometry.notna()])


def _beats(
    day: _Day, areas: gpd.GeoDataFrame, ward_of_beat: pd.Series, found: dict[int, Tally], *, sliver_m: float
) -> tuple[BeatCoverage, ...]:
    wards = {row.id: (row.code, row.name) for row in day.wards.itertuples()}
    holders = {beat: Holder.of_rows(group) for beat, group in day.assignments.groupby("beat_id")}
    blocks = {beat: tuple(group) for beat, group in day.blocks.groupby("beat_id")["name"]}
    columns = areas[["id", "code", "name", "geometry"]]
    return tuple(
        BeatCoverage(code, name, *wards.get(ward_of_beat[beat], ("", "")),
                     holders.get(beat, ()), blocks.get(beat, ()), found.get(beat, Tally()),
                     None if shape is None else shape.area, 0 if shape is None else parts_of(shape, sliver_m))
        for beat, code, name, shape in columns.itertuples(index=False, name=None)
    )  # fmt: skip


def _areas(day: _Day, areas: gpd.GeoDataFrame, fits: dict[str, Fit]) -> CoverageAreas:
    drawn = areas[areas.geometry.notna()]
    return CoverageAreas(
        wards=day.wards[["code", "name", "geometry"]],
        beats=to_lonlat(drawn[["code", "name", "geometry"]].reset_index(drop=True)),
        gaps=_pieces(fits, lambda fit: fit.gap, day.crs),
        overlaps=_pieces(fits, lambda fit: fit.overlap, day.crs),
        neighbours=tuple(touching(drawn)) if len(drawn) else (),
    )


def _pieces(fits: dict[str, Fit], part: Callable[[Fit], Any], crs: str) -> gpd.GeoDataFrame:
    found = [(code, part(fit)) for code, fit in fits.items() if part(fit).area > 0]
    made = gpd.GeoDataFrame(
        {"unit_code": [code for code, _ in found], "area_m2": [shape.area for _, shape in found]},
        geometry=[shape for _, shape in found],
        crs=crs,
    )
    return to_lonlat(made) if found else made.set_crs(STORAGE_CRS, allow_override=True)
