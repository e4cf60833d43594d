"""Who: officers, the beats (khu vực) made of blocks, and who holds which beat when, by which decision."""

from datetime import date

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Mapped, mapped_column

from geo.store.tables.base import Base, one_at_a_time, valid_column


class LegalDocument(Base):
    """A decision or plan that something rests on."""

    __tablename__ = "legal_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text, server_default="decision")
    title: Mapped[str | None] = mapped_column(Text)
    issuer: Mapped[str | None] = mapped_column(Text)
    issued_on: Mapped[date | None] = mapped_column(Date)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.import_batch.id"))


class Officer(Base):
    """An officer of the service: number, name to display, rank, unit, and days a month free for the beat."""

    __tablename__ = "officer"
    __table_args__ = (
        Index("ix_officer_unit_id", "unit_id"),
        CheckConstraint("beat_days_month BETWEEN 0 AND 31", name="beat_days_in_month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_number: Mapped[str] = mapped_column(Text, unique=True)
    display_name: Mapped[str] = mapped_column(Text)
    rank: Mapped[str | None] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(ForeignKey("diaban.admin_unit.id"))
    beat_days_month: Mapped[int | None] = mapped_column(SmallInteger)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.import_batch.id"))


class Beat(Base):
    """An area of responsibility: the blocks in `beat_block`; `geom` is its border as drawn, if any."""

    __tablename__ = "beat"
    __table_args__ = (
        *one_at_a_time("ex_beat_code_valid", "code"),
        Index("ix_beat_unit_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(ForeignKey("diaban.admin_unit.id"))
    name: Mapped[str] = mapped_column(Text)
    geom: Mapped[object | None] = mapped_column(
        Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=True
    )
    valid: Mapped[Range[date]] = valid_column()
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.import_batch.id"))


class BeatBlock(Base):
    """Which block belongs to which beat, on which days: one beat per block at a time."""

    __tablename__ = "beat_block"
    __table_args__ = (
        *one_at_a_time("ex_beat_block_block_id_valid", "block_id"),
        Index("ix_beat_block_beat_id", "beat_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    beat_id: Mapped[int] = mapped_column(ForeignKey("diaban.beat.id"))
    block_id: Mapped[int] = mapped_column(ForeignKey("diaban.block.id"))
    valid: Mapped[Range[date]] = valid_column()
    document_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.legal_document.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.import_batch.id"))


class Assignment(Base):
    """Which officer holds which beat, as what, on which days: one primary officer per beat at a time."""

    __tablename__ = "assignment"
    __table_args__ = (
        *one_at_a_time("ex_assignment_primary", "beat_id", where="role = 'primary'"),
        CheckConstraint("role IN ('primary', 'concurrent', 'acting')", name="role_known"),
        Index("ix_assignment_beat_id", "beat_id"),
        Index("ix_assignment_officer_id", "officer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    beat_id: Mapped[int] = mapped_column(ForeignKey("diaban.beat.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("diaban.officer.id"))
    role: Mapped[str] = mapped_column(Text)
    valid: Mapped[Range[date]] = mapped_column(nullable=False)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.legal_document.id"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.import_batch.id"))
