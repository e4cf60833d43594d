"""The handover list as a workbook: a summary, then a sheet a beat; no cell can run."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from geo.briefing.handover_words import word
from geo.domain.messages import Lang
from geo.domain.numerals import counted
from geo.services.plans.ground import DeskBeat
from geo.services.plans.groups import SplitGroup
from geo.services.plans.handover import Handover, Line, Sheet
from geo.services.plans.wishes import said
from geo.services.tabular import cell

_SUMMARY_WIDTHS = (26, 46, 16, 16, 12, 12, 18)
_BEAT_WIDTHS = (20, 20, 48, 10, 12, 18)
_DAY_FORMAT, _COUNT_FORMAT = "dd/mm/yyyy", "#,##0"
_LONGEST_NAME, _A4 = 31, 9
_LONGEST_HEADER = 80  # Excel refuses more than 255 characters, all three parts in one
_TITLE_PT = 14
_LINE = ("block", "name", "other", "households", "residents", "open_incidents")
_COUNTS = ("households", "residents", "open_incidents")
_NUMBERS = {*_COUNTS, "blocks", "progress"}
_HEAD_FILL = PatternFill("solid", fgColor="E9ECF2")
_UNDER = Border(bottom=Side(style="thin", color="8A93A5"))
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_HEAD = Alignment(wrap_text=True, vertical="center")
_HEAD_OF_NUMBERS = Alignment(wrap_text=True, vertical="center", horizontal="right")


def write(found: Handover, path: Path, lang: Lang) -> None:
    """Write the workbook."""
    book = openpyxl.Workbook(write_only=True)
    _summary(book, found, lang)
    for number, sheet in enumerate(found.sheets, start=1):
        _beat(book, found, sheet, number, lang)
    book.save(path)


def _summary(book: Any, found: Handover, lang: Lang) -> None:
    page = _page(book, word("summary", lang), _SUMMARY_WIDTHS, found, lang)
    draft, until = found.draft, found.draft.options.until
    page.append([_title(page, word("title", lang))])
    if found.synthetic:
        _row(page, [word("synthetic", lang)], bold=True)
    for key, value in (
        ("plan", f"{draft.code} · {draft.title}"),
        ("unit", f"{draft.unit_name} ({draft.unit_code})"),
        ("from", draft.effective_on),
        ("ends_on", until),
        ("document", draft.document),
        ("balance", said(draft.options, lang)),
    ):
        if value is not None:
            _row(page, [word(key, lang), value])
    _totals(page, found, lang)
    _split(page, found.split, lang)
    if found.covers:
        _row(page, [])
        _row(page, [word("covers", lang)], bold=True)
        _head(page, ("beat", "officer", "since", "ends"), lang)
        for cover in found.covers:
            _row(page, [named(cover.beat, found), named(cover.officer, found), cover.since, cover.until])


def _totals(page: Any, found: Handover, lang: Lang) -> None:
    _row(page, [])
    _head(page, ("beat", "officer", "direction", "blocks", *_COUNTS), lang)
    for sheet in found.sheets:
        for direction, lines in (("gives", sheet.gives), ("takes", sheet.takes)):
            if lines:
                held = [sheet.beat.name, officer(sheet.beat, lang), word(direction, lang), len(lines)]
                _row(page, held + totals(lines))
    for direction in ("gives", "takes"):
        every = [line for sheet in found.sheets for line in getattr(sheet, direction)]
        if every:
            held = [word(f"total_{direction}", lang), None, None, len(every)]
            _row(page, held + totals(every), bold=True)


def _split(page: Any, split: Iterable[SplitGroup], lang: Lang, gap: Sequence[str] = ()) -> None:
    """Write which khu phố lie in several beats, a row each. gap : columns left free, up to a wide one."""
    rows = split_rows(split, lang)
    if not rows:
        return
    _row(page, [])
    _row(page, [f"{word('split', lang)} ({len(rows)})"], bold=True)
    _head(page, ("neighbourhood", *gap, "held"), lang)
    for name, held in rows:
        _row(page, [name, *gap, held], wrapped=True)


def split_rows(split: Iterable[SplitGroup], lang: Lang) -> list[list[str]]:
    """Return a row for each khu phố in several beats: its name, the beats, and where it is so today."""
    return [
        [group.name, group.held(lang) + (f" ({word('today', lang)})" if group.already else "")]
        for group in split
    ]


def named(code: str, found: Handover) -> str:
    """Return a beat or an officer by name and code; the code alone where the name says the same."""
    name = found.names.get(code, code)
    return code if name == code else f"{name} ({code})"


def _beat(book: Any, found: Handover, sheet: Sheet, number: int, lang: Lang) -> None:
    page = _page(book, f"{number}. {sheet.beat.code}", _BEAT_WIDTHS, found, lang)
    page.print_title_rows = "1:2"  # whose list it is, on every page
    page.freeze_panes = "A3"  # and on the screen, however far down one reads
    _row(page, [word("beat", lang), sheet.beat.name], bold=True)
    _row(page, [word("officer", lang), officer(sheet.beat, lang)], bold=True)
    for direction, other, lines in (("gives", "to", sheet.gives), ("takes", "by", sheet.takes)):
        if not lines:
            continue
        _row(page, [])
        _row(page, [word(direction, lang)], bold=True)
        _head(page, [other if key == "other" else key for key in _LINE], lang)
        for line in lines:
            _row(page, [line.block, line.name, beat_name(line.other, lang), *counts_of(line)])
        count = word("total_blocks", lang).format(n=counted(len(lines), lang))
        _row(page, [word("total", lang), count, None, *totals(lines)], bold=True)
    _split(page, sheet.split, lang, gap=("",))
    if sheet.tasks:
        _row(page, [])
        _row(page, [word("tasks", lang)], bold=True)
        _head(page, ("task", "due", "task_title", "progress"), lang)
        for task in sheet.tasks:
            _row(page, [task.code, task.due_on, task.title, task.progress], wrapped=True)


def _page(book: Any, name: str, widths: Iterable[int], found: Handover, lang: Lang) -> Any:
    page = book.create_sheet(re.sub(r"[\[\]:*?/\\']", "-", name)[:_LONGEST_NAME])
    for letter, width in zip("ABCDEFG", widths, strict=False):
        page.column_dimensions[letter].width = width
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", _A4
    page.page_setup.fitToHeight = 0  # as many pages as it takes, each as wide as the table
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins = PageMargins(left=0.5, right=0.5, top=0.8, bottom=0.7)
    # A sheet that was printed and lies alone says what it is of.
    page.oddHeader.left.text = _plain(f"{word('title', lang)} · {found.draft.unit_name}")
    page.oddHeader.right.text = _plain(found.draft.code)
    if found.synthetic:
        page.oddHeader.center.text = _plain(word("synthetic", lang))
    page.oddFooter.left.text, page.oddFooter.right.text = "&A", "&P / &N"
    return page


def _plain(said: str) -> str:
    """Return a text for a header or footer, where & begins a code and a length is the most."""
    return said.replace("&", "&&")[:_LONGEST_HEADER]


def _title(page: Any, said: str) -> Any:
    made = cell(page, said, bold=True)
    made.font = Font(bold=True, size=_TITLE_PT)
    return made


def _head(page: Any, words: Iterable[str], lang: Lang) -> None:
    """Write the head of a table: words by key, "" for a column left free; over numbers at the right."""
    cells = []
    for key in words:
        made = cell(page, word(key, lang) if key else "", bold=True)
        made.fill, made.border = _HEAD_FILL, _UNDER
        made.alignment = _HEAD_OF_NUMBERS if key in _NUMBERS else _HEAD
        cells.append(made)
    page.append(cells)


def _row(page: Any, values: Iterable[Any], *, bold: bool = False, wrapped: bool = False) -> None:
    cells = [_made(page, value, bold=bold) for value in values]
    for each in cells if wrapped else ():
        if each is not None:
            each.alignment = _WRAPPED
    page.append(cells)


def _made(page: Any, value: Any, *, bold: bool) -> Any:
    if isinstance(value, date | int):
        made = openpyxl.cell.WriteOnlyCell(page, value=value)
        made.number_format = _DAY_FORMAT if isinstance(value, date) else _COUNT_FORMAT
        made.font = Font(bold=bold)
        if isinstance(value, date):
            made.alignment = Alignment(horizontal="left")
        return made
    return cell(page, value, bold=bold)


def officer(beat: DeskBeat, lang: Lang) -> str:
    """Return who holds a beat, with the service number; who only stands in is a vacancy's."""
    if beat.officer is None:
        return word("vacant", lang)
    known = beat.service_number and beat.service_number != beat.officer
    return f"{beat.officer} ({beat.service_number})" if known else beat.officer


def beat_name(beat: DeskBeat | None, lang: Lang) -> str:
    """Return a beat with whoever holds it."""
    return word("nobody", lang) if beat is None else f"{beat.name} · {officer(beat, lang)}"


def counts_of(line: Line) -> list[int]:
    """Return the counts of a line in the order of the columns."""
    return [line.households, line.residents, line.open_incidents]


def totals(lines: Iterable[Line]) -> list[int]:
    """Return the counts of several lines added up."""
    return [sum(column) for column in zip(*(counts_of(line) for line in lines), strict=True)]
