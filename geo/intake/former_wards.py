"""What the wards of before 1 July 2025 became: public record, for stores that hold no lineage of their own.

Read from the tables of the package vietnamadminunits (MIT), which is never imported: it asks a geocoder on
the network where a ward was split, and takes a default where it cannot. A test holds the tables against the
official list of what each ward of today was made of.
"""

import datetime as dt
import json
import logging
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import closing
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from geo.intake.unit_names import Unit

MERGED_ON = dt.date(2025, 7, 1)

_PACKAGE = "vietnamadminunits"
_TABLES, _LINEAGE = "dataset.db", "converter_2025.json"

_log = logging.getLogger(__name__)


@cache
def former_wards() -> tuple[Unit, ...]:
    """Return the 10,040 former wards, each with its district and province and what it became.

    Without the package, which ``make setup`` installs, there are none, and the log says so.
    """
    try:
        folder = Path(str(metadata.distribution(_PACKAGE).locate_file(f"{_PACKAGE}/data")))
    except metadata.PackageNotFoundError:
        _log.warning("%s is not installed: names of former wards are not known; run make setup", _PACKAGE)
        return ()
    lineage = json.loads((folder / _LINEAGE).read_text(encoding="utf-8"))
    return tuple(sorted(_units(folder / _TABLES, lineage), key=lambda unit: (unit.code, unit.names)))


def that_became(codes: Collection[str]) -> tuple[Unit, ...]:
    """Return the former wards of which any part went into one of the wards of today with `codes`."""
    return tuple(unit for unit in former_wards() if not set(unit.became).isdisjoint(codes))


@cache
def districts_and_provinces() -> frozenset[str]:
    """Return the names of everything that the former wards belonged to."""
    return frozenset(parent for unit in former_wards() for parent in unit.parents)


def _units(tables: Path, lineage: dict[str, Any]) -> Iterator[Unit]:
    became = _successors(lineage)
    with closing(sqlite3.connect(f"{tables.as_uri()}?mode=ro", uri=True)) as connection:
        today = connection.execute("SELECT provinceKey, wardKey, wardCode FROM admin_units").fetchall()
        former = connection.execute(
            "SELECT wardCode, ward, district, province, provinceKey, districtKey, wardKey "
            "FROM admin_units_legacy"
        ).fetchall()
    codes = {(province, ward): code for province, ward, code in today}
    for code, ward, district, province, *keys in former:
        into = {codes[unit] for unit in became["_".join(part or "" for part in keys)]}
        belonged = district.replace("Thành Phố", "Thành phố").replace("Thị Xã", "Thị xã")
        # Five island districts had no wards: the district itself became a unit.
        parents = (belonged, province) if ward else (province,)
        yield Unit(code or "", (ward or belonged,), parents, tuple(sorted(into)), MERGED_ON)


def _successors(lineage: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Key of a former unit -> (province, ward) of each unit that it went into, by the keys of the tables."""
    became = defaultdict(list)
    for province, wards in lineage["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, former in wards.items():
            for key in former:
                became[key].append((province, ward))
    for province, former in lineage["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, parts in former.items():
            became[key] += [(province, part["newWardKey"]) for part in parts]
    return became
