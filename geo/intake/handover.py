"""An Intake as files and back: Arrow for rows, JSON for the rest, WKB for shapes.

The reader of a hostile file may itself be hostile by now. What it leaves behind is data only (never a
pickle), is checked before it is used, and is mapped into memory, not copied.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely
from pandas.api.types import pandas_dtype

from geo.domain.crs import STORAGE_CRS
from geo.domain.frames import CONTRACTS, check
from geo.domain.kinds import Kind
from geo.intake.faults import plain
from geo.intake.report import CrsFact, Intake, Note, Reason, Reject

FACTS = "facts.json"
_FRAME, _TAKEN, _ORIGINALS = "frame.arrow", "taken.arrow", "originals.arrow"
_GEOMETRY = "geometry"
# What a column of an Intake can be; anything else travels as JSON, cell by cell.
_DTYPES = re.compile(r"str|string|bool|boolean|[Ii]nt64|float64|Float64|datetime64\[(s|ms|us|ns)(, UTC)?\]")


def write(intake: Intake, folder: Path) -> None:
    """Write `intake` into `folder`, for `read` to find it there."""
    dtypes = {
        "frame": _write_frame(intake.frame, folder / _FRAME),
        "originals": _write_frame(intake.originals, folder / _ORIGINALS),
    }
    taken = pd.DataFrame({"row": intake.taken_rows, "by": intake.taken_by})
    _write_frame(taken, folder / _TAKEN)
    facts = {
        "dtypes": dtypes,
        "original_headers": [str(name) for name in intake.originals],
        "headers": list(intake.headers),
        "named": dict(intake.named),
        "rejects": [
            [one.row, _said(one.reason), [_said(reason) for reason in one.also], dict(one.original)]
            for one in intake.rejects
        ],
        "notes": [[note.row, _said(note.reason)] for note in intake.notes],
        "rows_read": intake.rows_read,
        "warnings": dict(intake.warnings),
        "columns": dict(intake.columns),
        "dropped_columns": list(intake.dropped_columns),
        "crs": [intake.crs.code, _said(intake.crs.evidence)],
        "encoding": intake.encoding,
        "sheet": intake.sheet,
    }
    (folder / FACTS).write_text(as_json(facts), encoding="ascii")


def read(folder: Path, kind: Kind) -> Intake:
    """Return the Intake of `kind` that was written into `folder`.

    The files may be removed afterwards: what is mapped stays. Whoever wrote them must have ended.
    Raises ValueError, TypeError, KeyError, pyarrow.ArrowException, shapely.GEOSException or InputError where
    they are not what `write` writes.
    """
    facts = json.loads((folder / FACTS).read_text(encoding="ascii"))
    frame = _read_frame(folder / _FRAME, facts["dtypes"]["frame"])
    if _GEOMETRY in frame:
        shapes = gpd.GeoSeries(frame[_GEOMETRY].array, crs=STORAGE_CRS)
        frame = gpd.GeoDataFrame(frame.drop(columns=_GEOMETRY), geometry=shapes)
    originals = _read_frame(folder / _ORIGINALS, facts["dtypes"]["originals"])
    originals.columns = pd.Index(facts["original_headers"], dtype=object)
    taken = _read_frame(folder / _TAKEN, [["row", "int64"], ["by", "int64"]])
    intake = Intake(
        kind=kind,
        frame=frame,
        taken_rows=taken["row"].to_numpy(),
        taken_by=taken["by"].to_numpy(),
        originals=originals,
        rejects=tuple(
            Reject(int(row), _reason(first), tuple(_reason(reason) for reason in also), original)
            for row, first, also, original in facts["rejects"]
        ),
        rows_read=int(facts["rows_read"]),
        warnings={str(code): int(count) for code, count in facts["warnings"].items()},
        notes=tuple(Note(int(row), _reason(reason)) for row, reason in facts["notes"]),
        columns=facts["columns"],
        dropped_columns=tuple(facts["dropped_columns"]),
        crs=CrsFact(facts["crs"][0], _reason(facts["crs"][1])),
        encoding=facts["encoding"],
        sheet=facts["sheet"],
        headers=tuple(facts["headers"]),
        named=facts["named"],
    )
    _check(intake)
    return intake


def as_json(facts: Mapping[str, Any]) -> str:
    """Return `facts` as JSON in ASCII: numbers of numpy as numbers, what JSON has not as its text."""
    return json.dumps(facts, default=_as_plain)


def shapes_to_file(shapes: npt.NDArray[np.object_], path: Path) -> None:
    """Write `shapes` (n,) as WKB."""
    _write({"0": pa.array(shapely.to_wkb(shapes), pa.large_binary())}, path)


def shapes_from_file(path: Path) -> npt.NDArray[np.object_]:
    """Return the shapes that `shapes_to_file` wrote."""
    cells = _table(path).column(0).to_numpy()
    return np.asarray(shapely.from_wkb(cells), dtype=object)


def _check(intake: Intake) -> None:
    check(intake.frame, CONTRACTS[intake.kind])
    rows, by = intake.taken_rows, intake.taken_by
    if len(rows) + len(intake.rejects) != intake.rows_read:
        raise ValueError("rows are lost")
    if not len(rows) == len(by) == len(intake.originals):
        raise ValueError("rows are missing")
    stood_for = np.zeros(len(intake.frame), dtype=bool)
    if len(by) and (by.min() < 0 or by.max() >= len(stood_for)):
        raise ValueError("a row goes nowhere")
    stood_for[by] = True
    if not stood_for.all():
        raise ValueError("a row comes from nowhere")


def _said(reason: Reason) -> list[Any]:
    return [reason.code, dict(reason.params)]


def _reason(said: list[Any]) -> Reason:
    code, params = said
    reason = Reason(code, params)
    # A note without values is counted and never told; anything else must make a sentence.
    if params:
        reason.sentence("en")
    return reason


def _as_plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    return list(value) if isinstance(value, (tuple, set, frozenset)) else str(value)


def _write_frame(frame: pd.DataFrame, path: Path) -> list[list[str]]:
    """Write the columns of `frame` by place; return ``[name, dtype]`` of each."""
    columns, dtypes = {}, []
    for place, name in enumerate(frame):
        cells = frame.iloc[:, place]
        dtype = str(cells.dtype)
        if dtype == "geometry":
            columns[str(place)] = pa.array(shapely.to_wkb(cells.to_numpy()), pa.large_binary())
        elif _DTYPES.fullmatch(dtype):
            columns[str(place)] = pa.array(cells, from_pandas=not dtype.startswith("float"))
        else:
            dtype = "object"
            told = [None if (one := plain(cell)) is None else json.dumps(one) for cell in cells.tolist()]
            columns[str(place)] = pa.array(told, pa.large_string())
        dtypes.append([str(name), dtype])
    columns["rows"] = pa.array(np.zeros(len(frame), dtype=np.int8))
    _write(columns, path)
    return dtypes


def _read_frame(path: Path, dtypes: list[list[str]]) -> pd.DataFrame:
    table = _table(path)
    columns = {place: _restored(table.column(str(place)), dtype) for place, (_, dtype) in enumerate(dtypes)}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(table)))
    frame.columns = pd.Index([str(name) for name, _ in dtypes], dtype="str")
    return frame


def _restored(cells: pa.ChunkedArray, dtype: str) -> Any:
    if dtype == "geometry":
        return shapely.from_wkb(cells.to_numpy())
    if dtype == "object":
        told = [None if cell is None else json.loads(cell) for cell in cells.to_pylist()]
        return pd.Series(told, dtype=object)
    if not _DTYPES.fullmatch(dtype):
        raise ValueError(f"no column is {dtype}")
    wanted = pandas_dtype(dtype)
    if hasattr(wanted, "__from_arrow__"):
        return wanted.__from_arrow__(cells)
    # A copy, since what is mapped cannot be written to.
    return cells.to_numpy().astype(dtype)


def _write(columns: Mapping[str, pa.Array], path: Path) -> None:
    table = pa.table(dict(columns))
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _table(path: Path) -> pa.Table:
    table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    # Offsets and UTF-8 come from a stranger.
    table.validate(full=True)
    return table


__all__ = ["FACTS", "as_json", "read", "shapes_from_file", "shapes_to_file", "write"]
