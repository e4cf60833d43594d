"""What a plan writes when it comes into force, kept before and after, and how it is taken back.

Rows that hold on the day are ended there and new ones begin; nothing that was true before the day changes. A
block that is cut is cut for all its past too: both halves were always with the same beat, so who had which
household on which day stays as it was.
"""
# ruff: noqa: S608 (SQL is put together from names of our own tables and columns; values are bound)

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from geo.domain.errors import ConflictError, InputError
from geo.domain.text import fold
from geo.services.plans.covers import officer_id
from geo.services.plans.options import NewBeat
from geo.services.plans.records import OpenDraft
from geo.services.plans.splits import belonging_to_second

# The columns that a plan writes, by table, in the order in which its rows can be deleted.
_WRITTEN: dict[str, tuple[str, ...]] = {
    "household": ("block_id",),
    "incident": ("block_id",),
    "assignment": ("beat_id", "officer_id", "role", "valid", "document_id", "version"),
    "beat_block": ("beat_id", "block_id", "valid", "document_id"),
    "beat": ("code", "name", "valid", "version"),
    "border_before": ("proposal_id", "unit_id", "block_id", "until", "geom", "became"),
    "block": ("code", "name", "geom", "valid"),
}


def _image(table: str) -> str:
    """SQL of the written columns of row t as jsonb; ranges and geometries in their exact text form."""
    return "jsonb_build_object(" + ", ".join(f"'{name}', t.{name}::text" for name in _WRITTEN[table]) + ")"


