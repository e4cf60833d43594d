from datetime import date

import pytest

from geo.demo.city import City, generate
from geo.demo.parameters import CityParameters

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def city() -> City:
    """The city of default size: 6 wards, 60,000 households, 40,000 incidents."""
    return generate(CityParameters(today=TODAY), seed=0)
