"""How good a map would have been, against a recount of the same rows by hand."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from geo.domain.roles import OPERATOR, Role
from geo.services.hotspots.review import SMALL_N, HotspotQuery, LeftOut
from geo.services.hotspots.trust import (
    LEARNED,
    SHARES,
    TESTS,
    Finding,
    Method,
    Record,
    Trust,
    trust,
)
from tests.hotspots_city import LAST_DAY, X0, Y0

QUERY = HotspotQuery(LAST_DAY - timedelta(days=27), LAST_DAY)
ZONE_H = np.timedelta64(7, "h")


@pytest.fixture(scope="module")
def found(opened, city):
    return trust(opened, OPERATOR, QUERY)


def cell_counts(city, first, last, ward=None):
    """(16, 24) reported incidents by cells of 250 m; the wards' borders fall on cell borders."""
    day = (city.occurred + ZONE_H).astype("datetime64[D]")
    chosen = (
        ~city.discovered & (city.ward >= 0) & (day >= np.datetime64(first)) & (day <= np.datetime64(last))
    )
    if ward is not None:
        chosen &= city.ward == ward
    column, row = np.floor((city.xy[chosen] - (X0, Y0)) / 250).astype(int).T
    counts = np.zeros((16, 24), dtype=int)
    np.add.at(counts, (row, column), 1)
    return counts


def hits_of_plain_counts(city, query, learned, share):
    first = query.start - timedelta(days=learned * query.days)
    past = cell_counts(city, first, query.start - timedelta(days=1)).ravel()
    test = cell_counts(city, query.start, query.end).ravel()
    best = sorted(range(len(past)), key=lambda i: (past[i], i), reverse=True)[: int(share * len(past))]
    return test[best].sum(), test.sum()


@pytest.mark.parametrize("learned", LEARNED)
@pytest.mark.parametrize("share", SHARES)
def test_plain_counts_catch_what_a_recount_by_hand_catches(opened, city, learned, share):
    found = trust(opened, OPERATOR, QUERY, learned)
    record = next(one for one in found.at(share) if one.method is Method.COUNTS)
    assert len(found.tests) == TESTS
    for back, (test, rate) in enumerate(zip(found.tests, record.hit_rates, strict=True)):
        gap = timedelta(days=28 * back)
        hits, events = hits_of_plain_counts(
            city, replace(QUERY, start=QUERY.start - gap, end=QUERY.end - gap), learned, share
        )
        assert (test.start, test.events) == (QUERY.start - gap, events)
        assert rate == pytest.approx(hits / events)
    assert record.tie_low <= record.hit_rate <= record.tie_high


def test_every_method_is_held_against_the_same_tests_and_plain_counts_are_among_them(found):
    for share in SHARES:
        assert {record.method for record in found.at(share)} == set(Method)
        for record in found.at(share):
            assert 0 < record.pei <= 1
            assert record.spread[0] <= record.hit_rate <= record.spread[1]
            assert record.pai == pytest.approx(record.hit_rate / (int(share * 384) / 384))
    assert (found.cells, found.area_km2(0.05)) == (384, pytest.approx(1.2))


def test_hotspots_of_the_city_make_every_map_better_than_chance(found):
    assert min(record.pai for record in found.records) > 1.5
    assert found.advice(0.05).finding is not Finding.CHANCE


def test_before_the_data_begins_nothing_is_tested(opened, city):
    begins = (city.occurred.min() + ZONE_H).astype("datetime64[D]").astype(date)
    early = replace(QUERY, start=begins + timedelta(days=30), end=begins + timedelta(days=57))
    found = trust(opened, OPERATOR, early)
    assert (len(found.tests), found.missing) == (1, TESTS - 1)
    assert found.advice(0.05).finding is Finding.FEW
    first = trust(opened, OPERATOR, replace(QUERY, start=begins, end=begins + timedelta(days=27)))
    assert (first.tests, first.records, first.advice(0.05)) == ((), (), None)


