"""Kept views as slides: the part and the layer of the page that were seen, with their settings."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import shapely

from geo.briefing import hotspots_coarse
from geo.briefing.deck import MapBody, Mark, TableBody, TextBody
from geo.briefing.own_deck import Asker, own_deck
from geo.briefing.running import Watch
from geo.domain.errors import InputError
from geo.domain.roles import OPERATOR, Role
from geo.services.briefings import Briefing, View
from geo.services.hotspots.clusters import Method, clusters
from geo.services.hotspots.emerging import emerging_hotspots
from geo.services.hotspots.review import HotspotQuery, density, review
from geo.services.hotspots.spots import hotspot_spots
from geo.services.release.counts import release_counts

pytestmark = pytest.mark.usefixtures("city")
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
QUERY = HotspotQuery(date(2026, 10, 24), date(2026, 11, 20), cutoff=NOW)
ASKED = {"start": "2026-10-24", "end": "2026-11-20", "origin": "reported", "bandwidth_m": 300.0}
MARK = Mark("nguoi-bao-cao", NOW, "LƯU HÀNH NỘI BỘ", "abcd1234")


@pytest.fixture(scope="module")
def briefer(city, sign_in):
    return sign_in("nguoi-lam-bao-cao", Role.BRIEFER, ("*",))


def made(database, actor, *views, leaving=False, watch=None):
    found = Briefing(1, "abcd", "Giao ban", 1, views, NOW, NOW, 1, mine=True)
    return own_deck(Asker(database, actor, "vi", leaving, watch or Watch()), found, MARK, {}).slides


def seen(layer, **asked):
    return View("hotspots", "/hotspots", f"Lớp {layer}", "Nói chậm", {**ASKED, "layer": layer, **asked})


def drawn(slides):
    return next(body for slide in slides for body in slide.bodies if isinstance(body, MapBody))


def test_the_density_is_that_of_the_page(opened):
    surface = density(opened, OPERATOR, QUERY)
    body = drawn(made(opened, OPERATOR, seen("density")))
    x, y = surface.grid.centres()
    for _, row in body.areas.iterrows():
        within = shapely.contains_xy(row.geometry, x.ravel(), y.ravel())
        values = surface.values.ravel()[within]
        low = float(
            body.keys[row["key"]].label.removeprefix("từ ").split("–")[0].replace(".", "").replace(",", ".")
        )
        assert values.min() >= 0.97 * low  # contours run between the centres of cells
    assert body.areas["key"].max() == len(body.keys) - 1
    assert "bán kính 300 m" in body.n


def test_what_leaves_is_drawn_without_the_cells_of_few(opened, briefer):
    stays = drawn(made(opened, OPERATOR, seen("density")))
    leaves = drawn(made(opened, OPERATOR, seen("density"), leaving=True))
    assert not stays.left_out
    assert leaves.left_out.startswith("Không vẽ:")
    asked = {**ASKED, "method": "hdbscan", "layer": "clusters"}
    corners = drawn(made(opened, OPERATOR, View("hotspots", "/", "Cụm", "", asked), leaving=True)).areas
    assert len(corners) == len(clusters(opened, OPERATOR, QUERY, Method.HDBSCAN).clusters)
    for shape in corners.geometry:  # the outline's own corners are incidents
        assert not (shapely.get_coordinates(shape) % 250.0).any()


def test_emerging_spots_clusters_and_change_are_those_of_the_page(opened):
    body = drawn(made(opened, OPERATOR, seen("emerging")))
    found = emerging_hotspots(opened, OPERATOR, QUERY)
    assert sum(int(key.label.split("(")[1].rstrip(")").replace(".", "")) for key in body.keys) == sum(
        n for kind, n in found.cells.items() if kind != 0
    )
    spots = hotspot_spots(opened, OPERATOR, QUERY, QUERY.year_before())
    slides = made(opened, OPERATOR, seen("spots", compare="year"))
    assert list(drawn(slides).outlines["label"]) == [f"ĐN{i + 1}" for i in range(len(spots.spots))]
    (table,) = [body for slide in slides for body in slide.bodies if isinstance(body, TableBody)]
    assert [row[3] for row in table.rows] == [str(spot.before) for spot in spots.spots]
    slides = made(opened, OPERATOR, seen("change"))
    change = drawn(slides)
    table = review(opened, OPERATOR, QUERY).table.set_index("name")
    fallen = {name for name, key in zip(change.areas["name"], change.areas["key"], strict=True) if key < 3}
    assert fallen == set(table.index[table["change"] < -0.1])
    (listed,) = [body for slide in slides for body in slide.bodies if isinstance(body, TableBody)]
    risen = {row[0] for row in listed.rows if row[3].startswith("+")}
    assert risen == set(table.index[table["change"] >= 0.005]) != set()


def test_every_part_and_page_makes_its_slides(opened, briefer):
    parts = [
        View("hotspots", "/", mode, "", {**ASKED, "mode": mode})
        for mode in ("when", "places", "repeat", "trust")
    ]
    layers = [seen(layer) for layer in ("rate", "risk", "delta")]
    pages = [
        View("coverage", "/coverage", "Phụ trách", "", {"day": "2026-11-20", "mode": "faults"}),
        View("home", "/", "Bốn việc", "", {"day": "2026-11-20", "by": "median_hours"}),
        View("tasks", "/tasks", "Nhiệm vụ", "", {"day": "2026-11-20"}),
    ]
    for view in (*parts, *layers, *pages):
        slides = made(opened, briefer, view, leaving=True)
        assert slides[0].title == view.title
        said = [
            line
            for slide in slides
            for body in slide.bodies
            if isinstance(body, TextBody)
            for line in body.lines
        ]
        assert not any("chưa đưa" in line for line in said)
    (none,) = made(opened, briefer, View("hotspots", "/", "Hiệu quả", "", {**ASKED, "mode": "effect"}))
    assert "chưa chọn nơi ra quân" in none.bodies[0].lines[0]
    (gone,) = made(
        opened, briefer, View("reassign", "/reassign", "Phương án", "", {"day": "2026-11-20", "plan": "x"})
    )
    assert gone.title == "Phương án"
    assert "Các trang khác không bị ảnh hưởng" in gone.bodies[0].lines[1]
    assert made(opened, briefer, replace(seen("rate"), notes="Chậm"))[1].notes == "Chậm"


def test_a_deck_is_given_up_between_its_views(opened):
    told = []
    watch = Watch(lambda done, total: told.append((done, total)), lambda: len(told) > 1)
    with pytest.raises(InputError) as fault:
        made(opened, OPERATOR, seen("count"), seen("rate"), seen("change"), watch=watch)
    assert fault.value.code == "briefing_cancelled"
    assert told == [(0, 9), (0, 9)]  # from the start; one view made, none after it


def test_layers_of_one_question_are_decided_once(opened, briefer, monkeypatch):
    asked = []

    def counted(database, actor, cells):
        asked.append(len(cells))
        return release_counts(database, actor, cells)

    monkeypatch.setattr(hotspots_coarse, "release_counts", counted)
    layers = [seen(layer) for layer in ("count", "rate", "density")]
    made(opened, briefer, *layers, leaving=True)
    assert len(asked) == 1
    other = replace(layers[0], asked={**layers[0].asked, "compare": "year"})  # held against other days
    made(opened, briefer, *layers, other, leaving=True)
    assert len(asked) == 1 + 2
