"""A deck of the last two weeks on each of fourteen days: how long the decision takes, and how much leaves.

Every deck asks for days that the decks before it asked for as well, so that the memory of what left binds
more from day to day.
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
from geo.services.hotspots import review
from tests import hotspots_city

_FIRST, _DAYS, _LONG = date(2026, 11, 1), 14, timedelta(days=13)
_NOW = datetime(2026, 11, 28, 7, 30, tzinfo=UTC)


def _make(opened, kind, day):
    asking = Asking(opened, OPERATOR, kind, None, (day - _LONG, day), _NOW, "en", "x", _NOW)
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


@pytest.mark.parametrize("kinds", [(DeckKind.WEEKLY,), (DeckKind.WEEKLY, DeckKind.STEERING)], ids=len)
def test_fourteen_days_in_succession(benchmark, database, opened, kinds):
    with opened.owner.begin() as connection:
        if not connection.execute(text("SELECT count(*) FROM diaban.admin_unit")).scalar_one():
            hotspots_city.fill(database.owner, incidents=40_000)
        connection.execute(text("ALTER TABLE diaban.disclosure_cell DISABLE TRIGGER USER"))
        connection.execute(text("DELETE FROM diaban.disclosure_cell"))

    def fortnight():
        seen = 0
        for n in range(_DAYS):
            for kind in kinds:
                began = time.perf_counter()
                _make(opened, kind, _FIRST + timedelta(days=n))
                took = time.perf_counter() - began
                seen, marks = _left(opened, seen)
                print(f"day {n + 1} {kind.value}: {took:.2f} s with its figures, {dict(marks)}")

    benchmark.pedantic(fortnight, rounds=1, iterations=1)
