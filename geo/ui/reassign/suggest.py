"""Beside the desk: the smallest change, taken move by move or whole; from scratch; the disruption dial.

All of it is worked out beside the page: see `reassign_solving`.
"""

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

import altair as alt
import numpy as np
import streamlit as st

from geo.planning import Control, DialPoint, Move
from geo.services.plans import solve as plan_solve
from geo.services.plans.drafts import explained
from geo.services.plans.solve import Suggestion
from geo.services.plans.wishes import price, standing
from geo.ui import charts, formats, state
from geo.ui.i18n import current_lang, t
from geo.ui.reassign import solving as reassign_solving
from geo.ui.reassign import state as reassign_state
from geo.ui.reassign.state import Page
from geo.ui.reassign.words import muted, tidied
from geo.ui.reassign.work import Ints, Work

_FOUND, _CURVE, _OPEN = "reassign.suggestion", "reassign.curve", "reassign.open_moves"
_TOLERANCE = "reassign.tolerance"
_TOLERANCES = (0.02, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5)
_CHART_PX = 190
_MOST_ROWS = 40
_HEADROOM = 1.25  # above the highest point, for what is written over it


def show(page: Page) -> None:
    """Draw the part."""
    if not page.may_edit:
        _as_kept(page)
        return
    _tolerance(page)
    busy = reassign_solving.busy()
    smallest, scratch = st.columns(2, gap="small")
    if smallest.button(
        t("reassign.smallest"), help=t("reassign.smallest_help"), width="stretch", type="primary",
        disabled=busy,
    ):  # fmt: skip
        _begin(page, "smallest")
    if scratch.button(t("reassign.scratch"), help=t("reassign.scratch_help"), width="stretch", disabled=busy):
        _begin(page, "scratch")
    reassign_solving.show()
    _ended(page)
    _suggestion(page)
    _dial(page, busy=busy)


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


def _begin(page: Page, what: str) -> None:
    actor, work = page.actor, page.work
    desk, owner = work.arranged(), work.owner

    def solve(control: Control, limit_s: float) -> Any:
        if what == "smallest":
            return plan_solve.rebalance(actor, desk, owner=owner, time_limit_s=limit_s, control=control)
        if what == "scratch":
            return plan_solve.draw(actor, desk, time_limit_s=limit_s, control=control)
        return plan_solve.curve(actor, desk, time_limit_s=limit_s, control=control)

    st.session_state.pop(_CURVE if what == "curve" else _FOUND, None)
    asked = (work.key, work.options, owner)
    reassign_solving.begin(actor, what, asked, solve, work.options.workload.counted)


def _ended(page: Page) -> None:
    """Take in what was worked out since."""
    ended = reassign_solving.ended()
    if ended is None:
        return
    key, options, owner = ended.asked
    if ended.fault is not None:
        st.error(tidied(ended.fault.message(current_lang())))
    elif ended.what == "curve":
        st.session_state[_CURVE] = ((key, replace(options, tolerance=0.0)), ended.result)
    else:
        st.session_state[_FOUND] = (key, options, owner, ended.result)


def _suggestion(page: Page) -> None:
    key, options, begun, found = st.session_state.get(_FOUND, (None, None, None, None))
    if not isinstance(found, Suggestion) or (key, options) != (page.work.key, page.work.options):
        return
    work = page.work
    _proof(found.summary())
    goal = np.where(work.owner == begun, found.owner, work.owner)  # what was moved by hand since stays
    open_moves = _open_moves(work, goal)
    if not open_moves:
        st.html(muted(f"✓ {t('reassign.all_taken')}"))
        return
    if st.button(t("reassign.take_all", n=formats.number(len(open_moves))), width="stretch"):
        whole = np.array_equal(goal, found.owner)
        reassign_state.keep(work.given(goal, found.summary() if whole else None))
        reassign_state.again()
    for move, said in open_moves[:_MOST_ROWS]:
        line, button = st.columns((2.7, 1), gap="small", vertical_alignment="center")
        line.html(muted(said))
        if button.button(t("reassign.take"), key=f"reassign.take.{move.unit}", width="stretch"):
            owner = work.owner.copy()  # not as by hand, which a held beat refuses: the engine minds locks
            owner[move.unit] = move.target
            reassign_state.keep(work.given(owner))
            reassign_state.again()
    if len(open_moves) > _MOST_ROWS:
        st.html(muted(t("reassign.more", n=formats.number(len(open_moves) - _MOST_ROWS))))


