"""The handover list as a PDF, typeset by typst: a page a beat, to be signed."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import typst

from geo.briefing import fonts
from geo.briefing.handover_words import word
from geo.briefing.handover_xlsx import beat_name, counts_of, named, officer, split_rows, totals
from geo.domain.messages import Lang
from geo.domain.numerals import counted
from geo.services.plans.handover import Handover, Line, Sheet
from geo.services.plans.wishes import said

_TEMPLATE = Path(__file__).with_name("handover.typ")
_WORDS = (
    "title", "plan", "unit", "from", "until", "document", "balance", "split", "beat", "officer", "gives",
    "takes",
    "block", "name", "to", "by", "households", "residents", "open_incidents", "tasks", "task", "task_title",
    "due", "progress", "total", "covers", "since", "ends", "signed_by", "signed_how", "signed_on",
    "synthetic", "summary", "blocks", "neighbourhood", "held", "continued",
)  # fmt: skip


def write(found: Handover, path: Path, lang: Lang) -> None:
    """Write the PDF. Text reaches the template as data only: nothing in it is taken for markup."""
    contents = json.dumps(_contents(found, lang), ensure_ascii=False)
    folder = [str(fonts.folder())]
    typst.compile(str(_TEMPLATE), output=str(path), font_paths=folder, sys_inputs={"contents": contents})


def _contents(found: Handover, lang: Lang) -> dict[str, Any]:
    draft = found.draft
    return {
        "lang": lang,
        "words": {key: word(key, lang) for key in _WORDS},
        "plan": f"{draft.code} · {draft.title}",
        "unit": f"{draft.unit_name} ({draft.unit_code})",
        "from": _day(draft.effective_on),
        "until": _day(draft.options.until),
        "document": draft.document or "",
        "balance": said(draft.options, lang),
        "split": split_rows(found.split, lang),
        "synthetic": found.synthetic,
        "summary": _summary(found.sheets, lang),
        "sheets": [_sheet(sheet, lang) for sheet in found.sheets],
        "covers": [
            [named(cover.beat, found), named(cover.officer, found), _day(cover.since), _day(cover.until)]
            for cover in found.covers
        ],
    }


def _summary(sheets: Sequence[Sheet], lang: Lang) -> list[list[str]]:
    """Return a row a beat, and their sum: blocks and households that go, and that come."""
    rows, sums = list[list[str]](), [0, 0, 0, 0]
    for sheet in sheets:
        gives, takes = (
            [len(lines), sum(line.households for line in lines)] for lines in (sheet.gives, sheet.takes)
        )
        sums = [before + more for before, more in zip(sums, gives + takes, strict=True)]
        counts = [_number(n, lang) if n else "–" for n in gives + takes]
        rows.append([sheet.beat.name, officer(sheet.beat, lang), *counts])
    return [*rows, [word("total", lang), "", *(_number(n, lang) for n in sums)]]


def _sheet(sheet: Sheet, lang: Lang) -> dict[str, Any]:
    return {
        "beat": f"{sheet.beat.name} ({sheet.beat.code})",
        "officer": officer(sheet.beat, lang),
        "gives": _lines(sheet.gives, lang),
        "takes": _lines(sheet.takes, lang),
        "closing": _closing(sheet, lang),
        "split": split_rows(sheet.split, lang),
        "tasks": [[task.code, task.title, _day(task.due_on), str(task.progress)] for task in sheet.tasks],
    }


def _closing(sheet: Sheet, lang: Lang) -> str:
    """Return in one sentence what is signed for."""
    said = [
        word("closing", lang).format(
            direction=word(direction, lang),
            n=counted(len(lines), lang),
            households=counted(sum(line.households for line in lines), lang),
        )
        for direction, lines in (("gives", sheet.gives), ("takes", sheet.takes))
        if lines
    ]
    return " · ".join(said)


def _lines(lines: Sequence[Line], lang: Lang) -> list[list[str]]:
    if not lines:
        return []
    rows = [
        [
            line.block,
            line.name,
            beat_name(line.other, lang),
            *(_number(count, lang) for count in counts_of(line)),
        ]
        for line in lines
    ]
    count = word("total_blocks", lang).format(n=counted(len(lines), lang))
    last = [word("total", lang), count, "", *(_number(count, lang) for count in totals(lines))]
    return [*rows, last]


def _number(value: int, lang: Lang) -> str:
    shown = f"{value:,}"
    return shown.replace(",", ".") if lang == "vi" else shown


def _day(value: date | None) -> str:
    return "" if value is None else value.strftime("%d/%m/%Y")
