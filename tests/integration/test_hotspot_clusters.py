"""Clusters by scan and by density: planted ones are found, and only by those who may see points."""

from datetime import date

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from geo.domain.errors import ForbiddenError
from geo.domain.roles import OPERATOR, Role
from geo.services.days import local_days
from geo.services.hotspots.clusters import LEAST_INCIDENTS, Method, clusters
from geo.services.hotspots.review import HotspotQuery
from geo.store.engine import transaction
from tests import hotspots_city

QUERY = HotspotQuery(date(2026, 10, 24), date(2026, 11, 20))
pytestmark = pytest.mark.usefixtures("city")


@pytest.mark.parametrize("method", [Method.DBSCAN, Method.HDBSCAN])
def test_dense_groups_lie_on_the_planted_hotspots(opened, method):
    found = clusters(opened, OPERATOR, HotspotQuery(date(2026, 8, 23), date(2026, 11, 20)), method)
    shapes = [cluster.shape for cluster in found.clusters]
    for x, y in hotspots_city._HOT:
        near = shapely.Point(hotspots_city.lonlat([x], [y])[0]).buffer(0.001)
        assert any(shape.intersects(near) for shape in shapes)
    assert all(cluster.n >= LEAST_INCIDENTS for cluster in found.clusters)
    assert all(cluster.p is None for cluster in found.clusters)
    assert sum(cluster.n for cluster in found.clusters) <= found.used


def test_what_is_always_busy_is_no_cluster_and_what_begins_now_is(opened):
    calm = clusters(opened, OPERATOR, QUERY, Method.SCAN)
    assert calm.since == QUERY.before().start
    outbreak = hotspots_city.lonlat([590_100.0], [2_323_400.0])[0]
    with transaction(opened, OPERATOR) as connection:
        connection.execute(
            text(
                "INSERT INTO diaban.incident "
                "(code, category_id, origin, status, occurred_from, geom, unit_id) "
                "SELECT 'OUT' || g, 7, 'reported', 'received', timestamptz '2026-11-15 12:00+07' + g % 5 * "
                "interval '1 day', ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), "
                "(SELECT id FROM diaban.admin_unit WHERE code = '00003') FROM generate_series(1, 40) g"
            ),
            {"lon": float(outbreak[0]), "lat": float(outbreak[1])},
        )
    found = clusters(opened, OPERATOR, QUERY, Method.SCAN)
    assert found.used == calm.used + 40
    first = found.clusters[0]
    assert first.shape.covers(shapely.Point(outbreak))
    assert first.n >= 40
    assert first.p < 0.05
    assert date(2026, 11, 13) <= first.since <= date(2026, 11, 15)
    assert first.expected < first.n / 2


def test_who_may_not_see_points_gets_none(opened, sign_in):
    briefer = sign_in("bao.cao.2", Role.BRIEFER, ("*",))
    with pytest.raises(ForbiddenError):
        clusters(opened, briefer, QUERY, Method.DBSCAN)


def test_days_are_those_of_the_place():
    moments = np.array(["2026-11-20T16:59:59", "2026-11-20T17:00:00"], dtype="datetime64[us]")
    assert np.diff(local_days(moments)).tolist() == [1]
