"""Briefings: the views somebody keeps for a meeting, in their order, at their cut-off."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.store.tables.base import Base


class Briefing(Base):
    """A deck: its items are views with title and notes; `cutoff` is the moment up to which data counts."""

    __tablename__ = "briefing"
    __table_args__ = (Index("ix_briefing_account_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(ForeignKey("diaban.admin_unit.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.account.id"))
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    cutoff: Mapped[datetime] = mapped_column(server_default=text("now()"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))


class Disclosure(Base):
    """Cells of a table that left the system: what the next export must not let anybody subtract from.

    Rows are added, never changed; `cells` holds the cells given out and those held back, not their values.
    """

    __tablename__ = "disclosure"
    __table_args__ = (Index("ix_disclosure_topic", "topic"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    account_id: Mapped[int | None] = mapped_column(Integer)
    topic: Mapped[str] = mapped_column(Text)
    cells: Mapped[dict[str, Any]] = mapped_column(JSONB)
