"""Decks about who is responsible: the four works, and plans, in a tiny ward with known beats."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from pptx import Presentation
from sqlalchemy import text

from geo.briefing import leaving, pdf_file, pptx_file, ready
from geo.briefing.deck import ChartBody, DeckKind, MapBody, TableBody
from geo.domain.roles import OPERATOR
from geo.services.coverage.on_a_day import coverage
from geo.services.plans import drafts as plan_drafts
from geo.services.plans import solve as plan_solve
from geo.services.release.cells import Measure
from tests import planning_city
from tests.integration.test_grey_print import confused

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = date(2027, 3, 15)
PERIOD = (date(2027, 3, 1), DAY)
NOW = datetime(2027, 3, 16, 7, 30, tzinfo=ZONE)
UNIT = "00001"


@pytest.fixture(scope="module", autouse=True)
def _city(database):
    planning_city.fill(database)


def made(database, kind, **given):
    return ready.build(database, OPERATOR, kind, UNIT, PERIOD, NOW, "vi", taken_at=NOW, **given)


def bodies(deck, kind):
    return [body for slide in deck.slides for body in slide.bodies if isinstance(body, kind)]


@pytest.fixture
def k3_vacant(opened):
    with opened.owner.begin() as connection:
        connection.execute(
            text(
                "UPDATE diaban.assignment SET valid = daterange(lower(valid), '2027-03-02') "
                "WHERE beat_id = (SELECT id FROM diaban.beat WHERE code = 'K3')"
            )
        )
    yield
    with opened.owner.begin() as connection:
        connection.execute(
            text(
                "UPDATE diaban.assignment SET valid = daterange(lower(valid), NULL) "
                "WHERE NOT upper_inf(valid)"
            )
        )


def test_a_stored_plan_before_and_after(opened, tmp_path):
    draft = plan_drafts.create(opened, OPERATOR, UNIT, title="Cân đối", effective_on=DAY, today=DAY)
    found = plan_solve.rebalance(OPERATOR, draft.desk, time_limit_s=5)
    held = plan_drafts.save(opened, OPERATOR, draft, found.owner)
    deck = made(opened, DeckKind.REASSIGNMENT, plan=held.draft.code)
    moved = int((held.owner != held.desk.problem.owner).sum())
    assert moved > 0
    assert deck.slides[0].title.startswith(f"Phường 00001: chuyển {moved} tổ dân phố")
    (after, before) = (np.array(values) for _, values in bodies(deck, ChartBody)[0].series)
    counts = held.desk.ground.households
    assert list(after) == [counts[held.owner == part].sum() for part in range(3)]
    assert list(before) == [counts[held.desk.problem.owner == part].sum() for part in range(3)]
    now, then = bodies(deck, MapBody)[:2]
    assert now.keys == then.keys  # what is compared is painted alike
    assert now.areas.geometry.area.sum() == pytest.approx(then.areas.geometry.area.sum())
    rows = [row for table in bodies(deck, TableBody) if table.header[0] == "#" for row in table.rows]
    assert len(rows) == moved
    for name in ("a", "b"):
        pptx_file.write(made(opened, DeckKind.REASSIGNMENT, plan=held.draft.code), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_vacant_beat_is_hatched_and_said(opened, k3_vacant, tmp_path):
    deck = made(opened, DeckKind.STEERING)
    known = coverage(opened, OPERATOR, DAY, UNIT).summary()
    assert deck.slides[0].title == "1 trong 3 khu vực chưa có người phụ trách"
    assert deck.slides[0].bodies[0].lines[0].startswith(f"{known.uncovered} trong {known.households} hộ")
    body = bodies(deck, MapBody)[0]
    hatched = [
        name
        for name, key in zip(body.areas["name"], body.areas["key"], strict=True)
        if body.keys[key].hatched
    ]
    assert hatched == ["Khu vực 3"]
    pptx_file.write(deck, tmp_path / "steering.pptx")
    shapes = [
        shape for slide in Presentation(str(tmp_path / "steering.pptx")).slides for shape in slide.shapes
    ]
    drawn = next(shape for shape in shapes if shape.name == "Khu vực 3")
    assert drawn._element.spPr.find("{*}pattFill") is not None


def test_a_vacant_beat_is_shared_out(opened, k3_vacant):
    deck = made(opened, DeckKind.REASSIGNMENT)
    assert deck.slides[0].title.startswith("Phường 00001: chia Khu vực 3 đang trống")
    before, after = bodies(deck, MapBody)[:2]
    assert set(before.areas["name"]) == {"Khu vực 1", "Khu vực 2", "Khu vực 3"}
    assert set(after.areas["name"]) == {"Khu vực 1", "Khu vực 2"}


def test_a_chart_does_not_say_what_the_table_withholds(opened, k3_vacant, monkeypatch):
    """Seven of K1 are counted otherwise by the release, as where a block lies in two wards."""
    real = leaving.release_counts

    def elsewhere(database, actor, cells):
        found = real(database, actor, cells)
        mine = set(made_of("K1"))
        return replace(found, sums=tuple(
            n + 7 if cell.measure is Measure.HOUSEHOLDS and mine & set(cell.units) else n
            for cell, n in zip(cells, found.sums, strict=True)
        ))  # fmt: skip

    def made_of(beat_code):
        with opened.owner.connect() as connection:
            return [f"#{number}" for number, in connection.execute(text(
                "SELECT m.block_id FROM diaban.beat_block m JOIN diaban.beat b ON b.id = m.beat_id "
                "WHERE b.code = :code AND upper_inf(m.valid)"), {"code": beat_code})]  # fmt: skip

    monkeypatch.setattr(leaving, "release_counts", elsewhere)
    cutoff = NOW - timedelta(minutes=7)  # another question than that of a deck that is kept
    deck = ready.build(opened, OPERATOR, DeckKind.REASSIGNMENT, UNIT, PERIOD, cutoff, "vi", taken_at=NOW)
    table = next(body for body in bodies(deck, TableBody) if len(body.header) > 4)
    told = {row[0]: (row[3], row[2]) for row in table.rows}  # proposed, now
    assert told["Khu vực 1"] == (leaving.WITHHELD, leaving.WITHHELD)
    assert leaving.WITHHELD not in told["Khu vực 2"]
    charts = [body for body in bodies(deck, ChartBody) if body.categories == tuple(told)]
    assert charts
    for chart in charts:
        for (_, values), at in zip(chart.series, (0, 1), strict=True):
            for name, value in zip(chart.categories, values, strict=True):
                assert (value is None) == (told[name][at] == leaving.WITHHELD)
    said = deck.slides[0].bodies[0].lines
    assert not [line for line in said if re.search(r"lệch.*\d", line)]  # made of K1's count as well


@pytest.mark.parametrize("kind", [DeckKind.STEERING, DeckKind.REASSIGNMENT])
def test_a_deck_made_again_after_edits_is_the_same(opened, k3_vacant, kind, tmp_path):
    cutoff = NOW + timedelta(minutes=1)
    asked = (opened, OPERATOR, kind, UNIT, PERIOD, cutoff, "vi")
    first = ready.build(*asked, taken_at=cutoff)
    with opened.owner.begin() as connection:
        for statement in (
            """
            UPDATE diaban.household SET permanent = permanent + 1, reviewed_on = '2027-03-10'
            WHERE id % 2 = 0""",
            "DELETE FROM diaban.household WHERE id % 7 = 0",
            """
            UPDATE diaban.assignment SET role = 'acting'
            WHERE beat_id = (SELECT id FROM diaban.beat WHERE code = 'K2')""",
        ):
            connection.execute(text(statement))
    try:
        again = ready.build(*asked, taken_at=NOW + timedelta(days=30))
        anew = ready.build(*asked[:5], cutoff + timedelta(days=9), "vi", taken_at=NOW + timedelta(days=30))
    finally:
        with opened.owner.begin() as connection:
            connection.execute(text("UPDATE diaban.assignment SET role = 'primary'"))
    for name, deck in (("a", first), ("b", replace(again, mark=first.mark))):
        pptx_file.write(deck, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert again.mark.taken_at != first.mark.taken_at
    assert [slide.title for slide in anew.slides] != [slide.title for slide in first.slides]


def test_the_maps_can_be_printed_in_grey(opened, k3_vacant, tmp_path):
    alike, checked = confused(made(opened, DeckKind.STEERING), tmp_path)
    assert (alike, checked > 0) == ([], True)
    alike, checked = confused(made(opened, DeckKind.REASSIGNMENT), tmp_path)
    assert (alike, checked > 0) == ([], True)


def test_a_day_before_everything_is_said(opened):
    early = (date(2001, 1, 1), date(2001, 1, 7))
    for kind, said in (
        (DeckKind.STEERING, "Trong phạm vi chưa có khu vực nào vào ngày này"),
        (DeckKind.REASSIGNMENT, "Đơn vị này chưa có khu vực nào để cân đối"),
        (DeckKind.WEEKLY, "Kỳ này không có vụ việc nào để báo cáo"),
    ):
        deck = ready.build(opened, OPERATOR, kind, UNIT, early, NOW, "vi", taken_at=NOW)
        assert said in {slide.title for slide in deck.slides}


@pytest.fixture
def odd_ward(opened):
    """A ward of 400 parts with a name of 200 characters; it has no incident."""
    parts = ", ".join(
        f"(({105.6 + x / 1e4} {20.6 + y / 1e4}, {105.6 + x / 1e4 + 6e-5} {20.6 + y / 1e4}, "
        f"{105.6 + x / 1e4 + 6e-5} {20.6 + y / 1e4 + 6e-5}, {105.6 + x / 1e4} {20.6 + y / 1e4}))"
        for x in range(20)
        for y in range(20)
    )
    with opened.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO diaban.admin_unit (code, name, name_folded, level, parent_id, geom, valid) "
                "SELECT '00400', :name, 'phuong thuong', level, parent_id, ST_GeomFromText(:shape, 4326), "
                "daterange('2020-01-01', NULL) FROM diaban.admin_unit WHERE code = :like"
            ),
            {"name": ("Phường Thượng " * 20)[:200].strip(), "shape": f"MULTIPOLYGON({parts})", "like": UNIT},
        )
    yield "00400"
    with opened.owner.begin() as connection:
        connection.execute(text("DELETE FROM diaban.admin_unit WHERE code = '00400'"))


@pytest.mark.parametrize("kind", DeckKind)
def test_a_ward_of_400_parts_without_anything_in_it_is_said(opened, odd_ward, kind, tmp_path):
    deck = ready.build(opened, OPERATOR, kind, odd_ward, PERIOD, NOW, "vi", taken_at=NOW)
    assert deck.unit.startswith("Phường Thượng")
    said = " ".join(slide.title for slide in deck.slides)
    assert {
        DeckKind.WEEKLY: "không có vụ việc nào",
        DeckKind.STEERING: "chưa có khu vực, hộ hay vụ việc nào",
        DeckKind.REASSIGNMENT: "chưa có khu vực nào để cân đối",
    }[kind] in said
    pptx_file.write(deck, tmp_path / "odd.pptx")
    pdf_file.write(deck, tmp_path / "odd.pdf")
    shown = Presentation(str(tmp_path / "odd.pptx"))
    for shape in (shape for slide in shown.slides for shape in slide.shapes):
        assert shape.top + shape.height <= shown.slide_height + 200_000, shape.name
