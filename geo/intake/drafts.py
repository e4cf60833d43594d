"""Cells under the headers of a file -> typed columns under the fields of a kind, faults noted by row."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.domain.errors import InputError
from geo.domain.frames import CONTRACTS, Column
from geo.domain.kinds import Kind
from geo.intake import values
from geo.intake.columns import ColumnMap
from geo.intake.faults import Faults
from geo.intake.source import Options, Source

# A point in a coordinate is a decimal point, however many digits follow.
_READERS = {"lon": values.number, "lat": values.number}
_FORMULA_ERRORS = ["#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"]

Mask = npt.NDArray[np.bool_]


@dataclass
class Draft:
    """What is known of the rows so far, while the rules of their kind are applied.

    fields : field -> (n,) typed column; a field that the file has not is not in it
    """

    source: Source
    kind: Kind
    columns: ColumnMap
    options: Options
    faults: Faults
    fields: dict[str, pd.Series]

    def __len__(self) -> int:
        return len(self.source.rows)

    def header(self, field: str) -> str:
        """Header that `field` was read from, or the field's own name."""
        return self.columns.fields.get(field, field)

    def need(self, *fields: str) -> None:
        """Raise InputError ``missing_fields`` unless the file has all of `fields`."""
        missing = [field for field in fields if field not in self.fields]
        if missing:
            raise InputError(
                "missing_fields",
                kind=self.kind.value,
                fields=", ".join(missing),
                headers=", ".join(str(name) for name in self.source.cells),
            )

    def fill(self, field: str, value: object, warning: str) -> None:
        """Put `value` where `field` is missing (the whole column, or single cells), with a warning each."""
        if field not in self.fields:
            self.fields[field] = pd.Series([None] * len(self), dtype="str")
        missing = self.fields[field].isna().to_numpy()
        self.faults.warn(missing, warning)
        self.fields[field] = self.fields[field].where(~missing, value)

    def reject_missing(self, field: str) -> None:
        """Leave out the rows where `field` has no value and none could be read."""
        missing = self.fields[field].isna().to_numpy()
        header = self.header(field)
        self.faults.reject(missing & ~self.faults.bad, "missing_value", lambda _: {"column": header})


def draft(source: Source, kind: Kind, columns: ColumnMap, options: Options) -> Draft:
    """Return the fields of `kind` read from `source`; cells that do not parse are faults of their row.

    Coordinates and borders are left to `places` and `areas`; missing values to the rules of the kind.
    """
    found = Draft(source, kind, columns, options, Faults(source.rows), {})
    for field, column in CONTRACTS[kind].columns.items():
        if field in columns.fields:
            found.fields[field] = _typed(found, field, column)
    return found


def _typed(found: Draft, field: str, column: Column) -> pd.Series:
    header = found.columns.fields[field]
    cells = _without_errors(found, header)
    zone = found.options.timezone
    if column.type == "text":
        return values.text(cells)
    if column.type in {"int", "float"}:
        parsed, bad = _READERS.get(field, values.quantity if column.type == "float" else values.whole)(cells)
        code = "bad_number"
        if field not in _READERS:
            _tell_rough(found, header, cells, bad)
    else:
        parsed, bad = values.instant(cells, zone) if column.type == "time" else values.day(cells, zone)
        code = "bad_time"
    show = values.shown(cells)
    found.faults.reject(bad, code, lambda position: {"column": header, "value": show(position)})
    return parsed


def _tell_rough(found: Draft, header: str, cells: pd.Series, bad: Mask) -> None:
    show = values.shown(cells)
    rough = values.is_about(cells) & ~bad
    found.faults.warn(rough, "about_number", lambda at: {"column": header, "value": show(at)})


def _without_errors(found: Draft, header: str) -> pd.Series:
    """The cells under `header`; rows where a formula failed are left out, and the cell is then empty."""
    cells = found.source.cells[header]
    if not pd.api.types.is_string_dtype(cells.dtype) and not pd.api.types.is_object_dtype(cells.dtype):
        return cells
    failed = values.is_any_of(cells, _FORMULA_ERRORS)
    if not failed.any():
        return cells
    found.faults.reject(failed, "formula_error", lambda at: {"column": header, "value": str(cells.iloc[at])})
    return cells.mask(failed, None)
