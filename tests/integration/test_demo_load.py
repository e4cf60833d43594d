"""The synthetic city in the database is the generated one, whole, once, and never beside real data."""

# ruff: noqa: E501 (an SQL statement is read whole)

import dataclasses
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy import text

from geo.demo.city import City, generate
from geo.demo.parameters import CityParameters
from geo.domain.errors import ConflictError
from geo.domain.roles import OPERATOR, Role
from geo.services import accounts, audit, demo
from geo.services.deployment import holds_only_demo, is_synthetic, metric_crs
from geo.services.sessions import actor_for_token, sign_in
from geo.store.cluster import DatabaseUrls
from geo.store.copy import read_columns
from geo.store.engine import Database, driver, open_database, transaction

TODAY = date(2026, 6, 1)
SMALL = CityParameters(today=TODAY, wards=3, households=2_400, incidents=1_500)
SEED = 7


@pytest.fixture(scope="module")
def empty(database: DatabaseUrls) -> Iterator[Database]:
    engines = open_database(database.owner, database.app, database.auth)
    yield engines
    engines.close()


@pytest.fixture(scope="module")
def city() -> City:
    return generate(SMALL, SEED)


@pytest.fixture(scope="module")
def answer(empty: Database) -> dict[str, Any]:
    return demo.load(empty, SMALL, SEED)


@pytest.fixture
def loaded(empty: Database, answer: dict[str, Any]) -> Database:
    return empty


def _value(database: Database, query: str) -> Any:
    with database.owner.connect() as connection:
        return connection.execute(text(query)).scalar()


def _frame(database: Database, query: str) -> pd.DataFrame:
    with database.owner.connect() as connection:
        return pd.DataFrame(connection.execute(text(query)).mappings().all())


def test_every_row_is_there(loaded: Database, city: City, answer: dict[str, Any]) -> None:
    assert answer["loaded"] is True
    expected = {
        "block": city.blocks, "household": city.households, "incident": city.incidents, "officer": city.officers,
        "beat": city.beats, "beat_block": city.beat_blocks, "assignment": city.assignments, "post": city.posts,
        "street": city.streets, "water": city.water, "unit_lineage": city.lineage,
        "beat_report": city.beat_reports, "target": city.targets,
        # the plans of work that tasks are given under are made with the tasks
        "legal_document WHERE issuer <> 'Giả lập'": city.legal_documents,
    }  # fmt: skip
    counts = {table: _value(loaded, f"SELECT count(*) FROM {table}") for table in expected}
    assert counts == {table: len(frame) for table, frame in expected.items()}
    assert _value(loaded, "SELECT count(*) FROM admin_unit") == 1 + len(city.wards) + len(city.former_wards)
    assert answer["counts"]["incidents"] == 1_500


def test_households_are_the_generated_ones(loaded: Database, city: City) -> None:
    with loaded.owner.connect() as connection:
        stored = read_columns(
            driver(connection),
            "SELECT h.code, b.code AS block_code, u.code AS unit_code, permanent, temporary, absent, reviewed_on, "
            "ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat FROM household h JOIN block b ON b.id = block_id "
            "JOIN admin_unit u ON u.id = h.unit_id ORDER BY h.code",
            None,
            {"code": "text", "block_code": "text", "unit_code": "text", "permanent": "int2", "temporary": "int2",
             "absent": "int2", "reviewed_on": "date", "lon": "float8", "lat": "float8"},
        )  # fmt: skip
    made = city.households.sort_values("code")
    for column in ("code", "block_code", "unit_code", "permanent", "temporary", "absent", "lon", "lat"):
        np.testing.assert_array_equal(stored[column], made[column].to_numpy(), err_msg=column)
    days = made["reviewed_on"].to_numpy().astype("datetime64[D]")
    np.testing.assert_array_equal(stored["reviewed_on"], days)


def test_incidents_keep_time_place_and_category(loaded: Database, city: City) -> None:
    stored = _frame(
        loaded,
        "SELECT i.code, c.code AS category_code, i.origin, i.status, occurred_from, resolved_at, u.code AS unit_code, "
        "ST_X(i.geom) AS lon FROM incident i JOIN category c ON c.id = category_id LEFT JOIN admin_unit u "
        "ON u.id = i.unit_id ORDER BY i.code",
    )
    made = city.incidents.sort_values("code").reset_index(drop=True)
    for column in ("code", "category_code", "origin", "status", "unit_code"):
        assert stored[column].tolist() == made[column].tolist(), column
    np.testing.assert_array_equal(stored["lon"].to_numpy(float), made["lon"].to_numpy())
    for column in ("occurred_from", "resolved_at"):
        pd.testing.assert_series_equal(
            pd.to_datetime(stored[column], utc=True).dt.as_unit("us"), made[column], check_freq=False
        )
    assert made["lon"].isna().any()


def test_block_of_an_incident_is_the_one_that_postgis_finds(loaded: Database) -> None:
    """Second route: the block was found from arrays, PostGIS looks with its own geometry."""
    unlike = _value(
        loaded,
        "SELECT count(*) FROM incident i LEFT JOIN LATERAL (SELECT array_agg(b.id) AS ids FROM block b "
        "WHERE ST_Intersects(b.geom, i.geom)) f ON true WHERE (i.block_id IS NULL) <> (f.ids IS NULL) "
        "OR i.block_id <> ALL (f.ids)",
    )
    assert unlike == 0
    assert _value(loaded, "SELECT count(*) FROM incident WHERE block_id IS NOT NULL") > 1_000
    assert _value(loaded, "SELECT bool_and((geom IS NULL) = (block_id IS NULL)) FROM incident")


