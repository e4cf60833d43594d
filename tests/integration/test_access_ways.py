"""Ways to posts and to the middle of beats, in a town with a river and one bridge.

      y 400  o----P----------------o     north street; P the post of ward A at x 200
             |                     |
      y 200  ~~~~~~~~~~~~~~~~~~~~~~|~~   river; the bridge at x 1000
      y 0    o---------------------o     south street
      ward B lies to the east (x from 2000): a street of its own, a household, no post
Metres of EPSG:3405 from (590000, 2280000).
"""

# ruff: noqa: E501 (an SQL statement is read whole)

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import text

from geo.domain.errors import ConflictError, InputError
from geo.domain.roles import OPERATOR, Actor, Role
from geo.services.access import BANDS, access, isochrone
from geo.services.targets import ACCESS_BEAT, NewTarget, set_target, targets_on
from geo.store.engine import Database

DAY = date(2026, 6, 1)


def _at(geometry: str) -> str:
    """Return SQL for a shape drawn in metres from the town's corner."""
    return f"ST_Transform(ST_Translate(ST_GeomFromText('{geometry}', 3405), 590000, 2280000), 4326)"


def _box(west: int, south: int, east: int, north: int) -> str:
    ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
    return _at(f"MULTIPOLYGON((({ring})))")


# Ten metres from the street each; the one in the field is 600 m from any street.
_HOMES = {
    "near": (1, 1, 300, 410), "across": (1, 1, 200, 10), "field": (1, 1, 400, 1010), "blockless": (1, None, 900, 410), "B": (2, None, 2100, 10),
}  # fmt: skip
_SEED = "\n".join((
    f"INSERT INTO admin_unit (id, code, level, name, name_folded, geom) VALUES (1, 'A', 'ward', 'A', 'a', {_box(0, -100, 1100, 1100)}), (2, 'B', 'ward', 'B', 'b', {_box(2000, -100, 2500, 500)});",
    f"INSERT INTO block (id, code, unit_id, name, name_folded, geom) VALUES (1, 'T1', 1, 'T1', 't', {_box(0, 300, 1000, 500)});",
    "INSERT INTO beat (id, code, unit_id, name) VALUES (1, 'K1', 1, 'K1'); INSERT INTO beat_block (beat_id, block_id, valid) VALUES (1, 1, '(,)');",
    f"INSERT INTO post (code, unit_id, name, geom) VALUES ('P', 1, 'Post', {_at('POINT(200 400)')});",
    *(f"INSERT INTO street (code, geom) VALUES ('S{n}', {_at(line)});" for n, line in enumerate((
        "LINESTRING(0 400, 1000 400)", "LINESTRING(1000 400, 1000 0)", "LINESTRING(1000 0, 0 0)", "LINESTRING(2000 0, 2500 0)",
    ))),
    *(f"INSERT INTO household (code, unit_id, block_id, permanent, temporary, absent, geom) VALUES ('{code}', {unit}, {block or 'NULL'}, 2, 0, 0, {_at(f'POINT({x} {y})')});" for code, (unit, block, x, y) in _HOMES.items()),
))  # fmt: skip


@pytest.fixture(scope="module")
def town(opened: Database) -> Database:
    with opened.owner.begin() as connection:
        connection.exec_driver_sql(_SEED)
    return opened


def test_ways_to_the_post_go_by_the_bridge(town: Database) -> None:
    """near: 100 + 10; across: 800 + 400 + 800 + 10, and 390 as the crow flies; blockless: 700 + 10."""
    post = access(town, OPERATOR, DAY, "A").post
    assert (post.n, post.within, post.within_straight, post.unreachable, post.without) == (4, 2, 4, 1, 0)
    assert post.largest_m == pytest.approx(2010, abs=0.5)
    assert post.median_m == pytest.approx(710, abs=0.5)
    assert post.share == 0.5
    assert (post.norm.metres, post.norm.document) == (1500.0, None)


