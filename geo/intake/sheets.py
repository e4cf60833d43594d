"""Workbooks (XLSX, XLS, ODS, HTML under the name .xls): the sheet that holds the table, as a grid."""

import bisect
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import python_calamine
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from geo.domain.errors import InputError
from geo.intake import biff, encodings, markup, opendocument
from geo.intake.formats import Format, open_zip
from geo.intake.formulas import Cell, column_of, shifted
from geo.intake.grids import Grid, Merge, Row, table
from geo.intake.report import Note, Reason
from geo.intake.source import Options, Source

# What a sheet can have; a file that claims more is not from a spreadsheet program.
_MAX_ROWS = 1_048_576

_REL_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b([^>]*?)(?:/>|>([^<]*)</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v>([^<]+)<)?"
)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_SHARED = re.compile(rb'\bsi="(\d+)"')
# A formula may give an empty text: it has a value although nothing is stored.
_TEXT = re.compile(rb'\bt="str"')


def read(path: Path, form: Format, known: frozenset[str], options: Options) -> Source:
    """Return the table of the sheet `options.sheet`, or of the only visible sheet that has cells.

    known : header keys that the kind may use, by which the header is found
    Values of formulas are the ones that the spreadsheet program stored. Hidden rows are read and told of
    (a filter hides rows that are meant); hidden sheets are passed over and told of.
    Raises InputError ``password_protected``, ``not_what_it_says``, ``damaged_file``, ``unknown_sheet``,
    ``several_sheets``, ``no_rows``.
    """
    if form is Format.HTML:
        return _read_html(path, known)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and validations that it leaves out; no cell depends on them.
            warnings.simplefilter("ignore")
            reader = _read_xlsx if form is Format.XLSX else _read_binary
            return reader(path, form, known, options)
    except python_calamine.PasswordError as fault:
        raise InputError("password_protected", file=path.name) from fault
    except DefusedXmlException as fault:
        raise InputError("unsafe_archive", file=path.name) from fault
    except (
        SyntaxError,  # of XML: openpyxl reads by lxml where that is installed, and both raise their own kind
        zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError, LookupError,
        ValueError, TypeError, AttributeError, OSError, python_calamine.CalamineError,
    ) as fault:  # fmt: skip
        raise InputError("damaged_file", file=path.name, fault=str(fault)[:200]) from fault
    except BaseException as fault:
        # What calamine, which is written in Rust, did not foresee comes as a panic, which is no Exception.
        if type(fault).__name__ != "PanicException":
            raise
        raise InputError("damaged_file", file=path.name, fault=str(fault)[:200]) from fault


def _read_html(path: Path, known: frozenset[str]) -> Source:
    text, encoding = encodings.decode(path.read_bytes())
    if text is None:
        raise InputError("unknown_encoding", file=path.name, row=1)
    return _as_table(markup.read(text), known, path, encoding=encoding)


def _as_table(grid: Grid, known: frozenset[str], path: Path, **facts: Any) -> Source:
    if len(grid.rows) < 2:
        raise InputError("no_rows", file=path.name)
    return table(grid, known, **facts)


def _read_binary(path: Path, form: Format, known: frozenset[str], options: Options) -> Source:
    """XLS and ODS: cells through calamine, the rest from the records or the XML of the sheet."""
    content = _ods_content(path, options) if form is Format.ODS else None
    with python_calamine.CalamineWorkbook.from_path(path) as workbook:
        visible = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.visible is python_calamine.SheetVisibleEnum.Visible
        ]
        rows = {
            name: _calamine_rows(workbook, name)
            for name in _candidates(visible, workbook.sheet_names, options)
        }
        name = _only_filled(rows, path)
        merges = tuple(
            (top + 1, left, bottom + 1, right)
            for (top, left), (bottom, right) in workbook.get_sheet_by_name(name).merged_cell_ranges or ()
        )
        passed = [sheet for sheet in workbook.sheet_names if sheet not in visible and sheet != name]
    if content is None:
        grid, epoch_1904 = _xls_grid(path, name, rows[name], merges)
    else:
        grid, epoch_1904 = _ods_grid(content, name, rows[name])
    return _telling_hidden(_as_table(grid, known, path, sheet=name, epoch_1904=epoch_1904), passed)


