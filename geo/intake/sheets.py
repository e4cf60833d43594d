"""XLSX workbooks: the sheet that holds the table, its header, its rows as the user sees them."""

import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException

from geo.domain.errors import InputError, UnavailableError
from geo.intake.formats import Format, open_zip
from geo.intake.source import Options, Source, header_names

# What a sheet can have; a file that claims more is not from a spreadsheet program.
_MAX_ROWS = 1_048_576

Row = tuple[int, tuple[Any, ...]]


def read(path: Path, options: Options) -> Source:
    """Return the table of the sheet `options.sheet`, or of the only visible sheet that has cells.

    The first row with a cell is the header; rows without any are passed over. Values of formulas are the
    ones that the spreadsheet program stored.
    Raises InputError ``not_what_it_says``, ``damaged_file``, ``unknown_sheet``, ``several_sheets``,
    ``no_rows``.
    """
    _check_archive(path, options)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and validations that it leaves out; no cell depends on them.
            warnings.simplefilter("ignore")
            name, rows = _only_table(path, options)
    except (ParseError, zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as fault:
        raise InputError("damaged_file", file=path.name, fault=str(fault)[:200]) from fault
    if len(rows) < 2:
        raise InputError("no_rows", file=path.name)
    return _source(name, rows)


def _check_archive(path: Path, options: Options) -> None:
    if not openpyxl.DEFUSEDXML:
        # Without it a workbook could make the XML parser expand entities without end.
        raise UnavailableError("missing_package", package="defusedxml")
    with open_zip(path, options.max_bytes) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise InputError("not_what_it_says", file=path.name, claimed=Format.XLSX.value, found="ZIP")


def _only_table(path: Path, options: Options) -> tuple[str, list[Row]]:
    workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        if options.sheet is not None:
            if options.sheet not in workbook.sheetnames:
                raise InputError("unknown_sheet", sheet=options.sheet, sheets=", ".join(workbook.sheetnames))
            return options.sheet, list(_rows(workbook[options.sheet], path))
        visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        filled = [sheet for sheet in visible if next(_rows(sheet, path), None) is not None]
        if len(filled) > 1:
            raise InputError("several_sheets", sheets=", ".join(sheet.title for sheet in filled))
        if not filled:
            raise InputError("no_rows", file=path.name)
        return filled[0].title, list(_rows(filled[0], path))
    finally:
        workbook.close()


def _rows(sheet: Any, path: Path) -> Iterator[Row]:
    """Rows that have a cell, with their numbers. The size that the sheet claims is not believed."""
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > _MAX_ROWS:
            raise InputError("damaged_file", file=path.name, fault=f"> {_MAX_ROWS} rows")
        if any(cell is not None and cell != "" for cell in cells):
            yield number, cells


def _source(sheet: str, rows: list[Row]) -> Source:
    width = max(len(cells) for _, cells in rows)
    header, *body = [cells + (None,) * (width - len(cells)) for _, cells in rows]
    columns = {
        place: pd.Series([cells[place] for cells in body], dtype=object)
        for place in range(width)
        if header[place] is not None or any(cells[place] is not None for cells in body)
    }
    names = header_names(header)
    frame = pd.DataFrame(columns)
    frame.columns = pd.Index([names[place] for place in columns], dtype=object)
    return Source(cells=frame, rows=np.array([number for number, _ in rows[1:]], dtype=np.int64), sheet=sheet)
