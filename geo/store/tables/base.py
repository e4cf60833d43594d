"""What every table shares: schema, naming of constraints, validity ranges."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, MetaData, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TIMESTAMP

SCHEMA = "diaban"

# Names are given, never left to the server, so that a migration down finds what a migration up made.
_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all tables, in the schema ``diaban``."""

    metadata = MetaData(schema=SCHEMA, naming_convention=_NAMING)
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it from the class)
        datetime: TIMESTAMP(timezone=True),
        Range[date]: DATERANGE(),
    }


def always() -> Any:
    """Server default of a validity that has no known start or end."""
    return text("daterange(NULL, NULL)")


def valid_column() -> Mapped[Range[date]]:
    """Days on which the row holds, ``[from, to)``; open ends are NULL bounds."""
    return mapped_column(DATERANGE(), server_default=always(), nullable=False)


def one_at_a_time(
    name: str, *keys: str, where: str | None = None
) -> tuple[ExcludeConstraint, CheckConstraint]:
    """No two rows with equal `keys` may hold on the same day, and no row may hold on no day.

    The check is needed beside the exclusion: an empty range overlaps nothing and slips past it.
    """
    elements = [(key, "=") for key in keys]
    exclude: ExcludeConstraint = ExcludeConstraint(
        *elements,
        ("valid", "&&"),
        name=name,
        using="gist",
        where=text(where) if where else None,
    )
    return exclude, CheckConstraint("NOT isempty(valid)", name="valid_not_empty")
