"""What the parts of the Hotspots page are put together of: the finding, titles, hints and small tables."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import streamlit as st

from geo.ui import formats

_LEAST_P = 0.001
_DIGIT_PX, _LETTER_PX, _PADDING_PX, _LEAST_PX = 8, 7, 18, 50
_STYLE = """<style>
.hp-box { overflow-x: auto; }
.hp-table { border-collapse: collapse; width: 100%; font-size: .86rem; line-height: 1.35;
  font-variant-numeric: tabular-nums; }
.hp-table :is(th, td) { padding: .2rem .38rem; text-align: right; border: 0;
  border-bottom: 1px solid var(--db-rule); }
.hp-table thead th { font-weight: 500; font-size: .78rem; color: var(--db-muted); vertical-align: bottom; }
.hp-table tbody td { white-space: pre; }
.hp-table tbody th { font-weight: 400; white-space: nowrap; }
.hp-table th:first-child { text-align: left; }
.hp-table tr.hp-strong :is(th, td) { font-weight: 600; }
.hp-table td.hp-marked { outline: 2px solid var(--db-ink); outline-offset: -2px; font-weight: 600; }
</style>"""


def finding(words: str) -> None:
    """Show the sentence that a part opens with."""
    st.html(f'<p class="hs-finding">{escape(words)}</p>')


def p_value(p: float) -> str:
    """Return a p-value with three decimals; it is never said to be 0."""
    return formats.number(p, 3) if p >= _LEAST_P else f"< {formats.number(_LEAST_P, 3)}"


def figures_px(head: str, figures: Iterable[str]) -> int:
    """Return the pixels of a column of a data table in which no figure is cut."""
    return max(_LEAST_PX, _PADDING_PX + _DIGIT_PX * max([len(head) - 1, *map(len, figures)]))


def words_px(words: Iterable[str]) -> int:
    """Return the pixels that the longest of `words` takes in a column of a data table."""
    return _PADDING_PX + _LETTER_PX * max(map(len, words), default=0)


def hint(words: str) -> None:
    """Show a line of small words."""
    st.html(f'<div class="hs-hint">{escape(words)}</div>')


def title(words: str, how: str = "") -> None:
    """Show the name of a chart or table, and in small words how it is read."""
    small = f' <span class="hs-hint">{escape(how)}</span>' if how else ""
    st.html(f'<h4 class="hs-title">{escape(words)}{small}</h4>')


def table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    strong: Sequence[int] = (),
    marked: Sequence[tuple[int, int]] = (),
    colours: Mapping[tuple[int, int], str] | None = None,
) -> None:
    """Show rows of text, the first column as names.

    strong : positions of rows that stand out; marked : (row, column) of cells with an outline
    colours : background of cells, `#rrggbb`; the ink on it is chosen to be read
    """
    painted = colours or {}
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in heads)
    body = "".join(
        f"<tr{' class=hp-strong' if i in set(strong) else ''}><th scope='row'>{escape(row[0])}</th>"
        + "".join(
            f"<td{' class=hp-marked' if (i, j) in set(marked) else ''}{_style(painted.get((i, j)))}>"
            f"{escape(cell)}</td>"
            for j, cell in enumerate(row[1:], start=1)
        )
        + "</tr>"
        for i, row in enumerate(rows)
    )
    st.html(
        f"{_STYLE}<div class='hp-box'><table class='hp-table'><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _style(background: str | None) -> str:
    if background is None:
        return ""
    red, green, blue = (int(background[i : i + 2], 16) for i in (1, 3, 5))
    light = 0.299 * red + 0.587 * green + 0.114 * blue > 140
    return f" style='background:{background};color:{'#14213d' if light else '#ffffff'}'"
