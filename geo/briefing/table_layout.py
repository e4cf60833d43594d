"""A table in its frame: the largest letters that fit, columns as wide as needed, rows over the height."""

from geo.briefing import fonts
from geo.briefing.deck import TableBody
from geo.briefing.page import LINE_HEIGHT, NOTE_TEXT, QUIET, Frame, Table, Text
from geo.briefing.phrases import say
from geo.domain.messages import Lang

_SIZES = (20.0, 18.0, 16.0, 14.0, 13.0, 12.0)
_SHARED_SIZE = 16.0  # at most, where something else stands on the slide
_WRAPPING_SIZE = 13.0  # larger text is set only where no cell has to break
_CELL_X, _CELL_Y = 5.0, 3.2
_ROW_LINE = 1.37  # a reader's font may be taller as well; a row that grows covers what stands below the table
_LINES_A_CELL = 3
_FEW_ROWS = 5
_SHORT = 14  # letters: the name of a beat or an officer is not broken
_BETWEEN = 22.0  # points between two halves of a long table
_TALLEST_HEADER = 3.5  # times its letters: two lines, not three
_MOST_AIR = 1.7  # times the height that a row needs


def table_items(
    body: TableBody, frame: Frame, unit: float, lang: Lang, *, fills: bool = True
) -> list[Table | Text]:
    """Return the rows that fit and how many do not; with `fills` rows share what height is left.

    A table that is too long and narrow enough stands in two halves side by side.
    """
    items, left = _laid(body, frame, unit, lang, fills=fills)
    return (_in_two(body, frame, unit, lang) if left and fills else None) or items


def _in_two(body: TableBody, frame: Frame, unit: float, lang: Lang) -> list[Table | Text] | None:
    half, wide = -(-len(body.rows) // 2), (frame.w - _BETWEEN * unit) / 2
    found: list[Table | Text] = []
    most = _SIZES[0]  # the second half is set like the first
    for place, rows in enumerate((body.rows[:half], body.rows[half:])):
        part = TableBody(body.header, rows, body.numeric, body.widths, "" if place else body.note)
        box = Frame(frame.x + place * (wide + _BETWEEN * unit), frame.y, wide, frame.h)
        items, left = _laid(part, box, unit, lang, fills=False, most=most)
        table = items[0]
        if left or not isinstance(table, Table) or not _unbroken(part, table.widths, table.size):
            return None
        found += items
        most = table.size / unit
    return found


def _laid(
    body: TableBody, frame: Frame, unit: float, lang: Lang, *, fills: bool, most: float = 0.0
) -> tuple[list[Table | Text], int]:
    most = most or (_SIZES[0] if fills else _SHARED_SIZE)
    note_size = NOTE_TEXT * unit
    kept = frame.h - 2.6 * note_size * LINE_HEIGHT
    for size in [size for size in _SIZES if size <= most + 0.01]:
        widths = _widths(body, frame.w, size * unit)
        rows = (body.header, *body.rows)
        heights = [_row_height(row, widths, size * unit, bold=i == 0) for i, row in enumerate(rows)]
        if sum(heights) > kept or not _uncut(body, widths, size * unit):
            continue
        if size <= _WRAPPING_SIZE or (
            _unbroken(body, widths, size * unit) and heights[0] < _TALLEST_HEADER * size * unit
        ):
            break
    fits, used = 0, heights[0]
    while fits < len(body.rows) and used + heights[fits + 1] <= kept:
        used += heights[fits + 1]
        fits += 1
    left = len(body.rows) - fits
    air = 1.0
    if fills and not left and fits:  # of the rows: a header that is tall already is not made taller
        air = min(_MOST_AIR, (kept - heights[0]) / (used - heights[0]))
    heights = [heights[0], *(air * tall for tall in heights[1 : fits + 1])]
    shown = TableBody(body.header, body.rows[:fits], body.numeric, body.widths)
    box = Frame(frame.x, frame.y, frame.w, sum(heights))
    items: list[Table | Text] = [Table(box, shown, widths, tuple(heights), size * unit)]
    note = " ".join(part for part in (say(lang, "more_rows", n=left) if left else "", body.note) if part)
    if note:
        lines = fonts.wrapped(note, note_size, frame.w * fonts.OTHER_FONT, most=2)
        low = Frame(frame.x, box.y + box.h + 4 * unit, frame.w, len(lines) * note_size * LINE_HEIGHT)
        items.append(Text(low, note, note_size, colour=QUIET, name="Ghi chú", most=2))
    return items, left


def _width(text: str, size: float, *, bold: bool) -> float:
    """Return how wide `text` is in the wider font that a reader's machine may have."""
    return fonts.width(text, size, bold=bold) / fonts.OTHER_FONT


def _widths(body: TableBody, room: float, size: float) -> tuple[float, ...]:
    pad = 2 * _CELL_X * size / 12
    columns = list(zip(body.header, *body.rows, strict=True))
    most = 0.42 * room
    wanted = [
        min(most, max(_width(cell, size, bold=i == 0) for i, cell in enumerate(column)) + pad + 4)
        for column in columns
    ]
    spare = room - sum(wanted)
    if spare < 0:
        least = [
            max(
                _width(part, size, bold=True)
                for i, cell in enumerate(column)
                for part in _parts(cell, breaks=i == 0 or len(cell) > _SHORT)
            )
            + pad
            + 4
            for column in columns
        ]
        give = [max(0.0, one - low) for one, low in zip(wanted, least, strict=True)]
        share = min(1.0, -spare / sum(give)) if sum(give) else 0.0
        wanted = [one - share * part for one, part in zip(wanted, give, strict=True)]
    scale = room / sum(wanted)
    return tuple(one * scale for one in wanted)


def _unbroken(body: TableBody, widths: tuple[float, ...], size: float) -> bool:
    few = len(body.rows) <= _FEW_ROWS  # there is room for cells of two lines, but not for broken words
    return all(
        _width(part, size, bold=True) <= wide - 2 * _CELL_X * size / 12
        for i, row in enumerate((body.header, *body.rows))
        for cell, wide in zip(row, widths, strict=True)
        for part in _parts(cell, breaks=few and (i == 0 or len(cell) > _SHORT))
    )


def _uncut(body: TableBody, widths: tuple[float, ...], size: float) -> bool:
    """Say whether every cell stands whole in the lines that it may have."""
    pad = 2 * _CELL_X * size / 12
    return all(
        len(fonts.wrapped(cell, size, (wide - pad) * fonts.OTHER_FONT, bold=i == 0)) <= _LINES_A_CELL
        for i, row in enumerate((body.header, *body.rows))
        for cell, wide in zip(row, widths, strict=True)
    )


def _parts(cell: str, *, breaks: bool) -> list[str]:
    return cell.split(" ") if breaks else [cell]


def _row_height(row: tuple[str, ...], widths: tuple[float, ...], size: float, *, bold: bool) -> float:
    pad = 2 * _CELL_X * size / 12
    lines = max(
        len(fonts.wrapped(cell, size, (wide - pad) * fonts.OTHER_FONT, bold=bold, most=_LINES_A_CELL))
        for cell, wide in zip(row, widths, strict=True)
    )
    return lines * size * _ROW_LINE + 2 * _CELL_Y * size / 12
