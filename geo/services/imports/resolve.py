"""What the rows of a file name, looked up: wards, blocks, beats, officers, categories, documents.

One resolver a kind. Rows whose names are not known, or that contradict what is stored, are left out with a
reason; what is known goes into `Resolving.refs`.
"""
# ruff: noqa: S608 (SQL is put together from names of our own tables and columns; values are bound)

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from geo.domain.kinds import Kind
from geo.domain.roles import Actor
from geo.domain.text import fold, fold_all
from geo.intake.faults import Faults
from geo.intake.provinces import PROVINCES
from geo.intake.report import Intake
from geo.intake.rules import UNCLASSIFIED
from geo.intake.unit_names import Directory
from geo.services import one_ward
from geo.services.imports import codes, places, units
from geo.services.imports.places import NONE, Areas, Ids

Span = tuple[dt.date, dt.date]


@dataclass
class Resolving:
    """The rows of a file while their references are looked up.

    refs : column of the table -> (n,) ids, NONE where there is none
    """

    connection: Connection
    actor: Actor
    batch_id: int
    intake: Intake
    faults: Faults
    refs: dict[str, Ids] = field(default_factory=dict)

    @property
    def frame(self) -> pd.DataFrame:
        """The rows, in the order of `refs`."""
        return self.intake.frame

    @cached_property
    def wards(self) -> Areas:
        """The wards that the actor sees today."""
        return places.wards(self.connection)

    @cached_property
    def blocks(self) -> Areas:
        """The blocks that the actor sees today."""
        return places.blocks(self.connection)

    @cached_property
    def units(self) -> Directory:
        """Every unit that a row could name, seen by the actor or not."""
        return units.directory(self.connection, sees_all=self.actor.scope_key == "*")

    def words(self, column: str) -> pd.Series:
        """The column as text, all missing where the file has none."""
        if column in self.frame:
            return self.frame[column]
        return pd.Series([None] * len(self.frame), dtype="str")

    def ward_named(self, held: Ids | None = None) -> Ids:
        """(n,) ids of the wards that the rows name; where a name is several wards', `held` decides."""
        columns = [self.words(name) for name in ("unit_code", "district", "province")]
        return units.look_up(columns, self.wards, lambda: self.units, self.faults, held)

    def look_up(self, column: str, known: Mapping[str, int], unknown: str) -> Ids:
        """(n,) ids of the codes in `column`; one that is not known leaves its row out as `unknown`."""
        return codes.look_up(self.words(column), known, self.faults, unknown)

    def put(self, column: str, values: pd.Series) -> None:
        """Put right what the file says in `column`."""
        self.intake = replace(self.intake, frame=self.frame.assign(**{column: values}))


def resolve(rows: Resolving) -> None:
    """Look up the references of `rows` into its ``refs``; rows with unknown ones become faults."""
    _RESOLVERS[rows.intake.kind](rows)


def _resolve_wards(rows: Resolving) -> None:
    units = _lookup(
        rows, "SELECT code, id FROM diaban.admin_unit WHERE level <> 'ward' AND valid @> current_date"
    )
    stored = _lookup(rows, "SELECT code, id FROM diaban.admin_unit WHERE level = 'ward' AND upper_inf(valid)")
    rows.put("code", codes.mend_ward_codes(rows.frame["code"], stored.keys(), rows.faults))
    words = codes.mend(rows.words("parent_code"), {*units, *PROVINCES}, rows.faults)
    added = _add_provinces(rows, sorted(set(words.dropna()) - set(units)))
    rows.faults.warn(
        words.isin(list(added)).to_numpy(), "province_added", lambda at: {"code": words.iloc[at]}
    )
    units |= added
    at, distinct = pd.factorize(words)
    found = np.array([*(units.get(code, NONE) for code in distinct), NONE], dtype=np.int64)
    rows.refs["parent_id"] = found[at]
    _check_validity(rows, "admin_unit")