def _open_moves(work: Work, goal: Ints) -> tuple[tuple[Move, str], ...]:
    """Return what is not taken yet, as it would change the draft as it stands; anew after each stroke."""
    moves: tuple[tuple[Move, str], ...]
    plan, wanted, lang, moves = st.session_state.get(_OPEN, (None, None, None, ()))
    if plan is not work.plan or lang != current_lang() or not np.array_equal(wanted, goal):
        moves = explained(work.desk, goal, current_lang(), start=work.owner)
        st.session_state[_OPEN] = (work.plan, goal, current_lang(), moves)
    return moves


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
    if kept.get("weights"):
        parts = [
            t("reassign.weight", what=t(f"reassign.weight.{name}"), n=formats.number(weight, 1))
            for name, weight in kept["weights"].items()
        ]
        st.html(muted(t("reassign.price_of", parts=" + ".join(parts))))
    if kept.get("border_m"):
        before, after = (formats.number(kept["border_m"][name]) for name in ("today", "plan"))
        st.html(muted(t("reassign.border_m", before=before, after=after)))
    if kept.get("stopped_by") in {"user", "time"}:
        st.html(muted(t(f"reassign.ended_by_{kept['stopped_by']}")))
    if kept.get("shape"):
        st.html(muted(_shape(kept)))
    if kept.get("split_groups"):
        names = ", ".join(kept["split_groups"])
        st.html(muted(t("reassign.groups_in", n=formats.counted(len(kept["split_groups"])), names=names)))


def _shape(kept: Mapping[str, Any]) -> str:
    """Say what the better shape gains, and how many households more it costs."""
    before, after = kept["shape"]["before"], kept["shape"]["after"]
    return t(
        "reassign.shape",
        extra=formats.number(kept["extra_workload"]),
        compact_before=formats.percent(before["compact"]), compact=formats.percent(after["compact"]),
        ways_before=formats.number(before["distance"]), ways=formats.number(after["distance"]),
        beats_before=formats.number(before["touched"]), beats=formats.number(after["touched"]),
        goal=t(f"reassign.ways_to.{kept.get('ways', 'middle')}"),
        groups_before=formats.number(before["groups"]), groups=formats.number(after["groups"]),
    )  # fmt: skip


def _dial(page: Page, *, busy: bool) -> None:
    """Tolerance against households moved and beats touched: choose a point."""
    st.html(f'<p class="rs-head">{escape(t("reassign.dial"))}</p>')
    work = page.work
    key = (work.key, replace(work.options, tolerance=0.0))
    if st.button(t("reassign.dial_go"), help=t("reassign.dial_help"), width="stretch", disabled=busy):
        _begin(page, "curve")
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
            moved=formats.counted(held[number].moved_workload),
            beats=formats.counted(held[number].beats_touched),
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
    touched = [None, *(point.beats_touched for point in points)]
    rows = [
        {
            "at": 100 * point.tolerance,
            "moved": point.moved_workload,
            # Said where it changes: there is no room for more.
            "beats": "" if point.beats_touched == before else _beats(point),
        }
        for point, before in zip(points, touched, strict=False)
    ]
    most = max(1.0, *(point.moved_workload or 0.0 for point in points))
    base = alt.Chart(charts.rows_of(rows)).encode(
        x=alt.X("at:Q", title=t("reassign.dial_x"), scale=alt.Scale(zero=False, padding=24)),
        y=alt.Y(
            "moved:Q",
            title=t("reassign.dial_y"),
            scale=alt.Scale(domain=[0, _HEADROOM * most], nice=False),
            axis=alt.Axis(format=",.0f", tickCount=4, tickMinStep=1),
        ),
    )
    line = base.mark_line(color=tone.main, point=alt.OverlayMarkDef(color=tone.main, size=45))
    named = base.mark_text(dy=-12, color=tone.ink).encode(text="beats:N")
    return alt.LayerChart(layer=[line, named])


def _beats(point: DialPoint) -> str:
    return t("reassign.dial_beats", n=formats.counted(point.beats_touched))
