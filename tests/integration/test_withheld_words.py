"""Decks whose figures may not be said: every sentence still reads as one, and tables explain their signs."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from geo.analysis.disclosure import Mark
from geo.briefing import hotspots_coarse, leaving, ready, weekly_released
from geo.briefing.deck import Body, ChartBody, DeckKind, MapBody, Slide, TableBody, TextBody
from geo.briefing.deck import Mark as Stamp
from geo.briefing.own_deck import Asker, own_deck
from geo.demo.parameters import CityParameters
from geo.domain.roles import OPERATOR
from geo.services import demo
from geo.services.briefings import Briefing, View
from geo.services.plans import drafts as plan_drafts
from geo.services.plans import solve as plan_solve
from geo.services.release import counts as release
from geo.services.release.cells import EVERYTHING
from geo.services.release.counts import Released

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = date(2026, 11, 20)
LATER = date(2099, 1, 5)  # a plan begins on a day that is still to come
PERIOD = (date(2026, 10, 24), DAY)
TAKEN = datetime(2026, 11, 21, 7, 30, tzinfo=ZONE)
_MINUTES = count(1)  # a deck that was made before is given again: each asks with a cut-off of its own
# A sign that stands for a number, outside of the quotation marks of a legend; a dash where a number is due.
BARE = re.compile(r"(?<!“)(?:…|<5)(?!”)|n = –|(?:^|[:(] )–(?=[ .),;]|$)|\bNone\b|\bnan\b")


@pytest.fixture(scope="module", autouse=True)
def _city(opened):
    demo.load(opened, CityParameters(today=DAY, households=6000, incidents=6000))


def marked(monkeypatch, rule):
    """Let `rule` decide how each cell leaves, with the sums that the release counts."""

    def decided(database, actor, cells):
        found = release.release_counts(database, actor, cells)
        return Released(tuple(rule(cell) for cell in cells), found.sums)

    for module in (leaving, weekly_released, hotspots_coarse):
        monkeypatch.setattr(module, "release_counts", decided)


def all_withheld(_):
    return Mark.WITHHELD


def all_small(_):
    return Mark.SMALL


def totals_given(cell):
    return Mark.GIVEN if cell.units in {("*",), (EVERYTHING,)} else Mark.WITHHELD


def totals_small(cell):
    return Mark.SMALL if cell.units in {("*",), (EVERYTHING,)} else Mark.GIVEN


def parts_given(cell):
    return Mark.GIVEN if cell.units not in {("*",), (EVERYTHING,)} else Mark.WITHHELD


RULES = (all_withheld, all_small, totals_given, totals_small, parts_given)


def said(slide: Slide) -> Iterator[str]:
    """Yield every sentence and caption of a slide; of its tables the notes alone."""
    yield from (slide.title, *slide.notes.splitlines(), slide.sources)
    for body in slide.bodies:
        yield from of(body)


def of(body: Body) -> Iterator[str]:
    if isinstance(body, TextBody):
        yield from body.lines
    elif isinstance(body, TableBody):
        yield body.note
        yield from body.header
    elif isinstance(body, ChartBody):
        yield from (body.unit, body.note, *(name for name, _ in body.series))
        assert any(value is not None for _, values in body.series for value in values), "an empty chart"
    elif isinstance(body, MapBody):
        yield from (body.keys_title, body.n, body.left_out, body.caption, body.outlines_label)


def check(slides):
    assert slides
    for slide in slides:
        for line in said(slide):
            assert not BARE.search(line), (slide.title, line)
        for body in (body for body in slide.bodies if isinstance(body, TableBody)):
            for sign in ("…", "<5"):
                if any(sign in cell for row in body.rows for cell in row):
                    assert f"“{sign}”:" in body.note, (slide.title, sign)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", DeckKind)
def test_a_ready_deck_reads_well_whatever_is_withheld(opened, monkeypatch, rule, lang, kind):
    marked(monkeypatch, rule)
    cutoff = TAKEN - timedelta(hours=5, minutes=next(_MINUTES))
    plan = stored(opened) if kind is DeckKind.REASSIGNMENT else None
    deck = ready.build(opened, OPERATOR, kind, "*", PERIOD, cutoff, lang, taken_at=TAKEN, plan=plan)
    check(deck.slides)
    if kind is DeckKind.WEEKLY and rule not in {all_small, totals_small}:
        assert len(deck.slides) > 6  # what needs no count is said all the same


_PLANS: list[str] = []


def stored(database):
    """Return the code of a plan that moves blocks."""
    if not _PLANS:
        unit = database.owner.connect().exec_driver_sql(
            "SELECT u.code FROM diaban.admin_unit u JOIN diaban.beat b ON b.unit_id = u.id "
            "GROUP BY u.code ORDER BY count(*) DESC, u.code LIMIT 1"
        ).scalar_one()  # fmt: skip
        draft = plan_drafts.create(database, OPERATOR, unit, title="Cân đối", effective_on=LATER)
        found = plan_solve.rebalance(OPERATOR, draft.desk, time_limit_s=3)
        _PLANS.append(plan_drafts.save(database, OPERATOR, draft, found.owner).draft.code)
    return _PLANS[0]


ASKED = {"start": PERIOD[0].isoformat(), "end": DAY.isoformat(), "origin": "reported", "bandwidth_m": 300.0}
VIEWS = (
    *(View("hotspots", "/", layer, "", {**ASKED, "layer": layer})
      for layer in ("count", "rate", "change", "density", "spots", "emerging", "clusters")),
    *(View("hotspots", "/", mode, "", {**ASKED, "mode": mode})
      for mode in ("when", "places", "repeat", "trust")),
    View("hotspots", "/", "effect", "", {**ASKED, "mode": "effect", "treated": ["99001"]}),
    *(View("coverage", "/", mode, "", {"day": DAY.isoformat(), "mode": mode})
      for mode in ("who", "faults", "changes", "access")),
    *(View("home", "/", by, "", {"day": DAY.isoformat(), "by": by})
      for by in ("freshness", "load", "clearance", "per_1000")),
)  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_own_views_read_well_whatever_is_withheld(opened, monkeypatch, rule, lang):
    marked(monkeypatch, rule)
    found = Briefing(1, "abcd", "Giao ban", 1, VIEWS, TAKEN, TAKEN, 1, mine=True)
    stamp = Stamp("operator", TAKEN, "INTERNAL", "0" * 16)
    check(own_deck(Asker(opened, OPERATOR, lang, leaving=True), found, stamp, {}).slides)


def test_a_bare_sign_would_be_found():
    table = TableBody(("Phường", "Vụ"), (("Hoa Sen", "…"),))
    for slide in (
        Slide("… số vụ trong 28 ngày", (TextBody(("Đủ.",)),)),
        Slide("Đủ", (TextBody(("Có <5 hộ.",)),)),
        Slide("Đủ", (TextBody(("– vụ trong 28 ngày.",)),)),
        Slide("Đủ", (table,)),
    ):
        with pytest.raises(AssertionError):
            check([slide])