def test_units_have_their_tree_days_and_label(loaded: Database, city: City) -> None:
    assert _value(loaded, "SELECT bool_and(synthetic) FROM admin_unit") is True
    stored = _frame(
        loaded,
        "SELECT u.code, p.code AS parent, lower(u.valid) AS begins, upper(u.valid) AS ends, ST_Area(u.geom) AS area "
        "FROM admin_unit u LEFT JOIN admin_unit p ON p.id = u.parent_id WHERE u.level = 'ward' ORDER BY u.code",
    )
    made = pd.concat([city.wards, city.former_wards]).sort_values("code")
    assert stored["code"].tolist() == made["code"].tolist()
    assert stored["parent"].tolist() == made["parent_code"].tolist()
    np.testing.assert_allclose(stored["area"], shapely.area(made.geometry.to_numpy()), rtol=1e-12)
    assert stored["begins"].tolist() == made["valid_from"].dt.date.tolist()
    ends = [None if pd.isna(day) else day.date() for day in made["valid_to"]]
    assert [None if pd.isna(day) else day for day in stored["ends"]] == ends


def test_screens_can_tell_that_it_is_synthetic(loaded: Database) -> None:
    with loaded.owner.connect() as connection:
        assert holds_only_demo(connection)
        assert is_synthetic(connection)
        assert metric_crs(connection) == "EPSG:3405"


def test_audit_says_what_was_loaded(loaded: Database) -> None:
    event = next(event for event in audit.trail(loaded, OPERATOR) if event.action == "demo_load")
    assert (event.actor, event.detail["seed"]) == ("operator", SEED)
    assert audit.verify(loaded, OPERATOR).whole


def test_an_account_for_each_role_can_sign_in(loaded: Database, answer: dict[str, Any], city: City) -> None:
    assert {account["role"] for account in answer["accounts"]} == {role.value for role in Role}
    for account in answer["accounts"]:
        actor = actor_for_token(loaded, sign_in(loaded, account["name"], account["password"], "127.0.0.1"))
        assert actor is not None
        assert actor.role.value == account["role"]
        with transaction(loaded, actor) as connection:
            seen = connection.execute(text("SELECT count(*) FROM household")).scalar()
        own = city.households["unit_code"].eq(city.wards["code"].min()).sum()
        assert seen == (own if actor.role is Role.WARD_OFFICER else len(city.households))


def test_same_city_again_changes_nothing(loaded: Database) -> None:
    watched = "SELECT (SELECT count(*) FROM data_change), (SELECT count(*) FROM audit_event), (SELECT max(id) FROM household)"
    before = _frame(loaded, watched).to_numpy().tolist()
    again = demo.load(loaded, SMALL, SEED)
    assert again["loaded"] is False
    assert again["counts"]["households"] == 2_400
    assert _frame(loaded, watched).to_numpy().tolist() == before


def test_another_city_replaces_it_and_accounts_stay(loaded: Database) -> None:
    with loaded.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO plan (code, unit_id, title) SELECT 'P1', id, 'x' FROM admin_unit WHERE code = '99001'; "
                "INSERT INTO plan_move (plan_id, ordinal, block_id) SELECT p.id, 1, b.id FROM plan p, block b LIMIT 1"
            )
        )
    before = [account.id for account in accounts.accounts(loaded, OPERATOR)]
    other = dataclasses.replace(SMALL, households=3_000)
    answer = demo.load(loaded, other, SEED)
    assert (answer["loaded"], answer["counts"]["households"]) == (True, 3_000)
    assert _value(loaded, "SELECT count(*) FROM household") == 3_000
    assert _value(loaded, "SELECT count(*) FROM plan") == 0
    assert _value(loaded, "SELECT count(*) FROM import_batch") == len(answer["counts"])
    after = accounts.accounts(loaded, OPERATOR)
    assert [account.id for account in after] == before
    assert [account.unit_codes for account in after if account.role is Role.WARD_OFFICER] == [("99001",)]
    assert demo.load(loaded, SMALL, SEED)["loaded"] is True


def test_fault_half_way_leaves_what_was_there(loaded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(demo, "write_records", fail)
    with pytest.raises(RuntimeError, match="disk full"):
        demo.load(loaded, SMALL, SEED + 1)
    assert _value(loaded, "SELECT count(*) FROM household") == 2_400
    assert _value(loaded, "SELECT value -> 'seed' FROM setting WHERE key = 'demo'") == SEED


@pytest.mark.parametrize("same_city", [True, False])
def test_real_data_is_never_touched(loaded: Database, same_city: bool) -> None:
    with loaded.owner.begin() as connection:
        connection.execute(
            text("INSERT INTO import_batch (kind, file_name) VALUES ('incidents', 'real.csv')")
        )
    try:
        with pytest.raises(ConflictError) as refused:
            demo.load(loaded, SMALL, SEED if same_city else SEED + 1)
        assert refused.value.code == "demo_beside_real_data"
        assert "1 lần nạp" in refused.value.message("vi")
        assert _value(loaded, "SELECT count(*) FROM household") == 2_400
        with loaded.owner.begin() as connection:  # an import that was undone is no real data any more
            connection.execute(text("UPDATE import_batch SET undone_at = now() WHERE file_name = 'real.csv'"))
        assert demo.load(loaded, SMALL, SEED)["loaded"] is False
    finally:
        with loaded.owner.begin() as connection:
            connection.execute(text("DELETE FROM import_batch WHERE file_name = 'real.csv'"))
