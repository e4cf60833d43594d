"""Ready decks and their files, opened again by other programs than those that wrote them."""

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import openpyxl
import pypdf
import pytest
import shapely
from click.testing import CliRunner
from PIL import Image
from pptx import Presentation
from sqlalchemy import text

from geo import settings
from geo.analysis.emerging_words import EmergingClass
from geo.briefing import html_file, pdf_file, picture, pptx_file, ready
from geo.briefing.brief_out import write_brief
from geo.briefing.deck import (
    ChartBody,
    ChartKind,
    DeckKind,
    Key,
    MapBody,
    Paper,
    Slide,
    TableBody,
    TextBody,
)
from geo.briefing.layout import pages
from geo.briefing.page import Table
from geo.cli.briefs import brief
from geo.domain.errors import InputError
from geo.domain.roles import OPERATOR
from geo.services.coverage.on_a_day import coverage
from geo.services.exports import fingerprint
from geo.services.hotspots.emerging import emerging_hotspots
from geo.services.hotspots.review import HotspotQuery, review
from geo.services.hotspots.spots import hotspot_spots
from geo.services.hotspots.trust import Method, trust
from tests import hotspots_city

pytestmark = pytest.mark.usefixtures("city")

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PERIOD = (date(2026, 10, 24), date(2026, 11, 20))
CUTOFF = datetime(2026, 11, 21, tzinfo=ZONE)
TAKEN = datetime(2026, 11, 21, 7, 30, tzinfo=ZONE)
LONG = "Phường " + "Thượng Nguyễn " * 15  # over 200 characters


def made(database, kind=DeckKind.WEEKLY, unit="*", period=PERIOD, **given):
    asked = {"cutoff": CUTOFF, "lang": "vi", "taken_at": TAKEN} | given
    cutoff, lang = asked.pop("cutoff"), asked.pop("lang")
    return ready.build(database, OPERATOR, kind, unit, period, cutoff, lang, **asked)


@pytest.fixture(scope="module")
def weekly(opened, city):
    return made(opened)


@pytest.fixture(scope="module")
def shown(weekly, tmp_path_factory):
    out = tmp_path_factory.mktemp("deck") / "weekly.pptx"
    pptx_file.write(weekly, out)
    return Presentation(str(out))


def words(slide):
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_charts_and_tables_are_native_and_hold_the_figures_of_the_services(opened, shown):
    figures = review(opened, OPERATOR, HotspotQuery(*PERIOD, unit=None, cutoff=CUTOFF))
    charts = [shape.chart for shape in shown.slides[0].shapes if shape.has_chart]
    assert [list(series.values) for series in charts[0].plots[0].series][::-1] == [
        list(figures.table.sort_values(["count", "name"], ascending=[False, True])[column])[::-1]
        for column in ("count", "before")
    ]
    inside = openpyxl.load_workbook(io.BytesIO(charts[0].part.chart_workbook.xlsx_part.blob))
    assert sum(row[2] for row in inside.active.iter_rows(min_row=2, values_only=True)) == figures.n
    tables = [shape.table for slide in shown.slides for shape in slide.shapes if shape.has_table]
    by_ward = next(table for table in tables if table.cell(0, 0).text == "Phường")
    counts = [int(by_ward.cell(row, 2).text.replace(".", "")) for row in range(1, len(by_ward.rows))]
    assert sum(counts) == figures.n


def test_text_is_in_the_theme_s_fonts_and_spelt_in_its_language(weekly, tmp_path):
    pptx_file.write(weekly, tmp_path / "deck.pptx")
    with zipfile.ZipFile(tmp_path / "deck.pptx") as packed:
        names = packed.namelist()
        written = [
            name for name in names if re.match(r"ppt/(slides/slide|charts/chart|notesSlides/notes)", name)
        ]
        theme = packed.read("ppt/theme/theme1.xml").decode()
        for name in written:
            told = packed.read(name).decode()
            assert "<a:latin" not in told, name
            runs = re.findall(r"<a:rPr[^>]*>", told)
            assert all('lang="vi-VN"' in run for run in runs), name
            assert runs or "slides/slide" not in name
    assert len(written) > len(weekly.slides)
    assert set(re.findall(r'(?:<a:latin|script="Viet") typeface="([^"]*)"', theme)) == {"Arial"}


