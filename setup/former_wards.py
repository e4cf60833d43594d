"""Write geo/intake/former_wards.csv: `python setup/former_wards.py vietnamadminunits-1.0.4-py3-none-any.whl`.

What the 10,040 wards and island districts of before 1 July 2025 became, from the tables in the wheel of
vietnamadminunits (MIT). Only its tables are taken: the package itself asks a geocoder on the network where a
ward was split, guesses a default successor where it cannot, and depends on Unidecode, which is under the GPL.
Get the wheel with `pip download --no-deps vietnamadminunits==1.0.4`.
"""

import csv
import json
import sqlite3
import sys
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path

OUT = Path(__file__).resolve().parents[1] / "geo" / "intake" / "former_wards.csv"
_TABLES = "vietnamadminunits/data/dataset.db"
_LINEAGE = "vietnamadminunits/data/converter_2025.json"


def successors(lineage: dict[str, dict[str, dict[str, list]]]) -> dict[str, list[tuple[str, str]]]:
    """Return former unit -> (province, ward) of each unit it went into, by the keys of the wheel."""
    became = defaultdict(list)
    for province, wards in lineage["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, former in wards.items():
            for key in former:
                became[key].append((province, ward))
    for province, former in lineage["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, parts in former.items():
            became[key] += [(province, part["newWardKey"]) for part in parts]
    return became


def main(wheel: Path) -> None:
    """Read the wheel, write the table."""
    with zipfile.ZipFile(wheel) as archive, tempfile.NamedTemporaryFile(suffix=".db") as copy:
        copy.write(archive.read(_TABLES))
        copy.flush()
        became = successors(json.loads(archive.read(_LINEAGE)))
        tables = sqlite3.connect(copy.name)
        codes = {
            (province, ward): code
            for province, ward, code in tables.execute(
                "SELECT provinceKey, wardKey, wardCode FROM admin_units"
            )
        }
        former = tables.execute(
            "SELECT wardCode, ward, district, province, provinceKey, districtKey, wardKey "
            "FROM admin_units_legacy"
        ).fetchall()
    rows = []
    for code, ward, district, province, *keys in former:
        key = "_".join(part or "" for part in keys)
        district_name = district.replace("Thành Phố", "Thành phố").replace("Thị Xã", "Thị xã")
        into = " ".join(sorted({codes[unit] for unit in became[key]}))
        # Five island districts had no wards: the district itself became a unit.
        rows.append((code or "", ward or district_name, district_name, province, into))
    with OUT.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("code", "name", "district", "province", "became"))
        writer.writerows(sorted(rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
