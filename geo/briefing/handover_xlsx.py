"""The handover list as a workbook: a summary, then a sheet a beat; no cell can run."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from geo.briefing.handover_words import word
from geo.domain.messages import Lang
from geo.services.plan_ground import DeskBeat
from geo.services.plan_handover import Handover, Line, Sheet
from geo.services.plan_wishes import said
from geo.services.tabular import cell

_WIDTHS = (16, 22, 30, 12, 12, 18)
_DAY_FORMAT = "dd/mm/yyyy"
_LONGEST_NAME = 31
_LINE = ("block", "name", "other", "households", "residents", "open_incidents")


def write(found: Handover, path: Path, lang: Lang) -> None:
    """Write the workbook."""
    book = openpyxl.Workbook(write_only=True)
    _summary(book, found, lang)
    for number, sheet in enumerate(found.sheets, start=1):
        _beat(book, sheet, number, lang)
    book.save(path)


def _summary(book: Any, found: Handover, lang: Lang) -> None:
    page = _page(book, word("summary", lang))
    draft, until = found.draft, found.draft.options.until
    _row(page, [word("title", lang)], bold=True)
    if found.synthetic:
        _row(page, [word("synthetic", lang)], bold=True)
    for key, value in (
        ("plan", f"{draft.code} · {draft.title}"),
        ("unit", f"{draft.unit_name} ({draft.unit_code})"),
        ("from", draft.effective_on),
        ("until", until),
        ("document", draft.document),
        ("balance", said(draft.options, lang)),
        ("split", split_said(found, lang)),
    ):
        if value is not None:
            _row(page, [word(key, lang), value])
    _row(page, [])
    counts = ("households", "residents", "open_incidents")
    _row(page, [word(key, lang) for key in ("beat", "officer", "direction", "block", *counts)], bold=True)
    for sheet in found.sheets:
        for direction, lines in (("gives", sheet.gives), ("takes", sheet.takes)):
            if lines:
                held = [sheet.beat.name, officer(sheet.beat, lang), word(direction, lang), len(lines)]
                _row(page, held + totals(lines))
    if found.covers:
        _row(page, [])
        _row(page, [word("covers", lang)], bold=True)
        _row(page, [word(key, lang) for key in ("beat", "officer", "since", "ends")], bold=True)
        for cover in found.covers:
            _row(page, [cover.beat, cover.officer, cover.since, cover.until])


def split_said(found: Handover, lang: Lang) -> str | None:
    """Return which khu phố lie in several beats, None where none does."""
    return "; ".join(group.said(lang) for group in found.split) or None


def _beat(book: Any, sheet: Sheet, number: int, lang: Lang) -> None:
    page = _page(book, f"{number}. {sheet.beat.code}")
    _row(page, [word("beat", lang), sheet.beat.name], bold=True)
    _row(page, [word("officer", lang), officer(sheet.beat, lang)])
    for direction, other, lines in (("gives", "to", sheet.gives), ("takes", "by", sheet.takes)):
        if not lines:
            continue
        _row(page, [])
        _row(page, [word(direction, lang)], bold=True)
        _row(page, [word(other if key == "other" else key, lang) for key in _LINE], bold=True)
        for line in lines:
            _row(page, [line.block, line.name, beat_name(line.other, lang), *counts_of(line)])
        _row(page, [word("total", lang), len(lines), None, *totals(lines)], bold=True)
    if sheet.tasks:
        _row(page, [])
        _row(page, [word("tasks", lang)], bold=True)
        _row(page, [word(key, lang) for key in ("task", "task_title", "due", "progress")], bold=True)
        for task in sheet.tasks:
            _row(page, [task.code, task.title, task.due_on, task.progress])


def _page(book: Any, name: str) -> Any:
    page = book.create_sheet(re.sub(r"[\[\]:*?/\\']", "-", name)[:_LONGEST_NAME])
    for letter, width in zip("ABCDEF", _WIDTHS, strict=True):
        page.column_dimensions[letter].width = width
    return page


def _row(page: Any, values: Iterable[Any], *, bold: bool = False) -> None:
    page.append(
        [_dated(page, value) if isinstance(value, date) else cell(page, value, bold=bold) for value in values]
    )


def _dated(page: Any, value: date) -> Any:
    made = openpyxl.cell.WriteOnlyCell(page, value=value)
    made.number_format = _DAY_FORMAT
    return made


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
