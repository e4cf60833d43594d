"""The attack on a fortnight of decks: who kept the one of every day, of the city, a ward and its beats.

With SQL, places and a solver of its own, from the memory of what was given out: incidents by ward, category
and what was cleared; what was due; what was overdue on each of the days, as one system over all days.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array
from sqlalchemy import text

from geo.briefing import ready
from geo.briefing.deck import DeckKind
from geo.domain.roles import OPERATOR
from tests import planning_city
from tests.integration.test_release_attack import _blocks, _told

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS = [date(2027, 3, 2) + timedelta(days=i) for i in range(14)]
FORTNIGHT = timedelta(days=13)
ATOMS = 12  # of the smallest ones, attacked one by one
MARKS = ("withheld", "small", "given")

# Two or three incidents a block and week, of four kinds; one in six is resolved late, one in nine not at all.
_INCIDENTS = """
INSERT INTO diaban.category (id, code, name_vi, name_en)
    SELECT 900 + k, 'thu-' || k, 'Thử ' || k, 'Test ' || k FROM generate_series(0, 3) k;
INSERT INTO diaban.incident (code, category_id, origin, status, occurred_from, occurred_to, recorded_at,
    due_at, resolved_at, unit_id, block_id, geom)
SELECT 'I' || k.id || '-' || g, 900 + (g * g + k.id) % 4,
    CASE WHEN g % 7 = 0 THEN 'discovered' ELSE 'reported' END,
    CASE WHEN g % 9 = 0 THEN 'received' ELSE 'resolved' END, at, at, at, at + interval '3 days',
    CASE WHEN g % 9 = 0 THEN NULL
        ELSE at + make_interval(days => CASE WHEN g % 6 = 0 THEN 4 + g % 5 ELSE g % 3 END) END,
    k.unit_id, k.id, ST_PointOnSurface(k.geom)
