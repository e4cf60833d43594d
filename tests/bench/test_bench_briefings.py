"""A deck of fifteen slides from the question to the file, and what pages answer while ten are being made.

The demo city: 6 wards, 60,000 households, 40,000 incidents. Nothing is remembered from before: every
round asks about other days. Run with: pytest tests/bench/test_bench_briefings.py --benchmark-only -s
"""

import time
from datetime import UTC, date, datetime, timedelta
from itertools import count
from statistics import median

import pytest

from geo.briefing import pptx_file, ready
from geo.briefing.deck import DeckKind
from geo.briefing.jobs import Jobs
from geo.briefing.making import Format, Order, Ready, Request, make_ready
from geo.demo.parameters import CityParameters
from geo.domain.roles import OPERATOR
from geo.services.coverage import coverage
from geo.services.demo import load
from geo.services.hotspots import HotspotQuery, review
from geo.services.works import WorksQuery, board

NOW = datetime(2026, 11, 28, 7, 30, tzinfo=UTC)
LAST = date(2026, 11, 20)
_ROUNDS = count()


@pytest.fixture(scope="module", autouse=True)
def _city(opened):
    load(opened, CityParameters(today=LAST))


def _period():
    """Four weeks that no other round asks about."""
    last = LAST - timedelta(days=next(_ROUNDS))
    return last - timedelta(days=27), last


def test_bench_a_deck_of_fifteen_slides(benchmark, opened, tmp_path):
    def made():
        days = _period()
        parts = [
            ready.build(opened, OPERATOR, kind, "*", days, NOW, "vi", taken_at=NOW)
            for kind in (DeckKind.WEEKLY, DeckKind.STEERING)
        ]
        slides = tuple(slide for part in parts for slide in part.slides)[:15]
        deck = type(parts[0])(**{**vars(parts[0]), "slides": slides})
        pptx_file.write(deck, tmp_path / "deck.pptx")
        return len(slides)

    assert benchmark.pedantic(made, rounds=3, iterations=1) == 15


def test_bench_pages_while_ten_decks_are_made(benchmark, opened, tmp_path):
    order = Order(Format.PPTX_WIDE, "vi", "LƯU HÀNH NỘI BỘ", "đo")
    jobs = Jobs()

    def page():
        """What Home, Coverage and Hotspots ask for, of days that nobody asked about before."""
        start, end = _period()
        board(opened, OPERATOR, WorksQuery(end))
        coverage(opened, OPERATOR, end)
        review(opened, OPERATOR, HotspotQuery(start, end))

    def make(days):
        return lambda folder, progress, cancelled: make_ready(
            Request(opened, OPERATOR, order, NOW, folder, progress, cancelled),
            Ready(DeckKind.WEEKLY, None, days),
        )

    def measured():
        alone = [_timed(page) for _ in range(5)]
        for number in range(10):
            jobs.start(f"{number // 5}", f"deck {number}", make(_period()))
        beside = []
        while any(job.open for owner in ("0", "1") for job in jobs.of(owner)):
            beside.append(_timed(page))
        return median(alone), median(beside), max(beside), len(beside)

    alone, beside, worst, n = benchmark.pedantic(measured, rounds=1, iterations=1)
    print(
        f"\nthree pages: {alone:.2f} s alone, {beside:.2f} s beside ten decks (worst {worst:.2f} s, n = {n})"
    )
    jobs.close()


def _timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
