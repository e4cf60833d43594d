"""Where: administrative units and their lineage, blocks, households, posts, streets, water."""

from datetime import date

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Mapped, mapped_column

from geo.store.tables.base import Base, one_at_a_time, valid_column


def _geometry(kind: str, *, nullable: bool = False) -> Mapped[object]:
    return mapped_column(Geometry(kind, srid=4326, spatial_index=False), nullable=nullable)


class AdminUnit(Base):
    """A province, a district (before 1 July 2025) or a ward. Codes are text and never reused."""

    __tablename__ = "admin_unit"
    __table_args__ = (
        *one_at_a_time("ex_admin_unit_code_valid", "code"),
        CheckConstraint("level IN ('province', 'district', 'ward')", name="level_known"),
        Index("ix_admin_unit_geom", "geom", postgresql_using="gist"),
        Index("ix_admin_unit_parent_id", "parent_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    full_name: Mapped[str | None] = mapped_column(Text)
    name_folded: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.admin_unit.id"))
    geom: Mapped[object | None] = _geometry("MULTIPOLYGON", nullable=True)
    declared_area_km2: Mapped[float | None]
    synthetic: Mapped[bool] = mapped_column(server_default=text("false"))
    valid: Mapped[Range[date]] = valid_column()
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.import_batch.id"))


class UnitLineage(Base):
    """What a unit became: share of `from_unit_id` that went to `to_unit_id`; shares of one unit sum to 1."""

    __tablename__ = "unit_lineage"
    __table_args__ = (CheckConstraint("share > 0 AND share <= 1", name="share_in_unit_interval"),)

    from_unit_id: Mapped[int] = mapped_column(ForeignKey("diaban.admin_unit.id"), primary_key=True)
    to_unit_id: Mapped[int] = mapped_column(ForeignKey("diaban.admin_unit.id"), primary_key=True)
    on_date: Mapped[date] = mapped_column(Date, primary_key=True)
    share: Mapped[float]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.legal_document.id"))


class Block(Base):
    """Tổ dân phố, khu phố, thôn or a building: the smallest thing that can change hands.

    ``neighbourhood`` names the larger local part (khu phố, cụm, ấp) that several blocks of a ward make up.
    """

    __tablename__ = "block"
    __table_args__ = (
        *one_at_a_time("ex_block_code_valid", "code"),
        CheckConstraint("neighbourhood <> ''", name="neighbourhood_said"),
        Index("ix_block_geom", "geom", postgresql_using="gist"),
        Index("ix_block_unit_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(ForeignKey("diaban.admin_unit.id"))
    kind: Mapped[str] = mapped_column(Text, server_default="to_dan_pho")
    name: Mapped[str] = mapped_column(Text)
    name_folded: Mapped[str] = mapped_column(Text)
    neighbourhood: Mapped[str | None] = mapped_column(Text)
    geom: Mapped[object] = _geometry("MULTIPOLYGON")
    valid: Mapped[Range[date]] = valid_column()
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.import_batch.id"))


class Household(Base):
    """A household's place and how many people are registered there. Counts only: no person is described.

    ``misplaced`` says that somebody who knows the area found the point to be wrong; it waits for a new one.

    References of this table are checked once a statement by trigger: a foreign key is checked row by
    row, which takes longer than loading the rows.
    """

    __tablename__ = "household"
    __table_args__ = (
        CheckConstraint("permanent >= 0 AND temporary >= 0 AND absent >= 0", name="counts_not_negative"),
        Index("uq_household_code", "code", unique=True),
        Index("ix_household_unit_id", "unit_id"),
        Index("ix_household_block_id", "block_id"),
        Index("ix_household_batch_id", "batch_id"),
        Index("ix_household_geom", "geom", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(Integer)
    block_id: Mapped[int | None] = mapped_column(Integer)
    permanent: Mapped[int] = mapped_column(SmallInteger)
    temporary: Mapped[int] = mapped_column(SmallInteger)
    absent: Mapped[int] = mapped_column(SmallInteger)
    reviewed_on: Mapped[date | None] = mapped_column(Date)
    misplaced: Mapped[bool] = mapped_column(server_default=text("false"))
    geom: Mapped[object] = _geometry("POINT")
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    batch_id: Mapped[int | None] = mapped_column(Integer)


class Post(Base):
    """A police station or post."""

    __tablename__ = "post"
    __table_args__ = (Index("ix_post_unit_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("diaban.admin_unit.id"))
    name: Mapped[str] = mapped_column(Text)
    geom: Mapped[object] = _geometry("POINT")
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.import_batch.id"))


class Street(Base):
    """A street segment: the network for distances, the lines and names of the basemap."""

    __tablename__ = "street"
    __table_args__ = (Index("ix_street_geom", "geom", postgresql_using="gist"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str | None] = mapped_column(Text)
    name_folded: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, server_default="minor")
    geom: Mapped[object] = _geometry("LINESTRING")
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.import_batch.id"))


class Water(Base):
    """Rivers and lakes of the basemap; barriers between blocks."""

    __tablename__ = "water"
    __table_args__ = (Index("ix_water_geom", "geom", postgresql_using="gist"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(Text)
    geom: Mapped[object] = _geometry("MULTIPOLYGON")
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("diaban.import_batch.id"))
