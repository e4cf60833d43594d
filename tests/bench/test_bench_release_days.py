"""Decks in succession: how long the decision takes, and how much leaves.

Every daily deck of two weeks asks for days that the decks before it asked for as well, so that the memory of
what left binds more from day to day; beside it a year of a deck each week and one of the steering committee
every fourth.
"""

import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from geo.briefing import steering, weekly_released
from geo.briefing.asking import Asking
from geo.briefing.deck import DeckKind
from geo.domain.roles import OPERATOR
from geo.services.hotspots.review import review
from tests import hotspots_city

_FIRST, _DAYS, _LONG = date(2026, 11, 1), 14, timedelta(days=13)
_NOW = datetime(2026, 11, 28, 7, 30, tzinfo=UTC)


def _make(opened, kind, day, long=_LONG, unit=None):
    asking = Asking(opened, OPERATOR, kind, unit, (day - long, day), _NOW, "en", "x", _NOW)
    if kind is DeckKind.STEERING:
        steering.build(asking)
    else:
        weekly_released.released(asking, review(opened, OPERATOR, asking.query))


def _left(opened, after):
    with opened.owner.connect() as connection:
        rows = connection.execute(
            text("SELECT id, mark FROM diaban.disclosure_cell WHERE id > :after"), {"after": after}
        ).all()
    return max((row.id for row in rows), default=after), Counter(row.mark for row in rows)


def _in_succession(benchmark, database, opened, decks):
    """Make the decks, each a name, kind, last day, length and perhaps a unit, and tell of each."""
    with opened.owner.begin() as connection:
        if not connection.execute(text("SELECT count(*) FROM diaban.admin_unit")).scalar_one():
            hotspots_city.fill(database.owner, incidents=40_000)
        connection.execute(text("ALTER TABLE diaban.disclosure_cell DISABLE TRIGGER USER"))
        connection.execute(text("DELETE FROM diaban.disclosure_cell"))

    def made():
        seen = 0
        for name, kind, *asked in decks:
            began = time.perf_counter()
            _make(opened, kind, *asked)
            took = time.perf_counter() - began
            seen, marks = _left(opened, seen)
            print(f"{name} {kind.value}: {took:.2f} s with its figures, {dict(marks)}")

    benchmark.pedantic(made, rounds=1, iterations=1)


@pytest.mark.parametrize("kinds", [(DeckKind.WEEKLY,), (DeckKind.WEEKLY, DeckKind.STEERING)], ids=len)
def test_fourteen_days_in_succession(benchmark, database, opened, kinds):
    days = [(n, _FIRST + timedelta(days=n)) for n in range(_DAYS)]
    decks = [(f"day {n + 1}", kind, day, _LONG) for n, day in days for kind in kinds]
    _in_succession(benchmark, database, opened, decks)


def test_a_year_of_decks(benchmark, database, opened):
    decks = []
    for n in range(52):
        name, last = f"week {n + 1}", _FIRST - timedelta(weeks=51 - n)
        decks.append((name, DeckKind.WEEKLY, last, timedelta(days=6)))
        if n % 4 == 3:
            decks.append((name, DeckKind.STEERING, last, timedelta(days=27)))
    _in_succession(benchmark, database, opened, decks)


def test_a_quarter_of_the_city_and_each_of_its_wards(benchmark, database, opened):
    units = (None, *(f"{number:05}" for number in range(1, 1 + len(hotspots_city.NAMES))))
    weeks = [(n + 1, _FIRST - timedelta(weeks=12 - n)) for n in range(13)]
    decks = [
        (f"week {n} {unit or 'city'}", DeckKind.WEEKLY, last, timedelta(days=6), unit)
        for n, last in weeks for unit in units
    ]  # fmt: skip
    _in_succession(benchmark, database, opened, decks)
