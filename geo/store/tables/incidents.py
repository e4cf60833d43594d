"""What happened: categories, incident points, the calendars that reports are counted by."""

from datetime import date, datetime

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.store.tables.base import Base


class Category(Base):
    """A kind of incident, in a tree, with a weight for harm."""

    __tablename__ = "category"
    __table_args__ = (CheckConstraint("harm_weight >= 0", name="harm_not_negative"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.category.id"))
    name_vi: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    harm_weight: Mapped[float] = mapped_column(server_default=text("1"))


class Incident(Base):
    """An incident: kind, how it became known, when (an interval), where (a point with its precision), state.

    ``unit_id`` is the ward that holds the place by its *latest* border; who was responsible on the day
    comes from block, beat and assignment, which carry their days. NULL is outside every known ward.
    References are checked once a statement by trigger, as in `Household`.
    """

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint("origin IN ('reported', 'discovered')", name="origin_known"),
        CheckConstraint("status IN ('received', 'assigned', 'in_progress', 'resolved')", name="status_known"),
        CheckConstraint("occurred_to >= occurred_from", name="occurred_in_order"),
        CheckConstraint("precision_m >= 0", name="precision_not_negative"),
        Index("uq_incident_code", "code", unique=True),
        # Measured on a million rows: the included columns let counts by unit, month and kind be read from
        # the index alone (5.6 ms instead of 15), and a tile that names its units combines it with geom.
        Index(
            "ix_incident_unit_id_occurred_from",
            "unit_id",
            "occurred_from",
            postgresql_include=["category_id", "origin"],
        ),
        Index("ix_incident_block_id", "block_id"),
        Index("ix_incident_batch_id", "batch_id"),
        Index("ix_incident_geom", "geom", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    category_id: Mapped[int] = mapped_column(SmallInteger)
    origin: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    occurred_from: Mapped[datetime | None]
    occurred_to: Mapped[datetime | None]
    recorded_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    geom: Mapped[object | None] = mapped_column(
        Geometry("POINT", srid=4326, spatial_index=False), nullable=True
    )
    precision_m: Mapped[float | None]
    unit_id: Mapped[int | None] = mapped_column(Integer)
    block_id: Mapped[int | None] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    batch_id: Mapped[int | None] = mapped_column(Integer)


class ReportCalendar(Base):
    """The periods of a report series: the ministry's year runs 15-12 to 14-12, some weeks Thursday on."""

    __tablename__ = "report_calendar"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="days_in_order"),)

    series: Mapped[str] = mapped_column(Text, primary_key=True)
    first_day: Mapped[date] = mapped_column(Date, primary_key=True)
    last_day: Mapped[date] = mapped_column(Date)
    name_vi: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
