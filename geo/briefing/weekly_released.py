"""Counts of the weekly deck as they leave: decided once for all of its slides, and remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.analysis.disclosure import Mark, shown
from geo.briefing.asking import Asking
from geo.briefing.leaving import WITHHELD
from geo.domain.numerals import NOTHING, number, signed
from geo.services.hotspots.review import SMALL_N, HotspotQuery, Review, by_category
from geo.services.release.cells import Cell
from geo.services.release.counts import release_counts


def bar(n: float) -> float | None:
    """Return a count for a chart, a gap where it is small."""
    return float(n) if n >= SMALL_N else None


CATEGORIES = 8
_FEW = f"<{SMALL_N}"


@dataclass(frozen=True, eq=False)
class Released:
    """What of the counts by ward and by category may be said, and of the households by ward.

    figures : with columns said, said_before (text) and bar, bar_before (NaN is a gap); rates and changes are
        missing where a count that they are made of is withheld
    n, n_before : the totals of both periods as they leave
    by_kind : (code, count, count before) of each category, None where it may not be said
    """

    figures: Review
    n: str
    n_before: str
    by_kind: tuple[tuple[str, float | None, float | None], ...]

    @property
    def told(self) -> bool:
        """Say whether both totals may be said, and so what is worked out of them."""
        return not {self.n, self.n_before} & {WITHHELD, _FEW}

    @property
    def few(self) -> bool:
        """Say whether the period has so few incidents that nothing can be made of them."""
        return self.n == _FEW


def released(asking: Asking, figures: Review) -> Released:
    """Decide and remember what leaves of `figures` and of the counts by category."""
    queries = (figures.query, figures.compared)
    kinds = [by_category(asking.database, asking.actor, one).set_index("code")["count"] for one in queries]
    codes = [str(code) for code in kinds[0].index[:CATEGORIES]]  # what is not shown is not asked
    units = (asking.unit,) if asking.unit else asking.actor.unit_codes
    wards = [str(code) for code in figures.table["code"]]
    cells = [
        cell
        for query in queries
        for cell in (
            *(Cell.of(query, (code,)) for code in wards),
            Cell.of(query, units),
            *(Cell.of(replace(query, category=code), units) for code in codes),
        )
    ]
    homes = [Cell.homes((code,)) for code in wards]
    cells += [*homes, Cell.homes(units)]
    marks = dict(zip(cells, release_counts(asking.database, asking.actor, cells).marks, strict=True))

    def said(period: int, code: str) -> float | None:
        mark = marks[Cell.of(replace(queries[period], category=code), units)]
        return _bar(mark, int(kinds[period].get(code, 0)))

    n, n_before = (
        _as_it_leaves(asking, total, marks[Cell.of(query, units)])[0]
        for query, total in zip(queries, (figures.n, figures.n_before), strict=True)
    )
    return Released(
        replace(figures, table=_table(asking, figures, marks)), n, n_before,
        tuple((code, said(0, code), said(1, code)) for code in codes),
    )  # fmt: skip


def _bar(mark: Mark, n: int) -> float | None:
    return bar(n) if mark is Mark.GIVEN else None


def _table(asking: Asking, figures: Review, marks: Mapping[Cell, Mark]) -> pd.DataFrame:
    table = figures.table.copy()
    for count, end, query in (("count", "", figures.query), ("before", "_before", figures.compared)):
        said = _said(asking, table, count, query, marks)
        table[f"said{end}"] = [text for text, _ in said]
        table[f"bar{end}"] = [np.nan if shown is None else shown for _, shown in said]
        hidden = [shown is None for _, shown in said]
        table.loc[hidden, [f"rate{end}", "change"]] = np.nan
    homes = [marks[Cell.homes((str(code),))] for code in table["code"]]
    table["households_said"] = [
        number(n, lang=asking.lang) if mark is Mark.GIVEN else shown(n, mark)
        for n, mark in zip(table["households"], homes, strict=True)
    ]
    # A rate is the households in other words where the count is said.
    table.loc[[mark is not Mark.GIVEN for mark in homes], ["rate", "rate_before"]] = np.nan
    return table


def _said(
    asking: Asking, table: pd.DataFrame, count: str, query: HotspotQuery, marks: Mapping[Cell, Mark]
) -> list[tuple[str, float | None]]:
    return [
        _as_it_leaves(asking, n, marks[Cell.of(query, (str(code),))])
        for code, n in zip(table["code"], table[count], strict=True)
    ]


def _as_it_leaves(asking: Asking, n: int, mark: Mark) -> tuple[str, float | None]:
    if mark is Mark.GIVEN and n >= SMALL_N:
        return number(n, lang=asking.lang), float(n)
    return (WITHHELD if mark is Mark.WITHHELD else _FEW), None


def difference(asking: Asking, now: float, before: float) -> str:
    """Return the difference of two bars; a dash where one of them is a gap."""
    return NOTHING if np.isnan(now) or np.isnan(before) else signed(now - before, 0, asking.lang)
