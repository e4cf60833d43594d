"""Who may sign in. Only the role ``diaban_auth`` reads these tables; the application role never does."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.store.tables.base import Base


class Account(Base):
    """A local account: Argon2 hash of the password, role, and whether its scope is everything.

    service_number : of the officer whose account it is; a ward officer's saves for that officer's beats only
    whole_ward : a chief's, which saves for all of its scope
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(
            "role IN ('admin', 'commander', 'planner', 'briefer', 'ward_officer')", name="role_known"
        ),
        CheckConstraint("service_number <> ''", name="service_number_not_blank"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    all_units: Mapped[bool] = mapped_column(server_default=text("false"))
    demo: Mapped[bool] = mapped_column(server_default=text("false"))
    disabled: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    service_number: Mapped[str | None] = mapped_column(Text)
    whole_ward: Mapped[bool] = mapped_column(server_default=text("false"))


class AccountScope(Base):
    """The units an account works in; each brings everything below it."""

    __tablename__ = "account_scope"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("diaban.account.id", ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("diaban.admin_unit.id"), primary_key=True)


class Session(Base):
    """A signed-in browser. The token itself is never stored, only its SHA-256."""

    __tablename__ = "session"
    __table_args__ = (Index("ix_session_account_id", "account_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("diaban.account.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    idle_until: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """Attempts to sign in, for the rate limit."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_name_at", "name", "at"),
        Index("ix_sign_in_attempt_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    succeeded: Mapped[bool]