def _add_provinces(rows: Resolving, codes: list[str]) -> dict[str, int]:
    """Add the provinces that wards name and the store lacks, without a border; return code -> id.

    Only for those who see everything: a new province is in nobody else's scope.
    """
    if rows.actor.scope_key != "*":
        return {}
    added = {}
    for code in codes:
        name = PROVINCES.get(code, code)
        added[code] = int(
            rows.connection.execute(
                text(
                    "INSERT INTO diaban.admin_unit (code, level, name, name_folded, batch_id) "
                    "VALUES (:code, 'province', :name, :folded, :batch) RETURNING id"
                ),
                {"code": code, "name": name, "folded": fold(name), "batch": rows.batch_id},
            ).scalar_one()
        )
    return added


def _resolve_blocks(rows: Resolving) -> None:
    rows.refs["unit_id"] = _ward_of_areas(rows)
    _need_ward(rows)


def _resolve_points_with_ward(rows: Resolving) -> None:
    rows.refs["unit_id"] = _ward_of_points(rows)
    _need_ward(rows)


def _resolve_households(rows: Resolving) -> None:
    unit = _ward_of_points(rows)
    held = rows.blocks.holding(rows.frame["lon"], rows.frame["lat"])
    given = codes.look_up_blocks(rows.words("block_code"), rows.blocks, unit, held, rows.faults)
    rows.refs["block_id"] = np.where(given != NONE, given, held)
    rows.refs["unit_id"] = np.where(unit != NONE, unit, rows.blocks.unit_of(rows.refs["block_id"]))
    _need_ward(rows)


def _resolve_incidents(rows: Resolving) -> None:
    rows.refs["category_id"] = _categories(rows)
    rows.refs["unit_id"] = _ward_of_points(rows)
    rows.refs["block_id"] = rows.blocks.holding(rows.frame["lon"], rows.frame["lat"])
    outside = (rows.refs["unit_id"] == NONE) & rows.frame["lon"].notna().to_numpy()
    rows.faults.warn(outside, "outside_all_wards")
    if rows.actor.scope_key != "*":
        # Nobody puts in what the database would not show them afterwards.
        rows.faults.reject(rows.refs["unit_id"] == NONE, "outside_scope")


def _resolve_officers(rows: Resolving) -> None:
    rows.refs["unit_id"] = rows.ward_named()


def _resolve_beats(rows: Resolving) -> None:
    if isinstance(rows.frame, gpd.GeoDataFrame):
        rows.refs["unit_id"] = _ward_of_areas(rows)
    else:
        rows.refs["unit_id"] = _ward_of_block_lists(rows)
        _check_one_ward(rows)
        _check_one_beat_a_block(rows)
    _need_ward(rows)
    _check_validity(rows, "beat")


def _resolve_assignments(rows: Resolving) -> None:
    beats = _lookup(rows, "SELECT code, id FROM diaban.beat WHERE upper_inf(valid)")
    rows.refs["beat_id"] = rows.look_up("beat_code", beats, "unknown_beat")
    officers = _lookup(rows, "SELECT service_number, id FROM diaban.officer")
    rows.refs["officer_id"] = rows.look_up("service_number", officers, "unknown_officer")
    _check_one_primary(rows)
    if "decision" in rows.frame:
        rows.refs["document_id"] = _documents(rows)


def _documents(rows: Resolving) -> Ids:
    """The legal documents that assignments name by number; a number that is new is added."""
    codes, distinct = pd.factorize(rows.frame["decision"])
    rows.connection.execute(
        text(
            "INSERT INTO diaban.legal_document (number, batch_id) "
            "SELECT unnest(CAST(:numbers AS text[])), :batch ON CONFLICT (number) DO NOTHING"
        ),
        {"numbers": [str(number) for number in distinct], "batch": rows.batch_id},
    )
    stored = _lookup(rows, "SELECT number, id FROM diaban.legal_document")
    return np.array([*(stored[number] for number in distinct), NONE], dtype=np.int64)[codes]


def _resolve_streets(_: Resolving) -> None:
    return


def _ward_of_points(rows: Resolving) -> Ids:
    held = rows.wards.holding(rows.frame["lon"], rows.frame["lat"])
    given = rows.ward_named(held)
    return np.where(given != NONE, given, held)


def _ward_of_areas(rows: Resolving) -> Ids:
    assert isinstance(rows.frame, gpd.GeoDataFrame)
    held = rows.wards.covering(rows.frame.geometry.array)
    given = rows.ward_named(held)
    return np.where(given != NONE, given, held)