def _xls_grid(path: Path, name: str, rows: list[Row], merges: tuple[Merge, ...]) -> tuple[Grid, bool]:
    found = biff.facts(path, name)
    rows = _with_errors(rows, found.errors)
    grid = Grid(rows, merges, frozenset(found.hidden), tuple(found.unvalued), found.formulas)
    return grid, found.epoch_1904


def _ods_grid(content: bytes, name: str, rows: list[Row]) -> tuple[Grid, bool]:
    found = opendocument.facts(content, name)
    starts = [first for first, _ in found.hidden]
    runs = ((number, bisect.bisect_right(starts, number) - 1) for number, _ in rows)
    hidden = frozenset(number for number, run in runs if run >= 0 and number <= found.hidden[run][1])
    rows = _with_errors(rows, found.errors)
    grid = Grid(rows, tuple(found.merges), hidden, tuple(found.unvalued), found.formulas)
    return grid, found.epoch_1904


def _with_errors(rows: list[Row], errors: Mapping[Cell, str]) -> list[Row]:
    """`rows` with the errors that their cells show, which calamine reads as nothing."""
    by_row: dict[int, dict[int, str]] = {}
    for (number, column), error in errors.items():
        by_row.setdefault(number, {})[column] = error
    return [
        (number, tuple(by_row[number].get(column, cell) for column, cell in enumerate(cells)))
        if number in by_row
        else (number, cells)
        for number, cells in rows
    ]


def _ods_content(path: Path, options: Options) -> bytes:
    """The XML of all sheets, after a look at whether it is locked or unsafe."""
    with open_zip(path, options.max_bytes) as archive:
        names = archive.namelist()
        manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
        # A locked file may be one encrypted package instead of encrypted parts.
        if b"encryption-data" in manifest or "encrypted-package" in names:
            raise InputError("password_protected", file=path.name)
        if "content.xml" not in names:
            raise InputError("not_what_it_says", file=path.name, claimed=Format.ODS.value, found="ZIP")
        content = archive.read("content.xml")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise InputError("unsafe_archive", file=path.name)
    return content


def _calamine_rows(workbook: Any, name: str) -> list[Row]:
    cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [
        (number, tuple(None if cell == "" else cell for cell in row))
        for number, row in enumerate(cells, start=1)
        if any(cell != "" for cell in row)
    ]


def _candidates(visible: list[str], names: list[str], options: Options) -> list[str]:
    if options.sheet is None:
        return visible
    if options.sheet not in names:
        raise InputError("unknown_sheet", sheet=options.sheet, sheets=", ".join(names))
    return [options.sheet]


def _only_filled(rows: Mapping[str, list[Row]], path: Path) -> str:
    filled = [name for name, found in rows.items() if found]
    if len(filled) > 1:
        raise InputError("several_sheets", sheets=", ".join(filled))
    if not filled:
        raise InputError("no_rows", file=path.name)
    return filled[0]


def _telling_hidden(source: Source, sheets: list[str]) -> Source:
    told = tuple(Note(0, Reason("hidden_sheet", {"sheet": sheet})) for sheet in sheets)
    return source.telling(*told)