def test_slides_have_titles_and_layouts_of_their_own_size(weekly, shown):
    assert [slide.shapes.title.text_frame.text for slide in shown.slides] == [
        slide.title for slide in weekly.slides
    ]
    edges = [shape.left + shape.width for layout in shown.slide_layouts for shape in layout.placeholders]
    assert shown.slide_width * 0.9 < max(edges) <= shown.slide_width
    assert shown.part._element.find("{*}sldSz").get("type") is None


def test_a_file_holds_no_finer_shares_than_its_slides_say(opened):
    deck = made(opened, DeckKind.STEERING)
    charts = [body for slide in deck.slides for body in slide.bodies if isinstance(body, ChartBody)]
    values = [
        (chart.digits, value)
        for chart in (*charts, ChartBody(ChartKind.BARS, ("a",), (("b", (100 / 3,)),), "%", digits=1))
        for _, series in chart.series for value in series if value is not None
    ]  # fmt: skip
    assert [pair for pair in values if pair[1] != round(pair[1], pair[0])] == []
    assert values[-1] == (1, 33.3)


def test_every_ward_is_a_freeform_that_can_be_edited(opened, shown):
    slide = next(slide for slide in shown.slides if "Mũi tên bắc" in {shape.name for shape in slide.shapes})
    drawn = {shape.name: shape for shape in slide.shapes}
    assert set(hotspots_city.NAMES) <= drawn.keys()
    for name in hotspots_city.NAMES:
        assert drawn[name]._element.spPr.find(".//{*}custGeom") is not None
    assert not [shape for shape in slide.shapes if shape.shape_type == 13]  # no picture
    spots = hotspot_spots(
        opened, OPERATOR, HotspotQuery(*PERIOD, cutoff=CUTOFF), HotspotQuery(*PERIOD, cutoff=CUTOFF).before()
    )
    assert {f"Số ĐN{i + 1}" for i in range(len(spots.spots))} <= drawn.keys()


def test_the_mark_stands_on_every_slide_and_page(weekly, shown, tmp_path):
    pdf_file.write(weekly, tmp_path / "weekly.pdf", Paper.A3)
    printed = pypdf.PdfReader(tmp_path / "weekly.pdf").pages
    assert len(printed) == len(weekly.slides) == len(shown.slides)
    for said in (*map(words, shown.slides), *(page.extract_text() for page in printed)):
        assert "LƯU HÀNH NỘI BỘ · operator · 21/11/2026 07:30" in said
        assert f"#{weekly.mark.fingerprint}" in said
    assert round(printed[0].mediabox.width) == 1191
    assert "điểm nóng" in printed[1].extract_text()  # text stays text


def test_a_map_says_what_it_must(weekly):
    body = next(body for slide in weekly.slides for body in slide.bodies if isinstance(body, MapBody))
    assert body.keys_title == "Vụ trên 1.000 hộ trong kỳ"
    assert body.n.startswith("n = ")
    assert body.left_out
    assert body.as_of == PERIOD[1]
    assert body.crs == hotspots_city.CRS


def test_emerging_places_and_how_good_the_map_is(opened, weekly):
    query = HotspotQuery(*PERIOD, cutoff=CUTOFF)
    cells = emerging_hotspots(opened, OPERATOR, query).cells
    rising = sum(
        cells.get(kind, 0)
        for kind in (EmergingClass.NEW, EmergingClass.CONSECUTIVE, EmergingClass.INTENSIFYING)
    )
    (title,) = [slide.title for slide in weekly.slides if slide.title.startswith("Qua ")]
    assert f": {rising} ô mới nóng" in title
    (slide,) = [slide for slide in weekly.slides if "PAI" in slide.title]
    table, chart = slide.bodies
    found = trust(opened, OPERATOR, query)
    counts = next(one for one in found.at(0.05) if one.method is Method.COUNTS)
    assert table.rows[0][5:] == (f"{100 * counts.hit_rate:.0f}\u00a0%", f"{counts.pai:.1f}".replace(".", ","))
    assert chart.series[0][1][2] == round(100 * counts.hit_rate)


