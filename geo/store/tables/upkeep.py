"""What keeps the four works true: counts reported, reviews, borders, tasks of a plan, targets, equipment."""

from datetime import date, datetime

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Mapped, mapped_column

from geo.store.tables.base import Base, one_at_a_time, valid_column


class BeatReport(Base):
    """The counts of a beat as reported for a month (its first day): completeness is reported / due."""

    __tablename__ = "beat_report"
    __table_args__ = (
        UniqueConstraint("beat_id", "month"),
        CheckConstraint("extract(day FROM month) = 1", name="month_by_first_day"),
        CheckConstraint(
            "households >= 0 AND permanent >= 0 AND temporary >= 0 AND absent >= 0",
            name="counts_not_negative",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    beat_id: Mapped[int] = mapped_column(ForeignKey("diaban.beat.id"))
    month: Mapped[date] = mapped_column(Date)
    households: Mapped[int] = mapped_column(Integer)
    permanent: Mapped[int] = mapped_column(Integer)
    temporary: Mapped[int] = mapped_column(Integer)
    absent: Mapped[int] = mapped_column(Integer)
    reported_by: Mapped[int | None] = mapped_column(ForeignKey("diaban.account.id"))
    reported_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))


class BorderProposal(Base):
    """A block's border as somebody who knows the area would draw it, until it is taken or refused."""

    __tablename__ = "border_proposal"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'accepted', 'refused', 'withdrawn')", name="state_known"),
        CheckConstraint(
            "reason IN ('drawn_wrong', 'new_street', 'new_building', 'water', 'decision')",
            name="reason_known",
        ),
        Index("ix_border_proposal_unit_id", "unit_id"),
        Index("ix_border_proposal_block_id", "block_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("diaban.block.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("diaban.admin_unit.id"))
    geom: Mapped[object] = mapped_column(Geometry("MULTIPOLYGON", srid=4326, spatial_index=False))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="open")
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("diaban.account.id"))
    proposed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("diaban.account.id"))
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    drawn_on: Mapped[str | None] = mapped_column(Text)
    effective_on: Mapped[date | None] = mapped_column(Date)


class BorderBefore(Base):
    """The border that a block or a beat had until an accepted proposal took effect; today's is its own.

    `became` is the MD5 of the border that took its place: only while it stands can the change be undone.
    """

    __tablename__ = "border_before"
    __table_args__ = (
        CheckConstraint("(block_id IS NULL) <> (beat_id IS NULL)", name="of_one"),
        Index("ix_border_before_proposal_id", "proposal_id"),
        Index("ix_border_before_block_id_until", "block_id", "until"),
        Index("ix_border_before_beat_id_until", "beat_id", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("diaban.border_proposal.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("diaban.admin_unit.id"))
    block_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.block.id"))
    beat_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.beat.id"))
    until: Mapped[date] = mapped_column(Date)
    geom: Mapped[object] = mapped_column(Geometry("MULTIPOLYGON", srid=4326, spatial_index=False))
    became: Mapped[str] = mapped_column(Text)


class HouseholdPointBefore(Base):
    """Where a household lay before its point was put: seen by the one who put it, for thirty days.

    Households are named by code: the table of households is emptied as a whole, which a reference forbids.
    """

    __tablename__ = "household_point_before"
    __table_args__ = (UniqueConstraint("household", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    household: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    block_id: Mapped[int | None] = mapped_column(Integer)
    unit_id: Mapped[int] = mapped_column(Integer)
    geom: Mapped[object] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    put_by: Mapped[int | None] = mapped_column(ForeignKey("diaban.account.id", ondelete="CASCADE"))
    put_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Task(Base):
    """A task of a plan of work or a decision, for a unit or one of its beats, with a day it is due."""

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint("work IN ('area', 'households', 'residents', 'incidents')", name="work_known"),
        CheckConstraint("state IN ('open', 'done', 'cancelled')", name="state_known"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_in_percent"),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done_has_its_day"),
        UniqueConstraint("code"),
        Index("ix_task_unit_id", "unit_id"),
        Index("ix_task_beat_id", "beat_id"),
        Index("ix_task_document_id", "document_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    document_id: Mapped[int] = mapped_column(ForeignKey("diaban.legal_document.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("diaban.admin_unit.id"))
    beat_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.beat.id"))
    work: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    assigned_on: Mapped[date] = mapped_column(Date, server_default=text("current_date"))
    due_on: Mapped[date] = mapped_column(Date)
    progress: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    state: Mapped[str] = mapped_column(Text, server_default="open")
    done_on: Mapped[date | None] = mapped_column(Date)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("diaban.account.id"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))


class Target(Base):
    """A target or norm of a measure with the document it rests on; without a unit it holds for all."""

    __tablename__ = "target"
    __table_args__ = (
        # NULL equals nothing, so the targets for everybody need an exclusion of their own.
        *one_at_a_time("ex_target_measure_unit_id_valid", "measure", "unit_id"),
        one_at_a_time("ex_target_measure_valid", "measure", where="unit_id IS NULL")[0],
        Index("ix_target_unit_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.admin_unit.id"))
    value: Mapped[float]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.legal_document.id"))
    valid: Mapped[Range[date]] = valid_column()
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))


class HouseholdReview(Base):
    """A change of a household's last review, kept by a trigger: what its day was before and after."""

    __tablename__ = "household_review"
    __table_args__ = (
        Index("ix_household_review_household_id", "household_id"),
        Index("ix_household_review_after", "after"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("diaban.household.id", ondelete="CASCADE"))
    before: Mapped[date | None] = mapped_column(Date)
    after: Mapped[date | None] = mapped_column(Date)


class Equipment(Base):
    """How many of a kind a unit has, as counted on a day; the newest count up to a day holds on it."""

    __tablename__ = "equipment"
    __table_args__ = (
        UniqueConstraint("unit_id", "kind", "as_of"),
        CheckConstraint(
            "kind IN ('motorcycle', 'car', 'computer', 'radio', 'camera', 'extinguisher')", name="kind_known"
        ),
        CheckConstraint("count BETWEEN 0 AND 100000", name="count_in_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("diaban.admin_unit.id"))
    kind: Mapped[str] = mapped_column(Text)
    as_of: Mapped[date] = mapped_column(Date)
    count: Mapped[int] = mapped_column(Integer)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("diaban.account.id"))
    entered_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