class _Ledger:
    """Rows that the plan writes, with what they were before."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.before: dict[str, dict[int, str | None]] = {table: {} for table in _WRITTEN}

    def changing(self, table: str, ids: Iterable[int]) -> None:
        """Note rows that are about to be changed."""
        new = [number for number in ids if number not in self.before[table]]
        rows = self.connection.execute(
            text(
                f"SELECT t.id, {_image(table)}::text FROM diaban.{table} t WHERE t.id = ANY(:ids) FOR UPDATE"
            ),
            {"ids": new},
        )
        self.before[table] |= {int(number): str(image) for number, image in rows}

    def insert(self, table: str, **values: Any) -> int:
        """Insert one row and note it."""
        names = ", ".join(values)
        number: int = self.connection.execute(
            text(
                f"INSERT INTO diaban.{table} ({names}) VALUES ({', '.join(f':{name}' for name in values)}) "
                "RETURNING id"
            ),
            values,
        ).scalar_one()
        self.before[table][number] = None
        return number

    def keep(self, plan_id: int) -> int:
        """Store what was noted with the plan; return how many rows."""
        for table, rows in self.before.items():
            if rows:
                self.connection.execute(
                    text(
                        "INSERT INTO diaban.plan_change (plan_id, table_name, row_id, before, after) "
                        f"SELECT :plan, :table, t.id, CAST(x.before AS jsonb), {_image(table)} "
                        "FROM unnest(CAST(:ids AS int[]), CAST(:before AS text[])) x (id, before) "
                        f"JOIN diaban.{table} t ON t.id = x.id"
                    ),
                    {"plan": plan_id, "table": table, "ids": list(rows), "before": list(rows.values())},
                )
        return sum(len(rows) for rows in self.before.values())


def require_unchanged(connection: Connection, found: OpenDraft) -> None:
    """Raise ConflictError ``plan_hands_changed`` where a block is no longer whom the plan took it from."""
    changed = connection.execute(
        text(
            "SELECT k.code FROM diaban.plan_move m JOIN diaban.block k ON k.id = m.block_id "
            "LEFT JOIN diaban.beat_block h ON h.block_id = m.block_id AND h.valid @> CAST(:day AS date) "
            "WHERE m.plan_id = :plan AND (h.beat_id IS DISTINCT FROM m.from_beat_id "
            "OR NOT k.valid @> CAST(:day AS date)) ORDER BY k.code"
        ),
        {"plan": found.draft.id, "day": found.draft.effective_on},
    ).scalars()
    codes = list(changed)
    if codes:
        shown = ", ".join(codes[:5]) + (" …" if len(codes) > 5 else "")
        raise ConflictError("plan_hands_changed", n=len(codes), blocks=shown)


def write(connection: Connection, found: OpenDraft, document: int | None) -> int:
    """Write the plan, keep what it changed, and return the number of rows."""
    ledger = _Ledger(connection)
    blocks = _cut_blocks(ledger, found)
    beats = {
        -number: _found_beat(ledger, found, beat, document)
        for number, beat in enumerate(found.desk.options.new_beats, start=1)
    }
    wanted = found.desk.ids_of(found.owner)
    today = found.desk.problem.owner
    for unit in np.flatnonzero(found.owner != today):
        block = int(found.desk.ground.ids[unit])
        beat = int(wanted[unit])
        _hand_over(ledger, found, blocks.get(block, block), beats.get(beat, beat), document)
    for cover in found.covers:
        ledger.insert(
            "assignment",
            beat_id=cover.beat_id,
            officer_id=officer_id(connection, cover.officer),
            role="acting",
            valid=_days(cover.since, cover.until),
            document_id=document,
        )
    for absence in found.desk.options.absent:
        if absence.until is None:
            beat_id = next(beat.id for beat in found.desk.away if beat.code == absence.beat)
            _end_beat(ledger, beat_id, absence.beat, found.draft.effective_on)
    return ledger.keep(found.draft.id)


def take_back(connection: Connection, plan_id: int) -> int:
    """Put every row back that the plan wrote, forget what was kept, and return the number of rows.

    Raises ConflictError ``plan_rollback_changed`` where a row is not as the plan left it.
    """
    for table in _WRITTEN:
        changed = connection.execute(
            text(
                f"SELECT count(*) FROM diaban.plan_change c LEFT JOIN diaban.{table} t ON t.id = c.row_id "
                "WHERE c.plan_id = :plan AND c.table_name = :table "
                f"AND (t.id IS NULL OR {_image(table)} IS DISTINCT FROM c.after)"
            ),
            {"plan": plan_id, "table": table},
        ).scalar_one()
        if changed:
            raise ConflictError("plan_rollback_changed", n=changed, table=table)
    try:
        _follow_back(connection, plan_id)
        for table in ("household", "incident"):  # before the block that they are in goes
            _restore(connection, plan_id, table)
        for table in _WRITTEN:  # before anything is put back: ranges of one block must not overlap
            connection.execute(
                text(
                    f"DELETE FROM diaban.{table} t USING diaban.plan_change c WHERE c.plan_id = :plan "
                    "AND c.table_name = :table AND c.row_id = t.id AND c.before IS NULL"
                ),
                {"plan": plan_id, "table": table},
            )
        for table in ("assignment", "beat_block", "beat", "block", "border_before"):
            _restore(connection, plan_id, table)
    except IntegrityError as fault:  # something else stands on a row that the plan added
        diagnosis = getattr(fault.orig, "diag", None)
        standing = getattr(diagnosis, "table_name", None) or "?"
        raise ConflictError("plan_rollback_changed", n=1, table=standing) from fault
    gone = connection.execute(text("DELETE FROM diaban.plan_change WHERE plan_id = :plan"), {"plan": plan_id})
    return int(gone.rowcount)


def _restore(connection: Connection, plan_id: int, table: str) -> None:
    values = ", ".join(f"{name} = r.{name}" for name in _WRITTEN[table])
    connection.execute(
        text(
            f"UPDATE diaban.{table} t SET {values} FROM diaban.plan_change c "
            f"CROSS JOIN LATERAL jsonb_populate_record(NULL::diaban.{table}, c.before) r "
            "WHERE c.plan_id = :plan AND c.table_name = :table AND c.row_id = t.id AND c.before IS NOT NULL"
        ),
        {"plan": plan_id, "table": table},
    )


def _follow_back(connection: Connection, plan_id: int) -> None:
    """Households and incidents that came into a cut-off half since go back into the whole block."""
    for table in ("household", "incident"):
        connection.execute(
            text(
                f"UPDATE diaban.{table} t SET block_id = s.block_id "
                "FROM diaban.plan_split s "
                "JOIN diaban.block whole ON whole.id = s.block_id "
                "JOIN diaban.plan_change c ON c.plan_id = s.plan_id AND c.table_name = 'block' "
                "AND c.before IS NULL "
                "JOIN diaban.block half ON half.id = c.row_id AND half.code LIKE whole.code || '.%' "
                "WHERE s.plan_id = :plan AND t.block_id = half.id AND NOT EXISTS ("
                "SELECT FROM diaban.plan_change k WHERE k.plan_id = :plan AND k.table_name = :table "
                "AND k.row_id = t.id)"
            ),
            {"plan": plan_id, "table": table},
        )


def _cut_blocks(ledger: _Ledger, found: OpenDraft) -> dict[int, int]:
    """Cut the blocks of the plan's splits; return the new block of each cut-off unit's id."""
    ground, made = found.desk.ground, dict[int, int]()
    for split in found.splits:
        kept = int(np.flatnonzero(ground.ids == split.block_id)[0])
        off = int(np.flatnonzero(ground.ids == -split.id)[0])
        ledger.changing("block", [split.block_id])
        name = ground.names[off]
        row = ledger.connection.execute(
            text(
                "SELECT unit_id, kind, neighbourhood, valid::text AS valid FROM diaban.block WHERE id = :id"
            ),
            {"id": split.block_id},
        ).one()
        ledger.connection.execute(
            text("UPDATE diaban.block SET geom = ST_Multi(ST_GeomFromWKB(:shape, 4326)) WHERE id = :id"),
            {"id": split.block_id, "shape": shapely.to_wkb(ground.shapes[kept])},
        )
        half = shapely.set_srid(_multi(ground.shapes[off]), 4326)
        new = ledger.insert(
            "block",
            code=ground.codes[off],
            unit_id=row.unit_id,
            kind=row.kind,
            neighbourhood=row.neighbourhood,
            name=name,
            name_folded=fold(name),
            geom=shapely.to_wkb(half, hex=True, include_srid=True),
            valid=row.valid,
        )
        _cut_past(ledger, split.block_id, new)
        for hand in ledger.connection.execute(
            text(
                "SELECT beat_id, valid::text AS valid, document_id FROM diaban.beat_block "
                "WHERE block_id = :id"
            ),
            {"id": split.block_id},
        ).all():
            ledger.insert(
                "beat_block",
                beat_id=hand.beat_id,
                block_id=new,
                valid=hand.valid,
                document_id=hand.document_id,
            )
        for table in ("household", "incident"):
            ids = belonging_to_second(
                ledger.connection, table, split.block_id, ground.crs, ground.metric[kept], ground.metric[off]
            )
            ledger.changing(table, ids)
            ledger.connection.execute(
                text(f"UPDATE diaban.{table} SET block_id = :new WHERE id = ANY(:ids)"),
                {"new": new, "ids": ids},
            )
        made[-split.id] = new
    return made


def _cut_past(ledger: _Ledger, kept: int, off: int) -> None:
    """Cut the borders that block `kept` had on earlier days along the line that cut `off` from it."""
    rows = ledger.connection.execute(
        text(
            "SELECT b.id, b.proposal_id, b.unit_id, b.until, b.became, "
            "ST_Multi(ST_CollectionExtract(ST_Intersection(b.geom, o.geom), 3))::text AS cut_off "
            "FROM diaban.border_before b, diaban.block o WHERE b.block_id = :kept AND o.id = :off "
            "ORDER BY b.id"
        ),
        {"kept": kept, "off": off},
    ).all()
    ledger.changing("border_before", [row.id for row in rows])
    for row in rows:
        ledger.connection.execute(
            text(
                "UPDATE diaban.border_before b SET geom = "
                "ST_Multi(ST_CollectionExtract(ST_Difference(b.geom, o.geom), 3)) "
                "FROM diaban.block o WHERE b.id = :id AND o.id = :off"
            ),
            {"id": row.id, "off": off},
        )
        ledger.insert(
            "border_before", proposal_id=row.proposal_id, unit_id=row.unit_id, block_id=off, until=row.until,
            geom=row.cut_off, became=row.became,
        )  # fmt: skip


def _multi(shape: Any) -> Any:
    return shape if shape.geom_type == "MultiPolygon" else shapely.multipolygons([shape])


def _found_beat(ledger: _Ledger, found: OpenDraft, beat: NewBeat, document: int | None) -> int:
    span = _days(found.draft.effective_on, found.desk.options.until)
    taken = ledger.connection.execute(
        text("SELECT count(*) FROM diaban.beat WHERE code = :code AND valid && CAST(:span AS daterange)"),
        {"code": beat.code, "span": span},
    ).scalar_one()
    if taken:
        raise InputError("plan_beat_exists", beat=beat.code)
    unit = ledger.connection.execute(
        text("SELECT unit_id FROM diaban.plan WHERE id = :id"), {"id": found.draft.id}
    ).scalar_one()
    number = ledger.insert("beat", code=beat.code, unit_id=unit, name=beat.name, valid=span)
    if beat.officer:
        ledger.insert(
            "assignment",
            beat_id=number,
            officer_id=officer_id(ledger.connection, beat.officer),
            role="primary",
            valid=span,
            document_id=document,
        )
    return number


def _hand_over(ledger: _Ledger, found: OpenDraft, block: int, beat: int, document: int | None) -> None:
    """Give a block to a beat (0: to nobody) from the plan's day on, back on the day on which it ends."""
    day, until = found.draft.effective_on, found.desk.options.until
    rows = ledger.connection.execute(
        text(
            "SELECT id, beat_id, lower(valid) AS since, upper(valid) AS stop, document_id "
            "FROM diaban.beat_block WHERE block_id = :block "
            "AND (upper(valid) IS NULL OR upper(valid) > :day) ORDER BY valid"
        ),
        {"block": block, "day": day},
    ).all()
    held = next((row for row in rows if row.since is None or row.since <= day), None)
    later = next((row for row in rows if row.since is not None and row.since > day), None)
    if later is not None:
        code = ledger.connection.execute(
            text("SELECT code FROM diaban.block WHERE id = :id"), {"id": block}
        ).scalar_one()
        raise ConflictError("plan_later_change", block=code, day=later.since)
    stop = None if held is None else held.stop
    begun = None if held is None or held.since != day else held  # never held before: the row itself changes
    if held is not None and begun is None:
        _end(ledger, "beat_block", held.id, held.since, day)
    back = until is not None and (stop is None or until < stop)
    span = _days(day, until if back else stop)
    if begun is not None and beat > 0:
        ledger.changing("beat_block", [begun.id])
        ledger.connection.execute(
            text(
                "UPDATE diaban.beat_block SET beat_id = :beat, document_id = :document, "
                "valid = CAST(:span AS daterange) WHERE id = :id"
            ),
            {"id": begun.id, "beat": beat, "document": document, "span": span},
        )
    elif begun is not None:
        raise ConflictError("plan_starts_that_day", table="beat_block", day=day)
    elif beat > 0:
        ledger.insert("beat_block", beat_id=beat, block_id=block, valid=span, document_id=document)
    if back and held is not None:
        ledger.insert(
            "beat_block",
            beat_id=held.beat_id,
            block_id=block,
            valid=_days(until, stop),
            document_id=held.document_id,
        )