def test_a_long_table_stands_in_two_halves(weekly):
    rows = tuple((f"Phường {i}", str(i)) for i in range(30))
    deck = replace(weekly, slides=(Slide("Dài", (TableBody(("Phường", "Vụ"), rows),)),))
    (page,) = pages(deck, Paper.WIDE)
    left, right = [item for item in page.items if isinstance(item, Table)]
    assert left.body.rows + right.body.rows == rows
    assert left.size == right.size
    assert left.frame.x + left.frame.w < right.frame.x


def test_the_same_question_makes_the_same_bytes(opened, weekly, tmp_path):
    again = made(opened)
    for place, deck in (("a", weekly), ("b", again)):
        pptx_file.write(deck, tmp_path / f"{place}.pptx")
        pdf_file.write(deck, tmp_path / f"{place}.pdf")
        html_file.write(deck, tmp_path / f"{place}.html")
    for ending in ("pptx", "pdf", "html"):
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()
    later = made(opened, taken_at=TAKEN + timedelta(days=30))
    assert later.mark.fingerprint == weekly.mark.fingerprint
    assert [slide.title for slide in later.slides] == [slide.title for slide in weekly.slides]


def test_what_was_recorded_after_the_cutoff_does_not_count(opened, weekly):
    with opened.owner.begin() as connection:
        late = connection.execute(
            text(
                "UPDATE diaban.incident SET recorded_at = :late WHERE id IN (SELECT id FROM diaban.incident "
                "WHERE origin = 'reported' AND unit_id IS NOT NULL AND occurred_from BETWEEN "
                "'2026-11-01' AND '2026-11-10' ORDER BY id LIMIT 20) RETURNING id"
            ),
            {"late": CUTOFF + timedelta(days=9)},
        ).all()
    soon = CUTOFF + timedelta(minutes=1)
    then = review(opened, OPERATOR, HotspotQuery(*PERIOD, cutoff=soon)).n
    assert len(late) == 20
    assert review(opened, OPERATOR, HotspotQuery(*PERIOD)).n == then + 20
    assert str(then) in made(opened, cutoff=soon).slides[0].title.replace(".", "")
    assert made(opened).slides[0].title == weekly.slides[0].title  # it was made before, and is the same


def test_the_offline_page_asks_for_nothing(weekly, tmp_path):
    html_file.write(weekly, tmp_path / "weekly.html")
    page = (tmp_path / "weekly.html").read_text()
    outside = set(re.findall(r"https?://[^\s\"'<)]+", page))
    assert outside == {"http://www.w3.org/2000/svg"}
    assert "default-src 'none'" in page
    assert page.count("<svg") == len(weekly.slides)


def test_the_picture_of_a_map_shows_its_classes(weekly, tmp_path):
    picture.write(weekly, tmp_path / "map.png", width_px=960)
    slide = next(slide for slide in weekly.slides if slide.kind == "map")
    body = slide.bodies[0]
    pixels = np.asarray(Image.open(tmp_path / "map.png").convert("RGB")).reshape(-1, 3).astype(int)
    plain = [i for i, key in enumerate(body.keys) if not key.hatched]  # lines are of another colour
    areas = body.areas[body.areas["key"].isin(plain)]
    share = areas.geometry.area.groupby(areas["key"]).sum() / areas.geometry.area.sum()
    colours = [np.array([*bytes.fromhex(key.colour.lstrip("#"))]) for key in body.keys]
    near = np.array([(np.abs(pixels - colour).max(axis=1) <= 3).sum() for colour in colours], dtype=float)
    near = near[plain]
    for key, part in share.items():  # labels, streets and water cover some of it
        assert near[key] / near.sum() == pytest.approx(part, abs=0.06)


