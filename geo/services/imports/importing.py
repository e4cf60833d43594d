"""A file into the store: read, checked, placed and merged in one transaction, and taken back in one."""
# ruff: noqa: S608 (SQL is put together from names of our own tables and columns; values are bound)

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from geo import settings
from geo.domain.errors import ConflictError, DiaBanError, ForbiddenError, InputError
from geo.domain.kinds import Kind
from geo.domain.messages import Lang
from geo.domain.roles import Actor, Permission
from geo.intake import confined
from geo.intake.faults import Faults, leave_out
from geo.intake.memory import shape_of
from geo.intake.report import Intake
from geo.intake.source import Options
from geo.services import audit, one_ward
from geo.services.deployment import MetricCrs, decide_metric_crs
from geo.services.imports import beats as import_beats
from geo.services.imports import memory as import_memory
from geo.services.imports import places as import_places
from geo.services.imports import rejects as import_rejects
from geo.services.imports import sums as import_sums
from geo.services.imports import undo as import_undo
from geo.services.imports.load import load
from geo.services.imports.merge import Load, Merged, find_added, merge, tally
from geo.services.imports.resolve import Resolving, resolve
from geo.services.wards import wards
from geo.store.engine import Database, transaction

# Called with the step that begins ("read", "place", "store", "commit") and the share done, 0 to 1.
Progress = Callable[[str, float], None]

# Kept with a batch beside what the user is told: what undoing it and giving back its rejects need, and who
# sent it and took it back.
_ADDED, _HEADERS = "added_rows", "headers"
SENT_BY, UNDONE_BY = "sent_by", "undone_by"


@dataclass(frozen=True)
class ImportReport:
    """What became of a file.

    batch : its number; None after a dry run, which keeps nothing
    intake : the rows taken and left out, also those that only the store could judge
    merged : what became of the rows taken
    metric_crs : the metric CRS of the deployment, where the file has borders of wards
    """

    batch: int | None
    file: str
    intake: Intake
    merged: Merged
    metric_crs: MetricCrs | None = None

    def as_dict(self, lang: Lang = "vi") -> dict[str, Any]:
        """Return the report as the JSON object that the command line prints."""
        intake = self.intake
        report = {
            "batch": self.batch,
            "kind": intake.kind.value,
            "file": self.file,
            "sheet": intake.sheet,
            "rows_read": intake.rows_read,
            "accepted": self.merged.accepted,
            "updated": self.merged.updated,
            "unchanged": self.merged.unchanged,
            "rejected": len(intake.rejects),
            "reasons": intake.reasons,
            "warnings": dict(intake.warnings),
            "notes": _notes(intake, lang),
            "dropped_columns": list(intake.dropped_columns),
            "columns": dict(intake.columns),
            "crs": {"code": intake.crs.code, "evidence": intake.crs.sentence(lang)},
            "encoding": intake.encoding,
        }
        if self.metric_crs is not None:
            report["metric_crs"] = {"code": self.metric_crs.code, "evidence": self.metric_crs.evidence}
        return report


