"""Small tables of the Hotspots page: a name at the left, figures at the right, and lines for hints."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from geo.ui import formats

_LEAST_P = 0.001
_STYLE = """<style>
.hp-finding { font-size: 1.02rem; font-weight: 500; line-height: 1.4; margin: 0; text-wrap: pretty; }
.hp-title { font-size: .93rem; font-weight: 600; margin: 0; padding: 0; }
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
.hp-hint { font-size: .82rem; line-height: 1.4; color: var(--db-muted); text-wrap: pretty; margin: 0; }
</style>"""


def finding(words: str) -> None:
    """Show the sentence that a part opens with, and let what follows have its style."""
    st.html(f'{_STYLE}<p class="hp-finding">{escape(words)}</p>')


def p_value(p: float) -> str:
    """Return a p-value with three decimals; it is never said to be 0."""
    return formats.number(p, 3) if p >= _LEAST_P else f"< {formats.number(_LEAST_P, 3)}"


def hint(words: str) -> None:
    """Show a line of small words."""
    st.html(f'<p class="hp-hint">{escape(words)}</p>')


def title(words: str) -> None:
    """Show the name of a chart or table."""
    st.html(f'<h4 class="hp-title">{escape(words)}</h4>')


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
        f"<div class='hp-box'><table class='hp-table'><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _style(background: str | None) -> str:
    if background is None:
        return ""
    red, green, blue = (int(background[i : i + 2], 16) for i in (1, 3, 5))
    light = 0.299 * red + 0.587 * green + 0.114 * blue > 140
    return f" style='background:{background};color:{'#14213d' if light else '#ffffff'}'"
