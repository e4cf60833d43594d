"""What a commander asks next: near repeats, an operation's effect, what changed hands, ways to posts."""

from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import text

from geo.briefing import ready
from geo.briefing.asking import Asking
from geo.briefing.deck import ChartBody, DeckKind, MapBody, TableBody
from geo.briefing.leaving import coarse_share
from geo.briefing.steering_changes import changes, nothing_changed
from geo.demo.parameters import CityParameters
from geo.domain.roles import OPERATOR
from geo.services import demo
from geo.services.access import access
from geo.services.briefings import View, create, delete
from geo.services.handovers import Changed, handovers
from geo.services.hotspots.effect import Operation, effect
from geo.services.hotspots.repeat import repeat
from geo.services.hotspots.review import HotspotQuery

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = date(2026, 11, 20)
PERIOD = (date(2026, 10, 24), DAY)
TAKEN = datetime(2026, 11, 21, 7, 30, tzinfo=ZONE)
_MINUTES = count(1)


@pytest.fixture(scope="module", autouse=True)
def _city(opened):
    demo.load(opened, CityParameters(today=DAY, households=6000, incidents=6000))


def made(database, kind, unit="*"):
    cutoff = TAKEN - timedelta(hours=5, minutes=next(_MINUTES))
    return ready.build(database, OPERATOR, kind, unit, PERIOD, cutoff, "vi", taken_at=TAKEN)


def slide_of(deck, words):
    (found,) = [slide for slide in deck.slides if words in slide.title]
    return found


def asking_of(database, **given):
    return Asking(database, OPERATOR, DeckKind.STEERING, None, PERIOD, TAKEN, "vi", "NỘI BỘ", TAKEN, **given)


def test_near_repeats_are_those_of_the_page_without_small_pairs(opened):
    deck = made(opened, DeckKind.WEEKLY)
    slide = slide_of(deck, "100 m và 7 ngày")
    table, chart = slide.bodies
    found = repeat(opened, OPERATOR, HotspotQuery(*PERIOD, cutoff=deck.cutoff))
    said = np.array([[cell.rstrip(" *") for cell in row[1:]] for row in table.rows])
    hidden = found.table.observed < 5
    assert (said[hidden] == "–").all()
    assert [float(cell.replace(",", ".")) for cell in said[~hidden]] == pytest.approx(
        found.table.ratio[~hidden], abs=0.051
    )
    starred = np.array([["*" in cell for cell in row[1:]] for row in table.rows])
    assert (starred == (found.significant & ~hidden)).all()
    assert isinstance(chart, ChartBody)
    assert len(chart.series) == table.rows[0].__len__() - 1


def test_a_kept_operation_is_told_in_the_weekly_deck(opened):
    start, end = date(2026, 10, 1), date(2026, 10, 28)
    asked = {
        "start": str(start),
        "end": str(end),
        "origin": "reported",
        "mode": "effect",
        "treated": ["99001"],
    }
    without = made(opened, DeckKind.WEEKLY)
    assert not [slide for slide in without.slides if "Đợt ra quân" in slide.title]
    assert any("không có đợt ra quân nào" in line for line in without.slides[-1].bodies[0].lines)
    kept = create(opened, OPERATOR, "Giao ban", [View("hotspots", "/hotspots", "Đợt", asked=asked)])
    try:
        deck = made(opened, DeckKind.WEEKLY)
    finally:
        delete(opened, OPERATOR, kept)
    slide = slide_of(deck, "Đợt ra quân ở Hoa Sen")
    query = HotspotQuery(*PERIOD, cutoff=deck.cutoff)
    found = effect(opened, OPERATOR, query, Operation(start, 28, ("99001",)))
    table = slide.bodies[0]
    treated = table.rows[0]
    assert treated[:4] == ("Nơi ra quân", "1", str(found.treated.before), str(found.treated.during))
    assert treated[5].startswith(f"{round(found.local.estimate):+d}".replace("-", "−").replace("+0", "0"))
    assert [row[0] for row in table.rows] == ["Nơi ra quân", "Kề bên", "Đối chứng"]


def test_an_operation_of_long_ago_is_not_told(opened):
    asked = {"start": "2026-06-01", "end": "2026-06-28", "mode": "effect", "treated": ["99001"]}
    kept = create(opened, OPERATOR, "Giao ban", [View("hotspots", "/hotspots", "Đợt", asked=asked)])
    try:
        deck = made(opened, DeckKind.WEEKLY)
    finally:
        delete(opened, OPERATOR, kept)
    assert not [slide for slide in deck.slides if "Đợt ra quân" in slide.title]


def test_what_changed_hands_in_the_quarter_stands_in_the_steering_deck(opened):
    first = DAY - timedelta(days=89)
    found = handovers(opened, OPERATOR, first, DAY)
    officers = [one for one in found.changes if one.changed is Changed.OFFICER]
    assert officers
    slide = slide_of(made(opened, DeckKind.STEERING), "Thay đổi phụ trách")
    assert f"{len(officers)} lượt cán bộ" in slide.title
    (table,) = slide.bodies
    newest = max(officers, key=lambda one: one.day)
    assert table.rows[0][0] == newest.day.strftime("%d/%m/%Y")
    assert {(one.before or "chưa có người", one.after or "chưa có người") for one in officers} <= {
        (row[3], row[4]) for row in table.rows
    }


def test_where_nothing_changed_hands_one_sentence_says_so(opened):
    quiet = (date(1990, 1, 1), date(1990, 1, 2))
    assert changes(asking_of(opened), quiet) == ()
    assert nothing_changed(asking_of(opened), quiet) == (
        "Từ 01/01/1990 đến 02/01/1990 không có khu vực, tổ dân phố nào đổi người phụ trách."
    )


def test_ways_to_posts_leave_as_coarse_shares(opened):
    found = access(opened, OPERATOR, DAY)
    slide = slide_of(made(opened, DeckKind.STEERING), "đường đi")
    table, drawn = slide.bodies
    assert isinstance(table, TableBody)
    assert isinstance(drawn, MapBody)
    share = coarse_share(found.post.within, found.post.n)
    assert table.rows[0][2] == f"{100 * share:.0f}\u00a0%"
    few = sum(to_post.n < 40 for to_post, _ in found.by_beat.values())
    untold = [i for i, key in enumerate(drawn.keys) if key.label == "không nêu được"]
    assert drawn.areas["key"].isin(untold).sum() == few
    assert len(drawn.areas) == len(found.by_beat)


def test_a_share_of_few_is_not_said_and_a_step_is_ten_or_more():
    assert coarse_share(20, 39) is None
    for whole in (40, 99, 100, 199, 200, 5000):
        said = sorted({coarse_share(part, whole) for part in range(whole + 1)})
        assert min(np.diff(said)) * whole >= 9.99


@pytest.fixture
def no_posts(opened):
    with opened.owner.begin() as connection:
        connection.execute(text("CREATE TABLE diaban.post_aside AS TABLE diaban.post"))
        connection.execute(text("DELETE FROM diaban.post"))
    yield
    with opened.owner.begin() as connection:
        connection.execute(text("INSERT INTO diaban.post OVERRIDING SYSTEM VALUE TABLE diaban.post_aside"))
        connection.execute(text("DROP TABLE diaban.post_aside"))


def test_posts_that_are_missing_are_said(opened, no_posts):
    slide = slide_of(made(opened, DeckKind.STEERING), "Chưa tính được đường đi")
    assert "Không có trụ sở nào" in slide.bodies[0].lines[0]