class _DryRunError(Exception):
    """Ends the transaction of a dry run; carries what would have been."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report


# Called within the transaction when all is stored and nothing is committed; the report names its batch.
Inspect = Callable[[Connection, ImportReport], None]


def import_file(
    database: Database,
    actor: Actor,
    path: Path,
    kind: Kind,
    options: Options | None = None,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    inspect: Inspect | None = None,
) -> ImportReport:
    """Bring the rows of `path` into the store as `kind`; all of it, or on any error nothing.

    A row is added, changed (only in the columns that the file has), left as it is, or left out with a
    reason. Sending a file again changes nothing. A dry run does all of it and keeps nothing; `inspect` may
    look at what it has done before it is taken back.
    Raises ForbiddenError, InputError (the file as a whole), ConflictError (a code that another unit has).
    """
    actor.require(Permission.IMPORT)
    tell = progress or _silent
    tell("read", 0.0)
    intake = confined.read(path, kind, _informed(database, actor, kind, options or Options()), limits())
    tell("place", 0.25)
    try:
        with _translated(), transaction(database, actor) as connection:
            report = _import(connection, actor, path, intake, tell)
            if inspect is not None:
                inspect(connection, report)
            if dry_run:
                raise _DryRunError(replace(report, batch=None))
            detail = {key: report.as_dict()[key] for key in ("kind", "file", "rows_read", "rejected")}
            audit.record(connection, actor, "import", "import_batch", str(report.batch), detail)
            tell("commit", 0.95)
    except _DryRunError as dry:
        return dry.report
    tell("commit", 1.0)
    return report


def prepare() -> None:
    """Start what reads files, so that it is warm when the first one comes. Raises UnavailableError."""
    confined.prepare()


def limits() -> confined.Limits:
    """Return what the reader of one file may take, as set."""
    found = settings.load()
    return confined.Limits(found.intake_seconds, found.intake_memory_mb)


def allowed(options: Options) -> Options:
    """Return `options` with the sizes of files and archives that are set, where they are narrower."""
    found = settings.load()
    return replace(
        options,
        max_bytes=min(options.max_bytes, found.intake_file_mb * 2**20),
        max_members=found.intake_members,
    )


def _informed(database: Database, actor: Actor, kind: Kind, options: Options) -> Options:
    """Return `options` with what a file is judged by: zone of times, present, wards, columns named before."""
    zone = settings.load().timezone
    known = wards(database, actor).frame.geometry.dropna().to_numpy()
    named = import_memory.remembered(database, actor, kind) if options.recall else {}
    now = options.now or datetime.now(zone)
    return replace(allowed(options), timezone=zone.key, now=now, wards=known, remembered=named)


def undo(database: Database, actor: Actor, batch: int) -> dict[str, Any]:
    """Take `batch` back; return ``{"batch", "kind", "undone": {table: rows}}``.

    Raises InputError ``unknown_batch``, ConflictError ``batch_undone``, ``batch_touched``, ``batch_in_use``.
    """
    actor.require(Permission.IMPORT)
    with _translated(), transaction(database, actor) as connection:
        found = _batch(connection, batch, lock=True)
        if found.undone_at is not None:
            raise ConflictError("batch_undone", batch=batch)
        undone = import_undo.take_back(connection, batch, dict(found.report.get(_ADDED, {})))
        connection.execute(
            text(
                "UPDATE diaban.import_batch SET undone_at = now(), "
                "report = report || CAST(:done_by AS jsonb) WHERE id = :batch"
            ),
            {"batch": batch, "done_by": _as_json({UNDONE_BY: actor.name})},
        )
        audit.record(connection, actor, "import_undo", "import_batch", str(batch), {"undone": undone})
    return {"batch": batch, "kind": found.kind, "undone": undone}


def rejects_file(database: Database, actor: Actor, batch: int, out_xlsx: Path, lang: Lang = "vi") -> int:
    """Write the rows that `batch` left out to a workbook, a reason beside each; return how many.

    Raises InputError ``unknown_batch``.
    """
    actor.require(Permission.IMPORT)
    with transaction(database, actor) as connection:
        headers = _batch(connection, batch).report.get(_HEADERS, [])
        rejects = import_rejects.stored(connection, batch)
        audit.record(connection, actor, "import_rejects", "import_batch", str(batch), {"rows": len(rejects)})
    import_rejects.write_workbook(rejects, headers, out_xlsx, lang)
    return len(rejects)


def _import(connection: Connection, actor: Actor, path: Path, intake: Intake, tell: Progress) -> ImportReport:
    batch_id = _open_batch(connection, actor, path, intake)
    rows = Resolving(connection, actor, batch_id, intake, Faults(intake.source_rows))
    resolve(rows)
    kept = ~rows.faults.bad
    refs = {name: ids[kept] for name, ids in rows.refs.items()}
    intake = _split_streets(leave_out(rows.intake, rows.faults))
    tell("store", 0.3)
    target = load(intake, refs)
    merge(connection, target, intake.source_counts, batch_id, lambda share: tell("store", 0.3 + 0.6 * share))
    intake = import_sums.tell(connection, _follow_up(connection, intake, target, batch_id))
    merged = tally(connection, target.table)
    metric = _metric_crs(connection, intake)
    report = ImportReport(batch_id, path.name, intake, merged, metric)
    import_rejects.keep(connection, batch_id, intake.rejects)
    _close_batch(connection, actor, report)
    return report


def _notes(intake: Intake, lang: Lang) -> list[dict[str, Any]]:
    """What was done to which rows, one entry a sentence, with the first rows that it is true of."""
    told: dict[tuple[str, str], list[int]] = {}
    for note in intake.notes:
        if note.reason.params:
            told.setdefault((note.reason.code, note.reason.sentence(lang)), []).append(note.row)
    return [
        {"code": code, "text": sentence, "count": len(rows), "rows": rows[:5]}
        for (code, sentence), rows in told.items()
    ]


def _open_batch(connection: Connection, actor: Actor, path: Path, intake: Intake) -> int:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return int(
        connection.execute(
            text(
                "INSERT INTO diaban.import_batch (kind, file_name, file_sha256, account_id) "
                "VALUES (:kind, :file, :digest, :account) RETURNING id"
            ),
            {"kind": intake.kind.value, "file": path.name, "digest": digest, "account": actor.account_id},
        ).scalar_one()
    )


def _close_batch(connection: Connection, actor: Actor, report: ImportReport) -> None:
    facts = report.as_dict()
    assert report.batch is not None
    counts = ("rows_read", "accepted", "updated", "unchanged", "rejected")
    stored = {
        **facts,
        SENT_BY: actor.name,
        _ADDED: import_undo.count_added(connection, report.batch),
        _HEADERS: [str(name) for name in report.intake.originals],
        import_memory.SHAPE: shape_of(report.intake.headers),
        import_memory.NAMED: dict(report.intake.named),
    }
    connection.execute(
        text(
            "UPDATE diaban.import_batch SET rows_read = :rows_read, accepted = :accepted, "
            "updated = :updated, unchanged = :unchanged, rejected = :rejected, "
            "report = CAST(:report AS jsonb) WHERE id = :batch"
        ),
        {**{name: facts[name] for name in counts}, "report": _as_json(stored), "batch": report.batch},
    )


def _as_json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False).replace("\\u0000", "")


def _follow_up(connection: Connection, intake: Intake, target: Load, batch_id: int) -> Intake:
    """What the rows of a file mean for others that are there already."""
    if intake.kind is Kind.WARDS:
        import_places.place_unplaced(
            connection, "incident", "unit_id", import_places.wards(connection), batch_id
        )
    elif intake.kind is Kind.BLOCKS:
        blocks = import_places.blocks(connection)
        for table in ("incident", "household"):
            import_places.place_unplaced(connection, table, "block_id", blocks, batch_id)
        import_beats.fill_with_new_blocks(connection, batch_id)
    elif intake.kind is Kind.BEATS:
        find_added(connection, target)
        left = import_beats.store_blocks(connection, intake, batch_id)
        intake = replace(intake, warnings={**intake.warnings, **left})
    # What a changed ward means for beats is judged now, not at the end: a trial run does not get there.
    connection.execute(text("SET CONSTRAINTS diaban.ward_of_beat IMMEDIATE"))
    return intake


def _metric_crs(connection: Connection, intake: Intake) -> MetricCrs | None:
    if intake.kind is not Kind.WARDS or not len(intake.frame):
        return None
    assert isinstance(intake.frame, gpd.GeoDataFrame)
    west, south, east, north = intake.frame.total_bounds
    return decide_metric_crs(connection, (west + east) / 2, (south + north) / 2)


def _split_streets(intake: Intake) -> Intake:
    """A street in several pieces is stored as several segments: the first keeps the code, others add /2."""
    if intake.kind is not Kind.STREETS:
        return intake
    assert isinstance(intake.frame, gpd.GeoDataFrame)
    pieces, owner = shapely.get_parts(
        np.asarray(intake.frame.geometry.array, dtype=object), return_index=True
    )
    if len(pieces) == len(intake.frame):
        return replace(intake, frame=intake.frame.set_geometry(gpd.GeoSeries(pieces, crs=intake.frame.crs)))
    first = np.unique(owner, return_index=True)[1]
    ordinal = np.arange(len(owner)) - first[owner] + 1
    frame = intake.frame.iloc[owner].reset_index(drop=True)
    frame["code"] = [
        code if place == 1 else f"{code}/{place}" for code, place in zip(frame["code"], ordinal, strict=True)
    ]
    frame = frame.set_geometry(gpd.GeoSeries(pieces, crs=intake.frame.crs))
    warnings = {**intake.warnings, "street_split": int((np.bincount(owner) > 1).sum())}
    return replace(intake, frame=frame, taken_by=first[intake.taken_by], warnings=warnings)


def _batch(connection: Connection, batch: int, *, lock: bool = False) -> Any:
    row = connection.execute(
        text(
            "SELECT kind, undone_at, report FROM diaban.import_batch WHERE id = :batch"
            + (" FOR UPDATE" if lock else "")
        ),
        {"batch": batch},
    ).first()
    if row is None:
        raise InputError("unknown_batch", batch=batch)
    return row


@contextmanager
def _translated() -> Iterator[None]:
    """Say what a refusal of the database means: a code that is taken, a unit that is not in scope."""
    try:
        yield
    except DiaBanError:
        raise
    except IntegrityError as fault:
        if refused := one_ward.refusal(fault):
            raise refused from fault
        constraint = getattr(getattr(fault.orig, "diag", None), "constraint_name", None)
        raise ConflictError("import_conflict", constraint=constraint or "-") from fault
    except ProgrammingError as fault:
        if getattr(fault.orig, "sqlstate", "") != "42501":
            raise
        raise ForbiddenError("import_outside_scope") from fault


def _silent(_step: str, _share: float) -> None:
    return