def _read_xlsx(path: Path, _form: Format, known: frozenset[str], options: Options) -> Source:
    # Imported here: a file of another format does not wait for it.
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    parts = _sheet_parts(path, options)
    # Opened here: of a workbook that it cannot read, openpyxl leaves the file open.
    with path.open("rb") as stream:
        workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        try:
            visible = [sheet.title for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
            names = _candidates(visible, workbook.sheetnames, options)
            firsts = {name: list(_first(_rows(workbook[name], path))) for name in names}
            name = _only_filled(firsts, path)
            rows = list(_rows(workbook[name], path))
            passed = [sheet for sheet in workbook.sheetnames if sheet not in visible and sheet != name]
            epoch_1904 = workbook.epoch == CALENDAR_MAC_1904
        finally:
            workbook.close()
    grid = _grid(path, parts.get(name), rows, options)
    source = _as_table(grid, known, path, sheet=name, epoch_1904=epoch_1904)
    return _telling_hidden(source, passed)


def _first(rows: Iterator[Row]) -> Iterator[Row]:
    first = next(rows, None)
    if first is not None:
        yield first


def _sheet_parts(path: Path, options: Options) -> dict[str, str]:
    """Sheet name -> its part in the package. The XML is read by a parser that expands no entities."""
    with open_zip(path, options.max_bytes) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" not in names:
            raise InputError("not_what_it_says", file=path.name, claimed=Format.XLSX.value, found="ZIP")
        _refuse_entities(archive, path)
        if "xl/_rels/workbook.xml.rels" not in names:
            return {}
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    targets = {part.get("Id"): part.get("Target", "") for part in relations}
    found = {}
    for sheet in book.iter():
        if sheet.tag.rpartition("}")[2] == "sheet":
            target = targets.get(sheet.get(_REL_ID), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in names:
                found[sheet.get("name", "")] = part
    return found


def _refuse_entities(archive: zipfile.ZipFile, path: Path) -> None:
    """No spreadsheet program writes a document type; one is there to expand without end."""
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            with archive.open(name) as part:
                if b"<!DOCTYPE" in part.read(4096):
                    raise InputError("unsafe_archive", file=path.name)


def _rows(sheet: Any, path: Path) -> Iterator[Row]:
    """Rows that have a cell, with their numbers. The size that the sheet claims is not believed."""
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > _MAX_ROWS:
            raise InputError("damaged_file", file=path.name, fault=f"> {_MAX_ROWS} rows")
        if any(cell is not None and cell != "" for cell in cells):
            yield number, cells


def _grid(path: Path, part: str | None, rows: list[Row], options: Options) -> Grid:
    """`rows` with what only the XML of the sheet says: hidden rows, merged cells, formulas without value."""
    if part is None:
        return Grid(rows)
    with open_zip(path, options.max_bytes) as archive:
        xml = archive.read(part)
    hidden = {_NUMBER.search(match[1]) for match in _ROW.finditer(xml) if _HIDDEN.search(match[1])}
    formulas, unvalued = _formulas(xml)
    return Grid(
        rows,
        merges=tuple(_merge(*match.groups()) for match in _MERGE.finditer(xml)),
        hidden=frozenset(int(number[1]) for number in hidden if number),
        unvalued=tuple(unvalued),
        formulas=formulas,
    )


def _formulas(xml: bytes) -> tuple[dict[Cell, str], list[Cell]]:
    """Formulas by cell, and the cells of those that no program has worked out."""
    formulas: dict[Cell, str] = {}
    unvalued: list[Cell] = []
    shared: dict[bytes, tuple[Cell, str]] = {}
    for cell, about, written, value in _FORMULA.findall(xml):
        place = _PLACE.search(cell)
        if place is None:
            continue
        at = int(place[2]), _column(place[1])
        text = written.decode("utf-8", "replace")
        group = _SHARED.search(about)
        if group and text:
            shared[group[1]] = at, text
        elif group and group[1] in shared:
            # A formula that was dragged over cells is written once, with its first cell.
            (row, column), first = shared[group[1]]
            text = shifted(first, at[0] - row, at[1] - column)
        formulas[at] = text
        if not value and not _TEXT.search(cell):
            unvalued.append(at)
    return formulas, unvalued


def _merge(left: bytes, top: bytes, right: bytes, bottom: bytes) -> Merge:
    return int(top), _column(left), int(bottom), _column(right)


def _column(letters: bytes) -> int:
    return column_of(letters.decode("ascii"))
