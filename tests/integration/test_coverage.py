"""Coverage of the synthetic city, against the generated frames (GeoPandas) and against plain SQL."""

# ruff: noqa: E501 (an SQL statement is read whole)

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import geopandas as gpd
import pandas as pd
import pytest
from sqlalchemy import text

from geo import settings
from geo.cli.output import plain
from geo.demo.city import City, generate
from geo.demo.parameters import CityParameters
from geo.domain.errors import InputError
from geo.domain.kinds import AssignmentRole
from geo.domain.roles import OPERATOR, Actor, Role
from geo.services import demo
from geo.services.coverage.on_a_day import coverage
from geo.services.sessions import actor_for_token, sign_in
from geo.store.cluster import DatabaseUrls
from geo.store.engine import Database, open_database

TODAY = date(2026, 6, 1)
# Enough beats for a vacant one, a concurrent officer, handovers and blocks that changed hands.
PARAMETERS = CityParameters(today=TODAY, wards=3, households=16_000, incidents=6_000)
DAYS = [TODAY, date(2026, 1, 15), date(2025, 3, 1), date(2024, 9, 10)]
CRS = "EPSG:3405"


@pytest.fixture(scope="module")
def city() -> City:
    return generate(PARAMETERS, 3)


@pytest.fixture(scope="module")
def loaded(database: DatabaseUrls) -> Iterator[Database]:
    engines = open_database(database.owner, database.app, database.auth)
    demo.load(engines, PARAMETERS, 3)
    yield engines
    engines.close()


@pytest.fixture(scope="module")
def ward_officer(loaded: Database) -> Actor:
    account = next(
        a for a in demo.load(loaded, PARAMETERS, 3)["accounts"] if a["role"] == Role.WARD_OFFICER.value
    )
    actor = actor_for_token(loaded, sign_in(loaded, account["name"], account["password"], "127.0.0.1"))
    assert actor is not None
    return actor


def _on(frame: pd.DataFrame, day: date) -> pd.DataFrame:
    moment = pd.Timestamp(day)
    return frame[(frame["valid_from"] <= moment) & (frame["valid_to"].isna() | (frame["valid_to"] > moment))]


def _expected_by_beat(city: City, day: date) -> pd.DataFrame:
    """The first other route: pandas on the generated frames."""
    members = _on(city.beat_blocks, day).set_index("block_code")["beat_code"]
    homes = city.households.assign(beat=city.households["block_code"].map(members))
    # On an earlier day the last review up to it counts, where the one before the last is known.
    before = homes["code"].map(city.earlier_reviews.set_index("household_code")["before"])
    moment = pd.Timestamp(day)
    crosses = (homes["reviewed_on"] > moment) & (before <= moment)
    reviewed = homes["reviewed_on"].mask(crosses, before)
    homes = homes.assign(
        fresh=(reviewed > pd.Timestamp(day - timedelta(days=90))) & (reviewed <= pd.Timestamp(day)),
        later=reviewed > pd.Timestamp(day),
    )
    by_beat = homes.groupby("beat").agg(
        households=("code", "size"), permanent=("permanent", "sum"), temporary=("temporary", "sum"),
        absent=("absent", "sum"), fresh=("fresh", "sum"), later=("later", "sum"),
    )  # fmt: skip
    zone = settings.load().timezone
    end = datetime.combine(day, time(), zone).astimezone(UTC)
    recent = city.incidents[
        city.incidents["occurred_from"].between(end - timedelta(days=28), end, inclusive="left")
    ]
    points = gpd.GeoDataFrame(
        recent, geometry=gpd.points_from_xy(recent["lon"], recent["lat"]), crs="EPSG:4326"
    )
    joined = gpd.sjoin(points[recent["lon"].notna()], city.blocks[["code", "geometry"]], rsuffix="block")
    beat = joined["code_block"].map(members)
    by_beat["incidents"] = joined.groupby(beat).size()
    by_beat["reported"] = joined[joined["origin"] == "reported"].groupby(beat).size()
    return by_beat.fillna(0).astype(int)


@pytest.mark.parametrize("day", DAYS)
def test_tallies_are_those_of_the_generated_frames(loaded: Database, city: City, day: date) -> None:
    found = coverage(loaded, OPERATOR, day)
    expected = _expected_by_beat(city, day)
    assert len(expected) == len(found.beats) > 6
    for beat in found.beats:
        assert dataclasses.asdict(beat.tally) == expected.loc[beat.code].to_dict(), beat.code
    assert expected["incidents"].sum() > 50
    summary = found.summary()
    assert summary.households == 16_000 == summary.covered + summary.uncovered
    assert summary.unplaced == 0


