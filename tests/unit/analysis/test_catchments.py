"""Catchments: at least eight addresses, never across a border, the same in any order."""

import numpy as np
import pytest
import shapely

from geo.analysis.catchments import NONE, catchments, snapped


@pytest.fixture
def addresses():
    rng = np.random.default_rng(5)
    xy = rng.uniform(0, 1000, (300, 2))
    return xy, (xy[:, 0] > 500).astype(np.int64)


def test_every_catchment_has_eight_addresses_of_one_unit(addresses):
    xy, unit = addresses
    held = catchments(xy, unit)
    assert held.size.min() >= 8
    assert held.size.max() < 16
    assert held.size.sum() == len(held.address)
    for number in range(len(held)):
        assert set(held.address_unit[held.of_address == number]) == {held.unit[number]}


def test_order_of_the_addresses_decides_nothing(addresses):
    xy, unit = addresses
    mixed = np.random.default_rng(1).permutation(len(xy))
    one, other = catchments(xy, unit), catchments(xy[mixed], unit[mixed])
    np.testing.assert_array_equal(one.centre, other.centre)


def test_a_building_is_one_address():
    xy = np.repeat([[10.0, 10.0], [50.0, 10.0]], 20, axis=0)
    assert len(catchments(xy, np.zeros(40, dtype=np.int64))) == 0


def test_points_move_to_the_middle_in_their_own_unit(addresses):
    xy, unit = addresses
    held = catchments(xy, unit)
    point = np.array([[499.0, 500.0], [501.0, 500.0], [np.nan, np.nan], [200.0, 200.0]])
    place, label = snapped(point, np.array([0, 1, 0, 7]), held)
    assert place[0, 0] < 500 < place[1, 0]
    assert label.tolist()[2:] == [NONE, NONE]
    assert np.isnan(place[2:]).all()
    assert not (place[:, None] == held.address[None]).all(axis=2).any()  # at nobody's door


def test_a_middle_outside_of_a_bent_unit_is_moved_inside():
    bent = shapely.difference(shapely.box(0, 0, 100, 100), shapely.box(10, 10, 100, 90))
    xy = np.array([[x, y] for x in (20.0, 40, 60, 80) for y in (5.0, 95)])
    assert not shapely.contains_xy(bent, *xy.mean(axis=0))
    held = catchments(xy, np.zeros(8, dtype=np.int64), {0: bent})
    assert shapely.contains_xy(bent, *held.centre[0])
