"""REFERENCE 9: the two intervals worked out in the literature, and an end before its start."""

import numpy as np
import pytest

from geo.analysis.timing import aoristic
from geo.domain.errors import InputError


def at(*times: str) -> np.ndarray:
    return np.array([f"2026-03-02T{time}" for time in times], dtype="datetime64[s]")  # a Monday


def test_half_and_half() -> None:
    hours = aoristic(at("01:50"), at("02:10"))
    assert (hours[1], hours[2], hours.sum()) == (0.5, 0.5, 1.0)


def test_two_thirds_and_one() -> None:
    hours = aoristic(at("01:00"), at("02:30"))
    np.testing.assert_allclose(hours[:4], [0, 0.667, 0.333, 0], atol=5e-4)


def test_an_end_before_its_start_is_reported_and_not_swapped() -> None:
    with pytest.raises(InputError) as caught:
        aoristic(at("01:00", "05:00", "07:00"), at("02:00", "04:00", "06:00"))
    assert caught.value.code == "ends_before_start"
    assert (caught.value.params["n"], caught.value.params["first"]) == (2, 1)
