"""Rows of a file as the columns of their table, with what identifies a row and what the file itself says."""

from collections.abc import Callable, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.domain.kinds import Kind
from geo.domain.text import fold_all
from geo.intake.report import Intake
from geo.services.imports.merge import Load
from geo.services.imports.places import NONE, Ids
from geo.store import copy
from geo.store.copy import CopyColumn

_BY_CODE = "t.code = s.code"
_BY_CODE_IN_FORCE = "t.code = s.code AND upper_inf(t.valid)"


def load(intake: Intake, refs: Mapping[str, Ids]) -> Load:
    """Return the columns of the table for the rows of `intake`; `refs` are of the same rows."""
    return _LOADERS[intake.kind](intake, refs)


def _given(intake: Intake, columns: Mapping[str, CopyColumn], said_by: Mapping[str, str]) -> frozenset[str]:
    """Columns of the table that the file says itself: their field has a header, or geometry stands for it."""
    fields = {*intake.columns}
    if intake.crs.code is not None:
        fields |= {"lon", "geometry"}
    return frozenset(name for name in columns if said_by.get(name, name) in fields)


def _reference(ids: Ids) -> CopyColumn:
    return copy.int4(ids, valid=ids != NONE)


def _in_force(frame: pd.DataFrame) -> CopyColumn:
    start = frame["valid_from"] if "valid_from" in frame else pd.Series(pd.NaT, index=frame.index)
    forever = pd.Series(pd.NaT, index=frame.index).astype("datetime64[us]")
    return copy.daterange(start.astype("datetime64[us]"), forever)


def _borders(frame: pd.DataFrame) -> CopyColumn:
    assert isinstance(frame, gpd.GeoDataFrame)
    shapes = np.asarray(frame.geometry.array, dtype=object).copy()
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    shapes[single] = shapely.multipolygons(shapes[single], indices=np.arange(int(single.sum())))
    return copy.wkb_geometry(shapes)


def _texts(frame: pd.DataFrame, *names: str) -> dict[str, CopyColumn]:
    return {name: copy.text(frame[name]) for name in names if name in frame}


def _folded(names: pd.Series) -> CopyColumn:
    keys = iter(fold_all([name for name in names if isinstance(name, str)]))
    return copy.text(
        pd.Series([next(keys) if isinstance(name, str) else None for name in names], dtype="str")
    )


def _load_wards(intake: Intake, refs: Mapping[str, Ids]) -> Load:
    frame = intake.frame
    columns = {
        **_texts(frame, "code", "name", "full_name"),
        "name_folded": _folded(frame["name"]),
        "level": copy.text(pd.Series("ward", index=frame.index, dtype="str")),
        "parent_id": _reference(refs["parent_id"]),
        "geom": _borders(frame),
        "valid": _in_force(frame),
    }
    if "declared_area_km2" in frame:
        columns["declared_area_km2"] = copy.float8(frame["declared_area_km2"])
    said_by = {"name_folded": "name", "parent_id": "parent_code", "geom": "geometry", "valid": "-"}
    match = f"{_BY_CODE_IN_FORCE} AND t.level = 'ward'"
    return Load("admin_unit", columns, _given(intake, columns, said_by), match)


def _load_blocks(intake: Intake, refs: Mapping[str, Ids]) -> Load:
    frame = intake.frame
    kind = frame["kind"] if "kind" in frame else pd.Series([None] * len(frame), dtype="str")
    columns = {
        **_texts(frame, "code", "name", "neighbourhood"),
        "name_folded": _folded(frame["name"]),
        "kind": copy.text(kind.fillna("to_dan_pho")),
        "unit_id": _reference(refs["unit_id"]),
        "geom": _borders(frame),
    }
    said_by = {"name_folded": "name", "unit_id": "geometry", "geom": "geometry"}
    return Load("block", columns, _given(intake, columns, said_by), _BY_CODE_IN_FORCE)


def _load_households(intake: Intake, refs: Mapping[str, Ids]) -> Load:
    frame = intake.frame
    columns = {
        **_texts(frame, "code"),
        **{name: copy.int2(frame[name]) for name in ("permanent", "temporary", "absent")},
        "unit_id": _reference(refs["unit_id"]),
        "block_id": _reference(refs["block_id"]),
        "geom": copy.point(frame["lon"], frame["lat"]),
    }
    if "reviewed_on" in frame:
        columns["reviewed_on"] = copy.date(frame["reviewed_on"])
    said_by = {"unit_id": "lon", "block_id": "lon", "geom": "lon"}
    return Load("household", columns, _given(intake, columns, said_by), _BY_CODE)