def _ward_of_block_lists(rows: Resolving) -> Ids:
    """The ward that a beat names, or else the ward of the first of its blocks."""
    first = np.full(len(rows.frame), NONE, dtype=np.int64)
    if "block_codes" in rows.frame:
        lists = codes.mend_lists(block_lists(rows.frame), rows.blocks.codes, rows.faults)
        rows.put("block_codes", pd.Series([";".join(one) or None for one in lists], dtype="str"))
    # One round a beat: there are hundreds, and each has a list of its own.
    for position, listed in enumerate(block_lists(rows.frame)):
        unknown = [code for code in listed if code not in rows.blocks.by_code]
        if unknown:
            mask = np.arange(len(rows.frame)) == position
            rows.faults.reject(mask, "unknown_block", _always(code=", ".join(unknown)))
        elif listed:
            first[position] = rows.blocks.by_code[listed[0]]
    held = rows.blocks.unit_of(first)
    given = rows.ward_named(held)
    return np.where(given != NONE, given, held)


def _check_one_beat_a_block(rows: Resolving) -> None:
    """Leave out beats that list a block of an earlier row, or of a stored beat that the file is silent on."""
    held = rows.connection.execute(
        text(
            "SELECT k.code, b.code FROM diaban.beat_block x JOIN diaban.block k ON k.id = x.block_id "
            "JOIN diaban.beat b ON b.id = x.beat_id WHERE upper_inf(x.valid)"
        )
    )
    restated = set(rows.frame["code"])
    owner = {block: beat for block, beat in held if beat not in restated}
    for position, blocks in enumerate(block_lists(rows.frame)):
        if rows.faults.bad[position]:
            continue
        taken = next((block for block in blocks if block in owner), None)
        if taken is not None:
            facts = {"block": taken, "beat": owner[taken]}
            mask = np.arange(len(rows.frame)) == position
            rows.faults.reject(mask, "block_taken", _always(**facts))
        else:
            owner |= dict.fromkeys(blocks, str(rows.frame["code"].iloc[position]))


def _check_one_ward(rows: Resolving) -> None:
    """Leave out beats that list a block of another ward than their own."""
    for position, listed in enumerate(block_lists(rows.frame)):
        unit = int(rows.refs["unit_id"][position])
        if rows.faults.bad[position] or unit == NONE or not listed:
            continue
        ids = np.array([rows.blocks.by_code[code] for code in listed], dtype=np.int64)
        for code, other in zip(listed, rows.blocks.unit_of(ids).tolist(), strict=True):
            if other not in {unit, NONE} and not one_ward.holds(rows.connection, unit, other):
                mask = np.arange(len(rows.frame)) == position
                rows.faults.reject(mask, "listed_beyond_ward", _always(block=code))
                break


def block_lists(frame: pd.DataFrame) -> list[list[str]]:
    """(n,) codes of the blocks of each beat, in the order of the file, each once."""
    cells = frame["block_codes"] if "block_codes" in frame else pd.Series([None] * len(frame), dtype="str")
    lists = [
        str(cell).replace(",", ";").split(";") if isinstance(cell, str) else [] for cell in cells.tolist()
    ]
    return [list(dict.fromkeys(code.strip() for code in codes if code.strip())) for codes in lists]


def _need_ward(rows: Resolving) -> None:
    missing = (rows.refs["unit_id"] == NONE) & ~rows.faults.bad
    rows.faults.reject(missing, "outside_all_wards")


def _categories(rows: Resolving) -> Ids:
    """The category that a word names by code or name; what nothing names is kept as unclassified."""
    known: dict[str, int] = {}
    found = rows.connection.execute(text("SELECT id, code, name_vi, name_en FROM diaban.category")).all()
    for id_, *names in found:
        for key in fold_all(names):
            known.setdefault(key, id_)
    for id_, code, *_ in found:
        known[code.casefold()] = id_
    words = rows.words("category_code")
    codes, distinct = pd.factorize(words)
    placed = [known.get(key) for key in fold_all([str(word) for word in distinct])]
    unknown = np.array([category is None for category in placed], dtype=bool)[codes]
    rows.faults.warn(unknown, "category_unknown", lambda at: {"word": str(words.iloc[at])[:60]})
    rest = known[UNCLASSIFIED]
    return np.array([rest if category is None else category for category in placed], dtype=np.int64)[codes]


