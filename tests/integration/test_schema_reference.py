"""Reference data that comes with the schema: categories and calendars of reports."""

# ruff: noqa: E501 (an SQL statement is read whole)

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Connection, create_engine, text

from geo.demo import tables
from geo.store import migrate
from geo.store.cluster import DatabaseUrls


@pytest.fixture
def connection(database: DatabaseUrls) -> Iterator[Connection]:
    engine = create_engine(database.owner)
    with engine.connect() as open_connection:
        yield open_connection
        open_connection.rollback()
    engine.dispose()


def _categories(connection: Connection) -> dict[str, tuple[str | None, str, str, float]]:
    query = text(
        "SELECT c.code, p.code AS parent, c.name_vi, c.name_en, c.harm_weight FROM diaban.category c "
        "LEFT JOIN diaban.category p ON p.id = c.parent_id"
    )
    return {
        row.code: (row.parent, row.name_vi, row.name_en, row.harm_weight) for row in connection.execute(query)
    }


def test_demo_city_uses_the_categories_of_the_product(connection: Connection) -> None:
    """The demo's table adds how each category behaves; code, place in the tree, names and harm are the same."""
    stored = _categories(connection)
    demo = {
        row.code: (
            row.parent_code if isinstance(row.parent_code, str) else None,
            row.name_vi,
            row.name_en,
            row.harm_weight,
        )
        for row in tables.categories().itertuples()
    }
    assert {code: stored.get(code) for code in demo} == demo
    assert set(stored) - set(demo) == {"unclassified"}


@pytest.mark.parametrize(
    ("series", "day", "first", "last", "name_vi"),
    [
        ("month", date(2026, 2, 17), date(2026, 2, 1), date(2026, 2, 28), "Tháng 2/2026"),
        ("month", date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29), "Tháng 2/2024"),
        ("ministry_year", date(2025, 12, 14), date(2024, 12, 15), date(2025, 12, 14), "Năm công tác 2025"),
        ("ministry_year", date(2025, 12, 15), date(2025, 12, 15), date(2026, 12, 14), "Năm công tác 2026"),
    ],
)
def test_a_day_is_in_exactly_one_period_of_a_series(
    connection: Connection, series: str, day: date, first: date, last: date, name_vi: str
) -> None:
    query = text(
        "SELECT first_day, last_day, name_vi FROM diaban.report_calendar "
        "WHERE series = :series AND :day BETWEEN first_day AND last_day"
    )
    rows = connection.execute(query, {"series": series, "day": day}).all()
    assert [tuple(row) for row in rows] == [(first, last, name_vi)]


def test_periods_of_a_series_follow_each_other_without_a_gap(connection: Connection) -> None:
    query = text(
        "SELECT count(*) FROM (SELECT first_day, lag(last_day) OVER (PARTITION BY series ORDER BY first_day) AS before "
        "FROM diaban.report_calendar) c WHERE before IS NOT NULL AND first_day <> before + 1"
    )
    assert connection.execute(query).scalar() == 0


def test_step_down_keeps_a_category_that_incidents_name(database: DatabaseUrls) -> None:
    engine = create_engine(database.owner)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO diaban.incident (code, category_id, origin, status) "
                "SELECT 'I1', id, 'reported', 'received' FROM diaban.category WHERE code = 'TS03'"
            )
        )
    migrate.downgrade(database.owner, "0004")
    with engine.connect() as connection:
        assert set(_categories(connection)) == {"TS", "TS03"}
    migrate.upgrade(database.owner)
    with engine.begin() as connection:
        assert len(_categories(connection)) == 19
        connection.execute(text("DELETE FROM diaban.incident"))
    engine.dispose()
