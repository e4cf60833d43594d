"""What reading a file gave: a checked frame, the rows that were left out and why, and the facts to tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.domain.kinds import Kind
from geo.domain.messages import Lang, render

Rows = npt.NDArray[np.int64]

# Of each kind of warning so many rows are named; the count is always complete.
NOTES_PER_CODE = 200


@dataclass(frozen=True)
class Reason:
    """Why a row was left out: a code of the message table and the values its sentence names."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, lang: Lang) -> str:
        """Return the reason as a sentence in `lang`."""
        return render(self.code, self.params, lang)


@dataclass(frozen=True)
class Reject:
    """One row of the source that was not taken.

    row : number of the row as the user sees it: the line of a sheet or CSV (its header counts), the
        position of a feature in a layer, from 1
    reason : the first fault found; reports count by it
    also : further faults of the same row, so that one round of mending is enough
    original : the row's cells by header, columns about persons and free text left out
    """

    row: int
    reason: Reason
    also: tuple[Reason, ...] = ()
    original: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Note:
    """One thing done to a row that was taken, e.g. ``polygon_repaired`` with the change in m²."""

    row: int
    reason: Reason


@dataclass(frozen=True)
class CrsFact:
    """The CRS that the coordinates of a file are in, and how that is known.

    code : e.g. ``"EPSG:4326"``; the name of the CRS where it has no EPSG code; None without geometry
    evidence : a code of the message table with its values
    """

    code: str | None
    evidence: Reason

    def sentence(self, lang: Lang) -> str:
        """Return the evidence as a sentence in `lang`."""
        return self.evidence.sentence(lang)


@dataclass(frozen=True)
class Intake:
    """The reading of one file.

    frame : rows that can be stored; keeps ``CONTRACTS[kind]``; index 0..n-1. A beats file with borders
        has a ``geometry`` column (EPSG:4326) beside the contract's columns.
    taken_rows : (m,) numbers of the source rows that were taken; taken_by : (m,) the row of `frame` that
        each went into (parts of one area share one); originals : (m,) their cells, as in `Reject`
    rejects : the rows left out, in order of the source
    rows_read : len(taken_rows) + len(rejects), always
    warnings : how many rows each warning concerns; `notes` names the rows (at most NOTES_PER_CODE a code)
    columns : field -> header it was read from
    headers : all headers of the table; named : field -> header as the user said, now or for an earlier file
    dropped_columns : headers about persons, and free text, that were not read into anything
    encoding : of text files; None for formats that fix it themselves
    sheet : sheet or layer that was read, None where the format has only one
    """

    kind: Kind
    frame: pd.DataFrame
    taken_rows: Rows
    taken_by: Rows
    originals: pd.DataFrame
    rejects: tuple[Reject, ...]
    rows_read: int
    warnings: Mapping[str, int]
    notes: tuple[Note, ...]
    columns: Mapping[str, str]
    dropped_columns: tuple[str, ...]
    crs: CrsFact
    encoding: str | None
    sheet: str | None = None
    headers: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)

    @property
    def source_counts(self) -> Rows:
        """(n,) how many source rows each row of `frame` stands for."""
        return np.bincount(self.taken_by, minlength=len(self.frame)).astype(np.int64)

    @property
    def source_rows(self) -> Rows:
        """(n,) number of the first source row of each row of `frame`."""
        first = np.unique(self.taken_by, return_index=True)[1]
        return self.taken_rows[first]

    @property
    def reasons(self) -> dict[str, int]:
        """How many rows were left out for each (first) reason; sums to len(rejects)."""
        counts: dict[str, int] = {}
        for reject in self.rejects:
            counts[reject.reason.code] = counts.get(reject.reason.code, 0) + 1
        return counts