def _load_incidents(intake: Intake, refs: Mapping[str, Ids]) -> Load:
    frame = intake.frame
    columns = {
        **_texts(frame, "code", "origin", "status"),
        "category_id": copy.int2(refs["category_id"]),
        "unit_id": _reference(refs["unit_id"]),
        "block_id": _reference(refs["block_id"]),
        "geom": copy.point(frame["lon"], frame["lat"]),
    }
    times = ("occurred_from", "occurred_to", "recorded_at", "due_at", "resolved_at")
    columns |= {name: copy.timestamptz(frame[name]) for name in times if name in frame}
    if "precision_m" in frame:
        columns["precision_m"] = copy.float8(frame["precision_m"])
    said_by = {
        "category_id": "category_code",
        "unit_id": "lon",
        "block_id": "lon",
        "geom": "lon",
        "occurred_to": "occurred_from",
    }
    return Load("incident", columns, _given(intake, columns, said_by) | {"code"}, _BY_CODE)


def _load_officers(intake: Intake, refs: Mapping[str, Ids]) -> Load:
    frame = intake.frame
    columns = {
        **_texts(frame, "service_number", "display_name", "rank"),
        "unit_id": _reference(refs["unit_id"]),
    }
    if "beat_days_month" in frame:
        columns["beat_days_month"] = copy.int2(frame["beat_days_month"])
    given = _given(intake, columns, {"unit_id": "unit_code"})
    return Load("officer", columns, given, "t.service_number = s.service_number")


def _load_beats(intake: Intake, refs: Mapping[str, Ids]) -> Load:
    frame = intake.frame
    names = frame["name"] if "name" in frame else pd.Series([None] * len(frame), dtype="str")
    columns = {
        **_texts(frame, "code"),
        "name": copy.text(names.fillna(frame["code"])),
        "unit_id": _reference(refs["unit_id"]),
        "valid": _in_force(frame),
    }
    if isinstance(frame, gpd.GeoDataFrame):
        columns["geom"] = _borders(frame)
    said_by = {"unit_id": "code", "geom": "geometry", "valid": "-"}
    return Load("beat", columns, _given(intake, columns, said_by), _BY_CODE_IN_FORCE)


def _load_assignments(intake: Intake, refs: Mapping[str, Ids]) -> Load:
    frame = intake.frame
    end = frame["valid_to"] if "valid_to" in frame else pd.Series(pd.NaT, index=frame.index)
    columns = {
        "beat_id": _reference(refs["beat_id"]),
        "officer_id": _reference(refs["officer_id"]),
        "role": copy.text(frame["role"]),
        "valid": copy.daterange(frame["valid_from"].astype("datetime64[us]"), end.astype("datetime64[us]")),
    }
    if "document_id" in refs:
        columns["document_id"] = _reference(refs["document_id"])
    said_by = {"valid": "valid_to", "document_id": "decision"}
    match = (
        "t.beat_id = s.beat_id AND t.officer_id = s.officer_id AND t.role = s.role "
        "AND lower(t.valid) = lower(s.valid)"
    )
    return Load("assignment", columns, _given(intake, columns, said_by), match)


def _load_posts(intake: Intake, refs: Mapping[str, Ids]) -> Load:
    frame = intake.frame
    columns = {
        **_texts(frame, "code", "name"),
        "unit_id": _reference(refs["unit_id"]),
        "geom": copy.point(frame["lon"], frame["lat"]),
    }
    said_by = {"unit_id": "lon", "geom": "lon"}
    return Load("post", columns, _given(intake, columns, said_by), _BY_CODE)


def _load_streets(intake: Intake, _: Mapping[str, Ids]) -> Load:
    frame = intake.frame
    assert isinstance(frame, gpd.GeoDataFrame)
    kind = frame["kind"] if "kind" in frame else pd.Series([None] * len(frame), dtype="str")
    columns = {
        **_texts(frame, "code", "name"),
        "name_folded": _folded(frame["name"]),
        "kind": copy.text(kind.fillna("minor")),
        "geom": copy.wkb_geometry(np.asarray(frame.geometry.array, dtype=object)),
    }
    said_by = {"name_folded": "name", "geom": "geometry"}
    return Load("street", columns, _given(intake, columns, said_by), _BY_CODE)


_LOADERS: dict[Kind, Callable[[Intake, Mapping[str, Ids]], Load]] = {
    Kind.WARDS: _load_wards,
    Kind.BLOCKS: _load_blocks,
    Kind.HOUSEHOLDS: _load_households,
    Kind.INCIDENTS: _load_incidents,
    Kind.OFFICERS: _load_officers,
    Kind.BEATS: _load_beats,
    Kind.ASSIGNMENTS: _load_assignments,
    Kind.POSTS: _load_posts,
    Kind.STREETS: _load_streets,
}