def test_no_file_holds_a_coordinate(weekly, tmp_path):
    pptx_file.write(weekly, tmp_path / "weekly.pptx")
    html_file.write(weekly, tmp_path / "weekly.html")
    pdf_file.write(weekly, tmp_path / "weekly.pdf")
    with zipfile.ZipFile(tmp_path / "weekly.pptx") as packed:
        held = [packed.read(name).decode(errors="ignore") for name in packed.namelist()]
    held.append((tmp_path / "weekly.html").read_text())
    held.append(str(pypdf.PdfReader(tmp_path / "weekly.pdf").metadata))
    lon_lat = re.compile(r"(?<![\d.])(?:10[2-9]|2[01])\.\d{4,}")
    metres = re.compile(r"(?<![\d.])(?:58|59)\d{4}\.\d|(?<![\d.])232\d{4}\.\d")
    assert not [found for part in held for found in (*lon_lat.findall(part), *metres.findall(part))]


def test_coverage_without_a_beat_and_a_plan_without_one_say_so(opened, tmp_path):
    deck = made(opened, DeckKind.STEERING)
    assert coverage(opened, OPERATOR, PERIOD[1]).beats == ()
    assert len(deck.slides) > 1
    pptx_file.write(deck, tmp_path / "steering.pptx")
    plan = made(opened, DeckKind.REASSIGNMENT)
    assert [slide.title for slide in plan.slides] == ["Đơn vị này chưa có khu vực nào để cân đối"]


def test_one_ward_is_not_compared_with_itself(opened, city):
    deck = made(opened, unit="00001")
    titles = [slide.title for slide in deck.slides]
    name = hotspots_city.NAMES[0]
    assert not [title for title in titles if re.search(r"trong 1 |phường tăng", title)], titles
    assert [title for title in titles if title.endswith(f"điểm nóng ở {name}")] or any(
        title.startswith("Không có điểm nóng") for title in titles
    )
    maps = [[body for body in slide.bodies if isinstance(body, MapBody)] for slide in deck.slides]
    assert max(map(len, maps)) == 1
    assert not [line for line in deck.slides[0].bodies[0].lines if line.startswith("Nhiều vụ nhất")]


def test_an_empty_period_is_one_slide_that_says_so(opened):
    deck = made(opened, period=(date(2019, 1, 1), date(2019, 1, 7)))
    assert [slide.title for slide in deck.slides] == ["Kỳ này không có vụ việc nào để báo cáo"]
    assert "bắt đầu từ ngày" in deck.slides[0].bodies[0].lines[1]


def test_a_ward_of_400_parts_and_a_long_name_fit(weekly, tmp_path):
    parts = [
        shapely.box(x * 10.0, y * 10.0, x * 10 + 6.0, y * 10 + 6.0) for x in range(20) for y in range(20)
    ]
    areas = gpd.GeoDataFrame(
        {"name": [LONG], "key": [0], "label": [LONG], "rank": [1.0]},
        geometry=[shapely.multipolygons(parts)],
        crs=hotspots_city.CRS,
    )
    body = MapBody(areas, (Key(LONG, "#eb873d"),), LONG, LONG, PERIOD[1], hotspots_city.CRS, LONG)
    slides = (
        Slide(LONG, (body,)),
        Slide(LONG, (TableBody((LONG, "n"), ((LONG, "1"),) * 40),)),
        Slide(LONG, (ChartBody(ChartKind.BARS, (LONG,), ((LONG, (None,)),), LONG),)),
        Slide(LONG, (TextBody((LONG,) * 12),)),
    )
    deck = replace(weekly, slides=slides, unit=LONG)
    pptx_file.write(deck, tmp_path / "odd.pptx", paper=Paper.CLASSIC)
    pdf_file.write(deck, tmp_path / "odd.pdf")
    shown = Presentation(str(tmp_path / "odd.pptx"))
    ward = next(shape for shape in shown.slides[0].shapes if shape.name.startswith("Phường Thượng"))
    assert len(ward._element.findall(".//{*}moveTo")) == 400
    for slide in shown.slides:
        for shape in slide.shapes:
            assert shape.left >= -200_000
            assert shape.top + shape.height <= shown.slide_height + 200_000, shape.name
    said = pypdf.PdfReader(tmp_path / "odd.pdf").pages[1].extract_text()
    assert re.search(r"Còn \d+ dòng không hiện", said)