def _end(ledger: _Ledger, table: str, number: int, since: date | None, day: date) -> None:
    """End a row on a day."""
    if since is not None and since >= day:
        raise ConflictError("plan_starts_that_day", table=table, day=day)
    ledger.changing(table, [number])
    versioned = ", version = version + 1" if "version" in _WRITTEN[table] else ""
    ledger.connection.execute(
        text(f"UPDATE diaban.{table} SET valid = CAST(:span AS daterange){versioned} WHERE id = :id"),
        {"id": number, "span": _days(since, day)},
    )


def _end_beat(ledger: _Ledger, beat: int, code: str, day: date) -> None:
    """End a beat whose officer left for good, and who held it."""
    for table, key in (("assignment", "beat_id"), ("beat", "id")):
        rows = ledger.connection.execute(
            text(
                f"SELECT id, lower(valid) AS since FROM diaban.{table} WHERE {key} = :beat "
                "AND (upper(valid) IS NULL OR upper(valid) > :day)"
            ),
            {"beat": beat, "day": day},
        ).all()
        for row in rows:
            if row.since is not None and row.since > day:
                raise ConflictError("plan_later_change", block=code, day=row.since)
            _end(ledger, table, row.id, row.since, day)


def _days(since: date | None, until: date | None) -> str:
    return f"[{since or ''},{until or ''})"