def test_the_top_cells_are_the_fullest_and_the_order_is_by_count(found, city):
    counts = cell_counts(city, QUERY.start, QUERY.end)
    frame = found.top.frame
    assert frame["count"].tolist() == sorted(counts.ravel(), reverse=True)[:10]
    assert found.n == counts.sum()
    for square, count, ward in zip(frame.geometry, frame["count"], frame["ward"], strict=True):
        column, row = round((square.bounds[0] - X0) / 250), round((square.bounds[1] - Y0) / 250)
        assert counts[row, column] == count
        assert ward == city.codes[row // 8 * 3 + column // 8]
    assert frame["in_top"].iloc[0] > frame["in_top"].iloc[-1]
    assert ((frame["rank_low"] <= frame["rank"]) & (frame["rank"] <= frame["rank_high"])).all()


def test_who_may_not_see_points_gets_no_cell_below_five(opened, city, sign_in):
    short = replace(QUERY, start=LAST_DAY - timedelta(days=6))
    exact = trust(opened, OPERATOR, short).top
    coarse = trust(opened, sign_in("bao.cao", Role.BRIEFER, ("*",)), short).top
    small = int((exact.frame["count"] < SMALL_N).sum())
    assert small > 0
    assert (coarse.hidden, len(coarse.frame)) == (small, 10 - small)
    assert (coarse.frame["count"] >= SMALL_N).all()


def test_a_ward_officer_gets_the_cells_of_the_own_ward(opened, city, sign_in):
    own = trust(opened, sign_in("phuong.1", Role.WARD_OFFICER, (city.codes[0],)), QUERY)
    counts = cell_counts(city, QUERY.start, QUERY.end, ward=0)
    assert (own.cells, own.n) == (64, counts.sum())
    assert set(own.top.frame["ward"]) == {city.codes[0]}


def test_a_share_smaller_than_a_cell_is_one_cell_and_its_area_is_said(opened, city):
    own = trust(opened, OPERATOR, replace(QUERY, unit=city.codes[0]))
    for record in own.at(0.01):
        assert (record.cells, record.area_share) == (1, pytest.approx(1 / 64))
        assert record.pai == pytest.approx(64 * record.hit_rate)


def test_the_only_cells_with_an_incident_are_not_sure_of_their_place(opened, city):
    """On one day with fewer than ten cells: a cell drawn by none of its days is one of hundreds at zero."""
    days = [replace(QUERY, start=LAST_DAY - timedelta(days=i), end=LAST_DAY, category="TS03")
            for i in range(1, 8)]  # fmt: skip
    found = [trust(opened, OPERATOR, query).top.frame for query in days]
    few = [frame for frame in found if 0 < len(frame) < 10]
    assert few
    assert any((frame["in_top"] < 0.9).any() for frame in few)


def test_no_incident_of_a_kind_is_an_empty_answer(opened, city):
    future = replace(QUERY, start=date(2030, 1, 1), end=date(2030, 1, 28))
    found = trust(opened, OPERATOR, future)
    assert (found.n, found.tests, len(found.top.frame)) == (0, (), 0)


def _record(method, rates, share=0.05):
    rates = np.array(rates)
    mean = float(rates.mean())
    return Record(method, share, 19, share, mean, mean / share, 0.5, rates, mean, mean)


@pytest.mark.parametrize(
    ("density", "counts", "events", "finding", "recommended"),
    [
        ([0.36, 0.35, 0.37, 0.36], [0.30, 0.29, 0.31, 0.31], 900, Finding.BETTER, Method.DENSITY),
        ([0.36, 0.25, 0.37, 0.30], [0.30, 0.31, 0.29, 0.31], 900, Finding.SIMPLEST, Method.COUNTS),
        ([0.26, 0.25, 0.27, 0.30], [0.30, 0.31, 0.29, 0.31], 900, Finding.COUNTS_WIN, Method.COUNTS),
        ([0.30, 0.31, 0.29, 0.31], [0.30, 0.31, 0.29, 0.31], 900, Finding.COUNTS_WIN, Method.COUNTS),
        ([0.04, 0.05, 0.04, 0.05], [0.03, 0.05, 0.04, 0.03], 900, Finding.CHANCE, Method.COUNTS),
        ([0.36, 0.35, 0.37, 0.36], [0.30, 0.29, 0.31, 0.31], 40, Finding.FEW, Method.COUNTS),
        ([0.36, 0.35], [0.30, 0.29], 900, Finding.FEW, Method.COUNTS),
    ],
)
def test_what_is_advised_follows_from_the_tests(density, counts, events, finding, recommended, found):
    test = replace(found.tests[0], events=events)
    records = (_record(Method.DENSITY, density), _record(Method.COUNTS, counts))
    made = replace(found, tests=(test,), records=records, left_out=LeftOut(0, 0, 0, 0))
    assert isinstance(made, Trust)
    advice = made.advice(0.05)
    assert (advice.finding, advice.recommended) == (finding, recommended)