def test_progress_is_told_and_a_cancelled_deck_leaves_no_file(opened, weekly, tmp_path):
    told = []
    pptx_file.write(weekly, tmp_path / "a.pptx", progress=lambda done, total: told.append((done, total)))
    assert told == [(i + 1, len(weekly.slides)) for i in range(len(weekly.slides))]
    with pytest.raises(InputError) as fault:
        write_brief(
            opened, OPERATOR, weekly, tmp_path / "b.zip", purpose="test", cancelled=lambda: len(told) > 0
        )
    assert fault.value.code == "briefing_cancelled"
    assert [file.name for file in tmp_path.iterdir()] == ["a.pptx"]


def test_the_command_writes_every_form_and_logs_the_fingerprint(opened, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", str(opened.owner.url.render_as_string(hide_password=False)))
    settings.load.cache_clear()
    out = tmp_path / "brief.zip"
    ran = CliRunner().invoke(
        brief,
        ["--unit", "*", "--from", "2026-11-01", "--to", "2026-11-20", "--cutoff", "2026-11-20",
         "--out", str(out), "--json"],
    )  # fmt: skip
    settings.load.cache_clear()
    assert ran.exit_code == 0, ran.output
    said = json.loads(ran.stdout)
    with zipfile.ZipFile(out) as packed:
        assert {name.partition(".")[2] for name in packed.namelist()} == {"pptx", "pdf", "png", "svg", "html"}
    with opened.owner.connect() as connection:
        query = connection.execute(
            text("SELECT query FROM diaban.export_log WHERE sha256 = :sha256"), {"sha256": said["sha256"]}
        ).scalar_one()
    assert query["fingerprint"] == said["fingerprint"]
    del query["fingerprint"]
    assert fingerprint(query) == said["fingerprint"]


def test_what_cannot_be_asked_is_refused(opened, weekly, tmp_path):
    with pytest.raises(InputError) as fault:
        made(opened, DeckKind.STEERING, period=PERIOD[::-1])
    assert fault.value.code == "end_before_start"
    with pytest.raises(InputError) as fault:
        write_brief(opened, OPERATOR, weekly, tmp_path / "brief.doc", purpose="test")
    assert fault.value.code == "unknown_out_format"


def test_a_deck_made_again_a_month_later_is_the_same(opened, tmp_path):
    """Whatever was edited since: households, incidents moved, incidents of earlier days entered late."""
    cutoff = CUTOFF + timedelta(minutes=5)
    first = made(opened, cutoff=cutoff)
    with opened.owner.begin() as connection:
        for statement in (
            "UPDATE diaban.household SET permanent = permanent + 4 WHERE id % 3 = 0",
            "DELETE FROM diaban.household WHERE id % 11 = 0",
            """
            UPDATE diaban.incident SET occurred_from = occurred_from - interval '9 days',
                occurred_to = occurred_to - interval '9 days' WHERE id % 5 = 0""",
            """
            INSERT INTO diaban.incident
                (code, category_id, origin, status, occurred_from, occurred_to, unit_id, geom)
            SELECT code || '-late', category_id, 'reported', 'received', '2026-11-05 08:00+07',
                '2026-11-05 08:00+07', unit_id, geom
            FROM diaban.incident WHERE unit_id IS NOT NULL ORDER BY id LIMIT 30""",
        ):
            connection.execute(text(statement))
    again = made(opened, cutoff=cutoff, taken_at=TAKEN + timedelta(days=30))
    for name, deck in (("a", first), ("b", replace(again, mark=first.mark))):
        pptx_file.write(deck, tmp_path / name)
        html_file.write(deck, tmp_path / f"{name}.html")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    assert again.mark.taken_at == TAKEN + timedelta(days=30)
    later = made(opened, cutoff=cutoff + timedelta(days=40), taken_at=TAKEN + timedelta(days=41))
    assert later.mark.fingerprint != first.mark.fingerprint
    assert later.slides[0].title != first.slides[0].title  # another question is answered anew
    early = made(opened, cutoff=TAKEN + timedelta(days=1))  # its cut-off is still to come: nothing is final
    with opened.owner.connect() as connection:
        kept = set(connection.execute(text("SELECT question FROM diaban.deck")).scalars())
    assert first.mark.fingerprint in kept
    assert early.mark.fingerprint not in kept