def _lookup(rows: Resolving, query: str) -> dict[str, Any]:
    """First column -> second column of a query of our own."""
    return {row[0]: row[1] for row in rows.connection.execute(text(query))}


def _always(**facts: object) -> Callable[[int], Mapping[str, object]]:
    return lambda _: facts


def _check_validity(rows: Resolving, table: str) -> None:
    """A code that is in force since another day would need a succession, which no file can decree."""
    if "valid_from" not in rows.frame:
        return
    since = _lookup(rows, f"SELECT code, lower(valid) FROM diaban.{table} WHERE upper_inf(valid)")
    days = rows.frame["valid_from"]
    known = rows.frame["code"].map(lambda code: code in since).to_numpy(bool)
    start = pd.to_datetime(rows.frame["code"].map(since)).astype("datetime64[us]")
    other = known & days.notna().to_numpy() & (start.isna() | (start != days)).to_numpy()
    rows.faults.reject(
        other,
        "other_validity",
        lambda at: {
            "code": str(rows.frame["code"].iloc[at]),
            "stored": str(since[rows.frame["code"].iloc[at]] or "…"),
            "given": str(days.iloc[at].date()),
        },
    )


def _check_one_primary(rows: Resolving) -> None:
    """Leave out primary assignments that overlap another of the same beat, in the file or in the store."""
    held = _stored_primaries(rows)
    frame = rows.frame
    starts, ends = _days(frame, "valid_from", dt.date.min), _days(frame, "valid_to", dt.date.max)
    # Row by row, as each one that is taken stands against those after it; a unit has hundreds.
    for position in np.flatnonzero((frame["role"] == "primary").to_numpy() & ~rows.faults.bad).tolist():
        start, end = starts[position], ends[position]
        others = held.setdefault(int(rows.refs["beat_id"][position]), [])
        clash = next((other for other in others if other[0] < end and start < other[1]), None)
        if clash is None:
            others.append((start, end))
            continue
        facts = _always(
            since="…" if clash[0] == dt.date.min else clash[0].isoformat(),
            until="…" if clash[1] == dt.date.max else clash[1].isoformat(),
        )
        rows.faults.reject(np.arange(len(frame)) == position, "beat_has_primary", facts)


def _days(frame: pd.DataFrame, column: str, open_end: dt.date) -> list[dt.date]:
    if column not in frame:
        return [open_end] * len(frame)
    return [open_end if pd.isna(day) else day for day in frame[column].dt.date]


def _stored_primaries(rows: Resolving) -> dict[int, list[Span]]:
    """Spans of the stored primary assignments by beat, without those that the file itself restates."""
    frame = rows.frame
    restated = set(
        zip(
            rows.refs["beat_id"].tolist(),
            rows.refs["officer_id"].tolist(),
            frame["role"],
            frame["valid_from"].dt.date,
            strict=True,
        )
    )
    stored = rows.connection.execute(
        text(
            "SELECT beat_id, officer_id, lower(valid), upper(valid) FROM diaban.assignment "
            "WHERE role = 'primary'"
        )
    )
    held: dict[int, list[Span]] = {}
    for beat, officer, start, end in stored:
        if (beat, officer, "primary", start) not in restated:
            held.setdefault(beat, []).append((start or dt.date.min, end or dt.date.max))
    return held


_RESOLVERS: dict[Kind, Callable[[Resolving], None]] = {
    Kind.WARDS: _resolve_wards,
    Kind.BLOCKS: _resolve_blocks,
    Kind.HOUSEHOLDS: _resolve_households,
    Kind.INCIDENTS: _resolve_incidents,
    Kind.OFFICERS: _resolve_officers,
    Kind.BEATS: _resolve_beats,
    Kind.ASSIGNMENTS: _resolve_assignments,
    Kind.POSTS: _resolve_points_with_ward,
    Kind.STREETS: _resolve_streets,
}
