"""A deck of fifteen slides from the question to the file, a briefing of twenty views, and Coverage while ten
ready decks are being made.

The demo city: 6 wards, 60,000 households, 40,000 incidents. A page is asked about a day that nobody asked
about before; a deck about weeks that meet no others: how a chain of periods that overlap slows the decision
on what leaves is measured in `test_bench_release`.
Run with: pytest tests/bench/test_bench_briefings.py --benchmark-only --benchmark-enable -s
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median

import pytest
from pptx import Presentation
from pytest_benchmark.fixture import BenchmarkFixture

from geo.briefing import leaving, pptx_file, ready, weekly_released
from geo.briefing.deck import DeckKind
from geo.briefing.jobs import Jobs, State
from geo.briefing.making import Format, Order, Ready, Request, make_own, make_ready
from geo.demo.parameters import CityParameters
from geo.domain.roles import OPERATOR
from geo.services.briefings import View, create
from geo.services.coverage.on_a_day import coverage
from geo.services.demo import load
from geo.services.release import counts as release
from geo.services.wards import wards
from geo.store.engine import Database

NOW = datetime(2026, 11, 28, 7, 30, tzinfo=UTC)
LAST = date(2026, 11, 20)
WEEKS = LAST - timedelta(days=27), LAST
_DAYS = count()
_ROUNDS = count()


@pytest.fixture(scope="module", autouse=True)
def _city(opened):
    load(opened, CityParameters(today=LAST))


def test_bench_a_deck_of_fifteen_slides(
    benchmark: BenchmarkFixture, opened: Database, tmp_path: Path
) -> None:
    def made() -> int:
        last = LAST - timedelta(days=90 + 28 * next(_ROUNDS))  # weeks that no other round asks about
        days = last - timedelta(days=27), last
        parts = [
            ready.build(opened, OPERATOR, kind, "*", days, NOW, "vi", taken_at=NOW)
            for kind in (DeckKind.WEEKLY, DeckKind.STEERING)
        ]
        slides = tuple(slide for part in parts for slide in part.slides)[:15]
        deck = type(parts[0])(**{**vars(parts[0]), "slides": slides})
        pptx_file.write(deck, tmp_path / "deck.pptx")
        return len(slides)

    assert benchmark.pedantic(made, rounds=3, iterations=1) == 15


def _views(last: date) -> list[View]:
    asked = {"start": (last - timedelta(days=27)).isoformat(), "end": last.isoformat(), "origin": "reported"}
    day = {"day": last.isoformat()}
    views = (
        ("hotspots", "layer", asked, "count rate change density risk spots emerging clusters"),
        ("hotspots", "mode", asked, "when places repeat trust"),
        ("coverage", "mode", day, "who faults changes access"),
        ("home", "by", day, "freshness load clearance per_1000"),
    )
    return [
        View(page, "/", one, "", {**what, key: one})
        for page, key, what, all_ in views
        for one in all_.split()
    ]


def test_bench_a_briefing_of_twenty_views(
    benchmark: BenchmarkFixture, opened: Database, tmp_path: Path
) -> None:
    order = Order(Format.PPTX_WIDE, "vi", "LƯU HÀNH NỘI BỘ", "đo")

    def made() -> int:
        last = LAST - timedelta(days=45 + 90 * next(_ROUNDS))
        kept = create(opened, OPERATOR, "Giao ban", _views(last))
        return len(Presentation(str(make_own(Request(opened, OPERATOR, order, NOW, tmp_path), kept))).slides)

    slides = benchmark.pedantic(made, rounds=3, iterations=1)
    print(f"\n{slides} slides of 20 views")
    assert slides > 20


@dataclass
class Lock:
    """How long decisions on what leaves waited for one another, and held the memory, in seconds.

    began : when each got the lock; they end in the order in which they began
    """

    began: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    held: list[float] = field(default_factory=list)


@pytest.fixture
def lock(monkeypatch: pytest.MonkeyPatch) -> Lock:
    """Times taken around the real decision; units are read first thing under the lock."""
    found, real = Lock(), release.known_units

    def known_units(connection):
        found.began.append(time.perf_counter())
        return real(connection)

    def decided(database, actor, cells):
        asked = time.perf_counter()
        made = release.release_counts(database, actor, cells)
        began = found.began[len(found.held)]
        found.held.append(time.perf_counter() - began)
        found.waited.append(began - asked)
        return made

    monkeypatch.setattr(release, "known_units", known_units)
    for module in (leaving, weekly_released):
        monkeypatch.setattr(module, "release_counts", decided)
    return found


def test_bench_coverage_while_ten_decks_are_made(
    benchmark: BenchmarkFixture, opened: Database, lock: Lock
) -> None:
    order = Order(Format.PPTX_WIDE, "vi", "LƯU HÀNH NỘI BỘ", "đo")
    units = [unit.code for unit in wards(opened, OPERATOR).units if unit.level.value == "ward"]
    # What is asked for before the Monday meeting: each ward its week, the whole its week and its four works.
    asked = [
        *(Ready(DeckKind.WEEKLY, unit, WEEKS) for unit in (None, *units)),
        *(Ready(DeckKind.STEERING, unit, WEEKS) for unit in (None, *units[:2])),
    ]

    def make(which: Ready) -> Callable[..., Path]:
        return lambda folder, progress, cancelled: make_ready(
            Request(opened, OPERATOR, order, NOW, folder, progress, cancelled), which
        )

    def page() -> None:
        coverage(opened, OPERATOR, LAST - timedelta(days=next(_DAYS)))

    def measured() -> tuple[Sequence[float], Sequence[float], float]:
        alone = [_timed(page) for _ in range(10)]
        jobs = Jobs()
        began = time.perf_counter()
        for number, which in enumerate(asked):
            jobs.start(f"{number // 5}", f"{which.kind} {which.unit}", make(which))
        beside = []
        while any(job.open for owner in ("0", "1") for job in jobs.of(owner)):
            beside.append(_timed(page))
        took = time.perf_counter() - began
        states = {job.state for owner in ("0", "1") for job in jobs.of(owner)}
        jobs.close()
        assert states == {State.DONE}
        return alone, beside, took

    alone, beside, took = benchmark.pedantic(measured, rounds=1, iterations=1)
    print(
        f"\nCoverage: {_said(alone)} alone, {_said(beside)} beside {len(asked)} decks, {took:.0f} s in all\n"
        f"lock of the memory: held {_said(lock.held)}, waited for {_said(lock.waited)}"
    )


def _said(times: Sequence[float]) -> str:
    return f"{median(times):.2f} s (worst {max(times):.2f} s, n = {len(times)})"


def _timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
