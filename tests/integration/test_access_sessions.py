"""Sessions and the rate limit against the real database."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from geo.domain.errors import ForbiddenError
from geo.domain.roles import OPERATOR, Actor, Role
from geo.services import accounts, passwords, sessions
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database, transaction

PASSWORD = "mot-mat-khau-dai"
HERE = "10.0.0.1"


@pytest.fixture(scope="module")
def opened(database: DatabaseUrls) -> Iterator[Database]:
    found = open_database(database.owner, database.app, database.auth)
    with found.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO diaban.admin_unit (code, level, name, name_folded, geom) "
                "SELECT c, 'ward', c, c, ST_Multi(ST_MakeEnvelope(105, 21, 105.1, 21.1, 4326)) "
                "FROM unnest(ARRAY['00001', '00002']) c"
            )
        )
    accounts.add_account(
        found, OPERATOR, "phuong.1", role="ward_officer", unit_codes=["00001"], password=PASSWORD
    )
    yield found
    found.close()


@pytest.fixture(autouse=True)
def no_attempts(opened: Database) -> None:
    with opened.owner.begin() as connection:
        connection.execute(text("DELETE FROM diaban.sign_in_attempt"))


def seen_codes(database: Database, token: str) -> list[str]:
    """Return the units that SQL as the application role gives to the bearer of `token`."""
    bearer = Actor(None, "-", Role.ADMIN, ("*",), session_token=token)
    with transaction(database, bearer) as connection:
        return list(connection.execute(text("SELECT code FROM diaban.admin_unit ORDER BY code")).scalars())


def owner(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.owner.begin() as connection:
        result = connection.execute(text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []


def test_a_token_stands_for_its_account_and_shows_its_units_only(opened: Database) -> None:
    token = sessions.sign_in(opened, " Phuong.1 ", PASSWORD, HERE)
    actor = sessions.actor_for_token(opened, token)
    assert actor is not None
    assert (actor.name, actor.role, actor.unit_codes) == ("phuong.1", Role.WARD_OFFICER, ("00001",))
    assert seen_codes(opened, token) == ["00001"]


def test_the_token_itself_is_nowhere_in_the_database(opened: Database) -> None:
    token = sessions.sign_in(opened, "phuong.1", PASSWORD, HERE)
    stored = owner(
        opened, "SELECT s::text FROM diaban.session s UNION ALL SELECT e::text FROM diaban.audit_event e"
    )
    assert len(token) >= 43
    assert not any(token in str(row) or token.encode().hex() in str(row) for row in stored)


@pytest.mark.parametrize("token", ["", "x", "' OR true --", "a" * 43])
def test_a_made_up_token_is_nobody(opened: Database, token: str) -> None:
    assert sessions.actor_for_token(opened, token) is None
    assert seen_codes(opened, token) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE diaban.session SET idle_until = now() - interval '1 second'",
        "UPDATE diaban.session SET expires_at = now() - interval '1 second'",
        "UPDATE diaban.account SET disabled = true",
    ],
)
def test_an_ended_session_is_nobody_in_the_program_and_in_sql(opened: Database, change: str) -> None:
    token = sessions.sign_in(opened, "phuong.1", PASSWORD, HERE)
    owner(opened, change)
    try:
        assert sessions.actor_for_token(opened, token) is None
        assert seen_codes(opened, token) == []
    finally:
        owner(opened, "UPDATE diaban.account SET disabled = false")


def test_signing_out_ends_this_session_and_no_other(opened: Database) -> None:
    one, other = (sessions.sign_in(opened, "phuong.1", PASSWORD, HERE) for _ in range(2))
    sessions.sign_out(opened, one)
    sessions.sign_out(opened, one)
    assert sessions.actor_for_token(opened, one) is None
    assert seen_codes(opened, one) == []
    assert sessions.actor_for_token(opened, other) is not None


def test_use_moves_the_idle_limit_at_most_once_a_minute_and_never_past_the_end(opened: Database) -> None:
    token = sessions.sign_in(opened, "phuong.1", PASSWORD, HERE)
    newest = "(SELECT max(created_at) FROM diaban.session)"
    left = (
        f"SELECT extract(epoch FROM idle_until - now())::int FROM diaban.session WHERE created_at = {newest}"
    )
    owner(
        opened,
        f"UPDATE diaban.session SET idle_until = now() + interval '29.5 min' WHERE created_at = {newest}",
    )
    sessions.actor_for_token(opened, token)
    assert owner(opened, left)[0][0] <= 29.5 * 60
    owner(
        opened, f"UPDATE diaban.session SET idle_until = now() + interval '5 min' WHERE created_at = {newest}"
    )
    sessions.actor_for_token(opened, token, touch=False)
    assert owner(opened, left)[0][0] <= 5 * 60
    sessions.actor_for_token(opened, token)
    assert owner(opened, left)[0][0] > 29.5 * 60
    owner(
        opened,
        "UPDATE diaban.session SET idle_until = now() + interval '5 min', "
        f"expires_at = now() + interval '9 min' WHERE created_at = {newest}",
    )
    sessions.actor_for_token(opened, token)
    assert 5 * 60 < owner(opened, left)[0][0] <= 9 * 60


def test_unknown_name_and_wrong_password_cost_and_say_the_same(
    opened: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = []

    class Counting:
        def verify(self, password_hash: str, password: str) -> bool:
            checked.append(password_hash.split("$")[1:4])
            return real.verify(password_hash, password)

    real = passwords._HASHER
    passwords.matches(None, "warm")
    monkeypatch.setattr(passwords, "_HASHER", Counting())
    said = []
    for name in ("phuong.1", "khong-co-ai"):
        with pytest.raises(ForbiddenError) as refused:
            sessions.sign_in(opened, name, "sai", HERE)
        said.append((refused.value.code, refused.value.params))
    assert said[0] == said[1] == ("sign_in_refused", {})
    assert len(checked) == 2
    assert checked[0] == checked[1]
    assert checked[0][0] == "argon2id"


def test_a_name_that_nobody_has_is_not_written_down(opened: Database) -> None:
    with pytest.raises(ForbiddenError):
        sessions.sign_in(opened, "toi-go-nham-mat-khau", "x", HERE)
    rows = owner(
        opened,
        "SELECT a::text FROM diaban.sign_in_attempt a UNION ALL SELECT e::text FROM diaban.audit_event e",
    )
    assert rows
    assert not any("toi-go-nham" in str(row) for row in rows)


def test_guessing_a_name_is_stopped_even_with_the_right_password_then(opened: Database) -> None:
    for _ in range(sessions.FAILURES_PER_NAME):
        with pytest.raises(ForbiddenError, match="not right"):
            sessions.sign_in(opened, "phuong.1", "sai", HERE)
    with pytest.raises(ForbiddenError) as stopped:
        sessions.sign_in(opened, "phuong.1", PASSWORD, "10.9.9.9")
    assert stopped.value.code == "sign_in_wait"
    assert 14 <= stopped.value.params["minutes"] <= sessions.WINDOW_MINUTES
    owner(opened, "UPDATE diaban.sign_in_attempt SET at = at - interval '15 min'")
    assert sessions.sign_in(opened, "phuong.1", PASSWORD, HERE)


def test_success_clears_the_count_of_the_name(opened: Database) -> None:
    for _ in range(2):
        for _ in range(sessions.FAILURES_PER_NAME - 1):
            with pytest.raises(ForbiddenError, match="not right"):
                sessions.sign_in(opened, "phuong.1", "sai", HERE)
        assert sessions.sign_in(opened, "phuong.1", PASSWORD, HERE)


def test_guessing_many_names_from_one_address_is_stopped(
    opened: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "matches", lambda _hash, _password: False)
    for n in range(sessions.FAILURES_PER_ADDRESS):
        with pytest.raises(ForbiddenError, match="not right"):
            sessions.sign_in(opened, f"ten-{n}", "x", HERE)
    with pytest.raises(ForbiddenError, match="Too many"):
        sessions.sign_in(opened, "ten-khac", "x", HERE)
    with pytest.raises(ForbiddenError, match="not right"):
        sessions.sign_in(opened, "ten-khac", "x", "10.0.0.2")


def test_guesses_sent_at_once_do_not_slip_past_the_limit(
    opened: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = []
    monkeypatch.setattr(passwords, "matches", lambda *given: bool(checked.append(given)))

    def guess() -> None:
        with pytest.raises(ForbiddenError):
            sessions.sign_in(opened, "phuong.1", "x", HERE)

    threads = [threading.Thread(target=guess) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(checked) == sessions.FAILURES_PER_NAME


def test_sign_in_refusal_and_sign_out_are_in_the_trail(opened: Database) -> None:
    token = sessions.sign_in(opened, "phuong.1", PASSWORD, HERE)
    with pytest.raises(ForbiddenError):
        sessions.sign_in(opened, "phuong.1", "sai", HERE)
    sessions.sign_out(opened, token)
    rows = owner(opened, "SELECT action, actor, detail FROM diaban.audit_event ORDER BY id DESC LIMIT 3")
    assert rows == [
        ("sign_out", "phuong.1", {}),
        ("sign_in_refused", "phuong.1", {"reason": "sign_in_refused"}),
        ("sign_in", "phuong.1", {}),
    ]
