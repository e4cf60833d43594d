"""REFERENCE 10 and 12: Gini of counts, and Weisburd's band on the streets of the synthetic city."""

from datetime import date

import numpy as np
import pytest

from geo.analysis.concentration import generalised_gini, gini, share_holding, snap_to_segments
from geo.demo.city import generate
from geo.demo.parameters import CityParameters
from geo.domain.crs import lonlat_to_metric_xy, to_metric

METRIC = "EPSG:3405"


def test_gini() -> None:
    assert gini([10, 8, 2] + [0] * 7) == pytest.approx(0.78)
    assert gini([5, 2, 1] + [0] * 7) == pytest.approx(0.80)


def test_generalised_gini() -> None:
    """The authors' own examples: the same where events outnumber places, .75 for 8 events on 10 places."""
    assert generalised_gini([10, 8, 2] + [0] * 7) == pytest.approx(0.78)
    assert generalised_gini([5, 2, 1] + [0] * 7) == pytest.approx(0.75)


# REFERENCE 12: share of street segments that holds half of the incidents.
WEISBURD_BAND = (0.021, 0.060)


def test_half_of_the_synthetic_incidents_are_on_few_streets() -> None:
    """Not evidence about a real city: it says that the measure and the made-up city are of a sane size."""
    city = generate(CityParameters(today=date(2026, 11, 22)), seed=0)
    known = city.incidents[city.incidents["lon"].notna() & (city.incidents["precision_m"] < 100)]
    snapped = snap_to_segments(
        lonlat_to_metric_xy(known["lon"], known["lat"], METRIC), to_metric(city.streets, METRIC), limit_m=50.0
    )
    assert snapped.used > 0.95 * len(known)
    assert np.nanmax(snapped.distance_m) <= 50
    assert WEISBURD_BAND[0] <= share_holding(snapped.counts(), 0.5) <= WEISBURD_BAND[1]
