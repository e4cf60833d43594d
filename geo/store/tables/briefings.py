"""Briefings: the views somebody keeps for a meeting; and what left, so that the next export knows of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
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


class DisclosureArea(Base):
    """Places that a figure counts, by the hash of their names: units, beats of a day, blocks."""

    __tablename__ = "disclosure_area"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    tokens: Mapped[list[str]] = mapped_column(ARRAY(Text))


class DisclosureCell(Base):
    """A cell that left the system: what the next export must not let anybody subtract from.

    Rows are added, never changed; a cell that left again the same way is one row. Values are not kept.
    """

    __tablename__ = "disclosure_cell"
    __table_args__ = (
        UniqueConstraint(
            "measure", "area", "first_day", "last_day", "category", "origin", "part", "mark",
            name="uq_disclosure_cell_said",
        ),
        CheckConstraint("mark IN ('given', 'small', 'withheld')", name="mark"),
        CheckConstraint("first_day <= last_day", name="days"),
        Index("ix_disclosure_cell_days", "measure", "last_day"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    account_id: Mapped[int | None] = mapped_column(Integer)
    measure: Mapped[str] = mapped_column(Text)
    area: Mapped[str] = mapped_column(
        ForeignKey("diaban.disclosure_area.key", name="fk_disclosure_cell_area")
    )
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    category: Mapped[str] = mapped_column(Text, server_default=text("''"))
    origin: Mapped[str] = mapped_column(Text)
    part: Mapped[str] = mapped_column(Text, server_default=text("''"))
    mark: Mapped[str] = mapped_column(Text)


class KeptDeck(Base):
    """A deck as it was made, after what may not leave was taken out: the same question gives it again.

    question : its fingerprint, as printed on the slides
    """

    __tablename__ = "deck"
    __table_args__ = (UniqueConstraint("question", "scope", "account_id", name="uq_deck_question"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    account_id: Mapped[int | None] = mapped_column(Integer)
    scope: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)
