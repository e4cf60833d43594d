"""What a file would do before it does it: the dry run, told in few words and drawn in few shapes.

Nothing of the file is kept but what the reader is shown: no frame, no cell of a column about persons.
"""
# ruff: noqa: S608 (SQL is put together from names of our own tables and columns; values are bound)

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, text

from geo.domain.frames import CONTRACTS
from geo.domain.kinds import Kind
from geo.domain.messages import Lang
from geo.domain.roles import Actor, Permission
from geo.intake import confined
from geo.intake.columns import WKT_FIELD, match
from geo.intake.memory import recall
from geo.intake.persons import is_about_persons
from geo.intake.report import Intake, Reason
from geo.intake.source import Options
from geo.services.imports import memory as import_memory
from geo.services.imports.changes import TABLES, Change, changes, follow_ups
from geo.services.imports.importing import ImportReport, Progress, allowed, import_file, limits
from geo.store.engine import Database

State = Literal["added", "updated", "unchanged"]
STATES: tuple[State, ...] = ("added", "updated", "unchanged")
# What a browser draws at once without making the reader wait; more is not read anyway.
MOST_SHAPES = 1_500
MOST_POINTS = 4_000
_FIRST_ROWS = 5
# What the reader has to decide comes before what was filled in or passed over.
_ASKS = frozenset({"columns_remembered", "total_differs", "parts_differ_from_ward"})
_POINT_KINDS = frozenset({Kind.HOUSEHOLDS, Kind.INCIDENTS, Kind.POSTS})


@dataclass(frozen=True)
class Said:
    """What the user says about a file: each wins over what is found.

    columns : field -> header; recall : take what was named for the last file of the same shape
    """

    crs: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    recall: bool = True


@dataclass(frozen=True)
class Told:
    """One reason or warning: how many rows it concerns, the first of them, and the sentence of the first."""

    reason: Reason
    rows: int
    first: tuple[int, ...]

    def sentence(self, lang: Lang) -> str:
        """Return the sentence in `lang`."""
        return self.reason.sentence(lang)


@dataclass(frozen=True)
class Drawn:
    """The rows taken that have a place, at most MOST_SHAPES or MOST_POINTS of them.

    frame : GeoDataFrame (n,) in EPSG:4326 with ``code``, ``name``, ``state``; for points a DataFrame with
        ``lon``, ``lat``, ``state``
    total : how many have a place; counts : how many rows there are of each state, also without a place
    """

    frame: pd.DataFrame
    total: int
    counts: Mapping[State, int]

    @property
    def are_points(self) -> bool:
        """Say whether the rows are points."""
        return not isinstance(self.frame, gpd.GeoDataFrame)


@dataclass(frozen=True)
class Preview:
    """What was understood of a file, and what would become of its rows. Nothing was kept.

    changes : the first rows that would change, field by field; also : table -> other rows that would be
        given their ward or block
    """

    kind: Kind
    file: str
    sheet: str | None
    encoding: str | None
    crs_code: str | None
    crs_evidence: Reason
    columns: Mapping[str, str]
    dropped: tuple[str, ...]
    rows_read: int
    accepted: int
    updated: int
    unchanged: int
    rejected: int
    reasons: tuple[Told, ...]
    warnings: tuple[Told, ...]
    changes: tuple[Change, ...] = ()
    also: Mapping[str, int] = field(default_factory=dict)
    drawn: Drawn | None = None


@dataclass
class _Seen:
    """What is read within the transaction of the dry run, since it is gone afterwards."""

    states: npt.NDArray[np.object_] | None = None
    changes: tuple[Change, ...] = ()
    also: Mapping[str, int] = field(default_factory=dict)

    def look(self, connection: Connection, report: ImportReport) -> None:
        kind, batch = report.intake.kind, report.batch
        assert batch is not None
        rows = connection.execute(
            text(f"SELECT coalesce(state, 'added') FROM pg_temp.stage_{TABLES[kind]} ORDER BY row")
        )
        self.states = np.array(list(rows.scalars()), dtype=object)
        self.changes = changes(connection, kind, batch)
        self.also = follow_ups(connection, kind, batch)


def fields_of(kind: Kind) -> dict[str, bool]:
    """Return the fields that a file of `kind` may have, and whether it must have each."""
    contract = CONTRACTS[kind]
    fields = {name: not (column.optional or column.nullable) for name, column in contract.columns.items()}
    return fields | {WKT_FIELD: False} if contract.geometry or kind is Kind.BEATS else fields


def has_places(kind: Kind) -> bool:
    """Say whether rows of `kind` may lie somewhere on the map."""
    return CONTRACTS[kind].geometry is not None or kind in _POINT_KINDS or kind is Kind.BEATS


@dataclass(frozen=True)
class Headers:
    """The headers of a file that may be read into a field, and field -> header as far as understood.

    remembered : says what is read as for an earlier file, None where nothing is
    """

    names: tuple[str, ...] = ()
    understood: Mapping[str, str] = field(default_factory=dict)
    remembered: Reason | None = None


def headers(database: Database, actor: Actor, path: Path, kind: Kind, said: Said) -> Headers:
    """Return the headers in `path`; those about persons are not among them, unless a field is named so.

    Raises InputError where the file as a whole cannot be read.
    """
    actor.require(Permission.IMPORT)
    known = import_memory.remembered(database, actor, kind) if said.recall else {}
    every = confined.headers(path, kind, allowed(replace(_options(said), remembered=known)), limits())
    recalled, told = recall(known, every, kind, said.columns)
    understood = match(every, kind, {**recalled, **said.columns}).fields
    taken = set(understood.values())
    names = tuple(name for name in every if name in taken or not is_about_persons(name, kind))
    return Headers(names, dict(understood), told[0].reason if told else None)


