"""The counts of a beat as reported for a month: the sum of what is stored when it is sent."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text

from geo.domain.errors import ConflictError, InputError
from geo.domain.roles import Actor, Permission
from geo.services import own_beats
from geo.services.row_audit import RowChange, record_rows
from geo.services.upkeep_counts import beat_id
from geo.store.engine import Database, transaction

_FIELDS = ("households", "permanent", "temporary", "absent")


@dataclass(frozen=True)
class MonthReport:
    """One beat and month: what was reported (None: not yet), and what is stored today.

    reported, stored : households, permanent, temporary, absent
    """

    beat: str
    beat_name: str
    unit_name: str
    month: date
    reported: tuple[int, int, int, int] | None
    reported_at: datetime | None
    stored: tuple[int, int, int, int]
    version: int


def reports(database: Database, actor: Actor, month: date, day: date) -> list[MonthReport]:
    """Return every beat in scope on `day` with its report for `month`, those still due first."""
    actor.require(Permission.VIEW)
    with transaction(database, actor) as connection:
        rows = connection.execute(
            text("""
                SELECT b.code, b.name, u.name AS unit, r.id, r.households, r.permanent, r.temporary,
                    r.absent, r.reported_at, coalesce(r.version, 0) AS version, count(h.id) AS stored_h,
                    coalesce(sum(h.permanent), 0) AS stored_p, coalesce(sum(h.temporary), 0) AS stored_t,
                    coalesce(sum(h.absent), 0) AS stored_a
                FROM diaban.beat b JOIN diaban.admin_unit u ON u.id = b.unit_id
                LEFT JOIN diaban.beat_report r ON r.beat_id = b.id AND r.month = :month
                LEFT JOIN diaban.beat_block x ON x.beat_id = b.id AND x.valid @> CAST(:day AS date)
                LEFT JOIN diaban.household h ON h.block_id = x.block_id
                WHERE b.valid @> CAST(:day AS date)
                GROUP BY b.id, u.id, r.id ORDER BY r.id IS NOT NULL, u.code, b.code"""),
            {"month": month.replace(day=1), "day": day},
        ).all()
    return [
        MonthReport(
            row.code, row.name, row.unit, month.replace(day=1),
            None if row.id is None else (row.households, row.permanent, row.temporary, row.absent),
            row.reported_at, (row.stored_h, row.stored_p, row.stored_t, row.stored_a), row.version,
        )
        for row in rows
    ]  # fmt: skip


def send(database: Database, actor: Actor, beat: str, month: date, day: date, *, version: int = 0) -> None:
    """Report the stored counts of `beat` for `month`; `version` is that of the report seen, 0 for none.

    Raises InputError ``no_such_beat``, ``month_not_begun``, ``beat_without_households``; ForbiddenError
    ``not_your_beat``; ConflictError ``report_changed_since``.
    """
    actor.require(Permission.EDIT_COUNTS)
    first = month.replace(day=1)
    if first > day:
        raise InputError("month_not_begun", month=f"{first:%m/%Y}")
    with transaction(database, actor) as connection:
        own_beats.require_beat(connection, day, beat)
        beat_key = beat_id(connection, beat, day)
        sums = (
            connection.execute(
                text("""
                    SELECT count(*) AS households, coalesce(sum(h.permanent), 0) AS permanent,
                        coalesce(sum(h.temporary), 0) AS temporary, coalesce(sum(h.absent), 0) AS absent
                    FROM diaban.household h JOIN diaban.beat_block x ON x.block_id = h.block_id
                    WHERE x.beat_id = :beat AND x.valid @> CAST(:day AS date)"""),
                {"beat": beat_key, "day": day},
            )
            .mappings()
            .one()
        )
        after = {name: int(sums[name]) for name in _FIELDS}
        if not after["households"]:
            raise InputError("beat_without_households", beat=beat)
        seen = (
            connection.execute(
                text("SELECT * FROM diaban.beat_report WHERE beat_id = :beat AND month = :month FOR UPDATE"),
                {"beat": beat_key, "month": first},
            )
            .mappings()
            .first()
        )
        # Two first reports at once: the second waits for the first, inserts nothing and is told.
        written = connection.execute(
            text("""
                INSERT INTO diaban.beat_report AS r (beat_id, month, households, permanent, temporary,
                    absent, reported_by)
                VALUES (:beat, :month, :households, :permanent, :temporary, :absent, :by)
                ON CONFLICT (beat_id, month) DO UPDATE SET households = excluded.households,
                    permanent = excluded.permanent, temporary = excluded.temporary,
                    absent = excluded.absent, reported_by = excluded.reported_by, reported_at = now(),
                    version = r.version + 1
                WHERE r.version = :version RETURNING r.id"""),
            {**after, "beat": beat_key, "month": first, "by": actor.account_id, "version": version},
        ).scalar()
        if written is None or (seen is None and version):
            stored = seen["households"] if seen else after["households"]
            raise ConflictError("report_changed_since", beat=beat, month=f"{first:%m/%Y}", households=stored)
        before = {name: seen[name] for name in _FIELDS} if seen else None
        change = RowChange(str(written), version + 1, before, after)
        record_rows(connection, actor, "report_send", "beat_report", [change], beat=beat, month=first)
