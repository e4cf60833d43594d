"""A table of words and numbers in a box that scrolls by itself, its head always in sight."""

from collections.abc import Sequence
from html import escape

import streamlit as st

_TABLE_PX = 320


def show(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str, names: int = 1) -> None:
    """Show a table with room for about ten rows; the first `names` columns are names, the others numbers."""
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(
        "<tr>"
        + "".join(
            f"<th>{escape(cell)}</th>" if at < names else f"<td>{escape(cell)}</td>"
            for at, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    look = "db-table db-one-name" if names == 1 else "db-table"
    st.html(
        f'<div class="db-table-box" style="max-height:{_TABLE_PX}px"><table class="{look}">'
        f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )
