"""What the demo city is made from, and what makes no city."""

import zlib
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from geo.demo.tables import figures
from geo.domain.crs import parse_crs, require_metric
from geo.domain.errors import InputError, WrongCrsError

# A ward needs a few blocks to be divided into beats and to lie on one bank.
HOUSEHOLDS_A_WARD_MIN = 600
_LIMITS = {"wards": (2, 60), "households": (2_400, 2_000_000), "incidents": (0, 10_000_000)}


def _place(name: str) -> str:
    return str(figures()["place"][name])


@dataclass(frozen=True)
class CityParameters:
    """Size, day and place of the demo city.

    today : the day on which history ends; nothing in the city is later than the start of this day
    wards, households, incidents : how many; at least 2 wards, because the river divides the city
    metric_crs : projected CRS in metres that the city is drawn in
    lon, lat : centre, degrees, EPSG:4326, inside the area of use of `metric_crs`

    Raises InputError ``demo_out_of_range``, ``demo_too_few_households``, ``demo_today_too_early``;
    WrongCrsError where `metric_crs` is unknown, not in metres, or not meant for the centre.
    """

    today: date
    wards: int = 6
    households: int = 60_000
    incidents: int = 40_000
    metric_crs: str = field(default_factory=lambda: _place("metric_crs"))
    lon: float = field(default_factory=lambda: float(_place("lon")))
    lat: float = field(default_factory=lambda: float(_place("lat")))

    def __post_init__(self) -> None:
        for name, (low, high) in _LIMITS.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise InputError("demo_out_of_range", name=name, value=value, low=low, high=high)
        needed = HOUSEHOLDS_A_WARD_MIN * self.wards
        if self.households < needed:
            raise InputError(
                "demo_too_few_households", households=self.households, wards=self.wards, low=needed
            )
        self._check_today()
        self._check_place()

    def _check_today(self) -> None:
        merged_on: date = figures()["place"]["merged_on"]
        if self.today < merged_on:
            raise InputError("demo_today_too_early", today=self.today, low=merged_on)
        if self.today.year > 2200:
            raise InputError("demo_out_of_range", name="today", value=self.today, low=merged_on, high=2200)

    def _check_place(self) -> None:
        for name, value, limit in (("lon", self.lon, 180.0), ("lat", self.lat, 84.0)):
            if not abs(value) <= limit:  # also refuses NaN
                raise InputError("demo_out_of_range", name=name, value=value, low=-limit, high=limit)
        require_metric(self.metric_crs, "metric_crs")
        area = parse_crs(self.metric_crs).area_of_use
        if area is not None and not (
            area.west <= self.lon <= area.east and area.south <= self.lat <= area.north
        ):
            raise WrongCrsError(
                "outside_metric_crs", what=f"({self.lon:.4f}, {self.lat:.4f})", crs=self.metric_crs
            )


def stream(seed: int, part: str) -> np.random.Generator:
    """Return the random stream of one part of the city.

    Each part has its own, so that more incidents do not move a street.
    """
    return np.random.default_rng([seed, zlib.crc32(part.encode())])
