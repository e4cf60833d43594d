"""Risk by household from the store: the engine's ratio on the density's grid, in the reader's scope."""

from datetime import date

import numpy as np
import pytest
from sqlalchemy import text

from geo.analysis import density as kernel
from geo.domain.crs import lonlat_to_metric_xy
from geo.domain.roles import OPERATOR, Role
from geo.services.hotspots.review import HotspotQuery, density
from geo.services.hotspots.risk import LEAST_HOUSEHOLDS, risk
from tests import hotspots_city

QUERY = HotspotQuery(date(2026, 1, 1), date(2026, 11, 20))
pytestmark = pytest.mark.usefixtures("city")


def test_risk_is_incidents_by_households_where_enough_live(opened):
    found = risk(opened, OPERATOR, QUERY)
    events = density(opened, OPERATOR, QUERY)
    with opened.owner.connect() as connection:
        homes = np.array(
            connection.execute(text("SELECT ST_X(geom), ST_Y(geom) FROM diaban.household")).all(), dtype=float
        )
    assert found.households == len(homes)
    base = kernel.exact(lonlat_to_metric_xy(*homes.T, hotspots_city.CRS), events.grid, QUERY.bandwidth_m)
    near = base * (5 / 9 * np.pi * (QUERY.bandwidth_m / 1000) ** 2)
    sure = near > LEAST_HOUSEHOLDS * 1.1
    assert sure.any()
    np.testing.assert_allclose(
        found.surface.values[sure], 1000 * events.values[sure] / base[sure], rtol=0.05, atol=0.05
    )
    assert (found.surface.values[near < LEAST_HOUSEHOLDS * 0.9] == 0).all()
    assert found.surface.peak == found.surface.values.max() > 0


def test_new_households_are_seen_and_those_of_others_are_not(opened, sign_in):
    before = risk(opened, OPERATOR, QUERY)
    officer = sign_in("phuong.3", Role.WARD_OFFICER, ("00001",))
    assert risk(opened, officer, QUERY).households == 1000
    with opened.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO diaban.household (code, unit_id, permanent, temporary, absent, geom) "
                "SELECT 'NEW', unit_id, 1, 0, 0, geom FROM diaban.household LIMIT 1"
            )
        )
    assert risk(opened, OPERATOR, QUERY).households == before.households + 1
