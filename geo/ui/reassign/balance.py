"""Beside the desk: what is balanced, for whom how much, and what makes one plan better than another."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape

import streamlit as st

from geo.domain.errors import InputError
from geo.services.plans.groups import FREE, MUST, RATHER
from geo.services.plans.options import (
    HOUSEHOLDS,
    INCIDENTS,
    RESIDENTS,
    PlanOptions,
    Targets,
    Ways,
    Wishes,
    Workload,
    from_json,
)
from geo.services.plans.wishes import MEASURES, STRENGTHS, Standing, price, said, standing
from geo.ui import formats, state
from geo.ui.i18n import current_lang, t
from geo.ui.reassign import state as reassign_state
from geo.ui.reassign.state import Page
from geo.ui.reassign.words import muted

_KINDS: Mapping[str, Workload | None] = {
    "households": HOUSEHOLDS, "residents": RESIDENTS, "incidents": INCIDENTS, "mixed": None,
}  # fmt: skip
_WAYS: tuple[Ways, ...] = ("middle", "post")
_TARGETS: tuple[Targets, ...] = ("equal", "days")
_FIRST_MIX = Workload(1.0, 0.1, 1.0)
_STRENGTHS = (0, 1, 2, 3)
_GRANTED = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5)
_KIND = "reassign.balance.kind"
_USUAL_NORM = 50.0


def show(page: Page) -> None:
    """Draw the part."""
    options = page.work.options
    st.html(muted(said(options, current_lang())))
    _figures(page, options)
    if page.may_edit:
        kind = st.selectbox(
            t("reassign.balance.by"),
            list(_KINDS),
            key=state.seeded(_KIND, _kind(options.workload)),
            format_func=lambda kind: t(f"reassign.balance.{kind}"),
        )
        with st.form("reassign.balance", border=False):
            _form(page, options, kind)


def _kind(workload: Workload) -> str:
    return next((kind for kind, known in _KINDS.items() if known == workload), "mixed")


def _form(page: Page, options: PlanOptions, kind: str) -> None:
    workload = _KINDS[kind] or _mixture(options)
    targets = st.radio(
        t("reassign.balance.targets"), _TARGETS, index=_TARGETS.index(options.targets),
        format_func=lambda name: t(f"reassign.balance.targets_{name}"), horizontal=True,
    )  # fmt: skip
    norm_now = options.norm or _USUAL_NORM
    limited = st.checkbox(
        t("reassign.balance.limited"), value=options.norm is not None, help=t("reassign.balance.limited_help")
    )
    norm = st.number_input(
        t("reassign.balance.norm"),
        min_value=0.1,
        value=norm_now,
        step=1.0,
        format="%.0f" if norm_now == round(norm_now) else "%.2f",
    )
    st.html(f'<p class="rs-head">{escape(t("reassign.balance.wishes"))}</p>')
    cells = [cell for _ in range(0, len(STRENGTHS), 2) for cell in st.columns(2, gap="small")]
    strengths = {
        name: cell.selectbox(
            t(f"reassign.wish.{name}"), _STRENGTHS, index=getattr(options.wishes, name),
            format_func=lambda strength: t(f"reassign.strength.{strength}"),
        )
        for cell, name in zip(cells, STRENGTHS, strict=True)
    }  # fmt: skip
    strengths["groups"] = _groups(page, options)
    ways = _ways(page, options)
    granted = st.select_slider(
        t("reassign.granted"), sorted({*_GRANTED, options.granted}), value=options.granted,
        format_func=lambda share: formats.percent(share, 0), help=t("reassign.granted_help"),
    )  # fmt: skip
    if not st.form_submit_button(t("reassign.balance.set"), type="primary", width="stretch"):
        return
    wanted = replace(
        options,
        workload=workload,
        targets=targets,
        norm=norm if limited else None,
        wishes=Wishes(**strengths),
        granted=granted,
        ways=ways,
    )
    try:
        from_json(wanted.as_json())
    except InputError as fault:
        st.error(fault.message(current_lang()))
        return
    if reassign_state.store(page, wanted) is not None:
        reassign_state.note(t("reassign.balance.done"))
    st.rerun(scope="app")


def _groups(page: Page, options: PlanOptions) -> int:
    """Ask whether khu phố stay whole, where blocks are known to be of one."""
    if page.work.desk.problem.group is None:
        return options.wishes.groups
    return st.selectbox(
        t("reassign.wish.groups"), (FREE, RATHER, MUST), index=options.wishes.groups,
        format_func=lambda wanted: t(f"reassign.groups.{wanted}"), help=t("reassign.wish.groups_help"),
    )  # fmt: skip


def _ways(page: Page, options: PlanOptions) -> Ways:
    """Ask what distances are to, where that can make a difference between plans."""
    posts = ", ".join(post.name for post in page.work.desk.ground.posts)
    if len(page.work.desk.ground.posts) < 2:  # one lies the same for every plan
        st.html(muted(t("reassign.ways_one" if posts else "reassign.ways_none", posts=posts)))
        return options.ways
    return st.radio(
        t("reassign.ways"), _WAYS, index=_WAYS.index(options.ways), horizontal=True,
        format_func=lambda name: t(f"reassign.ways.{name}"), help=t("reassign.ways_help", posts=posts),
    )  # fmt: skip


def _mixture(options: PlanOptions) -> Workload:
    now = options.workload if _kind(options.workload) == "mixed" else _FIRST_MIX
    cells = st.columns(3, gap="small")
    weights = {
        name: cell.number_input(
            t(f"reassign.balance.each_{name}"), min_value=0.0, value=getattr(now, name), step=0.1,
            format="%.2f",
        )
        for cell, name in zip(cells, vars(now), strict=True)
    }  # fmt: skip
    return Workload(**weights)


def _figures(page: Page, options: PlanOptions) -> None:
    """Say how the plan stands by each wish, beside today, and its price by all of them."""
    desk, owner = page.work.desk, page.work.owner
    today, now = standing(desk, desk.problem.owner), standing(desk, owner)
    words = {"distance": "distance_post"} if desk.problem.posts is not None else {}
    rows = "".join(
        f"<tr><td>{escape(t(f'reassign.figure.{words.get(name, name)}'))}</td><td>{_figure(name, today)}</td>"
        f"<td>{_figure(name, now)}</td></tr>"
        for name in (*MEASURES, "border_m")
        if name != "groups" or desk.problem.group is not None
    )
    head = "".join(f"<th>{escape(t(f'reassign.figure.{name}'))}</th>" for name in ("what", "today", "plan"))
    points = price(options.wishes, now, today, desk.problem.k)
    st.html(
        f'<table class="rs-figures"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        + muted(t("reassign.figure.price", points=formats.signed(points, 1)))
    )


def _figure(name: str, found: Standing) -> str:
    match name:
        case "moved":
            return formats.percent(found.moved)
        case "touched" | "groups":
            return formats.number(getattr(found, name))
        case "compact":
            return formats.percent(found.compact)
    return f"{formats.number(getattr(found, name))} m"
