"""A table in its frame: letters as large as the whole text of its cells allows."""

from geo.briefing import fonts
from geo.briefing.deck import TableBody
from geo.briefing.page import Frame, Table
from geo.briefing.table_layout import table_items


def test_a_cell_is_set_smaller_rather_than_cut():
    long = " ".join(["đi tuần ca tối"] * 8)
    body = TableBody(("Số", "Phụ trách", "Đề xuất"), tuple((str(i), long, long) for i in (1, 2)))
    (table,) = table_items(body, Frame(0, 0, 700, 300), 1.0, "vi", fills=False)
    assert isinstance(table, Table)
    assert table.size < 18.0
    pad = 10 * table.size / 12
    for row in table.body.rows:
        for cell, wide in zip(row, table.widths, strict=True):
            assert len(fonts.wrapped(cell, table.size, wide - pad)) <= 3
