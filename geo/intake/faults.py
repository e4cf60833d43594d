"""A ledger of what is wrong with which row, filled column by column and read row by row at the end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.intake.report import NOTES_PER_CODE, Intake, Note, Reason, Reject

Mask = npt.NDArray[np.bool_]
Params = Callable[[int], Mapping[str, Any]]


class Faults:
    """Faults and warnings of n rows, by position. Masks come in whole columns, never row by row."""

    def __init__(self, rows: npt.NDArray[np.int64]) -> None:
        self.rows = rows
        self.bad: Mask = np.zeros(len(rows), dtype=bool)
        self._noted: list[tuple[npt.NDArray[np.int64], str, Params]] = []
        self._found: list[tuple[npt.NDArray[np.int64], str, Params]] = []

    def reject(self, mask: Mask, code: str, params: Params | None = None) -> None:
        """Leave out the rows of `mask`; `params` gives the values of the sentence for a position."""
        positions = np.flatnonzero(mask)
        if len(positions):
            self._found.append((positions, code, params or _nothing))
            self.bad[positions] = True

    def warn(self, mask: Mask, code: str, params: Params | None = None) -> None:
        """Note a warning for the rows of `mask`; it counts for those that are not left out in the end."""
        self._noted.append((np.flatnonzero(mask), code, params or _nothing))

    def warnings(self) -> dict[str, int]:
        """Return how many of the rows taken each warning concerns."""
        counts: dict[str, int] = {}
        for positions, code, _ in self._noted:
            taken = int((~self.bad[positions]).sum())
            if taken:
                counts[code] = counts.get(code, 0) + taken
        return counts

    def notes(self) -> tuple[Note, ...]:
        """Return the first rows taken that each warning concerns, NOTES_PER_CODE a code."""
        return tuple(
            Note(int(self.rows[position]), Reason(code, params(int(position))))
            for positions, code, params in self._noted
            for position in positions[~self.bad[positions]][:NOTES_PER_CODE]
        )

    def reasons(self) -> dict[int, list[Reason]]:
        """Return the reasons of each bad position, in the order in which they were found."""
        reasons: dict[int, list[Reason]] = {}
        for positions, code, params in self._found:
            for position in positions.tolist():
                reasons.setdefault(position, []).append(Reason(code, params(position)))
        return reasons

    def rejects(self, originals: pd.DataFrame) -> tuple[Reject, ...]:
        """Return one reject for each bad row, with the cells of `originals` (n rows, same order)."""
        reasons = self.reasons()
        order = sorted(reasons)
        cells = _records(originals.iloc[order])
        return tuple(
            Reject(int(self.rows[position]), reasons[position][0], tuple(reasons[position][1:]), original)
            for position, original in zip(order, cells, strict=True)
        )


def leave_out(intake: Intake, faults: Faults) -> Intake:
    """Return `intake` without the rows of its frame that `faults` found bad, and with its warnings added.

    faults : of the frame's rows by position (made with ``Faults(intake.source_rows)``)
    Every source row that went into a bad row becomes a reject, so that no row is lost.
    """
    warnings = dict(intake.warnings)
    for code, count in faults.warnings().items():
        warnings[code] = warnings.get(code, 0) + count
    told = replace(intake, warnings=warnings, notes=(*intake.notes, *faults.notes()))
    if not faults.bad.any():
        return told
    gone = faults.bad[intake.taken_by]
    kept = ~faults.bad
    return replace(
        told,
        frame=intake.frame.loc[kept].reset_index(drop=True),
        taken_rows=intake.taken_rows[~gone],
        taken_by=(np.cumsum(kept) - 1)[intake.taken_by[~gone]],
        originals=intake.originals.loc[~gone],
        rejects=tuple(sorted((*intake.rejects, *_taken_back(intake, faults, gone)), key=_row)),
    )


def _taken_back(intake: Intake, faults: Faults, gone: Mask) -> list[Reject]:
    reasons = faults.reasons()
    cells = _records(intake.originals.loc[gone])
    rows, owners = intake.taken_rows[gone].tolist(), intake.taken_by[gone].tolist()
    return [
        Reject(row, reasons[owner][0], tuple(reasons[owner][1:]), original)
        for row, owner, original in zip(rows, owners, cells, strict=True)
    ]


def _row(reject: Reject) -> int:
    return reject.row


def _nothing(_: int) -> dict[str, Any]:
    return {}


def _records(frame: pd.DataFrame) -> Sequence[dict[str, Any]]:
    """Rows as dicts of plain values that JSON can hold; missing cells are left out."""
    columns = [[plain(value) for value in frame[name].tolist()] for name in frame]
    names = [str(name) for name in frame]
    if not columns:
        return [{} for _ in range(len(frame))]
    return [
        {name: value for name, value in zip(names, cells, strict=True) if value is not None}
        for cells in zip(*columns, strict=True)
    ]


def plain(value: Any) -> Any:
    """Return a cell as a value that JSON can hold; None where it is missing or not finite."""
    if (
        value is None
        or value is pd.NaT
        or value is pd.NA
        or (isinstance(value, float) and not np.isfinite(value))
    ):
        return None
    return value if isinstance(value, (str, int, float, bool)) else str(value)