@pytest.mark.parametrize("day", DAYS)
def test_holders_are_those_of_plain_sql(loaded: Database, day: date) -> None:
    """The second other route: one SQL statement about one beat-day at a time."""
    query = text(
        "SELECT b.code, count(a.*) FILTER (WHERE a.role = 'primary') AS primaries, "
        "count(a.*) FILTER (WHERE a.role = 'concurrent') AS concurrent, "
        "min(o.service_number) FILTER (WHERE a.role = 'primary') AS holder, "
        "min(lower(a.valid)) FILTER (WHERE a.role = 'primary') AS since, "
        "min(d.number) FILTER (WHERE a.role = 'primary') AS decision, "
        "(SELECT count(*) FROM household h JOIN beat_block m ON m.block_id = h.block_id AND m.valid @> :day "
        " WHERE m.beat_id = b.id) AS households "
        "FROM beat b LEFT JOIN assignment a ON a.beat_id = b.id AND a.valid @> :day "
        "LEFT JOIN officer o ON o.id = a.officer_id LEFT JOIN legal_document d ON d.id = a.document_id "
        "WHERE b.valid @> :day GROUP BY b.id, b.code"
    )
    with loaded.owner.connect() as connection:
        rows = {row.code: row for row in connection.execute(query, {"day": day})}
    found = coverage(loaded, OPERATOR, day)
    assert {beat.code for beat in found.beats} == set(rows)
    for beat in found.beats:
        row = rows[beat.code]
        holder = beat.primary
        assert beat.vacant == (row.primaries == 0)
        assert (holder and (holder.service_number, holder.since, holder.decision)) == (
            (row.holder, row.since, row.decision) if row.holder else None
        )
        officers = row.primaries + row.concurrent / 2
        assert beat.load == (pytest.approx(row.households / officers) if officers else None)
    vacant = [row for row in rows.values() if not row.primaries]
    summary = found.summary()
    assert (summary.vacant_beats, summary.in_vacant) == (len(vacant), sum(row.households for row in vacant))


def test_history_has_what_the_page_must_show(loaded: Database) -> None:
    """A city without a vacant beat, a concurrent officer and a handover would test nothing above."""
    today = coverage(loaded, OPERATOR, TODAY)
    assert today.vacant_beats
    assert any(h.role is AssignmentRole.CONCURRENT for beat in today.beats for h in beat.holders)
    before = {beat.code: beat.primary for beat in coverage(loaded, OPERATOR, date(2024, 9, 10)).beats}
    assert any(beat.primary != before[beat.code] for beat in today.beats)


@pytest.mark.parametrize("day", [TODAY, date(2025, 3, 1)])
def test_beats_fill_their_wards_before_and_after_the_merge(loaded: Database, city: City, day: date) -> None:
    found = coverage(loaded, OPERATOR, day)
    wards = city.wards if day >= date(2025, 7, 1) else pd.concat([city.former_wards, city.wards.iloc[1:]])
    assert set(found.areas.wards["code"]) == set(wards["code"])
    assert {beat.unit_code for beat in found.beats} == set(wards["code"])
    assert found.gap_m2 == pytest.approx(0, abs=1)
    assert found.overlap_m2 == pytest.approx(0, abs=1)
    middle = gpd.GeoDataFrame(
        {"beat": found.areas.beats["code"]},
        geometry=found.areas.beats.representative_point(),
        crs="EPSG:4326",
    )
    inside = gpd.sjoin(middle, wards[["code", "geometry"]]).set_index("beat")["code"]
    assert {beat.code: beat.unit_code for beat in found.beats} == inside.to_dict()


