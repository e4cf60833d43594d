"""Proposed changes of hands: a plan, its moves, what was decided about it."""

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, Range
from sqlalchemy.orm import Mapped, mapped_column

from geo.store.tables.base import Base, valid_column


class Plan(Base):
    """A plan of reassignment; in force from `effective_on` once approved and applied.

    parent_id : the draft that this one branched off
    options : what the planner set: tolerance, weights, locked beats, seed
    proposal : what the solver said: objective, bound, gap, seed, seconds; None for a plan made by hand
    """

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'rejected', 'in_force', 'rolled_back')",
            name="state_known",
        ),
        Index("ix_plan_unit_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("diaban.admin_unit.id"))
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="draft")
    effective_on: Mapped[date | None] = mapped_column(Date)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.legal_document.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("diaban.account.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.plan.id", ondelete="SET NULL"))
    options: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    proposal: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class PlanMove(Base):
    """One block changing hands, in the order that keeps every step contiguous."""

    __tablename__ = "plan_move"
    __table_args__ = (UniqueConstraint("plan_id", "block_id"),)

    plan_id: Mapped[int] = mapped_column(ForeignKey("diaban.plan.id", ondelete="CASCADE"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("diaban.block.id"))
    from_beat_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.beat.id"))
    to_beat_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.beat.id"))
    reason: Mapped[str | None] = mapped_column(Text)


class PlanDecision(Base):
    """What was decided about a plan, by whom, when and why. Rows are added, never changed."""

    __tablename__ = "plan_decision"
    __table_args__ = (
        CheckConstraint(
            "decision IN ('submitted', 'approved', 'rejected', 'applied', 'rolled_back')",
            name="decision_known",
        ),
        Index("ix_plan_decision_plan_id", "plan_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("diaban.plan.id", ondelete="CASCADE"))
    decision: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("diaban.account.id"))
    decided_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    reason: Mapped[str | None] = mapped_column(Text)


class PlanCover(Base):
    """Who stands in for a beat while the plan holds, and until when."""

    __tablename__ = "plan_cover"
    __table_args__ = (
        CheckConstraint("NOT isempty(valid) AND NOT upper_inf(valid)", name="valid_ends"),
        UniqueConstraint("plan_id", "beat_id", "officer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("diaban.plan.id", ondelete="CASCADE"))
    beat_id: Mapped[int] = mapped_column(ForeignKey("diaban.beat.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("diaban.officer.id"))
    valid: Mapped[Range[date]] = valid_column()


class PlanSplit(Base):
    """A block cut along a line: two blocks once the plan is in force."""

    __tablename__ = "plan_split"
    __table_args__ = (UniqueConstraint("plan_id", "block_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("diaban.plan.id", ondelete="CASCADE"))
    block_id: Mapped[int] = mapped_column(ForeignKey("diaban.block.id"))
    line: Mapped[object] = mapped_column(Geometry("LINESTRING", srid=4326, spatial_index=False))
    to_beat_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.beat.id"))


class PlanChange(Base):
    """A stored row before and after a plan came into force: what rollback puts back."""

    __tablename__ = "plan_change"

    plan_id: Mapped[int] = mapped_column(ForeignKey("diaban.plan.id", ondelete="CASCADE"), primary_key=True)
    table_name: Mapped[str] = mapped_column(Text, primary_key=True)
    row_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class PlanUnsaved(Base):
    """What a planner has done to a draft and not stored yet: kept at every stroke, gone once it is stored.

    version : of the plan that the strokes were made on
    """

    __tablename__ = "plan_unsaved"

    plan_id: Mapped[int] = mapped_column(ForeignKey("diaban.plan.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("diaban.account.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(Integer)
    strokes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    kept_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
