"""What was done: imports and how to undo them, the audit chain, exports, settings, change counters."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.store.tables.base import Base


class ImportBatch(Base):
    """One file sent in: what it was, what became of its rows. `report` is what the user was told."""

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint("rows_read = accepted + updated + unchanged + rejected", name="rows_conserved"),
        Index("ix_import_batch_file_sha256", "file_sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str | None] = mapped_column(Text)
    synthetic: Mapped[bool] = mapped_column(server_default=text("false"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.account.id"))
    committed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    undone_at: Mapped[datetime | None]
    rows_read: Mapped[int] = mapped_column(server_default=text("0"))
    accepted: Mapped[int] = mapped_column(server_default=text("0"))
    updated: Mapped[int] = mapped_column(server_default=text("0"))
    unchanged: Mapped[int] = mapped_column(server_default=text("0"))
    rejected: Mapped[int] = mapped_column(server_default=text("0"))
    report: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class ImportReject(Base):
    """A row that was not taken, with its reason and its original cells (person columns left out)."""

    __tablename__ = "import_reject"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("diaban.import_batch.id", ondelete="CASCADE"), primary_key=True
    )
    row_number: Mapped[int] = mapped_column(Integer, primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    params: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    row: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class ImportChange(Base):
    """A stored row as it was before a batch changed it: what undo puts back."""

    __tablename__ = "import_change"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("diaban.import_batch.id", ondelete="CASCADE"), primary_key=True
    )
    table_name: Mapped[str] = mapped_column(Text, primary_key=True)
    row_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)


class AuditEvent(Base):
    """Append-only, hash-chained: `hash` covers the row and `prev_hash`, so a removed or changed row shows."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_at", "at"), Index("ix_audit_event_account_id", "account_id"))

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    object_kind: Mapped[str] = mapped_column(Text)
    object_key: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    prev_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)


class ExportLog(Base):
    """What left the system: the query, the purpose, the SHA-256 of the file that was handed out."""

    __tablename__ = "export_log"
    __table_args__ = (
        Index("ix_export_log_sha256", "sha256"),
        Index("ix_export_log_fingerprint", text("(query ->> 'fingerprint')")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    query: Mapped[dict[str, Any]] = mapped_column(JSONB)
    rows: Mapped[int | None] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(Text)


class Setting(Base):
    """Facts of this deployment that are decided once, such as its metric CRS."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)


class DataChange(Base):
    """One row for each statement that changed a table: sum and count of ids are that table's version.

    A counter in one row would make writers wait for each other; a sequence would show a change
    before it is committed. Rows that are inserted do neither.

    ``units`` are those of the rows that the statement touched, before and after it, 0 for rows in none; NULL
    where that is not noted.
    """

    __tablename__ = "data_change"
    __table_args__ = (Index("ix_data_change_topic", "topic"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    topic: Mapped[str] = mapped_column(Text)
    units: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))


class DataChangePast(Base):
    """Sum and count of the ids of a topic's old rows of `DataChange`, which are gone."""

    __tablename__ = "data_change_past"

    topic: Mapped[str] = mapped_column(Text, primary_key=True)
    total: Mapped[int] = mapped_column(BigInteger)
    changes: Mapped[int] = mapped_column(BigInteger)
