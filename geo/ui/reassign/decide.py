"""Beside the desk: hand in, approve or send back, bring into force, take back; history; handover."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from geo.briefing.handover_out import write_handover
from geo.domain.errors import DiaBanError
from geo.domain.kinds import PlanState
from geo.domain.roles import Permission
from geo.services.plans import decisions as plan_decisions
from geo.services.plans import drafts as plan_drafts
from geo.services.plans import wishes as plan_wishes
from geo.services.plans.records import Draft
from geo.ui import clock, formats, guard, state
from geo.ui.i18n import current_lang, t
from geo.ui.reassign import state as reassign_state
from geo.ui.reassign.csv import purpose_field
from geo.ui.reassign.state import Page, ReassignView
from geo.ui.reassign.words import listed, muted, tidied

_REASON, _DOCUMENT = "reassign.reason", "reassign.decide.document"
_HANDOVERS = {
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def show(page: Page) -> None:
    """Draw the part."""
    draft = page.work.opened.draft
    _facts(draft)
    if page.may_edit:
        _submit(page)
    elif draft.state is PlanState.SUBMITTED and page.actor.may(Permission.APPROVE):
        _approve(page)
    if page.actor.may(Permission.PLAN):
        _carry_out(page)
    _history(page)
    if page.actor.may(Permission.EXPORT):
        _handover(page)


def _facts(draft: Draft) -> None:
    said = t(
        "reassign.facts",
        code=draft.code,
        state=t(f"reassign.state.{draft.state.value}"),
        day=formats.day(draft.effective_on),
        document=draft.document or t("reassign.no_document"),
        author=draft.author or formats.NOTHING,
    )
    st.html(muted(said) + muted(plan_wishes.said(draft.options, current_lang())))


def _submit(page: Page) -> None:
    document = st.text_input(
        t("reassign.document"), key=state.seeded(_DOCUMENT, page.work.opened.draft.document or ""),
        help=t("reassign.document_help"),
    )  # fmt: skip
    reason = _reason()
    if st.button(t("reassign.submit"), type="primary", width="stretch"):
        if page.work.dirty and reassign_state.store(page) is None:
            st.rerun(scope="app")
        draft = reassign_state.current(page).opened.draft
        _step(
            page,
            lambda: plan_decisions.submit(
                guard.database(),
                page.actor,
                draft,
                reason=reason,
                document=document or None,
                today=clock.today(),
            ),
            "submitted",
        )
    with st.expander(t("reassign.delete")):
        st.html(muted(t("reassign.delete_what")))
        if st.button(t("reassign.delete_yes"), width="stretch"):
            _delete(page)


def _approve(page: Page) -> None:
    draft, database = page.work.opened.draft, guard.database()
    reason = _reason()
    yes, no = st.columns(2, gap="small")
    if yes.button(t("reassign.approve"), type="primary", width="stretch"):
        _step(page, lambda: plan_decisions.approve(database, page.actor, draft, reason), "approved")
    if no.button(t("reassign.reject"), width="stretch"):
        _step(page, lambda: plan_decisions.reject(database, page.actor, draft, reason or ""), "rejected")


def _carry_out(page: Page) -> None:
    draft, database = page.work.opened.draft, guard.database()
    if draft.state is PlanState.APPROVED:
        document = st.text_input(
            t("reassign.document"),
            key=state.seeded(_DOCUMENT, draft.document or ""),
            help=t("reassign.document_help"),
        )
        if st.button(
            t("reassign.apply", day=formats.day(draft.effective_on)), type="primary", width="stretch"
        ):
            _step(
                page,
                lambda: plan_decisions.apply(
                    database, page.actor, draft, document=document or None, today=clock.today()
                ),
                "in_force",
            )
    if draft.state in {PlanState.SUBMITTED, PlanState.APPROVED}:
        if st.button(t("reassign.withdraw"), help=t("reassign.withdraw_help"), width="stretch"):
            _step(page, lambda: plan_decisions.withdraw(database, page.actor, draft), "draft")
    elif draft.state is PlanState.IN_FORCE:
        reason = _reason()
        if st.button(t("reassign.rollback"), help=t("reassign.rollback_help"), width="stretch"):
            _step(page, lambda: plan_decisions.rollback(database, page.actor, draft, reason), "rolled_back")


def _reason() -> str | None:
    return st.text_area(t("reassign.reason"), key=_REASON, height=68, max_chars=500).strip() or None


def _step(page: Page, take: Callable[[], Draft], done: str) -> None:
    """Take a step of the plan's life; a refusal is said in full and changes nothing."""
    try:
        draft = take()
    except DiaBanError as fault:
        st.error(tidied(fault.message(current_lang())))
        return
    st.session_state.pop(_REASON, None)
    reassign_state.note(t(f"reassign.done.{done}", title=draft.title, day=formats.day(draft.effective_on)))
    reassign_state.reopened(plan_drafts.load(guard.database(), page.actor, draft.code))
    st.rerun(scope="app")


def _delete(page: Page) -> None:
    try:
        plan_drafts.delete(guard.database(), page.actor, page.work.opened.draft)
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
        return
    state.keep(ReassignView(unit=page.view.unit), ReassignView())
    st.rerun(scope="app")


def _history(page: Page) -> None:
    found = plan_decisions.decisions(guard.database(), page.actor, page.work.opened.draft)
    if not found:
        return
    lines = []
    for each in found:
        said = (t(f"reassign.decision.{each.decision}"), each.by or formats.NOTHING, formats.moment(each.at))
        lines.append(" · ".join(said) + (f"\n{each.reason}" if each.reason else ""))
    st.html(listed(t("reassign.history"), lines))


def _handover(page: Page) -> None:
    with st.expander(t("reassign.handover")):
        if page.work.dirty:
            st.html(muted(t("reassign.handover_stored")))
        ending = st.radio(
            t("reassign.handover_kind"),
            list(_HANDOVERS),
            horizontal=True,
            format_func=lambda kind: kind[1:].upper(),
        )
        purpose = purpose_field("reassign.handover.purpose")
        database, actor, code, lang = (
            guard.database(),
            page.actor,
            page.work.opened.draft.code,
            current_lang(),
        )

        def made() -> bytes:
            with TemporaryDirectory() as folder:
                out = Path(folder, f"{code}{ending}")
                write_handover(database, actor, code, out, purpose=purpose, lang=lang)
                return out.read_bytes()

        st.download_button(
            t("reassign.handover_get"), made, file_name=f"{code}{ending}", mime=_HANDOVERS[ending],
            disabled=not purpose, on_click="ignore", width="stretch",
        )  # fmt: skip
