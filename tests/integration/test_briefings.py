"""Briefings: kept, changed by their owner alone, and made into files that other programs read."""

import csv
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import geopandas as gpd
import openpyxl
import pypdf
import pytest
from PIL import Image
from pptx import Presentation

from geo.briefing.deck import DeckKind
from geo.briefing.making import Format, Order, Ready, Request, make_own, make_ready
from geo.domain.errors import ConflictError, ForbiddenError, InputError
from geo.domain.roles import OPERATOR, Role
from geo.services import briefings, exports
from geo.services.briefings import View
from geo.services.hotspots.review import HotspotQuery, review
from geo.services.wards import wards as held_wards

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
QUERY = HotspotQuery(date(2026, 10, 24), date(2026, 11, 20))
ASKED = {"start": "2026-10-24", "end": "2026-11-20", "origin": "reported"}
SPOTS = View("hotspots", "/hotspots?first=2026-10-24", "Số vụ tăng ở An Bình", "Nói chậm", ASKED)
GONE = View("hotspots", "/hotspots?unit=77777", "Một phường đã sáp nhập", "", {**ASKED, "unit": "77777"})
ORDER = Order(Format.PPTX_WIDE, "vi", "LƯU HÀNH NỘI BỘ", "giao ban thứ Hai")


@pytest.fixture(scope="module")
def briefer(city, sign_in):
    return sign_in("nguoi-bao-cao", Role.BRIEFER, ("*",))


@pytest.fixture
def kept(opened, briefer):
    return briefings.create(opened, briefer, "Giao ban", [SPOTS, GONE])


def test_a_view_is_kept_moved_and_described(opened, briefer, kept):
    moved = briefings.change(
        opened, briefer, kept, title="Giao ban tuần", views=[GONE, replace(SPOTS, notes="Nhấn mạnh")]
    )
    again = briefings.briefing(opened, briefer, kept.code)
    assert again == moved
    assert [view.title for view in again.views] == [GONE.title, SPOTS.title]
    assert again.views[1].notes == "Nhấn mạnh"
    assert again.cutoff == kept.cutoff


def test_two_windows_do_not_undo_each_other(opened, briefer, kept):
    briefings.add_view(opened, briefer, kept.code, SPOTS)
    with pytest.raises(ConflictError) as fault:
        briefings.change(opened, briefer, kept, title="Khác", views=[])
    assert fault.value.code == "briefing_changed"
    assert len(briefings.briefing(opened, briefer, kept.code).views) == 3


def test_another_reads_and_does_not_change(opened, kept, sign_in):
    other = sign_in("nguoi-khac", Role.COMMANDER, ("*",))
    assert kept.code in {one.code for one in briefings.briefings(opened, other) if not one.mine}
    with pytest.raises(ForbiddenError):
        briefings.change(opened, other, kept, title="Khác", views=[])
    with pytest.raises(ForbiddenError):
        briefings.delete(opened, other, kept)


@pytest.mark.parametrize(
    ("title", "view", "code"),
    [
        ("  ", SPOTS, "briefing_title_missing"),
        ("Giao ban", replace(SPOTS, link="//elsewhere.example"), "bad_briefing_view"),
        ("Giao ban", replace(SPOTS, link="https://elsewhere.example"), "bad_briefing_view"),
    ],
)
def test_what_cannot_be_kept_is_told(opened, briefer, title, view, code):
    with pytest.raises(InputError) as fault:
        briefings.create(opened, briefer, title, [view])
    assert fault.value.code == code


def test_a_deck_of_it_opens_and_says_what_is_no_more(opened, briefer, kept, tmp_path):
    out = make_own(Request(opened, briefer, ORDER, NOW, tmp_path), kept)
    slides = Presentation(str(out)).slides
    said = [
        " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame) for slide in slides
    ]
    assert len(said) == 3  # map, table, and the one that says so
    assert SPOTS.title in said[0]
    assert "77777" in said[2]
    assert all("LƯU HÀNH NỘI BỘ" in one and "nguoi-bao-cao" in one for one in said)
    (logged,) = exports.trace(opened, briefer, exports.fingerprint(logged_query(opened, briefer, said)))
    assert logged.purpose == "giao ban thứ Hai"
    assert logged.kind == "brief.pptx"
    assert slides[0].notes_slide.notes_text_frame.text == "Nói chậm"


def logged_query(opened, briefer, said):
    """The query of the fingerprint that stands on the page."""
    printed = said[0].split("#")[1].split()[0]
    return exports.trace(opened, briefer, printed)[0].query


def test_the_same_briefing_is_the_same_file_again(opened, briefer, kept, tmp_path):
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made.append(make_own(Request(opened, briefer, ORDER, NOW, tmp_path / name), kept).read_bytes())
    assert made[0] == made[1]


