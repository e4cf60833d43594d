"""HTML tables, as web systems and old reports save them under the name .xls."""

import re
from html.parser import HTMLParser
from typing import Any

from geo.intake.grids import Grid, Merge, Row

_CELLS = {"td", "th"}
# No report merges more cells than this; a span beyond is not believed.
_MAX_SPAN = 1_024
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


class _Tables(HTMLParser):
    """Collects the rows of all tables; nested ones are text of their cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[tuple[str, int, int]]] = []
        self.hidden: set[int] = set()
        self.formulas: dict[int, int] = {}
        self._text: list[str] | None = None
        self._span = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row or a cell."""
        if tag == "tr":
            self.rows.append([])
            if _HIDDEN.search(dict(attrs).get("style") or ""):
                self.hidden.add(len(self.rows))
        elif tag in _CELLS:
            self._close()
            named = dict(attrs)
            if "x:fmla" in named:
                self.formulas[len(self.rows)] = self.formulas.get(len(self.rows), 0) + 1
            self._span = _span(named.get("rowspan")), _span(named.get("colspan"))
            self._text = []
        elif tag == "br" and self._text is not None:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in _CELLS or tag == "tr":
            self._close()

    def handle_data(self, data: str) -> None:
        """Keep text inside of a cell; all other text is not of the table."""
        if self._text is not None:
            self._text.append(data)

    def _close(self) -> None:
        if self._text is None:
            return
        if not self.rows:
            self.rows.append([])
        self.rows[-1].append((" ".join("".join(self._text).split()), *self._span))
        self._text = None


def read(text: str) -> Grid:
    """Return the rows of the tables in `text` one below the other, with cells that span rows as merges.

    Formulas that Excel wrote beside its values (x:fmla) name cells of the lost sheet: they are only counted.
    """
    found = _Tables()
    found.feed(text)
    found.close()
    rows: list[Row] = []
    merges: list[Merge] = []
    taken: dict[int, int] = {}
    for number, cells in enumerate(found.rows, start=1):
        placed = _place(cells, number, taken, merges)
        if any(placed):
            rows.append((number, placed))
    formulas = {(number, at): "" for number, count in found.formulas.items() for at in range(count)}
    return Grid(rows, tuple(merges), frozenset(found.hidden), formulas=formulas)


def _place(
    cells: list[tuple[str, int, int]], number: int, taken: dict[int, int], merges: list[Merge]
) -> tuple[Any, ...]:
    """The cells of one row in their columns; `taken` keeps until which row a column is spanned from above."""
    row: list[Any] = []
    for text, down, across in cells:
        while taken.get(len(row), 0) >= number:
            row.append(None)
        column = len(row)
        if down > 1:
            merges.append((number, column, number + down - 1, column + across - 1))
            taken.update(dict.fromkeys(range(column, column + across), number + down - 1))
        row += [text or None, *([None] * (across - 1))]
    return tuple(row)


def _span(written: str | None) -> int:
    return min(int(written), _MAX_SPAN) if written and written.isdecimal() and int(written) > 0 else 1
