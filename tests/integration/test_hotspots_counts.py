"""Counts, rates, changes and density against the plainest possible recount of the same rows."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import text

from geo.analysis import density as kernel
from geo.domain.errors import InputError
from geo.domain.kinds import OriginFilter
from geo.domain.roles import OPERATOR, Role
from geo.services.hotspots.cells import hotspot_cells
from geo.services.hotspots.change import density_change
from geo.services.hotspots.review import (
    SMALL_N,
    HotspotQuery,
    by_category,
    density,
    in_full_cells,
    rate_interval,
    review,
)
from geo.services.incident_columns import columns
from geo.services.wards import wards
from geo.store.engine import transaction
from tests import hotspots_city

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
QUERY = HotspotQuery(date(2026, 10, 24), date(2026, 11, 20))


@pytest.fixture(scope="module")
def actors(city, sign_in):
    return {
        Role.COMMANDER: sign_in("chi.huy", Role.COMMANDER, ("*",)),
        Role.BRIEFER: sign_in("bao.cao", Role.BRIEFER, ("*",)),
        Role.WARD_OFFICER: sign_in("phuong.1", Role.WARD_OFFICER, (city.codes[0],)),
    }


def local_day(moment):
    return datetime.fromtimestamp(int(moment.astype("datetime64[s]").astype(int)), tz=ZONE).date()


def recount(city, query, ward=None, origin=OriginFilter.REPORTED):
    days = np.array([local_day(moment) for moment in city.occurred])
    chosen = (days >= query.start) & (days <= query.end)
    if origin is not OriginFilter.ALL:
        chosen &= city.discovered == (origin is OriginFilter.DISCOVERED)
    if query.category:
        chosen &= np.isin(city.category, query.category)
    return chosen & (city.ward >= 0 if ward is None else city.ward == ward)


@pytest.mark.parametrize("origin", list(OriginFilter))
def test_counts_by_ward_are_those_of_the_rows(opened, city, origin):
    found = review(opened, OPERATOR, replace(QUERY, origin=origin))
    wanted = [recount(city, QUERY, ward, origin).sum() for ward in range(6)]
    assert found.table.set_index("code").loc[list(city.codes), "count"].tolist() == wanted
    assert found.n == sum(wanted)
    before = [recount(city, QUERY.before(), ward, origin).sum() for ward in range(6)]
    assert found.table.set_index("code").loc[list(city.codes), "before"].tolist() == before


def test_a_day_ends_at_local_midnight(opened, city):
    for day in (QUERY.start, QUERY.end):
        found = review(opened, OPERATOR, replace(QUERY, start=day, end=day))
        assert found.n == recount(city, replace(QUERY, start=day, end=day)).sum()


def test_the_period_before_is_as_long_and_ends_the_day_before():
    before = QUERY.before()
    assert (before.days, before.end) == (28, QUERY.start - timedelta(days=1))
    assert QUERY.year_before().start.weekday() == QUERY.start.weekday()


def test_rates_have_their_denominators_and_none_without_households(opened, city):
    table = review(opened, OPERATOR, QUERY).table.set_index("code")
    assert table.loc[city.codes[0], "households"] == 1000
    assert table.loc[city.codes[1], "residents"] == 1500 * 4
    assert table.loc[city.codes[1], "rate"] == pytest.approx(table.loc[city.codes[1], "count"] / 1.5)
    assert np.isnan(table.loc[city.codes[5], "rate"])


def test_change_is_missing_where_there_was_nothing(opened, city):
    early = HotspotQuery(date(2024, 11, 21), date(2024, 11, 22))
    table = review(opened, OPERATOR, early).table
    assert (table["before"] == 0).all()
    assert table["change"].isna().all()
    assert review(opened, OPERATOR, early).change is None


def test_chance_is_judged_by_the_days_of_both_periods(opened, city):
    assert review(opened, OPERATOR, QUERY, QUERY).p_change == pytest.approx(1.0)
    assert review(opened, OPERATOR, QUERY, HotspotQuery(date(2024, 12, 1), date(2024, 12, 5))).p_change < 1


@pytest.fixture
def strays(opened, city):
    """X1 without a date, X2 without any place, X3 with a ward but no point, X4 with a point in no ward."""
    with transaction(opened, OPERATOR) as connection:
        connection.execute(
            text("""
                INSERT INTO diaban.incident (code, category_id, origin, status, occurred_from, unit_id, geom)
                SELECT code, 7, 'reported', 'received', at, unit, geom FROM (VALUES
                    ('X1', NULL::timestamptz, (SELECT id FROM diaban.admin_unit WHERE code = '00001'), NULL),
                    ('X2', '2026-11-01 05:00+00', NULL, NULL),
                    ('X3', '2026-11-01 05:00+00',
                        (SELECT id FROM diaban.admin_unit WHERE code = '00002'), NULL),
                    ('X4', '2026-11-01 05:00+00', NULL, ST_SetSRID(ST_MakePoint(107, 20), 4326))
                ) x(code, at, unit, geom)""")
        )
    yield
    with transaction(opened, OPERATOR) as connection:
        connection.execute(text("DELETE FROM diaban.incident WHERE code LIKE 'X%'"))


@pytest.mark.usefixtures("strays")
def test_what_is_left_out_is_said(opened, city):
    found = review(opened, OPERATOR, QUERY)
    left = found.left_out
    beyond = recount(city, QUERY, -1).sum()
    assert (left.outside, left.without_place, left.undated, left.not_drawn) == (beyond + 1, 1, 1, 1)
    assert found.n == recount(city, QUERY).sum() + 1  # X3 has a ward and counts, but no point to draw
    assert density(opened, OPERATOR, QUERY).n == found.n - 1
    one = review(opened, OPERATOR, replace(QUERY, unit="00002")).left_out
    assert (one.outside, one.without_place, one.undated, one.not_drawn) == (0, 0, 0, 1)


def test_a_parent_category_holds_its_children(opened, city):
    found = review(opened, OPERATOR, replace(QUERY, category="TS"))
    assert found.n == (recount(city, QUERY) & np.isin(city.category, [7, 8, 9, 10, 11])).sum()
    kinds = by_category(opened, OPERATOR, QUERY)
    assert kinds["count"].sum() == recount(city, QUERY).sum()
    assert kinds["count"].is_monotonic_decreasing


def test_density_is_that_of_the_points_in_metres(opened, city):
    surface = density(opened, OPERATOR, QUERY)
    xy = city.xy[recount(city, QUERY)]
    exact = kernel.exact(xy, surface.grid, QUERY.bandwidth_m)
    assert np.abs(surface.values - exact).max() <= 5e-3 * exact.max() * 1.01
    assert surface.metric_crs == hotspots_city.CRS


@pytest.mark.parametrize(
    ("change", "code"),
    [({"unit": "99999"}, "unknown_unit"), ({"category": "none"}, "unknown_category")],
)
def test_unknown_codes_are_refused(opened, city, change, code):
    with pytest.raises(InputError) as fault:
        review(opened, OPERATOR, replace(QUERY, **change))
    assert fault.value.code == code


def test_an_end_before_its_start_is_refused():
    with pytest.raises(InputError) as fault:
        HotspotQuery(date(2026, 11, 2), date(2026, 11, 1))
    assert fault.value.code == "end_before_start"


def test_a_reader_of_one_ward_counts_only_that_ward(opened, city, actors):
    officer = actors[Role.WARD_OFFICER]
    review(opened, OPERATOR, QUERY)  # what another scope has asked before must not be answered
    found = review(opened, officer, QUERY)
    assert found.table["code"].tolist() == [city.codes[0]]
    assert found.n == recount(city, QUERY, 0).sum()
    assert len(columns(opened, officer)) == (city.ward == 0).sum()
    assert density(opened, officer, QUERY).n == found.n
    with pytest.raises(InputError):
        review(opened, officer, replace(QUERY, unit=city.codes[1]))


def test_scope_is_the_databases_not_ours(opened, city, actors):
    officer = actors[Role.WARD_OFFICER]
    forged = replace(officer, unit_codes=("*",), name="forged")
    with transaction(opened, forged) as connection:
        seen = connection.execute(text("SELECT count(*) FROM diaban.incident")).scalar_one()
    assert seen == (city.ward == 0).sum()


def test_a_role_without_points_gets_full_cells_only(opened, city, actors):
    everything, coarse = (density(opened, actors[role], QUERY) for role in (Role.COMMANDER, Role.BRIEFER))
    xy = city.xy[recount(city, QUERY)]
    full = in_full_cells(xy, QUERY.bandwidth_m)
    assert 0 < full.sum() < len(xy)
    assert (everything.n, everything.sparse) == (len(xy), 0)
    assert (coarse.n, coarse.sparse) == (full.sum(), (~full).sum())
    assert coarse.values.sum() < everything.values.sum()


def test_change_of_density_is_the_difference_of_two_on_one_grid(opened, city):
    before = QUERY.before()
    found = density_change(opened, OPERATOR, QUERY, before)
    now, then = density(opened, OPERATOR, QUERY), density(opened, OPERATOR, before)
    np.testing.assert_array_equal(found.values, now.values - then.values)
    assert (found.n, found.grid) == (now.n + then.n, now.grid)
    assert found.peak == np.abs(found.values).max() > 0
    back = density_change(opened, OPERATOR, before, QUERY)
    np.testing.assert_array_equal(back.values, -found.values)
    assert density_change(opened, OPERATOR, QUERY, QUERY).peak == 0
    half = replace(QUERY, start=QUERY.end - timedelta(days=QUERY.days // 2 - 1))
    longer = density_change(opened, OPERATOR, half, before)
    scaled = density(opened, OPERATOR, half).values - then.values * np.float32(half.days / before.days)
    np.testing.assert_allclose(longer.values, scaled, rtol=1e-5, atol=1e-3)


def test_full_cells_by_hand():
    xy = np.array([[1, 1]] * 5 + [[-1, 1]] * 4 + [[99, 1]] * 6, dtype=float)
    assert in_full_cells(xy, 10.0).tolist() == [True] * 5 + [False] * 4 + [True] * 6


def test_cells_hold_the_count_and_its_significance(opened, city, actors):
    found = hotspot_cells(opened, OPERATOR, QUERY)
    assert found.frame["count"].sum() == found.n == recount(city, QUERY).sum()
    assert found.frame.crs == hotspots_city.CRS
    hot = found.frame[found.frame["class"] == "very_hot"].union_all()
    assert all(hot.buffer(150).covers(point) for point in _points(hotspots_city._HOT))
    assert ((found.frame["q"] >= found.frame["p"]) | found.frame["p"].isna()).all()
    coarse = hotspot_cells(opened, actors[Role.BRIEFER], QUERY).frame
    assert not coarse["count"].between(1, SMALL_N - 1).any()


def _points(xy):
    import shapely

    return shapely.points(xy)


def test_new_data_is_seen_at_once(opened, city):
    n = len(columns(opened, OPERATOR))
    with transaction(opened, OPERATOR) as connection:
        connection.execute(
            text(
                "INSERT INTO diaban.incident (code, category_id, origin, status) "
                "VALUES ('NEW', 7, 'reported', 'received')"
            )
        )
    assert len(columns(opened, OPERATOR)) == n + 1
    with transaction(opened, OPERATOR) as connection:
        connection.execute(text("DELETE FROM diaban.incident WHERE code = 'NEW'"))
    assert len(columns(opened, OPERATOR)) == n


def test_columns_and_wards_cannot_be_changed_by_a_reader(opened, city):
    with pytest.raises(ValueError, match="read-only"):
        columns(opened, OPERATOR).xy[0] = 0
    assert wards(opened, OPERATOR) is wards(opened, OPERATOR)


def test_interval_of_a_rate():
    # Garwood's exact interval for 10 events: 4.795 to 18.391
    assert rate_interval(10, 1000) == pytest.approx((4.795, 18.391), abs=1e-3)
    assert rate_interval(0, 1000) == pytest.approx((0, 3.689), abs=1e-3)
