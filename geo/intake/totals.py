"""Totals that a file states, beside the sums of its own rows: told where they differ, never mended.

A total may stand below or above the rows that it sums, and may sum them all or those since the total before.
Which of these is meant no file says, so a total is doubted only where it is none of them.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.domain.frames import CONTRACTS
from geo.intake import values
from geo.intake.drafts import Draft
from geo.intake.report import Note, Reason

# Not what adds up: a place is no amount, and neither is the uncertainty of one.
_NO_AMOUNTS = frozenset({"lon", "lat", "precision_m"})
# Totals of decimal numbers are written rounded.
_ROUNDED = 1e-3


def doubts(draft: Draft) -> tuple[Note, ...]:
    """Return a ``total_differs`` for each amount of a total that no sum of the rows taken gives.

    Called when it is settled which rows are taken; those that the store leaves out later still count.
    """
    return tuple(_doubts(draft)) if draft.source.totals else ()


def _doubts(draft: Draft) -> Iterator[Note]:
    at = np.array([row for row, _ in draft.source.totals], dtype=np.int64)
    taken = ~draft.faults.bad
    for field, column in CONTRACTS[draft.kind].columns.items():
        if column.type not in {"int", "float"} or field in _NO_AMOUNTS or field not in draft.columns.fields:
            continue
        header = draft.columns.fields[field]
        stated = _stated([cells for _, cells in draft.source.totals], header)
        amounts = draft.fields[field].to_numpy(np.float64, na_value=np.nan)
        amounts = np.where(taken, np.nan_to_num(amounts), 0.0)
        for place in np.flatnonzero(~np.isnan(stated)).tolist():
            spans = _spans(draft.source.rows, at, place)
            sums = [math.fsum(amounts[span]) for span in spans]
            if any(_agree(stated[place], one, whole=column.type == "int") for one in sums):
                continue
            nearest = int(np.argmin([abs(stated[place] - one) for one in sums]))
            yield Note(
                int(at[place]),
                Reason(
                    "total_differs",
                    {
                        "column": header,
                        "stated": _shown(stated[place]),
                        "sum": _shown(sums[nearest]),
                        "taken": int(taken[spans[nearest]].sum()),
                        "left_out": int((~taken[spans[nearest]]).sum()),
                    },
                ),
            )


def _stated(totals: list[Mapping[str, Any]], header: str) -> npt.NDArray[np.float64]:
    """(k,) the amounts under `header` of the totals, NaN where there is none."""
    cells = pd.Series([cells.get(header) for cells in totals], dtype=object)
    return values.quantity(cells)[0].to_numpy(np.float64)


def _spans(rows: npt.NDArray[np.int64], at: npt.NDArray[np.int64], place: int) -> list[slice]:
    """The positions that a total may sum: all rows, those above, and those up to its neighbours' totals."""
    starts = np.searchsorted(rows, at)
    here = int(starts[place])
    before = int(starts[place - 1]) if place else 0
    after = int(starts[place + 1]) if place + 1 < len(at) else len(rows)
    spans = [slice(0, len(rows)), slice(0, here), slice(before, here), slice(here, after)]
    return [span for span in spans if span.stop > span.start]


def _agree(stated: float, found: float, *, whole: bool) -> bool:
    return stated == found if whole else math.isclose(stated, found, rel_tol=_ROUNDED)


def _shown(amount: float) -> str:
    return f"{amount:.0f}" if float(amount).is_integer() else f"{amount:.4g}"
