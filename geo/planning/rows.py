"""Rows of a linear model in the making, and the model for HiGHS."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np

from geo.planning.adjacency import Flags, Floats
from geo.planning.stopwatch import Stopwatch


@dataclass(eq=False)
class Rows:
    """Rows of the model in the making: least <= sum(value x[column]) <= most."""

    least: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    start: list[int] = field(default_factory=lambda: [0])
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def add(self, least: float, most: float, columns: Iterable[int], values: Iterable[float]) -> None:
        """Add a row; no column twice."""
        self.least.append(least)
        self.most.append(most)
        self.column.extend(columns)
        self.value.extend(values)
        self.start.append(len(self.column))


def highs_of(rows: Rows, cost: Floats, upper: Floats, whole: Flags) -> Any:
    """Return HiGHS with the model on one thread: least cost, 0 <= x <= upper, x whole where asked."""
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), len(rows.least)
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, np.zeros(len(cost)), upper
    model.row_lower_, model.row_upper_ = np.array(rows.least), np.array(rows.most)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array(rows.start)
    model.a_matrix_.index_ = np.array(rows.column, dtype=np.int64)
    model.a_matrix_.value_ = np.array(rows.value, dtype=np.float64)
    if whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(asked)] for asked in whole]
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.passModel(model)
    return highs


def heed(highs: Any, watch: Stopwatch) -> None:
    """Let HiGHS end where the watch says so, wherever it is on its way.

    Its own limit of time is looked at more seldom, and counts from the first of many calls of one model.
    """
    for called in (highs.cbMipInterrupt, highs.cbSimplexInterrupt):
        called.subscribe(lambda event: event.interrupt(watch.left_s <= 0))
