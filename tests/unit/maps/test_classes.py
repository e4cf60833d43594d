import numpy as np
import pytest

from geo.maps.classes import (
    UNCHANGED,
    Classes,
    change_classes,
    count_classes,
    density_classes,
    difference_classes,
    rate_classes,
)
from geo.maps.palettes import MAX_CLASSES


def test_a_border_belongs_to_the_class_above():
    assert Classes((1.0, 5.0, 10.0)).of([0, 1, 4.9, 5, 10, 99, np.nan]).tolist() == [-1, 0, 0, 1, 2, 2, -1]


def test_labels_of_whole_numbers_name_the_last_number_inside():
    assert Classes((1.0, 2.0, 5.0)).labels(str, whole=True) == ("1.0", "2.0–4.0", "≥ 5.0")


@pytest.mark.parametrize("seed", range(5))
def test_every_positive_value_of_both_periods_has_a_class(seed):
    rng = np.random.default_rng(seed)
    now, before = rng.integers(0, 400, 50), rng.integers(0, 30, 50)
    for classes, values in ((count_classes(now, before), (now, before)), (rate_classes(now / 7), (now / 7,))):
        assert len(classes.borders) <= MAX_CLASSES
        for one in values:
            assert ((classes.of(one) >= 0) == (one > 0)).all()


def test_classes_of_two_periods_do_not_depend_on_which_is_which():
    now, before = np.array([1, 5, 60]), np.array([2, 3, 4])
    assert count_classes(now, before) == count_classes(before, now)


def test_nothing_to_class():
    assert count_classes(np.zeros(3)).borders == ()
    assert density_classes(0.0).borders == ()
    assert Classes(()).labels(str) == ()
    assert Classes(()).of([1.0, np.nan]).tolist() == [-1, -1]


def test_no_change_is_the_middle_class():
    assert change_classes().of([-1, -0.3, 0, 0.09, 0.1, 0.5, 4]).tolist() == [0, 1, 3, 3, 4, 6, 6]


@pytest.mark.parametrize("largest", [0.003, 1.0, 847.3])
def test_a_difference_has_the_same_classes_either_way_and_none_in_the_middle(largest):
    classes = difference_classes(largest)
    values = np.linspace(0, largest, 50)
    up, down = classes.of(values), classes.of(-values - 1e-12)
    assert (up + down == 2 * UNCHANGED).all()
    assert classes.of(np.array([0.0])).tolist() == [UNCHANGED]
    assert classes.of(np.array([-largest, largest])).tolist() == [0, 6]


def test_no_difference_has_no_classes():
    assert difference_classes(0.0).borders == ()
