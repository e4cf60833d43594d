"""A file in, a checked frame and everything worth telling out. The one entry to this package."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.domain.crs import STORAGE_CRS
from geo.domain.frames import CONTRACTS, check
from geo.domain.kinds import Kind
from geo.intake import columns, delimited, layer, memory, repeats, rules, sheets, totals, vectors
from geo.intake.columns import WKT_FIELD
from geo.intake.drafts import Draft, draft
from geo.intake.formats import Format, sniff
from geo.intake.headers import header_key
from geo.intake.memory import Remembered
from geo.intake.report import NOTES_PER_CODE, CrsFact, Intake, Note, Reason, Reject
from geo.intake.source import Options, Source

Positions = npt.NDArray[np.int64]


def read(path: Path, kind: Kind, options: Options | None = None) -> Intake:
    """Return what `path` holds as rows of `kind`; each row of the file is in the frame or in the rejects.

    Raises InputError where the file as a whole cannot be read as `kind`: its format, encoding, sheet,
    headers, CRS. Faults of single rows never raise; they are all reported together.
    """
    options = options or Options()
    source = open_source(Path(path), kind, options)
    headers = tuple(str(name) for name in source.cells)
    recalled, told = memory.recall(_remembered(options), headers, kind, options.columns)
    source, named = source.telling(*told), {**recalled, **options.columns}
    mapped = columns.match(headers, kind, named, _empty_headers(source))
    rows = draft(source, kind, mapped, options)
    crs = rules.complete(rows)
    frame, taken_by = _frame(rows)
    rows.source = rows.source.telling(*totals.doubts(rows))
    return Intake(
        kind=kind,
        frame=frame,
        taken_rows=rows.source.rows[~rows.faults.bad],
        taken_by=taken_by,
        originals=_originals(rows)[~rows.faults.bad],
        rejects=_rejects(rows),
        rows_read=len(rows) + len(source.broken),
        warnings=_warnings(rows),
        notes=(*_first_notes(rows.source.told), *rows.faults.notes()),
        columns=dict(mapped.fields),
        dropped_columns=mapped.dropped,
        crs=crs,
        encoding=source.encoding,
        sheet=source.sheet,
        headers=headers,
        named=named,
    )


def open_source(path: Path, kind: Kind, options: Options) -> Source:
    """Return the cells and shapes of `path` as found, by the format that its content shows."""
    form = sniff(path, options.max_bytes)
    known = columns.known_keys(kind, options.columns)
    known |= {header_key(name) for one in _remembered(options).values() for name in one.columns.values()}
    if form is Format.CSV:
        return delimited.read(path, known, options)
    if form in {Format.XLSX, Format.XLS, Format.ODS, Format.HTML}:
        return sheets.read(path, form, known, options)
    return vectors.read(path, form, kind, options)


def _remembered(options: Options) -> Mapping[str, Remembered]:
    return options.remembered if options.recall else {}


def _warnings(rows: Draft) -> dict[str, int]:
    """How many rows each warning concerns, those about the file as a whole counted once."""
    counts = Counter(note.reason.code for note in rows.source.told)
    counts.update(rows.faults.warnings())
    return dict(counts)


def _first_notes(told: tuple[Note, ...]) -> Iterator[Note]:
    seen: Counter[str] = Counter()
    for note in told:
        seen[note.reason.code] += 1
        if seen[note.reason.code] <= NOTES_PER_CODE:
            yield note


def _empty_headers(source: Source) -> set[str]:
    cells = source.cells
    return {str(name) for position, name in enumerate(cells) if _is_empty(cells.iloc[:, position])}


def _is_empty(cells: pd.Series) -> bool:
    first = cells.first_valid_index()
    # CSV has empty text where other formats have nothing.
    return first is None or (cells.loc[first] == "" and bool((cells == "").all()))


def _frame(rows: Draft) -> tuple[pd.DataFrame, Positions]:
    """The good rows as a checked frame, and for each good source row the frame's row that it went into."""
    contract = CONTRACTS[rows.kind]
    table, leader = repeats.settle(pd.DataFrame(rows.fields), rows.kind, contract.key, rows.faults)
    taken = ~rows.faults.bad
    kept = taken & (leader == np.arange(len(leader)))
    if WKT_FIELD in table and rows.kind in layer.KINDS:
        layer.check(table.loc[kept], rows.faults)
    frame = check(_narrow(table.loc[kept].reset_index(drop=True), rows.kind), contract)
    return frame, (np.cumsum(kept) - 1)[leader[taken]]


def _narrow(good: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    """`good` with the columns of the contract in its order and types, and the geometry if there is one."""
    contract = CONTRACTS[kind]
    frame = good[[name for name in contract.columns if name in good]].copy()
    for name, column in contract.columns.items():
        if name in frame and column.type == "int" and not column.nullable:
            frame[name] = frame[name].astype("int64")
    if WKT_FIELD in good:
        shapes = gpd.GeoSeries(good[WKT_FIELD].array, crs=STORAGE_CRS)
        with_shapes: pd.DataFrame = gpd.GeoDataFrame(frame, geometry=shapes)
        return with_shapes
    return frame


def _originals(rows: Draft) -> pd.DataFrame:
    """The cells that were read into fields: of columns that nobody asked for, nothing is kept."""
    headers = [header for field, header in rows.columns.fields.items() if field != WKT_FIELD]
    return rows.source.cells[list(dict.fromkeys(headers))]


def _rejects(rows: Draft) -> tuple[Reject, ...]:
    """All rows left out, in the order of the file."""
    source = rows.source
    cut = rows.faults.rejects(_originals(rows))
    broken = tuple(
        Reject(row, Reason("wrong_cell_count", {"found": found, "wanted": source.cells.shape[1]}))
        for row, found in source.broken
    )
    return tuple(sorted((*cut, *broken), key=lambda reject: reject.row))


__all__ = ["CrsFact", "Intake", "Options", "Reject", "open_source", "read"]