def test_the_data_behind_it(opened, briefer, kept, tmp_path):
    out = make_own(Request(opened, briefer, replace(ORDER, format=Format.DATA), NOW, tmp_path), kept)
    with zipfile.ZipFile(out) as archive:
        archive.extractall(tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "tables.xlsx").active
    rows = {row[0]: row[1] for row in sheet.iter_rows(min_row=2, values_only=True)}
    full = review(opened, OPERATOR, QUERY).table
    for name, count in zip(full["name"], full["count"], strict=True):
        assert rows[name] == (count if count >= 5 else "<5")
    with (tmp_path / "slide-02.csv").open(encoding="utf-8-sig", newline="") as file:
        (head, *lines) = csv.reader(file)
    assert head == [cell.value for cell in sheet[1]]
    assert {line[0]: line[1] for line in lines} == {name: str(count) for name, count in rows.items()}
    wards = gpd.read_file(tmp_path / "maps.gpkg", layer="slide-01").set_index("name")
    assert set(wards.columns) == {"class", "geometry"}
    assert wards.crs == "EPSG:4326"
    held = held_wards(opened, OPERATOR).metric.set_index("name").geometry
    drawn = wards.to_crs(held.crs).geometry
    assert set(drawn.index) == set(held.index)
    assert (drawn.symmetric_difference(held, align=True).area < 20.0).all()  # of 4 million square metres
    for name, count in zip(full["name"], full["count"], strict=True):
        if count >= 5:
            low, _, high = wards.loc[name, "class"].removeprefix("≥ ").replace(".", "").partition("–")
            assert int(low) <= count <= int(high or 10**9)


@pytest.mark.parametrize("format_", [Format.PNG, Format.HTML, Format.PDF_A3, Format.PPTX_CLASSIC])
def test_every_form_says_the_figures_of_the_services(opened, briefer, kept, tmp_path, format_):
    figures = review(opened, OPERATOR, QUERY)
    told = []
    order = replace(ORDER, format=format_)
    asked = Request(opened, briefer, order, NOW, tmp_path, progress=lambda *at: told.append(at))
    out = make_own(asked, kept)
    assert told[0] == (0, 8)  # from the start: two views gone through twice, about four slides
    assert told[-1] == (7, 7)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    if format_ is Format.PNG:
        with zipfile.ZipFile(out) as archive:
            sizes = [Image.open(archive.open(name)).size for name in archive.namelist()]
        assert sizes == [(1920, 1080)] * 3
        return
    if format_ is Format.HTML:
        said = out.read_text("utf-8")
    elif format_ is Format.PDF_A3:
        said = " ".join(page.extract_text() for page in pypdf.PdfReader(out).pages)
    else:
        shapes = [shape for slide in Presentation(str(out)).slides for shape in slide.shapes]
        said = " ".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)
    assert f"n = {figures.n:,} vụ".replace(",", ".") in said


def test_nothing_is_made_of_nothing_or_for_nothing(opened, briefer, kept, tmp_path):
    empty = replace(kept, views=())
    for found, order, code in (
        (empty, ORDER, "briefing_empty"),
        (kept, replace(ORDER, purpose=" "), "purpose_missing"),
    ):
        with pytest.raises(InputError) as fault:
            make_own(Request(opened, briefer, order, NOW, tmp_path), found)
        assert fault.value.code == code
    assert not list(tmp_path.iterdir())


def test_a_deck_is_stopped_before_its_first_slide(opened, briefer, tmp_path):
    told = []
    request = Request(
        opened,
        briefer,
        ORDER,
        NOW,
        tmp_path,
        progress=lambda *at: told.append(at),
        cancelled=lambda: len(told) > 2,
    )
    with pytest.raises(InputError) as fault:
        make_ready(request, Ready(DeckKind.WEEKLY, None, (QUERY.start, QUERY.end)))
    assert fault.value.code == "briefing_cancelled"
    assert max(done for done, _ in told) == 1  # one figure was made, no slide written
    assert not list(tmp_path.iterdir())


def test_a_cancelled_deck_leaves_nothing(opened, briefer, kept, tmp_path):
    with pytest.raises(InputError) as fault:
        make_own(Request(opened, briefer, ORDER, NOW, tmp_path, cancelled=lambda: True), kept)
    assert fault.value.code == "briefing_cancelled"
    assert not list(tmp_path.iterdir())


def test_a_weekly_deck_says_no_small_count(opened, briefer, tmp_path):
    days = (date(2025, 6, 2), date(2025, 6, 8))
    full = review(opened, OPERATOR, HotspotQuery(*days)).table.set_index("name")
    assert (full[["count", "before"]] < 5).any().any()
    out = make_ready(Request(opened, briefer, ORDER, NOW, tmp_path), Ready(DeckKind.WEEKLY, None, days))
    shapes = [shape for slide in Presentation(str(out)).slides for shape in slide.shapes]
    tables = [
        [[cell.text for cell in row.cells] for row in shape.table.rows] for shape in shapes if shape.has_table
    ]
    (by_ward,) = [table for table in tables if table[0][:2] == ["Phường", "Số hộ"]]
    for name, _, now, before, *_ in by_ward[1:]:
        for said, n in ((now, full.loc[name, "count"]), (before, full.loc[name, "before"])):
            assert said in ({"<5", "…"} if n < 5 else {str(n), "…"})
    charts = [shape.chart for shape in shapes if shape.has_chart]
    ratios = [chart for chart in charts if chart.chart_title.text_frame.text.startswith("Số lần so với")]
    charts = [chart for chart in charts if chart not in ratios]
    drawn = [n for chart in charts for plot in chart.plots for series in plot.series for n in series.values]
    assert charts
    assert all(n is None or n >= 5 for n in drawn)
