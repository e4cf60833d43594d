"""Hotspots as places: found where they were planted, old or new, whose, nothing small for who may not see."""

from datetime import date

import pytest
import shapely
from sqlalchemy import text

from geo.domain.crs import lonlat_to_metric_xy
from geo.domain.errors import InputError
from geo.domain.kinds import CellShape, Kind
from geo.domain.roles import OPERATOR, Role
from geo.services.hotspots.cells import hotspot_cells
from geo.services.hotspots.places import streets_in
from geo.services.hotspots.review import HotspotQuery, asked, review
from geo.services.hotspots.spots import HISTORY, Spots, hotspot_spots
from geo.services.hotspots.when import hours_in, when
from geo.services.imports.importing import import_file
from geo.store.engine import transaction
from tests import hotspots_city

QUERY = HotspotQuery(date(2026, 8, 23), date(2026, 11, 20))


@pytest.fixture(scope="module")
def hands(opened, city, tmp_path_factory):
    """Beat K1 over the first ward and K5 over the fifth; an officer holds K1 from September on, nobody K5."""
    folder = tmp_path_factory.mktemp("hands")

    def take(kind: Kind, content: str) -> None:
        path = folder / f"{kind.value}.csv"
        path.write_text(content, encoding="utf-8")
        report = import_file(opened, OPERATOR, path, kind)
        assert report.merged.accepted
        assert not report.intake.rejects

    one, five = (hotspots_city._square(i % 3, i // 3).wkt for i in (0, 4))
    take(Kind.BLOCKS, f'code,name,unit_code,wkt\nB1,Tổ 1,00001,"{one}"\nB5,Tổ 5,00005,"{five}"\n')
    take(
        Kind.BEATS,
        "code,name,unit_code,block_codes,valid_from\n"
        "K1,Khu vực 1,00001,B1,2026-01-01\nK5,Khu vực 5,00005,B5,2026-01-01\n",
    )
    take(Kind.OFFICERS, "service_number,display_name,unit_code\n100-001,Cán bộ 1,00001\n")
    take(Kind.ASSIGNMENTS, "beat_code,service_number,valid_from\nK1,100-001,2026-09-01\n")
    return opened


@pytest.fixture(scope="module")
def found(hands) -> Spots:
    return hotspot_spots(hands, OPERATOR, QUERY, QUERY.before())


def test_planted_hotspots_are_found_with_their_incidents(hands, city, found):
    assert len(found.spots) == 3
    for centre in hotspots_city._HOT:
        at = shapely.Point(hotspots_city.lonlat([centre[0]], [centre[1]])[0])
        assert sum(spot.shape.covers(at) for spot in found.spots) == 1
    for spot in found.spots:
        assert spot.count == spot.history[-1]
        assert spot.before == spot.history[-2]
        assert len(spot.history) == HISTORY + 1
        assert 0 < spot.q < 0.05 < spot.z
        west, south, east, north = shapely.bounds(spot.shape)
        xy = lonlat_to_metric_xy([west, east], [south, north], hotspots_city.CRS)
        assert spot.area_km2 <= (xy[1] - xy[0]).prod() / 1e6 * 1.001


def test_every_incident_is_in_a_cell_or_said_to_be_at_the_edge(hands, city, found):
    assert found.n + found.at_edge == review(hands, OPERATOR, QUERY).n
    cells = hotspot_cells(hands, OPERATOR, QUERY)
    assert (found.cells, found.n) == (len(cells.frame), cells.n)
    assert found.significant.raw >= found.significant.bh >= found.significant.by > 0
    hot = cells.frame[cells.frame["class"].isin(["hot", "very_hot"])]
    assert sum(spot.count for spot in found.spots) == hot["count"].sum()
    assert found.significant.bh == len(hot)


def test_hexagons_find_what_squares_find(hands, city):
    found = hotspot_spots(hands, OPERATOR, QUERY, QUERY.before(), CellShape.HEXAGON)
    assert len(found.spots) == 3
    for centre in hotspots_city._HOT:
        at = shapely.Point(hotspots_city.lonlat([centre[0]], [centre[1]])[0])
        assert sum(spot.shape.covers(at) for spot in found.spots) == 1
    assert found.n + found.at_edge == review(hands, OPERATOR, QUERY).n
    assert all(spot.shape.geom_type == "Polygon" for spot in found.spots), "no slivers between hexagons"
    cells = hotspot_cells(hands, OPERATOR, QUERY, shape=CellShape.HEXAGON).frame
    hot = cells[cells["class"].isin(["hot", "very_hot"])]
    assert sum(spot.count for spot in found.spots) == hot["count"].sum()
    assert sum(spot.area_km2 for spot in found.spots) == pytest.approx(len(hot) * 0.25**2)


def test_wards_and_beats_are_cells_that_hold_what_lies_in_them(hands, city):
    figures = review(hands, OPERATOR, QUERY).table.set_index("code")
    wards = hotspot_cells(hands, OPERATOR, QUERY, shape=CellShape.WARD)
    assert dict(zip(wards.frame["cell"], wards.frame["count"], strict=True)) == figures["count"].to_dict()
    assert wards.study.cell_m is None
    beats = hotspot_cells(hands, OPERATOR, QUERY, shape=CellShape.BEAT)
    held = dict(zip(beats.frame["cell"], beats.frame["count"], strict=True))
    assert held == {"K1": figures["count"]["00001"], "K5": figures["count"]["00005"]}
    assert beats.left_out == figures["count"].sum() - beats.n
    found = hotspot_spots(hands, OPERATOR, QUERY, QUERY.before(), CellShape.BEAT)
    assert (found.cells, found.n, found.at_edge) == (2, beats.n, beats.left_out)
    with pytest.raises(InputError) as fault:
        hotspot_spots(
            hands, OPERATOR, HotspotQuery(date(2025, 6, 1), date(2025, 6, 28)), QUERY, CellShape.BEAT
        )
    assert fault.value.code == "no_beats"


def test_hours_and_streets_of_a_hotspot_are_those_of_its_incidents(hands, city, sign_in, found):
    spot = max(found.spots, key=lambda one: one.count)
    hours = hours_in(hands, OPERATOR, QUERY, spot.shape)
    whole = when(hands, OPERATOR, QUERY, area=spot.shape).hours
    assert hours.used == spot.count
    assert (hours.grid == whole.grid).all()
    streets = streets_in(hands, OPERATOR, QUERY, spot.shape)
    assert streets.n == spot.count
    assert 0 < streets.top["n"].sum() <= streets.used <= streets.n
    data = asked(hands, OPERATOR, QUERY)
    xy = data.drawn(QUERY)
    inside = shapely.contains_xy(spot.shape, hotspots_city.lonlat(*xy.T))
    off = (xy[inside] - (hotspots_city.X0, hotspots_city.Y0)) / (100.0, 100 * 2 / 3)
    nearest = abs(off - off.round()) * (100.0, 100 * 2 / 3)
    kind = nearest.argmin(axis=1)
    number = off.round()[range(len(off)), kind].astype(int)
    names = [f"{'Đường Thứ' if k else 'Phố Số'} {i}" for k, i in zip(kind, number, strict=True)]
    assert streets.top["n"].iloc[0] == max(names.count(name) for name in set(names))
    briefer = sign_in("bao.cao.duong", Role.BRIEFER, ("*",))
    coarse = streets_in(hands, briefer, QUERY, spot.shape)
    assert (coarse.top["n"] >= 5).all()


def test_whose_they_are_on_the_last_day(hands, found):
    by_ward = {spot.ward_code: spot for spot in found.spots}
    assert set(by_ward) == {"00001", "00003", "00005"}
    assert by_ward["00001"].beats[0].beat.primary.display_name == "Cán bộ 1"
    assert not by_ward["00001"].unassigned
    assert by_ward["00005"].beats[0].beat.code == "K5"
    assert by_ward["00005"].unassigned
    assert by_ward["00003"].beats[0].beat is None
    assert by_ward["00003"].unassigned
    assert all(sum(part.share for part in spot.beats) == pytest.approx(1) for spot in found.spots)
    assert [spot.unassigned for spot in found.spots] == [True, True, False], "nobody's come first"
    early = HotspotQuery(date(2026, 5, 1), date(2026, 8, 1))
    then = hotspot_spots(hands, OPERATOR, early, early.before())
    assert all(spot.unassigned for spot in then.spots), "nobody held K1 before September"


def test_old_new_and_gone_by_the_period_compared_with(hands, city, found):
    assert found.new == 0
    assert found.gone == 0
    empty = HotspotQuery(date(2020, 1, 1), date(2020, 3, 30))
    ended = hotspot_spots(hands, OPERATOR, empty, QUERY)
    assert ended.spots == ()
    assert ended.gone == 3
    assert ended.n == 0


def test_what_is_significant_but_small_is_no_hotspot(hands, city, sign_in):
    briefer = sign_in("bao.cao", Role.BRIEFER, ("*",))
    day = HotspotQuery(date(2026, 11, 19), date(2026, 11, 20))
    exact = hotspot_spots(hands, OPERATOR, day, day.before())
    assert exact.small > 0
    assert all(spot.count >= 5 for spot in exact.spots)
    hot = hotspot_cells(hands, OPERATOR, day).frame
    hot = hot[hot["class"].isin(["hot", "very_hot"])]
    drawn = exact.classes[exact.classes["code"] != "cold"]
    assert drawn.to_crs(hot.crs).area.sum() < hot.area.sum()
    coarse = hotspot_spots(hands, briefer, day, day.before())
    assert [spot.code for spot in coarse.spots] == [spot.code for spot in exact.spots]


def test_one_ward_sees_its_own_alone_and_new_data_at_once(hands, city, sign_in):
    officer = sign_in("phuong.1", Role.WARD_OFFICER, ("00001",))
    own = hotspot_spots(hands, officer, QUERY, QUERY.before())
    assert {spot.ward_code for spot in own.spots} <= {"00001"}
    before = hotspot_spots(hands, OPERATOR, QUERY, QUERY.before())
    with transaction(hands, OPERATOR) as connection:
        connection.execute(text("UPDATE diaban.officer SET display_name = 'Cán bộ khác'"))
    after = hotspot_spots(hands, OPERATOR, QUERY, QUERY.before())
    names = {spot.beats[0].beat.primary.display_name for spot in after.spots if not spot.unassigned}
    assert names == {"Cán bộ khác"}
    assert len(after.spots) == len(before.spots)


def test_a_hotspot_is_new_where_nothing_was_before_and_unknown_without_data(hands, city):
    before = QUERY.before()
    with transaction(hands, OPERATOR) as connection:
        connection.execute(
            text(
                "DELETE FROM diaban.incident WHERE occurred_from >= :first AND occurred_from < :last "
                "AND unit_id = (SELECT id FROM diaban.admin_unit WHERE code = '00003')"
            ),
            {"first": before.start, "last": QUERY.start},
        )
    found = hotspot_spots(hands, OPERATOR, QUERY, before)
    assert {spot.ward_code: spot.new for spot in found.spots} == {
        "00001": False,
        "00003": True,
        "00005": False,
    }
    assert found.new == 1
    long_ago = HotspotQuery(date(2020, 1, 1), date(2020, 3, 30))
    unknown = hotspot_spots(hands, OPERATOR, QUERY, long_ago)
    assert {spot.new for spot in unknown.spots} == {None}
    assert unknown.new == 0