def test_gap_and_overlap_are_measured_as_geopandas_does(loaded: Database, city: City) -> None:
    """One block is taken out of its beat, another is widened over its neighbours by 30 m."""
    metric = city.blocks.to_crs(CRS).set_index("code").geometry
    held_by = _on(city.beat_blocks, TODAY).set_index("block_code")["beat_code"]
    lost = city.blocks["code"].iloc[5]
    # one at the border of two beats: among its own beat's blocks it would overlap no other beat
    wide = next(
        code
        for code in metric.index[6:]
        if len(set(held_by[metric.index[metric.intersects(metric[code].buffer(30))]])) > 1
    )
    grown = gpd.GeoSeries([metric[wide].buffer(30)], crs=CRS).to_crs("EPSG:4326").iloc[0]
    with loaded.owner.begin() as connection:
        connection.execute(
            text(
                "UPDATE beat_block SET valid = daterange(lower(valid), :day) WHERE valid @> CAST(:day AS date) AND block_id = (SELECT id FROM block WHERE code = :code)"
            ),
            {"day": TODAY, "code": lost},
        )
        connection.execute(
            text("UPDATE block SET geom = ST_Multi(ST_GeomFromText(:wkt, 4326)) WHERE code = :code"),
            {"wkt": grown.wkt, "code": wide},
        )
    try:
        found = coverage(loaded, OPERATOR, TODAY)
        after = coverage(loaded, OPERATOR, TODAY - timedelta(days=1))
    finally:
        with loaded.owner.begin() as connection:
            connection.execute(
                text("UPDATE beat_block SET valid = daterange(lower(valid), NULL) WHERE upper(valid) = :day"),
                {"day": TODAY},
            )
            original = city.blocks.set_index("code").geometry[wide]
            connection.execute(
                text("UPDATE block SET geom = ST_Multi(ST_GeomFromText(:wkt, 4326)) WHERE code = :code"),
                {"wkt": original.wkt, "code": wide},
            )
    shapes = metric.copy()
    shapes[wide] = gpd.GeoSeries([grown], crs="EPSG:4326").to_crs(CRS).iloc[0]
    members = held_by.drop(lost)
    ward_of = city.blocks.set_index("code")["unit_code"]
    beats = gpd.GeoDataFrame(
        {"beat": members, "ward": ward_of[members.index]}, geometry=shapes[members.index], crs=CRS
    )
    dissolved = beats.dissolve("beat")
    everywhere = city.wards.to_crs(CRS).geometry.union_all()
    held = dissolved.geometry
    gap = everywhere.difference(held.union_all()).area
    twice = [a.intersection(b) for n, a in enumerate(held) for b in held.iloc[n + 1 :]]
    overlap = gpd.GeoSeries(twice, crs=CRS).union_all().intersection(everywhere).area
    assert overlap > 1_000
    assert gap > 1_000
    assert found.gap_m2 == pytest.approx(gap, rel=1e-6)
    assert found.overlap_m2 == pytest.approx(overlap, rel=1e-6, abs=0.01)
    assert found.areas.gaps["area_m2"].sum() == pytest.approx(gap, rel=1e-6)
    assert found.elsewhere.households == int((city.households["block_code"] == lost).sum())
    assert found.summary().uncovered == found.summary().in_vacant + found.elsewhere.households
    assert after.elsewhere.households == 0


def test_unit_narrows_and_units_add_up(loaded: Database, city: City) -> None:
    whole = coverage(loaded, OPERATOR, TODAY).summary()
    parts = [coverage(loaded, OPERATOR, TODAY, code).summary() for code in city.wards["code"]]
    for figure in ("beats", "vacant_beats", "households", "covered", "uncovered", "residents"):
        assert sum(getattr(part, figure) for part in parts) == getattr(whole, figure), figure
    province = coverage(loaded, OPERATOR, TODAY, "99").summary()
    assert dataclasses.replace(province, unit=None, incidents=whole.incidents) == whole


def test_former_ward_is_seen_on_its_own_day_only(loaded: Database, city: City) -> None:
    day = date(2025, 3, 1)
    parts = [coverage(loaded, OPERATOR, day, code) for code in city.former_wards["code"]]
    merged = coverage(loaded, OPERATOR, day, "99001")
    assert [len(part.areas.wards) for part in parts] == [1] * len(parts)
    assert sum(len(part.beats) for part in parts) == len(merged.beats) >= len(parts)
    assert sum(part.summary().households for part in parts) == merged.summary().households
    today = coverage(loaded, OPERATOR, TODAY, city.former_wards["code"].iloc[0])
    assert (len(today.beats), today.summary().wards, today.summary().households) == (0, 0, 0)


def test_ward_officer_gets_the_own_ward_alone(loaded: Database, city: City, ward_officer: Actor) -> None:
    own = coverage(loaded, ward_officer, TODAY)
    operator = coverage(loaded, OPERATOR, TODAY, "99001")
    assert own.beats == operator.beats
    assert own.areas.wards["code"].tolist() == ["99001"]
    assert own.summary().households == int((city.households["unit_code"] == "99001").sum())
    with pytest.raises(InputError) as refused:
        coverage(loaded, ward_officer, TODAY, "99002")
    assert refused.value.code == "unknown_unit"


def test_unknown_unit_is_refused(loaded: Database) -> None:
    with pytest.raises(InputError, match="no unit 00000"):
        coverage(loaded, OPERATOR, TODAY, "00000")


def test_day_before_all_history_is_empty_and_says_so(loaded: Database) -> None:
    found = coverage(loaded, OPERATOR, date(1999, 1, 1)).summary()
    assert (found.wards, found.beats, found.covered) == (0, 0, 0)
    assert found.uncovered == found.households == 16_000
    assert found.load.mean is None


def test_summary_is_one_plain_json_object(loaded: Database) -> None:
    found = coverage(loaded, OPERATOR, TODAY, "99")
    answer = json.loads(json.dumps(dataclasses.asdict(found.summary()), default=plain))
    contract = {
        "wards",
        "beats",
        "households",
        "covered",
        "uncovered",
        "gap_m2",
        "overlap_m2",
        "vacant_beats",
        "load",
    }
    assert contract <= set(answer)
    loads = sorted(beat.load for beat in found.beats if beat.load is not None)
    assert answer["load"]["beats"] == len(loads)
    assert answer["load"]["max"] == pytest.approx(loads[-1])
    assert answer["load"]["mean"] == pytest.approx(sum(loads) / len(loads))
