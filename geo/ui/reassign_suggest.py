"""Beside the desk: the smallest change, taken move by move or whole; from scratch; the disruption dial."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

import altair as alt
import numpy as np
import streamlit as st

from geo.domain.errors import InputError
from geo.planning import DialPoint
from geo.services import plan_solve
from geo.services.plan_solve import Suggestion
from geo.services.plan_wishes import price, standing
from geo.ui import charts, formats, reassign_state, state
from geo.ui.i18n import current_lang, t
from geo.ui.reassign_state import Page
from geo.ui.reassign_words import muted

_FOUND, _CURVE = "reassign.suggestion", "reassign.curve"
_TOLERANCE = "reassign.tolerance"
_TOLERANCES = (0.02, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5)
_SECONDS, _CURVE_SECONDS = 8.0, 12.0
_CHART_PX = 190
_MOST_ROWS = 40


def show(page: Page) -> None:
    """Draw the part."""
    if not page.may_edit:
        _as_kept(page)
        return
    _tolerance(page)
    smallest, scratch = st.columns(2, gap="small")
    if smallest.button(
        t("reassign.smallest"), help=t("reassign.smallest_help"), width="stretch", type="primary"
    ):
        _solve(page, scratch=False)
    if scratch.button(t("reassign.scratch"), help=t("reassign.scratch_help"), width="stretch"):
        _solve(page, scratch=True)
    _suggestion(page)
    _dial(page)


def _as_kept(page: Page) -> None:
    kept = page.work.opened.draft.proposal
    if not kept:
        st.html(muted(t("reassign.by_hand")))
        return
    _proof(kept)


def _tolerance(page: Page) -> None:
    options = page.work.options
    shown = sorted({*_TOLERANCES, options.tolerance})
    if st.session_state.get(_TOLERANCE, options.tolerance) not in shown:
        del st.session_state[_TOLERANCE]
    chosen = st.select_slider(
        t("reassign.tolerance"),
        shown,
        key=state.seeded(_TOLERANCE, options.tolerance),
        format_func=lambda share: f"±{formats.percent(share, 0)}",
        help=t("reassign.tolerance_help"),
    )
    if chosen != options.tolerance:
        reassign_state.store(page, replace(options, tolerance=chosen))
        reassign_state.again()


def _solve(page: Page, *, scratch: bool) -> None:
    work, lang = page.work, current_lang()
    desk = work.arranged()
    try:
        with st.spinner(t("reassign.solving")):
            found = (
                plan_solve.draw(page.actor, desk, time_limit_s=_SECONDS)
                if scratch
                else plan_solve.rebalance(page.actor, desk, owner=work.owner, time_limit_s=_SECONDS)
            )
    except InputError as fault:
        st.session_state.pop(_FOUND, None)
        st.error(fault.message(lang))
        return
    st.session_state[_FOUND] = (work.key, work.options, found)


def _suggestion(page: Page) -> None:
    key, options, found = st.session_state.get(_FOUND, (None, None, None))
    if not isinstance(found, Suggestion) or (key, options) != (page.work.key, page.work.options):
        return
    answer, work = found.proposal, page.work
    _proof(found.summary())
    open_moves = [
        (move, said)
        for move, said in zip(answer.moves, found.moves(current_lang()), strict=True)
        if work.owner[move.unit] != move.target
    ]
    if not open_moves:
        st.html(muted(f"✓ {t('reassign.all_taken')}"))
        return
    if st.button(t("reassign.take_all", n=formats.number(len(open_moves))), width="stretch"):
        owner = work.owner.copy()
        for move, _ in open_moves:  # what was moved by hand since stays
            owner[move.unit] = move.target
        whole = np.array_equal(owner, found.owner)
        reassign_state.keep(work.given(owner, found.summary() if whole else None))
        reassign_state.again()
    for move, said in open_moves[:_MOST_ROWS]:
        line, button = st.columns((3.4, 1), gap="small", vertical_alignment="center")
        line.html(muted(said))
        if button.button(t("reassign.take"), key=f"reassign.take.{move.unit}", width="stretch"):
            reassign_state.keep(work.moved(move.unit, move.target))
            reassign_state.again()
    if len(open_moves) > _MOST_ROWS:
        st.html(muted(t("reassign.more", n=formats.number(len(open_moves) - _MOST_ROWS))))


def _proof(kept: Mapping[str, Any]) -> None:
    """Say the price of an answer, and what is proved of it; `kept` as `Suggestion.summary` has it."""
    said = t(
        "reassign.unproved" if kept["bound"] is None else "reassign.proof",
        name=t(f"reassign.objective.{kept['objective_name']}"),
        objective=formats.number(kept["objective"]),
        bound=formats.number(kept["bound"]),
        gap=formats.percent(kept["gap"]),
        seconds=formats.number(kept["seconds"], 1),
        seed=kept["seed"],
    )
    st.html(muted(said))


def _dial(page: Page) -> None:
    """Tolerance against households moved and beats touched: choose a point."""
    st.html(f'<p class="rs-head">{escape(t("reassign.dial"))}</p>')
    work = page.work
    key = (work.key, replace(work.options, tolerance=0.0))
    if st.button(t("reassign.dial_go"), help=t("reassign.dial_help"), width="stretch"):
        with st.spinner(t("reassign.solving")):
            points = plan_solve.curve(page.actor, work.arranged(), time_limit_s=_CURVE_SECONDS)
        st.session_state[_CURVE] = (key, points)
    known, points = st.session_state.get(_CURVE, (None, ()))
    if known != key or not points:
        return
    held = [point for point in points if point.proposal is not None]
    for point in points:
        if point.refusal is not None:
            why = plan_solve.refusal(work.desk, point.refusal, current_lang())
            st.html(muted(f"±{formats.percent(point.tolerance, 0)}: {why}"))
            break
    if held:
        charts.show(_curve_chart(held), _CHART_PX, t("reassign.dial_alt"))
        _choose_point(page, held)


def _choose_point(page: Page, held: list[DialPoint]) -> None:
    best = _best(page, held)
    st.html(muted(t("reassign.dial_best", tolerance=formats.percent(held[best].tolerance, 0))))
    chosen = st.selectbox(
        t("reassign.dial_point"),
        range(len(held)),
        index=best,
        format_func=lambda number: t(
            "reassign.dial_row",
            tolerance=formats.percent(held[number].tolerance, 0),
            moved=formats.number(held[number].moved_workload),
            beats=formats.number(held[number].beats_touched),
            gap=formats.percent(held[number].gap),
        ),
    )
    if st.button(t("reassign.dial_take"), width="stretch"):
        point = held[chosen]
        assert point.proposal is not None
        summary = Suggestion(page.work.desk, point.proposal).summary()
        reassign_state.keep(page.work.given(point.proposal.owner, summary))
        st.session_state.pop(_TOLERANCE, None)
        reassign_state.store(page, replace(page.work.options, tolerance=point.tolerance))
        reassign_state.again()


def _best(page: Page, held: list[DialPoint]) -> int:
    """Return the point that costs least by what the planner wants; of equal ones the tightest."""
    desk, wishes = page.work.desk, page.work.options.wishes
    today = standing(desk, desk.problem.owner)
    proposals = [point.proposal for point in held if point.proposal is not None]
    prices = [price(wishes, standing(desk, each.owner), today, desk.problem.k) for each in proposals]
    return prices.index(min(prices))


def _curve_chart(points: list[DialPoint]) -> charts.Chart:
    tone = charts.colours()
    rows = [
        {
            "at": 100 * point.tolerance,
            "moved": point.moved_workload,
            "beats": t("reassign.dial_beats", n=formats.number(point.beats_touched)),
        }
        for point in points
    ]
    base = alt.Chart(charts.rows_of(rows)).encode(
        x=alt.X("at:Q", title=t("reassign.dial_x"), scale=alt.Scale(zero=False, padding=24)),
        y=alt.Y("moved:Q", title=t("reassign.dial_y")),
    )
    line = base.mark_line(color=tone.main, point=alt.OverlayMarkDef(color=tone.main, size=45))
    named = base.mark_text(dy=-12, color=tone.ink).encode(text="beats:N")
    return alt.LayerChart(layer=[line, named])