FROM diaban.block k, generate_series(1, 20) g
CROSS JOIN LATERAL (
    SELECT timestamptz '2027-03-15 12:00+07' - make_interval(days => (g * 17 + k.id * 5) % 56) AS at
) m
"""


@pytest.fixture(scope="module", autouse=True)
def _city(database, opened):
    planning_city.fill(database)
    with opened.owner.begin() as connection:
        for statement in _INCIDENTS.split(";"):
            connection.execute(text(statement))


def _made(opened, kind, day, unit):
    now = datetime(2027, 3, 16, 7, 30, tzinfo=ZONE)
    return ready.build(
        opened, OPERATOR, kind, unit, (day - FORTNIGHT, day), now, "en", taken_at=now + (day - DAYS[0])
    )


@pytest.fixture(scope="module")
def told(opened):
    """What left with fourteen daily decks of hotspots, and some of the works, of the city and of a ward."""
    for i, day in enumerate(DAYS):
        _made(opened, DeckKind.WEEKLY, day, "*")
        for unit in ("*", "00001") if i % 6 == 0 else ():
            _made(opened, DeckKind.STEERING, day, unit)
        if i % 6 == 1:
            _made(opened, DeckKind.WEEKLY, day, "00001")
    found = _told(opened).assign(rank=lambda cells: cells["mark"].map(MARKS.index)).sort_values("rank")
    keys = ["measure", "area", "first_day", "last_day", "origin", "part", "category"]
    return found.drop_duplicates(keys, keep="last")


class _Known:
    """Rows over atoms (place and state that no cell tells apart), true values, and how the rows left.

    states : a frame of all that a record may be, one row each; cell_of : which of them a cell counts
    records : (unit_id, block_id, *states' columns) of the true ones
    """

    def __init__(self, opened, cells, records, states, counts):
        areas = cells.drop_duplicates("area").set_index("area")["tokens"]
        held = {area: _blocks(opened, tokens) for area, tokens in areas.items()}
        every = sorted(
            set().union(*held.values()) | set(zip(records["unit_id"], records["block_id"], strict=True))
        )
        place = np.array([[one in held[area] for area in cells["area"]] for one in every])
        state = np.array([counts(cell, states) for cell in cells.itertuples()]).T
        places, where = np.unique(place, axis=0, return_inverse=True)
        kinds, what = np.unique(state, axis=0, return_inverse=True)
        self.rows = csr_array(
            (places.T[:, :, None] & kinds.T[:, None, :]).reshape(len(cells), -1).astype(float)
        )
        self.values = np.zeros((len(places), len(kinds)))
        at = pd.MultiIndex.from_tuples(every).get_indexer(
            pd.MultiIndex.from_frame(records[["unit_id", "block_id"]])
        )
        of = pd.MultiIndex.from_frame(states).get_indexer(pd.MultiIndex.from_frame(records[[*states]]))
        assert (at >= 0).all()
        assert (of >= 0).all()
        np.add.at(self.values, (where.ravel()[at], what.ravel()[of]), 1)
        self.values = self.values.ravel()
        self.marks = cells["mark"].to_numpy()
        some = np.asarray(self.rows.sum(axis=0)) > 0
        self.rows, self.values = csr_array(self.rows[:, some]), self.values[some]

    def smallest(self):
        """Some of the atoms of fewer than five, the same ones every time."""
        small = np.flatnonzero(self.values < 5)
        chosen = np.random.default_rng(4).permutation(small)[:ATOMS]
        return [csr_array(([1.0], ([0], [j])), shape=(1, len(self.values))) for j in chosen]

    def hidden(self):
        """Rows that left without a figure."""
        filled = np.diff(self.rows.indptr) > 0
        return [self.rows[[i]] for i in np.flatnonzero((self.marks != "given") & filled)]

    def range(self, wanted, marks=None):
        """Exact bounds of a sum from all that was said."""
        marks = self.marks if marks is None else marks
        given, small = marks == "given", marks == "small"
        known = {
            "A_eq": self.rows[given], "b_eq": self.rows[given] @ self.values,
            "A_ub": self.rows[small] if small.any() else None,
            "b_ub": np.full(small.sum(), 4) if small.any() else None,
        }  # fmt: skip
        found = [
            linprog(sign * wanted.toarray()[0], bounds=(0, 10_000), method="highs", **known)
            for sign in (1, -1)
        ]
        assert all(one.status == 0 for one in found)
        return found[0].fun, -found[1].fun

    def assert_safe(self):
        assert ((self.rows @ self.values)[self.marks == "given"] >= 5).all()
        for wanted in [*self.hidden(), *self.smallest()]:
            low, high = self.range(wanted)
            assert high - low > 4 - 1e-6, (wanted @ self.values, low, high)

    def found_if_small_alone_were_hidden(self):
        """How many of the small cells the attack finds where everything else is given."""
        sums = self.rows @ self.values
        marks = np.where(sums < 5, "small", "given")
        ranges = [self.range(self.rows[[i]], marks) for i in np.flatnonzero((sums < 5) & (sums > 0))[:20]]
        return sum(high - low < 4 - 1e-6 for low, high in ranges)


def _read(opened, query):
    with opened.owner.connect() as connection:
        return pd.read_sql(text(query), connection)


def _stretches(cells):
    """The first days of stretches that no period tells apart, and the number of the stretch of a day."""
    borders = sorted({*cells["first_day"], *(day + timedelta(days=1) for day in cells["last_day"])})
    return borders, lambda day: int(np.searchsorted(borders, day, side="right"))


_LOCAL = "({} AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"


def _incidents(opened, told):
    cells = told[told["measure"] == "incidents"]
    borders, stretch = _stretches(cells)
    never = len(borders) + 1
    records = _read(
        opened,
        f"SELECT unit_id, coalesce(block_id, 0) AS block_id, {_LOCAL.format('occurred_from')} AS day, "
        f"{_LOCAL.format('resolved_at')} AS done, origin, c.code AS kind "
        "FROM diaban.incident JOIN diaban.category c ON c.id = category_id",
    )
    records["day"] = records["day"].map(stretch)
    records["done"] = [never if pd.isna(day) else stretch(day) for day in records["done"]]
    states = pd.MultiIndex.from_product(
        [range(never), range(never + 1), ("reported", "discovered"), [*sorted(set(records["kind"])), ""]],
        names=["day", "done", "origin", "kind"],
    ).to_frame(index=False)
    # Nothing is cleared before it occurs; of other kinds there are none, but who reads the decks is not told.
    states = states[states["done"] >= states["day"]]

    def counts(cell, states):
        held = states["day"].between(stretch(cell.first_day), stretch(cell.last_day))
        if cell.origin != "all":
            held &= states["origin"] == cell.origin
        if cell.category:
            held &= states["kind"] == cell.category
        if cell.part == "cleared":
            held &= states["done"] <= stretch(cell.last_day)
        return held.to_numpy()

    return _Known(opened, cells, records, states, counts)


def _due(opened, told):
    cells = told[told["measure"] == "due"]
    borders, stretch = _stretches(cells)
    records = _read(
        opened,
        f"SELECT unit_id, coalesce(block_id, 0) AS block_id, {_LOCAL.format('due_at')} AS day, "
        "status = 'resolved' AND resolved_at <= due_at AS in_time FROM diaban.incident",
    )
    records["day"] = records["day"].map(stretch)
    states = pd.MultiIndex.from_product(
        [range(len(borders) + 1), (False, True)], names=["day", "in_time"]
    ).to_frame(index=False)

    def counts(cell, states):
        held = states["day"].between(stretch(cell.first_day), stretch(cell.last_day))
        return (held & states["in_time"] if cell.part == "on_time" else held).to_numpy()

    return _Known(opened, cells, records, states, counts)


def _overdue(opened, told):
    """Over all days at once: late is what was due before, and is done later."""
    cells = told[told["measure"] == "overdue"]
    days = sorted(set(cells["first_day"]))
    assert set(cells["first_day"]) == set(cells["last_day"])
    records = _read(
        opened,
        f"SELECT unit_id, coalesce(block_id, 0) AS block_id, {_LOCAL.format('due_at')} AS due, "
        f"{_LOCAL.format('resolved_at')} AS done FROM diaban.incident",
    )
    late = np.array(
        [[due < day and (pd.isna(done) or done > day) for day in days]
         for due, done in zip(records["due"], records["done"], strict=True)]
    )  # fmt: skip
    records = records.assign(
        first=np.where(late.any(axis=1), late.argmax(axis=1), 0),
        last=np.where(late.any(axis=1), len(days) - 1 - late[:, ::-1].argmax(axis=1), -1),
    )
    spans = [(0, -1), *((a, b) for a in range(len(days)) for b in range(a, len(days)))]
    states = pd.DataFrame(spans, columns=["first", "last"])

    def counts(cell, states):
        at = days.index(cell.first_day)
        return ((states["first"] <= at) & (states["last"] >= at)).to_numpy()

    return _Known(opened, cells, records, states, counts)


@pytest.mark.parametrize("measure", [_incidents, _due, _overdue])
def test_nothing_small_is_told_by_a_fortnight_of_decks(opened, told, measure):
    known = measure(opened, told)
    assert known.hidden()  # there is something to hold back
    known.assert_safe()


def test_the_attack_succeeds_where_small_counts_alone_are_hidden(opened, told):
    assert (
        sum(
            measure(opened, told).found_if_small_alone_were_hidden()
            for measure in (_incidents, _due, _overdue)
        )
        > 0
    )


def test_the_last_deck_of_the_fortnight_still_says_something(told):
    last = told[(told["measure"] == "incidents") & (told["last_day"] == DAYS[-1]) & (told["category"] == "")]
    assert (last["mark"] == "given").any()
