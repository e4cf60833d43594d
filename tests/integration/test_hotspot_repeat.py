"""Near repeats against a count of all pairs by hand, in a city where some incidents come back."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import psycopg
import pytest
from sqlalchemy import text

from geo.domain.errors import InputError
from geo.domain.roles import OPERATOR, Role
from geo.services.hotspots import repeat as hotspot_repeat
from geo.services.hotspots.repeat import Distance, RepeatSetting, Span, repeat
from geo.services.hotspots.review import HotspotQuery
from geo.store.engine import transaction
from tests import hotspots_city
from tests.hotspots_city import LAST_DAY

QUERY = HotspotQuery(LAST_DAY - timedelta(days=27), LAST_DAY)
ZONE_H = np.timedelta64(7, "h")
_COME_BACK = 250


@pytest.fixture(scope="module")
def city(database):
    """The small city; in its last year, 250 reported incidents come back within 40 m and one to five days."""
    made = hotspots_city.fill(database.owner, incidents=3000)
    rng = np.random.default_rng(3)
    late = made.occurred > made.occurred.max() - np.timedelta64(300, "D")
    inside = (made.ward >= 0) & ~made.discovered & late
    inside &= made.occurred < made.occurred.max() - np.timedelta64(6, "D")
    again = rng.choice(np.flatnonzero(inside), _COME_BACK, replace=False)
    xy = made.xy[again] + rng.uniform(-25, 25, (_COME_BACK, 2))
    occurred = made.occurred[again] + rng.integers(1, 6, _COME_BACK).astype("timedelta64[D]")
    lonlat = hotspots_city.lonlat(xy[:, 0], xy[:, 1])
    with psycopg.connect(database.owner.replace("+psycopg", "")) as raw:
        raw.cursor().executemany(
            "INSERT INTO diaban.incident"
            " (code, category_id, origin, status, occurred_from, occurred_to, geom, unit_id)"
            " SELECT %s, 8, 'reported', 'resolved', %s, %s, ST_SetSRID(ST_MakePoint(%s, %s), 4326), id"
            " FROM diaban.admin_unit WHERE code = %s",
            [
                (f"R{i}", f"{moment}Z", f"{moment}Z", lon, lat, made.codes[ward])
                for i, (moment, (lon, lat), ward) in enumerate(
                    zip(occurred.astype("datetime64[s]").astype(str), lonlat.tolist(), made.ward[again],
                        strict=True)
                )
            ],
        )  # fmt: skip
    return replace(
        made,
        xy=np.concatenate((made.xy, xy)),
        occurred=np.concatenate((made.occurred, occurred)),
        ward=np.concatenate((made.ward, made.ward[again])),
        discovered=np.concatenate((made.discovered, np.zeros(_COME_BACK, dtype=bool))),
        category=np.concatenate((made.category, np.full(_COME_BACK, 8))),
    )


@pytest.fixture(scope="module")
def found(opened, city):
    return repeat(opened, OPERATOR, QUERY)


def chosen(city, first, last):
    day = (city.occurred + ZONE_H).astype("datetime64[D]")
    rows = ~city.discovered & (city.ward >= 0)
    rows &= (day >= np.datetime64(first)) & (day <= np.datetime64(last))
    return city.xy[rows], day[rows].astype(int)


def pairs_by_hand(xy, day, edges_m, edges_days, *, manhattan=False):
    one, other = np.triu_indices(len(xy), 1)
    apart = np.abs(xy[one] - xy[other])
    metres = apart.sum(axis=1) if manhattan else np.hypot(*apart.T)
    days = np.abs(day[one] - day[other])
    return np.histogram2d(
        metres, days, bins=(np.array(edges_m) - 1e-9, np.array(edges_days) - 1e-9)
    )[0].astype(int)  # fmt: skip


@pytest.mark.parametrize(
    ("query", "setting"),
    [
        (QUERY, RepeatSetting()),
        (replace(QUERY, start=LAST_DAY - timedelta(days=89)), RepeatSetting(span=Span.PERIOD)),
        (QUERY, RepeatSetting(50, 3, Distance.MANHATTAN)),
    ],
)
def test_the_table_counts_all_pairs(opened, city, query, setting):
    found = repeat(opened, OPERATOR, query, setting)
    first = query.start if setting.span is Span.PERIOD else LAST_DAY - timedelta(days=364)
    xy, day = chosen(city, first, LAST_DAY)
    wanted = pairs_by_hand(
        xy, day, setting.edges_m, setting.edges_days, manhattan=setting.distance is Distance.MANHATTAN
    )
    assert found.table.observed.tolist() == wanted.tolist()
    assert (found.first, found.known, found.table.n, found.is_thinned) == (first, len(xy), len(xy), False)


def test_bands_are_closed_below_and_open_above(found):
    assert found.table.distance_labels[:2] == ("[0, 100) m", "[100, 200) m")
    assert found.table.day_labels[:2] == ("[0, 7) days", "[7, 14) days")


def test_what_comes_back_is_found_where_it_was_put_and_nowhere_joined_to_it(found):
    assert found.reach.tolist() == [[i == j == 0 for j in range(4)] for i in range(5)]
    assert found.table.ratio[0, 0] > 1.2
    assert found.table.p[0, 0] == pytest.approx(1 / 1000)


def test_zones_stand_around_the_last_incidents_and_expire(found, city):
    xy, day = chosen(city, LAST_DAY - timedelta(days=6), LAST_DAY)
    assert found.zones.all == len(xy)
    frame = found.zones.frame
    assert 0 < len(frame) <= hotspot_repeat.MOST_ZONES
    for zone in frame.itertuples():
        centre = np.array([zone.geometry.centroid.x, zone.geometry.centroid.y])
        metres = np.hypot(*(xy - centre).T)
        mine = int(metres.argmin())
        assert metres[mine] < 0.01
        assert zone.day == date.fromordinal(int(day[mine]) + date(1970, 1, 1).toordinal())
        assert (zone.start, zone.until) == (zone.day, zone.day + timedelta(days=6))
        assert zone.until >= LAST_DAY
        assert zone.incidents == (metres < 100).sum()
        assert zone.ward == city.codes[(int(centre[1] - hotspots_city.Y0) // 2000) * 3
                                       + int(centre[0] - hotspots_city.X0) // 2000]  # fmt: skip
    assert frame["incidents"].is_monotonic_decreasing
    centres = np.column_stack((frame.geometry.centroid.x, frame.geometry.centroid.y))
    between = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1))
    assert between[np.triu_indices(len(frame), 1)].min() >= 99.9


def test_reading_zones_is_in_the_audit_trail_and_who_may_not_see_points_gets_none(opened, city, sign_in):
    commander = sign_in("chi.huy", Role.COMMANDER, ("*",))
    assert repeat(opened, commander, QUERY).zones is not None
    briefer = repeat(opened, sign_in("bao.cao", Role.BRIEFER, ("*",)), QUERY)
    assert briefer.zones is None
    assert briefer.hidden.sum() == ((briefer.table.observed > 0) & (briefer.table.observed < 5)).sum()
    with transaction(opened, OPERATOR) as connection:
        read = connection.execute(text("SELECT actor FROM diaban.audit_event WHERE action = 'read_points'"))
        assert [row.actor for row in read if row.actor != "operator"] == ["chi.huy"]


def test_without_incidents_or_with_one_the_table_is_empty(opened, city):
    empty = repeat(opened, OPERATOR, HotspotQuery(date(2031, 1, 1), date(2031, 1, 28)))
    assert (empty.table.n, empty.table.observed.sum(), empty.is_enough) == (0, 0, False)
    assert not empty.significant.any()
    first = (city.occurred.min() + ZONE_H).astype("datetime64[D]").astype(date)
    one = repeat(opened, OPERATOR, HotspotQuery(first - timedelta(days=1), first))
    assert one.table.n <= 3
    assert not one.significant.any()


def test_a_ward_officer_gets_the_pairs_of_the_own_ward(opened, city, sign_in):
    own = repeat(opened, sign_in("phuong.1", Role.WARD_OFFICER, (city.codes[0],)), QUERY)
    mine = replace(city, ward=np.where(city.ward == 0, 0, -1))
    xy, day = chosen(mine, LAST_DAY - timedelta(days=364), LAST_DAY)
    assert own.table.observed.tolist() == pairs_by_hand(xy, day, range(0, 501, 100), range(0, 29, 7)).tolist()
    assert set(own.zones.frame["ward"]) <= {city.codes[0]}


def test_many_are_thinned_and_it_is_said(opened, city, monkeypatch):
    monkeypatch.setattr(hotspot_repeat, "MOST_INCIDENTS", 900)
    monkeypatch.setattr(hotspot_repeat, "MOST_PAIRS", 2000)
    found = repeat(opened, OPERATOR, replace(QUERY, start=QUERY.start - timedelta(days=1)))
    assert found.is_thinned
    assert found.table.n < 900
    assert found.table.observed.sum() < 2000


def test_all_on_one_point_is_bounded():
    used = hotspot_repeat._few_enough(np.zeros((60_000, 2)), RepeatSetting())
    assert 3000 < len(used) < 3600  # n (n - 1) / 2 pairs, six million of them


@pytest.mark.parametrize(("step_m", "step_days"), [(0, 7), (100, 0), (5000, 7), (100, 400)])
def test_bands_that_make_no_sense_are_refused(step_m, step_days):
    with pytest.raises(InputError, match="edges"):
        RepeatSetting(step_m, step_days)
