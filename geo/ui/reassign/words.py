"""What the Reassign page says of a plan: the sentence above the map, short lines, lists."""

from collections.abc import Sequence
from html import escape

import numpy as np

from geo.ui import formats
from geo.ui.i18n import current_lang, t
from geo.ui.reassign.work import Work

_ROUNDING = 1e-9


def verdict(work: Work) -> str:
    """Return the sentence that the page opens with."""
    draft, plan = work.opened.draft, work.plan
    off = int((np.abs(plan.deviation) > work.options.tolerance + _ROUNDING).sum())
    torn = int((plan.pieces > 1).sum())
    moved = t(
        "reassign.verdict.moves",
        blocks=formats.counted(plan.moved_units),
        workload=formats.number(plan.moved_workload),
        counted=t(f"reassign.counted.{work.options.workload.counted}"),
        share=formats.percent(plan.moved_workload / plan.problem.total),
    )
    return t(
        "reassign.verdict",
        title=draft.title,
        state=t(f"reassign.state.{draft.state.value}"),
        day=formats.day(draft.effective_on),
        moved=moved if plan.moved_units else t(f"reassign.verdict.{'nothing' if work.editable else 'none'}"),
        off=formats.number(off),
        beats=formats.number(len(work.desk.beats)),
        tolerance=formats.percent(work.options.tolerance, 0),
        torn=t("reassign.verdict.torn", n=formats.number(torn)) if torn else t("reassign.verdict.whole"),
    )


def muted(sentence: str) -> str:
    """Return a quiet line as HTML."""
    return f'<p class="rs-muted">{_shown(sentence)}</p>'


def places(head: str, items: Sequence[tuple[str, str, str]], hint: str, more: str) -> str:
    """Return a list whose names are shown on the desk's map when they are pressed, as HTML.

    items : for each an attribute that the desk listens for, the name, and the sentence that begins with it
    """
    button = f'<button type="button" class="rs-place" title="{escape(hint)}"'
    lines = "".join(
        f"<li>{button} {attribute}>{escape(name)}</button>{_shown(said.removeprefix(name))}</li>"
        for attribute, name, said in items
    )
    last = muted(more) if more else ""
    return f'<p class="rs-head">{escape(head)}</p><ol class="rs-list">{lines}</ol>{last}'


def listed(head: str, items: Sequence[str]) -> str:
    """Return a numbered list with a head as HTML; a line break in an item stays one."""
    lines = "".join(f"<li>{_shown(item).replace(chr(10), '<br>')}</li>" for item in items)
    return f'<p class="rs-head">{escape(head)}</p><ol class="rs-list">{lines}</ol>'


def tidied(sentence: str) -> str:
    """Return a sentence whose percent signs stand with their numbers, as the language has it."""
    return sentence.replace(" %", "%" if current_lang() == "en" else "\u00a0%")


def _shown(sentence: str) -> str:
    return escape(tidied(sentence))
