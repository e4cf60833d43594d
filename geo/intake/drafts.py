"""Cells under the headers of a file -> typed columns under the fields of a kind, faults noted by row."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.domain.errors import InputError
from geo.domain.frames import CONTRACTS, Column
from geo.domain.kinds import Kind
from geo.intake import dates, values
from geo.intake.columns import ColumnMap
from geo.intake.faults import Faults
from geo.intake.identity import holds_identity_numbers
from geo.intake.source import Options, Source

# A point in a coordinate is a decimal point, however many digits follow.
_READERS = {"lon": values.degrees, "lat": values.degrees}
_FORMULA_ERRORS = ["#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"]

# Nothing that is recorded here happened before or will hold after.
_YEARS = (1900, 2100)
_PAST = frozenset({"occurred_from", "occurred_to", "recorded_at", "resolved_at", "reviewed_on"})

LONGEST_TEXT = 500  # letters
_LISTS = {"block_codes"}

Mask = npt.NDArray[np.bool_]
Params = Callable[[int], Mapping[str, str]]


@dataclass
class Draft:
    """What is known of the rows so far, while the rules of their kind are applied.

    fields : field -> (n,) typed column; a field that the file has not is not in it
    interval_ends : (n,) ends of times of occurrence that were written as an interval
    """

    source: Source
    kind: Kind
    columns: ColumnMap
    options: Options
    faults: Faults
    fields: dict[str, pd.Series]
    interval_ends: pd.Series | None = None

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
    Raises InputError ``identity_numbers`` where a column holds numbers of persons, whatever it is called.
    """
    found = Draft(source, kind, columns, options, Faults(source.rows), {})
    for field, column in CONTRACTS[kind].columns.items():
        if field in columns.fields:
            found.fields[field] = _typed(found, field, column)
    return found


def _typed(found: Draft, field: str, column: Column) -> pd.Series:
    header = found.columns.fields[field]
    cells = _without_errors(found, header)
    if column.type == "text":
        words = values.text(cells)
        if holds_identity_numbers(words):
            raise InputError("identity_numbers", header=header)
        return _short(found, field, words)
    if column.type in {"int", "float"}:
        parsed, bad = _READERS.get(field, values.quantity if column.type == "float" else values.whole)(cells)
        code = "bad_number"
        if field not in _READERS:
            _tell_rough(found, header, cells, bad)
    else:
        return _dated(found, field, column, cells)
    show = values.shown(cells)
    found.faults.reject(bad, code, lambda position: {"column": header, "value": show(position)})
    return parsed


def _short(found: Draft, field: str, texts: pd.Series) -> pd.Series:
    """`texts`; rows are left out where one is longer than any code or name, and than an index can hold."""
    if field not in _LISTS:
        header = found.columns.fields[field]
        too_long = texts.str.len().gt(LONGEST_TEXT).fillna(value=False).to_numpy(bool)
        found.faults.reject(too_long, "text_too_long", lambda _: {"column": header, "limit": LONGEST_TEXT})
    return texts


def _dated(found: Draft, field: str, column: Column, cells: pd.Series) -> pd.Series:
    """A column of days or instants, with what the file had to decide about it told."""
    header, zone, show = found.columns.fields[field], found.options.timezone, values.shown(cells)
    told: Params = lambda at: {"column": header, "value": show(at)}  # noqa: E731
    moments = cells
    if not pd.api.types.is_datetime64_any_dtype(cells.dtype) and not values.all_iso(cells):
        read = dates.plain(cells, values.text(cells), epoch_1904=found.source.epoch_1904)
        moments = read.cells
        found.faults.warn(read.serials, "serial_date", told)
        found.faults.warn(read.assumed_year, "year_assumed", told)
        found.faults.warn(read.about, "about_time", told)
        _tell_order(found, header, read, told)
        if read.ends is not None:
            _check_ends(found, field, read.ends, told)
    parsed, bad = values.instant(moments, zone) if column.type == "time" else values.day(moments, zone)
    found.faults.reject(bad, "bad_time", told)
    years = parsed.dt.year.to_numpy(np.float64)
    odd = (years < _YEARS[0]) | (years > _YEARS[1])
    found.faults.reject(odd, "year_out_of_range", lambda at: {**told(at), "year": int(years[at])})
    if found.options.now is not None and field in _PAST:
        now = pd.Timestamp(found.options.now)
        now = now if column.type == "time" else now.tz_convert(zone).tz_localize(None)
        found.faults.reject((parsed > now).to_numpy(bool), "in_future", told)
    return parsed.where(~odd)


def _tell_order(found: Draft, header: str, read: dates.Dates, told: Params) -> None:
    if read.order == "contradicted":
        found.faults.reject(read.ordered, "date_order_contradicted", lambda at: {**told(at), **read.evidence})
    elif read.order is not None:
        found.faults.warn(read.ordered, f"dates_{read.order}", lambda _: {"column": header, **read.evidence})
    if read.turned:
        typed = np.array([isinstance(cell, dt.date) for cell in found.source.cells[header]])
        found.faults.warn(typed, "dates_maybe_turned", lambda _: {"column": header, "value": read.turned})


def _check_ends(found: Draft, field: str, ends: pd.Series, told: Params) -> None:
    """Keep the ends of intervals of time of occurrence; any other field holds one moment."""
    written = ends.notna().to_numpy()
    moments, bad = values.instant(ends, found.options.timezone)
    if field != "occurred_from":
        found.faults.reject(written, "bad_time", told)
        return
    found.faults.reject(bad, "bad_time", told)
    years = moments.dt.year.to_numpy(np.float64)
    odd = (years < _YEARS[0]) | (years > _YEARS[1])
    found.faults.reject(odd, "year_out_of_range", lambda at: {**told(at), "year": int(years[at])})
    if found.options.now is not None:
        # A day that is not over yet may end an interval.
        days = moments.dt.tz_convert(found.options.timezone).dt.normalize()
        found.faults.reject((days > pd.Timestamp(found.options.now)).to_numpy(bool), "in_future", told)
    found.interval_ends = moments.where(~odd)


def _tell_rough(found: Draft, header: str, cells: pd.Series, bad: Mask) -> None:
    show = values.shown(cells)
    rough = values.is_about(cells) & ~bad
    found.faults.warn(rough, "about_number", lambda at: {"column": header, "value": show(at)})
    pointed, shown_by = values.decimal_points(cells)
    found.faults.warn(
        pointed & ~bad,
        "points_decimal",
        lambda at: {"column": header, "value": show(at), "shown": shown_by},
    )


def _reject_unsound(found: Draft, header: str) -> None:
    rows, reasons = found.source.rows, found.source.unsound.get(header, {})
    for code in {reason.code for reason in reasons.values()}:
        at_fault = [row for row, reason in reasons.items() if reason.code == code]
        found.faults.reject(np.isin(rows, at_fault), code, lambda at: reasons[int(rows[at])].params)


def _without_errors(found: Draft, header: str) -> pd.Series:
    """The cells under `header`; rows where a formula failed are left out, and the cell is then empty."""
    cells = found.source.cells[header]
    _reject_unsound(found, header)
    if not pd.api.types.is_string_dtype(cells.dtype) and not pd.api.types.is_object_dtype(cells.dtype):
        return cells
    failed = values.is_any_of(cells, _FORMULA_ERRORS)
    if not failed.any():
        return cells
    found.faults.reject(failed, "formula_error", lambda at: {"column": header, "value": str(cells.iloc[at])})
    return cells.mask(failed, None)