def preview(  # noqa: PLR0917 (the actor, the file, and how it is meant)
    database: Database,
    actor: Actor,
    path: Path,
    kind: Kind,
    said: Said,
    progress: Progress | None = None,
) -> Preview:
    """Return what importing `path` would do, by doing it and taking it back. Raises as `import_file`."""
    seen = _Seen()
    report = import_file(
        database, actor, path, kind, _options(said), dry_run=True, progress=progress, inspect=seen.look
    )
    assert seen.states is not None
    shown = summary(report)
    return replace(shown, changes=seen.changes, also=seen.also, drawn=_drawn(report.intake, seen.states))


def commit(  # noqa: PLR0917 (as `preview`)
    database: Database,
    actor: Actor,
    path: Path,
    kind: Kind,
    said: Said,
    progress: Progress | None = None,
) -> int:
    """Bring `path` into the store, all of it or nothing; return the number of the batch."""
    report = import_file(database, actor, path, kind, _options(said), progress=progress)
    assert report.batch is not None
    return report.batch


def summary(report: ImportReport) -> Preview:
    """Return what `report` tells, without the rows themselves."""
    intake = report.intake
    return Preview(
        kind=intake.kind,
        file=report.file,
        sheet=intake.sheet,
        encoding=intake.encoding,
        crs_code=intake.crs.code,
        crs_evidence=intake.crs.evidence,
        columns=dict(intake.columns),
        dropped=intake.dropped_columns,
        rows_read=intake.rows_read,
        accepted=report.merged.accepted,
        updated=report.merged.updated,
        unchanged=report.merged.unchanged,
        rejected=len(intake.rejects),
        reasons=_grouped((reject.row, reject.reason) for reject in intake.rejects),
        warnings=_warnings(intake),
    )


def _options(said: Said) -> Options:
    return Options(crs=said.crs, columns=said.columns, sheet=said.sheet, recall=said.recall)


def _grouped(found: Iterable[tuple[int, Reason]]) -> tuple[Told, ...]:
    """Reasons of one code and column, or of one name, together, most rows first."""
    groups: dict[tuple[str, str], list[tuple[int, Reason]]] = {}
    for row, reason in found:
        of_what = "/".join(str(reason.params.get(name, "")) for name in ("column", "word", "unit"))
        groups.setdefault((reason.code, of_what), []).append((row, reason))
    told = [
        Told(group[0][1], len(group), tuple(row for row, _ in group[:_FIRST_ROWS]))
        for group in groups.values()
    ]
    return tuple(sorted(told, key=lambda one: -one.rows))


def _warnings(intake: Intake) -> tuple[Told, ...]:
    """Warnings by code: their count is complete, their rows are the first ones noted.

    What names were taken for is told name by name, each with its own count.
    """
    noted: dict[str, list[tuple[int, Reason]]] = {}
    for note in intake.notes:
        noted.setdefault(note.reason.code, []).append((note.row, note.reason))
    told = []
    for code, rows in intake.warnings.items():
        examples = noted.get(code, [])
        if examples and "rows" in examples[0][1].params:
            names = _grouped(examples)
            told += [replace(name, rows=int(name.reason.params["rows"])) for name in names]
            continue
        reason = examples[0][1] if examples else Reason(code)
        told.append(Told(reason, rows, tuple(row for row, _ in examples[:_FIRST_ROWS])))
    return tuple(sorted(told, key=lambda one: (one.reason.code not in _ASKS, -one.rows)))


def _drawn(intake: Intake, states: npt.NDArray[np.object_]) -> Drawn | None:
    frame = intake.frame
    if isinstance(frame, gpd.GeoDataFrame):
        placed = (frame.geometry.notna() & ~frame.geometry.is_empty).to_numpy(bool)
    elif {"lon", "lat"} <= set(frame):
        placed = frame[["lon", "lat"]].notna().all(axis=1).to_numpy(bool)
    else:
        return None
    counts: dict[State, int] = {state: int((states == state).sum()) for state in STATES}
    most = MOST_SHAPES if isinstance(frame, gpd.GeoDataFrame) else MOST_POINTS
    kept = _thinned(np.flatnonzero(placed), states, most)
    return Drawn(_shown(frame.iloc[kept], states[kept]), int(placed.sum()), counts)


def _thinned(
    positions: npt.NDArray[np.int64], states: npt.NDArray[np.object_], most: int
) -> npt.NDArray[np.int64]:
    """Return at most `most` of `positions`: what would change first, then the others at even steps."""
    if len(positions) <= most:
        return positions
    changed = positions[states[positions] == "updated"][:most]
    others = np.setdiff1d(positions, changed)
    steps = np.linspace(0, len(others) - 1, most - len(changed)).astype(np.int64)
    return np.sort(np.concatenate((changed, others[np.unique(steps)])))


def _shown(frame: pd.DataFrame, states: npt.NDArray[np.object_]) -> pd.DataFrame:
    if not isinstance(frame, gpd.GeoDataFrame):
        return pd.DataFrame({"lon": frame["lon"], "lat": frame["lat"], "state": states}).reset_index(
            drop=True
        )
    names = frame["name"] if "name" in frame else frame["code"]
    shown: pd.DataFrame = gpd.GeoDataFrame(
        {"code": frame["code"].to_numpy(), "name": names.fillna(frame["code"]).to_numpy(), "state": states},
        geometry=frame.geometry.to_numpy(),
        crs=frame.crs,
    )
    return shown


def corrected(said: Said, understood: Mapping[str, str], chosen: Mapping[str, Any]) -> dict[str, str]:
    """Return the columns to name: what was named before, and what is chosen other than understood."""
    return {
        name: str(header)
        for name, header in chosen.items()
        if header and (name in said.columns or understood.get(name) != header)
    }
