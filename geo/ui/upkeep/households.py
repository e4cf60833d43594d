"""Households of a beat as a grid: counts typed, rows ticked as right, all saved together.

What is typed lives in this visit until it is saved: another part, another block or a conflict takes nothing
of it away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.roles import Permission
from geo.services import upkeep_counts
from geo.services.upkeep_counts import CountChange, CountsConflictError, HouseholdRow
from geo.ui import formats, guard, state
from geo.ui.i18n import current_lang, t
from geo.ui.upkeep.page import Page, UpkeepView, tell

_DRAFT = "upkeep.drafts"
_BLOCK = "upkeep.set.block"
_ALL = ""
_COUNTS = ("permanent", "temporary", "absent")
_GRID_PX = 520
_CONFLICT_PX = 300


@dataclass
class Draft:
    """What one visit has typed about one beat.

    rows : as they were read · typed : code -> counts that are not saved yet · grid, shown : the key of the
    grid and the block it shows · frame : what the grid was given, the same object until its key changes
    """

    beat: str
    rows: dict[str, HouseholdRow]
    typed: dict[str, CountChange] = field(default_factory=dict)
    conflict: CountsConflictError | None = None
    rounds: int = 0
    shown: str | None = None
    frame: pd.DataFrame | None = None

    @property
    def grid(self) -> str:
        """The key of the grid: another whenever it is to forget what was typed into it."""
        return f"upkeep.grid.{self.beat}.{self.rounds}"


def _drafts() -> dict[str, Draft]:
    """Return the drafts of this visit by beat."""
    drafts: dict[str, Draft] = st.session_state.setdefault(_DRAFT, {})
    return drafts


def reread(*done: str) -> None:
    """Read the households anew at the next run; what was typed stays, but for the households `done`."""
    drafts = _drafts()
    for beat, held in drafts.items():
        typed = {code: each for code, each in held.typed.items() if code not in done}
        drafts[beat] = Draft(beat, {}, typed, rounds=held.rounds)


def show(page: Page) -> None:
    """Draw the grid and what can be done with it."""
    draft = _draft(page)
    editable = page.may(Permission.EDIT_COUNTS)
    if draft.conflict:
        _show_conflict(page, draft, draft.conflict)
    save, confirm, choose = st.columns((2, 2, 3), gap="small", vertical_alignment="bottom")
    with choose:
        block = _block(page, draft)
    frame = _frame(draft, block)
    edited = _grid(draft, frame, editable=editable)
    if not editable:
        return
    _note_typed(draft, edited)
    shown = len(frame)
    if confirm.button(t("upkeep.confirm_all", n=formats.number(shown)), width="stretch", disabled=not shown):
        _save(page, draft, [_as_shown(draft, code) for code in frame["code"]])
    if save.button(
        t("upkeep.save", n=formats.number(len(draft.typed))),
        type="primary",
        width="stretch",
        disabled=not draft.typed,
    ):
        _save(page, draft, list(draft.typed.values()))


def _draft(page: Page) -> Draft:
    """Return the draft of the beat; one without rows is read anew and keeps what was typed."""
    held = _drafts().setdefault(page.beat.code, Draft(page.beat.code, {}))
    if not held.rows:
        rows = upkeep_counts.households(guard.database(), page.actor, page.day, page.beat.code)
        held.rows = {row.code: row for row in rows}
        held.typed = {code: each for code, each in held.typed.items() if code in held.rows}
    return held


def _block(page: Page, draft: Draft) -> str | None:
    names = sorted({row.block for row in draft.rows.values()}, key=lambda name: (len(name), name))
    if st.session_state.get(_BLOCK) not in {None, _ALL, *names}:
        del st.session_state[_BLOCK]
    wanted = page.view.block if page.view.block in names else _ALL
    chosen = st.selectbox(
        t("upkeep.block"),
        [_ALL, *names],
        key=state.seeded(_BLOCK, wanted),
        format_func=lambda name: name or t("upkeep.all_blocks"),
        label_visibility="collapsed",
    )
    state.keep(replace(page.view, block=chosen or None), UpkeepView())
    return chosen or None


def _frame(draft: Draft, block: str | None) -> pd.DataFrame:
    """Return what the grid starts from; made anew only when it is to show something else.

    A grid that was not on the screen has forgotten its edits: it then starts from what was typed.
    """
    if draft.frame is None or draft.shown != (block or _ALL) or draft.grid not in st.session_state:
        draft.rounds += 1
        draft.shown = block or _ALL
        draft.frame = pd.DataFrame(
            [_line(draft, row) for row in draft.rows.values() if block in {None, row.block}],
            columns=["code", "block", *_COUNTS, "reviewed_on", "right", "misplaced"],
        )
    return draft.frame


def _line(draft: Draft, row: HouseholdRow) -> dict[str, Any]:
    typed = draft.typed.get(row.code)
    counts = typed.counts if typed else row.counts
    return {
        "code": row.code,
        "block": row.block,
        **dict(zip(_COUNTS, counts, strict=True)),
        # As text: an editable grid writes None in English for a day that is missing.
        "reviewed_on": formats.day(row.reviewed_on) if row.reviewed_on else t("upkeep.never_reviewed"),
        "right": typed is not None and typed.counts == row.counts,
        "misplaced": t("upkeep.misplaced_mark") if row.misplaced else "",
    }


def _grid(draft: Draft, frame: pd.DataFrame, *, editable: bool) -> pd.DataFrame:
    numbers = {
        name: st.column_config.NumberColumn(
            t(f"upkeep.{name}"), min_value=0, max_value=upkeep_counts.MOST_PEOPLE, step=1, required=True
        )
        for name in _COUNTS
    }
    edited: pd.DataFrame = st.data_editor(
        frame,
        key=draft.grid,
        hide_index=True,
        width="stretch",
        height=_CONFLICT_PX if draft.conflict else _GRID_PX,
        num_rows="fixed",
        disabled=["code", "block", "reviewed_on", "misplaced"] if editable else True,
        column_config={
            "code": st.column_config.TextColumn(t("upkeep.household")),
            "block": st.column_config.TextColumn(t("upkeep.block")),
            **numbers,
            "reviewed_on": st.column_config.TextColumn(t("upkeep.reviewed_on")),
            "right": st.column_config.CheckboxColumn(t("upkeep.right"), help=t("upkeep.right_help")),
            "misplaced": st.column_config.TextColumn(t("upkeep.point")),
        },
    )
    return edited


def _note_typed(draft: Draft, edited: pd.DataFrame) -> None:
    """Keep what the grid has that the store has not: other counts, or rows ticked as right."""
    for line in edited.to_dict("records"):
        row = draft.rows[line["code"]]
        # An emptied cell is as it was stored.
        permanent, temporary, absent = (
            stored if pd.isna(line[name]) else int(line[name])
            for name, stored in zip(_COUNTS, row.counts, strict=True)
        )
        if (permanent, temporary, absent) != row.counts or line["right"]:
            seen = draft.typed[row.code].version if row.code in draft.typed else row.version
            draft.typed[row.code] = CountChange(row.code, permanent, temporary, absent, seen)
        else:
            draft.typed.pop(row.code, None)


def _as_shown(draft: Draft, code: str) -> CountChange:
    row = draft.rows[code]
    return draft.typed.get(code) or CountChange(code, *row.counts, row.version)


def _save(page: Page, draft: Draft, changes: Sequence[CountChange]) -> None:
    try:
        saved = upkeep_counts.save(guard.database(), page.actor, page.day, page.beat.code, changes)
    except CountsConflictError as fault:
        draft.conflict = fault
        draft.typed.update({each.code: each for each in fault.typed})
    except DiaBanError as fault:
        tell(fault.message(current_lang()), fault=True)
    else:
        reread(*(each.code for each in changes))
        tell(
            t(
                "upkeep.saved",
                changed=formats.number(saved.changed),
                confirmed=formats.number(saved.confirmed),
            )
        )
    st.rerun()


def _show_conflict(page: Page, draft: Draft, conflict: CountsConflictError) -> None:
    """Show what was typed beside what somebody else has saved, and let the reader choose."""
    st.warning(conflict.message(current_lang()))
    typed = {each.code: each for each in conflict.typed}
    st.dataframe(
        pd.DataFrame(
            {
                t("upkeep.household"): [_name(draft, code) for code in conflict.stored],
                t("upkeep.typed"): [_said(typed[code].counts) for code in conflict.stored],
                t("upkeep.stored"): [_said(row.counts) for row in conflict.stored.values()],
            }
        ),
        hide_index=True,
        width="stretch",
    )
    again, drop = st.columns(2, gap="small")
    if again.button(t("upkeep.apply_again"), width="stretch", type="primary"):
        draft.conflict = None
        _save(page, draft, [_onto(each, conflict) for each in conflict.typed])
    if drop.button(t("upkeep.keep_theirs"), width="stretch"):
        draft.conflict = None
        for code in conflict.stored:
            draft.typed.pop(code, None)
        _save(page, draft, [each for each in conflict.typed if each.code not in conflict.stored])


def _onto(change: CountChange, conflict: CountsConflictError) -> CountChange:
    row = conflict.stored.get(change.code)
    return replace(change, version=row.version) if row else change


def _name(draft: Draft, code: str) -> str:
    return f"{code} · {draft.rows[code].block}"


def _said(counts: tuple[int, int, int]) -> str:
    return " / ".join(formats.number(value) for value in counts)
