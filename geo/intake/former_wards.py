"""What the wards of before 1 July 2025 became: public record, for stores that hold no lineage of their own.

``former_wards.csv`` comes from vietnamadminunits (``former_wards.md``); a test holds it against the official
list of what each ward of today was made of.
"""

import csv
import datetime as dt
from collections.abc import Collection
from functools import cache
from pathlib import Path

from geo.intake.unit_names import Unit

MERGED_ON = dt.date(2025, 7, 1)
_TABLE = Path(__file__).with_name("former_wards.csv")


@cache
def former_wards() -> tuple[Unit, ...]:
    """Return the 10,040 former wards, each with its district and province and what it became."""
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        return tuple(_unit(**row) for row in csv.DictReader(stream))


def that_became(codes: Collection[str]) -> tuple[Unit, ...]:
    """Return the former wards of which any part went into one of the wards of today with `codes`."""
    return tuple(unit for unit in former_wards() if not set(unit.became).isdisjoint(codes))


@cache
def districts_and_provinces() -> frozenset[str]:
    """Return the names of everything that the former wards belonged to."""
    return frozenset(parent for unit in former_wards() for parent in unit.parents)


def _unit(code: str, name: str, district: str, province: str, became: str) -> Unit:
    parents = (province,) if name == district else (district, province)
    return Unit(code, (name,), parents, tuple(became.split()), MERGED_ON)
