"""The rows of the synthetic city: its frames as columns for binary COPY, codes turned into ids.

Runs on the owner's connection within the caller's transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy import Connection, text

from geo.analysis.membership import points_in_polygons
from geo.demo.city import City
from geo.domain.crs import lonlat_to_metric_xy, to_metric
from geo.domain.errors import InputError
from geo.domain.kinds import Level
from geo.domain.text import fold_all
from geo.store import copy
from geo.store.copy import CopyColumn
from geo.store.engine import driver

Ints = npt.NDArray[np.int64]
Ids = Mapping[str, int]


@dataclass(frozen=True)
class Batches:
    """Ids of the import batches that the rows belong to, by kind."""

    by_kind: Mapping[str, int]

    def column(self, kind: str, rows: int) -> CopyColumn:
        """Return the batch of `kind` for `rows` rows."""
        return copy.int4(np.full(rows, self.by_kind[kind], dtype=np.int64))


def write_places(connection: Connection, city: City, batches: Batches) -> None:
    """Write units with their lineage, blocks, posts, streets and water."""
    _write_units(connection, city, batches)
    units = ids(connection, "admin_unit")
    blocks, streets, water = city.blocks, city.streets, city.water
    _copy(connection, "block", {
        "code": copy.text(blocks["code"]),
        "unit_id": _reference(blocks["unit_code"], units),
        "kind": copy.text(blocks["kind"]),
        "name": copy.text(blocks["name"]),
        "name_folded": copy.text(fold_all(blocks["name"].tolist())),
        "neighbourhood": copy.text(blocks["neighbourhood"]),
        "geom": _multi(blocks),
        "batch_id": batches.column("blocks", len(blocks)),
    })  # fmt: skip
    _copy(connection, "post", {
        "code": copy.text(city.posts["code"]),
        "unit_id": _reference(city.posts["unit_code"], units),
        "name": copy.text(city.posts["name"]),
        "geom": copy.point(city.posts["lon"], city.posts["lat"]),
        "batch_id": batches.column("posts", len(city.posts)),
    })  # fmt: skip
    named = streets["name"].notna().to_numpy()
    _copy(connection, "street", {
        "code": copy.text(streets["code"]),
        "name": copy.text(streets["name"]),
        "name_folded": copy.text(fold_all(streets["name"].fillna("").tolist()), valid=named),
        "kind": copy.text(streets["kind"]),
        "geom": copy.wkb_geometry(streets.geometry),
        "batch_id": batches.column("streets", len(streets)),
    })  # fmt: skip
    _copy(connection, "water", {
        "name": copy.text(water["name"]),
        "geom": _multi(water),
        "batch_id": batches.column("streets", len(water)),
    })  # fmt: skip


def _write_units(connection: Connection, city: City, batches: Batches) -> None:
    above = city.units.assign(declared_area_km2=np.nan, valid_to=_open_end(city.units))
    _copy(connection, "admin_unit", _unit_columns(above, {}, batches, geometry=None))
    former = city.former_wards.assign(level=Level.WARD.value)
    wards = city.wards.assign(level=Level.WARD.value, valid_to=_open_end(city.wards))
    parents = ids(connection, "admin_unit")
    for frame in (former, wards):
        _copy(connection, "admin_unit", _unit_columns(frame, parents, batches, geometry=_multi(frame)))
    units = ids(connection, "admin_unit")
    _write_documents(connection, city, batches)
    lineage = city.lineage
    _copy(connection, "unit_lineage", {
        "from_unit_id": _reference(lineage["from_code"], units),
        "to_unit_id": _reference(lineage["to_code"], units),
        "on_date": copy.date(lineage["on_date"]),
        "share": copy.float8(lineage["share"]),
        "document_id": _reference(lineage["decision"], ids(connection, "legal_document", "number")),
    })  # fmt: skip


def _unit_columns(
    frame: pd.DataFrame, parents: Ids, batches: Batches, *, geometry: CopyColumn | None
) -> dict[str, CopyColumn]:
    columns = {
        "code": copy.text(frame["code"]),
        "level": copy.text(frame["level"]),
        "name": copy.text(frame["name"]),
        "full_name": copy.text(frame["full_name"]),
        "name_folded": copy.text(fold_all(frame["name"].tolist())),
        "parent_id": _reference(frame["parent_code"], parents),
        "declared_area_km2": copy.float8(frame["declared_area_km2"]),
        "synthetic": copy.boolean(np.ones(len(frame), dtype=bool)),
        "valid": copy.daterange(frame["valid_from"], frame["valid_to"]),
        "batch_id": batches.column("wards", len(frame)),
    }
    return columns if geometry is None else {**columns, "geom": geometry}


def _write_documents(connection: Connection, city: City, batches: Batches) -> None:
    documents = city.legal_documents
    _copy(connection, "legal_document", {
        **{name: copy.text(documents[name]) for name in ("number", "kind", "title", "issuer")},
        "issued_on": copy.date(documents["issued_on"]),
        "batch_id": batches.column("assignments", len(documents)),
    })  # fmt: skip


def write_staff(connection: Connection, city: City, batches: Batches) -> None:
    """Write officers, beats, their blocks over time, and assignments."""
    units = ids(connection, "admin_unit")
    officers, beats, members, duties = city.officers, city.beats, city.beat_blocks, city.assignments
    _copy(connection, "officer", {
        **{name: copy.text(officers[name]) for name in ("service_number", "display_name", "rank")},
        "unit_id": _reference(officers["unit_code"], units),
        "beat_days_month": copy.int2(officers["beat_days_month"]),
        "batch_id": batches.column("officers", len(officers)),
    })  # fmt: skip
    _copy(connection, "beat", {
        "code": copy.text(beats["code"]),
        "unit_id": _reference(beats["unit_code"], units),
        "name": copy.text(beats["name"]),
        "valid": copy.daterange(beats["valid_from"], _open_end(beats)),
        "batch_id": batches.column("beats", len(beats)),
    })  # fmt: skip
    beat_ids = ids(connection, "beat")
    documents = ids(connection, "legal_document", "number")
    _copy(connection, "beat_block", {
        "beat_id": _reference(members["beat_code"], beat_ids),
        "block_id": _reference(members["block_code"], ids(connection, "block")),
        "valid": copy.daterange(members["valid_from"], members["valid_to"]),
        "document_id": _reference(members["decision"], documents),
        "batch_id": batches.column("beats", len(members)),
    })  # fmt: skip
    _copy(connection, "assignment", {
        "beat_id": _reference(duties["beat_code"], beat_ids),
        "officer_id": _reference(duties["service_number"], ids(connection, "officer", "service_number")),
        "role": copy.text(duties["role"]),
        "valid": copy.daterange(duties["valid_from"], duties["valid_to"]),
        "document_id": _reference(duties["decision"], documents),
        "batch_id": batches.column("assignments", len(duties)),
    })  # fmt: skip


def write_records(connection: Connection, city: City, batches: Batches) -> None:
    """Write households and incidents; an incident gets the block that holds its point."""
    units, blocks = ids(connection, "admin_unit"), ids(connection, "block")
    households, incidents = city.households, city.incidents
    _copy(connection, "household", {
        "code": copy.text(households["code"]),
        "unit_id": _reference(households["unit_code"], units),
        "block_id": _reference(households["block_code"], blocks),
        **{name: copy.int2(households[name]) for name in ("permanent", "temporary", "absent")},
        "reviewed_on": copy.date(households["reviewed_on"]),
        "geom": copy.point(households["lon"], households["lat"]),
        "batch_id": batches.column("households", len(households)),
    })  # fmt: skip
    reviews = city.earlier_reviews
    _copy(connection, "household_review", {
        "household_id": _reference(reviews["household_code"], ids(connection, "household")),
        **{name: copy.date(reviews[name]) for name in ("before", "after")},
    })  # fmt: skip
    block = _blocks_of(incidents, city)
    block_ids = np.array([blocks[code] for code in city.blocks["code"]], dtype=np.int64)
    _copy(connection, "incident", {
        "code": copy.text(incidents["code"]),
        "category_id": _reference(incidents["category_code"], ids(connection, "category"), copy.int2),
        **{name: copy.text(incidents[name]) for name in ("origin", "status")},
        **{name: copy.timestamptz(incidents[name]) for name in (
            "occurred_from", "occurred_to", "recorded_at", "due_at", "resolved_at")},
        "geom": copy.point(incidents["lon"], incidents["lat"]),
        "precision_m": copy.float8(incidents["precision_m"]),
        "unit_id": _reference(incidents["unit_code"], units),
        "block_id": copy.int4(block_ids[block], valid=block >= 0),
        "batch_id": batches.column("incidents", len(incidents)),
    })  # fmt: skip


def write_works(connection: Connection, city: City) -> None:
    """Write the reports of the beats and the targets of the year; each belongs to what it refers to."""
    reports, targets = city.beat_reports, city.targets
    _copy(connection, "beat_report", {
        "beat_id": _reference(reports["beat_code"], ids(connection, "beat")),
        "month": copy.date(reports["month"]),
        **{name: copy.int4(reports[name]) for name in ("households", "permanent", "temporary", "absent")},
        "reported_at": copy.timestamptz(reports["reported_on"].dt.tz_localize("UTC")),
    })  # fmt: skip
    _copy(connection, "target", {
        "measure": copy.text(targets["measure"]),
        "value": copy.float8(targets["value"]),
        "document_id": _reference(targets["decision"], ids(connection, "legal_document", "number")),
        "valid": copy.daterange(targets["valid_from"], _open_end(targets)),
    })  # fmt: skip


def _blocks_of(incidents: pd.DataFrame, city: City) -> Ints:
    """Return for each incident the position of the block that holds its point, -1 where none does."""
    crs = city.parameters.metric_crs
    xy = lonlat_to_metric_xy(incidents["lon"], incidents["lat"], crs)
    return points_in_polygons(xy, to_metric(city.blocks, crs))


def ids(connection: Connection, table: str, key: str = "code") -> dict[str, int]:
    """Return id by `key` of a table of ours."""
    rows = connection.execute(text(f"SELECT {key} AS key, id FROM diaban.{table}"))  # noqa: S608
    return {str(row.key): int(row.id) for row in rows}


def _reference(codes: pd.Series, known: Ids, column: Callable[..., CopyColumn] = copy.int4) -> CopyColumn:
    """Return the ids of `codes`; a missing code is NULL. Raises InputError where a code is not known."""
    found = codes.map(known)
    lost = codes[codes.notna() & found.isna()]
    if len(lost):
        raise InputError("frame_contract", frame="city", faults=f"{codes.name} {lost.iloc[0]} is not there")
    return column(found.fillna(0).to_numpy(np.int64), valid=found.notna().to_numpy())


def _multi(frame: gpd.GeoDataFrame) -> CopyColumn:
    """Return the areas of `frame` as multipolygons, which is what the tables hold."""
    shapes: Sequence[Any] = [
        shape if shape.geom_type == "MultiPolygon" else shapely.multipolygons([shape])
        for shape in frame.geometry
    ]
    return copy.wkb_geometry(gpd.GeoSeries(list(shapes), crs=frame.crs))


def _open_end(frame: pd.DataFrame) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(np.full(len(frame), np.datetime64("NaT"), dtype="datetime64[us]"))


def _copy(connection: Connection, table: str, columns: Mapping[str, CopyColumn]) -> None:
    copy.copy_in(driver(connection), f"diaban.{table}", columns)