def test_ways_to_the_middle_of_the_beat_leave_out_who_is_in_none(town: Database) -> None:
    """The middle of K1 is (500, 400), on the street."""
    found = access(town, OPERATOR, DAY, "A")
    assert (found.beat.n, found.beat.within, found.beat.unreachable, found.beat.without) == (3, 1, 1, 1)
    to_post, to_middle = found.by_beat["K1"]
    assert to_post.n == to_middle.n == 3
    assert to_middle.largest_m == pytest.approx(500 + 400 + 800 + 10, abs=0.5)
    assert found.snapped_largest_m == pytest.approx(10, abs=0.1)


def test_a_ward_without_a_post_is_counted_and_said(town: Database) -> None:
    found = access(town, OPERATOR, DAY)
    assert (found.post.n, found.post.without) == (4, 1)
    lonely = access(town, OPERATOR, DAY, "B")
    assert (lonely.post.n, lonely.post.without, lonely.post.share, lonely.post.median_m) == (0, 1, None, None)
    assert lonely.posts == ()


def test_a_target_with_a_document_is_the_norm(town: Database) -> None:
    with town.owner.begin() as connection:
        connection.execute(text("INSERT INTO legal_document (id, number) VALUES (100, '7/KH')"))
        connection.execute(text("INSERT INTO target (measure, unit_id, value, document_id, valid) VALUES ('access_post_m', 1, 500, 100, '[2026-01-01,)'), ('access_post_m', NULL, 900, NULL, '[2026-01-01,)')"))  # fmt: skip
    try:
        post = access(town, OPERATOR, DAY, "A").post
        assert (post.norm.metres, post.norm.document, post.within) == (500, "7/KH", 1)
        assert access(town, OPERATOR, DAY, "B").post.norm.metres == 900
        assert access(town, OPERATOR, date(2025, 1, 1), "A").post.norm.metres == 1500
        seen = targets_on(town, OPERATOR, DAY).of(ACCESS_BEAT)
        wanted = NewTarget(ACCESS_BEAT, 2000, "8/KH", DAY)
        set_target(town, OPERATOR, wanted, seen)
        beat = access(town, OPERATOR, DAY, "A").beat
        assert (beat.norm.metres, beat.norm.document, beat.within) == (2000, "8/KH", 2)
        with pytest.raises(ConflictError):
            set_target(town, OPERATOR, wanted, seen)
    finally:
        with town.owner.begin() as connection:
            connection.execute(text("DELETE FROM target"))


def test_isochrone_counts_every_household_of_the_ward_once(town: Database) -> None:
    reached = isochrone(town, OPERATOR, DAY, "P", "A")
    assert reached.bands_m == tuple(1500 * share for share in BANDS)
    assert reached.households == (1, 1, 0, 1, 0)  # near, blockless, -, across by the bridge, -
    assert sum(reached.households) + reached.beyond == 4
    assert reached.off_m == pytest.approx(0, abs=0.01)
    assert list(reached.areas["code"]) == ["0", "1", "2", "3"]  # all streets end before the last band
    areas = reached.areas.to_crs("EPSG:3405").geometry
    assert areas.union_all().area == pytest.approx(areas.area.sum(), rel=1e-6)


def test_refusals_say_what_is_wrong(town: Database, sign_in: Callable[..., Actor]) -> None:
    with pytest.raises(InputError) as refused:
        isochrone(town, OPERATOR, DAY, "<script>", "A")
    assert refused.value.code == "unknown_post"
    officer = sign_in("phuong-b", Role.WARD_OFFICER, ("B",))
    with pytest.raises(InputError, match="no unit A"):
        access(town, officer, DAY, "A")
    with pytest.raises(InputError):
        isochrone(town, officer, DAY, "P")


def test_a_day_before_everything_has_nobody_to_walk(town: Database) -> None:
    with town.owner.begin() as connection:
        connection.execute(text("UPDATE admin_unit SET valid = '[2020-01-01,)'"))
    early = access(town, OPERATOR, date(1999, 1, 1), "A")
    assert (early.post.n, early.beat.n, early.streets) == (0, 0, 0)
