"""Sign-in and sessions: who is at the other end, for how long, and how often one may guess.

A session is a row that names the SHA-256 of a random token of 256 bits; the token itself is only in the
browser's cookie. The clock is the database's. Idle and absolute limits are checked by the database too
(`diaban.current_session`), so a token that has ended reads nothing whatever the program does.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, text

from geo import settings
from geo.domain.errors import ForbiddenError
from geo.domain.roles import Actor, Role
from geo.services import audit, passwords
from geo.services.deployment import holds_only_demo
from geo.store.engine import Database, auth_transaction

FAILURES_PER_NAME = 5
FAILURES_PER_ADDRESS = 30
WINDOW_MINUTES = 15

_ATTEMPTS_KEPT_HOURS = 24
_SESSIONS_KEPT_DAYS = 30
_TOUCH_SECONDS = 60


@dataclass(frozen=True)
class _Account:
    id: int
    name: str
    password_hash: str
    demo: bool
    disabled: bool


def sign_in(database: Database, name: str, password: str, address: str) -> str:
    """Check name and password, open a session and return its token.

    address : where the request came from, for the rate limit; kept a day
    Raises ForbiddenError ``sign_in_refused`` (the same for a wrong name and a wrong password, after the
    same work), ``sign_in_wait`` above the rate limit, ``account_disabled`` and ``demo_closed`` (these two
    only where the password was right).
    """
    name = name.strip().casefold()
    with auth_transaction(database) as connection:
        attempt = _reserve_attempt(connection, name, address)
        account = _account(connection, name)
    right = passwords.matches(account.password_hash if account else None, password)
    with auth_transaction(database) as connection:
        if account is None or not right:
            refusal = ForbiddenError("sign_in_refused")
        elif account.disabled:
            refusal = ForbiddenError("account_disabled", name=account.name)
        elif account.demo and not holds_only_demo(connection):
            refusal = ForbiddenError("demo_closed")
        else:
            return _open(connection, account, attempt)
        _record_refusal(connection, account, refusal)
    raise refusal


def _key(name: str) -> str:
    """Return what the attempts table calls `name`: people type passwords into the wrong field."""
    return sha256(name.encode()).hexdigest()


def _reserve_attempt(connection: Connection, name: str, address: str) -> int:
    """Count this attempt as failed until it succeeds, so that guesses sent at once cannot pass together."""
    # One lock for all: deciding is short, and the password check happens after it is released.
    connection.execute(text("SELECT pg_advisory_xact_lock(4915226013)"))
    minutes = connection.execute(
        text("""
            WITH recent AS (
                SELECT name, address, at, succeeded FROM diaban.sign_in_attempt
                WHERE at > now() - make_interval(mins => :window) AND (name = :name OR address = :address)
            ), by_name AS (
                SELECT at, row_number() OVER (ORDER BY at DESC) AS n FROM recent
                WHERE name = :name AND NOT succeeded AND at > coalesce(
                    (SELECT max(at) FROM recent WHERE name = :name AND succeeded), '-infinity')
            ), by_address AS (
                SELECT at, row_number() OVER (ORDER BY at DESC) AS n FROM recent
                WHERE address = :address AND NOT succeeded
            ), blocking AS (
                SELECT at FROM by_name WHERE n = :per_name UNION ALL
                SELECT at FROM by_address WHERE n = :per_address
            )
            SELECT ceil(extract(epoch FROM max(at) + make_interval(mins => :window) - now()) / 60)::int
            FROM blocking"""),
        {
            "window": WINDOW_MINUTES,
            "name": _key(name),
            "address": address,
            "per_name": FAILURES_PER_NAME,
            "per_address": FAILURES_PER_ADDRESS,
        },
    ).scalar()
    if minutes is not None:
        raise ForbiddenError("sign_in_wait", minutes=max(1, minutes))
    connection.execute(
        text("DELETE FROM diaban.sign_in_attempt WHERE at < now() - make_interval(hours => :hours)"),
        {"hours": _ATTEMPTS_KEPT_HOURS},
    )
    return int(
        connection.execute(
            text(
                "INSERT INTO diaban.sign_in_attempt (name, address, succeeded) "
                "VALUES (:name, :address, false) RETURNING id"
            ),
            {"name": _key(name), "address": address},
        ).scalar_one()
    )


def _account(connection: Connection, name: str) -> _Account | None:
    row = connection.execute(
        text("SELECT id, name, password_hash, demo, disabled FROM diaban.account WHERE name = :name"),
        {"name": name},
    ).first()
    return _Account(*row) if row else None


def _record_refusal(connection: Connection, account: _Account | None, refusal: ForbiddenError) -> None:
    # A name that no account has is not written down: it may be a password in the wrong field.
    by = (account.id, account.name) if account else (None, "unknown")
    audit.record_account(connection, by, "sign_in_refused", by[1], {"reason": refusal.code})


def _open(connection: Connection, account: _Account, attempt: int) -> str:
    token = secrets.token_urlsafe(32)
    limits = settings.load()
    connection.execute(
        text("UPDATE diaban.sign_in_attempt SET succeeded = true WHERE id = :id"), {"id": attempt}
    )
    connection.execute(
        text("DELETE FROM diaban.session WHERE expires_at < now() - make_interval(days => :days)"),
        {"days": _SESSIONS_KEPT_DAYS},
    )
    connection.execute(
        text(
            "INSERT INTO diaban.session (token_hash, account_id, idle_until, expires_at) VALUES (:hash, :id, "
            "now() + make_interval(mins => :idle), now() + make_interval(hours => :hours))"
        ),
        {
            "hash": _digest(token),
            "id": account.id,
            "idle": limits.session_idle_minutes,
            "hours": limits.session_hours,
        },
    )
    audit.record_account(connection, (account.id, account.name), "sign_in", account.name)
    return token


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def actor_for_token(database: Database, token: str, *, touch: bool = True) -> Actor | None:
    """Return who `token` stands for, or None where the session has ended (or never was).

    touch : count this as use: the idle limit starts anew (written at most once a minute)
    A demo account's sessions end the moment the database holds more than the demo.
    """
    with auth_transaction(database) as connection:
        row = connection.execute(
            text("""
                SELECT a.id, a.name, a.role, a.all_units, a.demo, s.idle_until - now() AS idle_left,
                    ARRAY(
                        SELECT DISTINCT u.code FROM diaban.account_scope x
                        JOIN diaban.admin_unit u ON u.id = x.unit_id
                        WHERE x.account_id = a.id ORDER BY u.code)
                FROM diaban.session s JOIN diaban.account a ON a.id = s.account_id
                WHERE s.token_hash = :hash AND s.revoked_at IS NULL AND s.expires_at > now()
                  AND s.idle_until > now() AND NOT a.disabled"""),
            {"hash": _digest(token)},
        ).first()
        if row is None:
            return None
        account_id, name, role, all_units, demo, idle_left, codes = row
        if demo and not holds_only_demo(connection):
            end_sessions(connection, account_id)
            return None
        idle_seconds = settings.load().session_idle_minutes * 60
        if touch and idle_left.total_seconds() < idle_seconds - min(_TOUCH_SECONDS, idle_seconds / 10):
            _touch(connection, token, idle_seconds)
    return Actor(account_id, name, Role(role), ("*",) if all_units else tuple(codes), session_token=token)


def _touch(connection: Connection, token: str, idle_seconds: float) -> None:
    connection.execute(
        text(
            "UPDATE diaban.session SET idle_until = least(expires_at, now() + make_interval(secs => :idle)) "
            "WHERE token_hash = :hash"
        ),
        {"idle": idle_seconds, "hash": _digest(token)},
    )


def sign_out(database: Database, token: str) -> None:
    """End the session of `token`; nothing happens where it has ended already."""
    with auth_transaction(database) as connection:
        row = connection.execute(
            text(
                "UPDATE diaban.session s SET revoked_at = now() FROM diaban.account a "
                "WHERE a.id = s.account_id AND s.token_hash = :hash AND s.revoked_at IS NULL "
                "RETURNING a.id, a.name"
            ),
            {"hash": _digest(token)},
        ).first()
        if row is not None:
            audit.record_account(connection, (row.id, row.name), "sign_out", row.name)


def end_sessions(connection: Connection, account_id: int) -> None:
    """End all sessions of an account, within the caller's transaction as ``diaban_auth``."""
    connection.execute(
        text("UPDATE diaban.session SET revoked_at = now() WHERE account_id = :id AND revoked_at IS NULL"),
        {"id": account_id},
    )
