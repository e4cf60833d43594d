"""Emerging hotspots: cells over periods, as the engine has them, in their place, bounded by the data."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
import shapely

from geo.analysis.emerging import classify
from geo.analysis.emerging_words import EmergingClass
from geo.domain.errors import InputError
from geo.domain.roles import OPERATOR, Role
from geo.services.hotspots.cells import study_cells
from geo.services.hotspots.emerging import LEAST_PERIODS, MOST_PERIODS, emerging_hotspots
from geo.services.hotspots.review import HotspotQuery, asked, first_day
from geo.services.incident_columns import columns
from tests import hotspots_city

QUERY = HotspotQuery(date(2026, 10, 24), date(2026, 11, 20))
pytestmark = pytest.mark.usefixtures("city")


def test_classes_are_the_engines_over_twelve_periods(opened):
    found = emerging_hotspots(opened, OPERATOR, QUERY)
    assert found.periods == MOST_PERIODS
    assert found.since == QUERY.start - timedelta(days=28 * 11)
    data = asked(opened, OPERATOR, QUERY)
    grid, inside = study_cells(data)
    periods = [
        HotspotQuery(found.since + timedelta(days=28 * i), found.since + timedelta(days=28 * i + 27))
        for i in range(12)
    ]
    counts = np.array([grid.counts(data.drawn(period)) for period in periods])
    kinds = classify(counts, inside)[inside]
    few = (kinds != EmergingClass.NONE) & (counts[:, inside].sum(axis=0) < 5)
    kinds[few] = EmergingClass.NONE
    assert found.held_back == few.sum()
    classes, numbers = np.unique(kinds, return_counts=True)
    assert {int(kind): n for kind, n in found.cells.items()} == dict(
        zip(classes.tolist(), numbers.tolist(), strict=True)
    )
    assert found.n == counts[:, inside].sum()
    assert set(found.areas["code"]) == {kind.name for kind in found.cells if kind is not EmergingClass.NONE}


def test_a_cell_of_a_handful_has_no_class_and_is_counted(opened):
    rare = replace(QUERY, category="TS03")
    held = emerging_hotspots(opened, OPERATOR, rare)
    data = asked(opened, OPERATOR, rare)
    grid, inside = study_cells(data)
    periods = [rare.back(n) for n in range(held.periods - 1, -1, -1)]
    counts = np.array([grid.counts(data.drawn(period)) for period in periods])
    shown = classify(counts, inside)[inside] != EmergingClass.NONE
    enough = counts[:, inside].sum(axis=0) >= 5
    assert held.held_back == (shown & ~enough).sum() > 0
    classed = sum(n for kind, n in held.cells.items() if kind is not EmergingClass.NONE)
    assert classed == (shown & enough).sum()


def test_planted_hotspots_are_lasting_ones(opened):
    found = emerging_hotspots(opened, OPERATOR, QUERY)
    lasting = {EmergingClass.PERSISTENT.name, EmergingClass.INTENSIFYING.name, EmergingClass.FADING.name}
    areas = found.areas[found.areas["code"].isin(lasting)].geometry.union_all()
    for x, y in hotspots_city._HOT:
        assert areas.covers(shapely.Point(hotspots_city.lonlat([x], [y])[0]))


def test_as_many_periods_as_the_data_has_and_no_fewer_than_it_takes(opened):
    since = first_day(columns(opened, OPERATOR))
    end = since + timedelta(days=5 * 30)
    short = emerging_hotspots(opened, OPERATOR, HotspotQuery(end - timedelta(days=29), end))
    assert short.periods == 5
    assert short.since >= since
    with pytest.raises(InputError) as fault:
        emerging_hotspots(
            opened, OPERATOR, HotspotQuery(since + timedelta(days=200), since + timedelta(days=500))
        )
    assert fault.value.code == "too_few_periods"
    assert str(LEAST_PERIODS) in fault.value.message("vi")


def test_a_reader_of_one_ward_gets_that_ward(opened, sign_in):
    officer = sign_in("phuong.2", Role.WARD_OFFICER, ("00001",))
    own = emerging_hotspots(opened, officer, QUERY)
    assert sum(own.cells.values()) < sum(emerging_hotspots(opened, OPERATOR, QUERY).cells.values())
    ward = hotspots_city._square(0, 0).buffer(0.002)
    assert all(ward.covers(area) for area in own.areas.geometry)
