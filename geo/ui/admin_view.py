"""The pieces of the admin page: accounts, changes to them, the audit trail."""

import json

import pandas as pd
import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.roles import Actor, Role
from geo.services import accounts, audit
from geo.services.accounts import Account
from geo.ui import formats, guard
from geo.ui.i18n import current_lang, say, t

# The least powerful first: it is what a form that is sent in haste makes.
_ROLES = (Role.WARD_OFFICER, Role.BRIEFER, Role.PLANNER, Role.COMMANDER, Role.ADMIN)


def verdict(known: list[Account], checked: audit.Verification) -> str:
    """Return the sentence that the page opens with."""
    disabled = sum(account.disabled for account in known)
    if checked.whole:
        chain = t("admin.chain_whole")
    else:
        fault = t(f"admin.fault.{checked.fault}")
        chain = t("admin.chain_broken", id=checked.broken_id, fault=fault)
    return t(
        "admin.verdict",
        active=len(known) - disabled,
        disabled=disabled,
        events=formats.number(checked.events),
        chain=chain,
    )


def show_accounts(known: list[Account]) -> None:
    """Show all accounts in one table."""
    rows = [
        {
            t("admin.name"): account.name,
            t("admin.role"): t(f"role.{account.role.value}"),
            t("admin.units"): t("bar.all_units")
            if "*" in account.unit_codes
            else ", ".join(account.unit_codes),
            t("admin.officer"): _officer(account),
            t("admin.state"): _state(account),
            t("admin.since"): formats.moment(account.created_at),
        }
        for account in known
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, height="content")


def _officer(account: Account) -> str:
    if account.service_number is None:
        return formats.NOTHING
    return (
        f"{account.service_number} · {t('admin.whole_ward')}"
        if account.whole_ward
        else account.service_number
    )


def _role_words(role: str) -> str:
    return t(f"role.{role}")


def _state(account: Account) -> str:
    state = t("admin.disabled") if account.disabled else t("admin.active")
    return f"{state} · {t('admin.demo')}" if account.demo else state


def show_add(actor: Actor, units: dict[str, str]) -> None:
    """Ask for a new account; the password is made here and shown once. `units` are names by code."""
    choices = {"*": t("admin.all_units"), **{code: f"{code} {name}" for code, name in units.items()}}
    with st.form("add_account", clear_on_submit=True):
        name = st.text_input(t("admin.name"), help=t("admin.name_help"), max_chars=40)
        role = st.selectbox(t("admin.role"), [each.value for each in _ROLES], format_func=_role_words)
        scope = st.multiselect(t("admin.units"), list(choices), format_func=lambda code: choices[code])
        sent = st.form_submit_button(t("admin.submit_add"), type="primary")
    if sent:
        try:
            password = accounts.add_account(guard.database(), actor, name, role=role, unit_codes=scope)
        except DiaBanError as fault:
            st.error(fault.message(current_lang()))
        else:
            st.success(t("admin.added", name=name, password=password))


def show_change(actor: Actor, known: list[Account]) -> None:
    """Offer to disable or enable an account, or to give it a new password."""
    by_name = {account.name: account for account in known}
    name = st.selectbox(t("admin.pick"), list(by_name), key="admin_pick")
    disabled = by_name[name].disabled
    columns = st.columns(2)
    toggle = columns[0].button(t("admin.enable" if disabled else "admin.disable"), width="stretch")
    reset = columns[1].button(t("admin.reset"), width="stretch")
    try:
        if toggle:
            accounts.set_disabled(guard.database(), actor, name, disabled=not disabled)
            st.success(t("admin.done_enable" if disabled else "admin.done_disable", name=name))
        if reset:
            password = accounts.reset_password(guard.database(), actor, name)
            st.success(t("admin.done_reset", name=name, password=password))
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
    _show_tie(actor, by_name[name])


def _show_tie(actor: Actor, account: Account) -> None:
    """Say whose account it is: an officer by number, or nobody."""
    with st.form(f"tie_{account.name}", border=False):
        number = st.text_input(
            t("admin.officer"), value=account.service_number or "", help=t("admin.officer_help"), max_chars=40
        )
        whole = st.checkbox(t("admin.whole_ward"), value=account.whole_ward)
        sent = st.form_submit_button(t("admin.tie"), width="stretch")
    if sent:
        try:
            accounts.tie_to_officer(guard.database(), actor, account.name, number, whole_ward=whole)
        except DiaBanError as fault:
            st.error(fault.message(current_lang()))
        else:
            st.success(t("admin.tied", name=account.name, officer=number.strip() or t("admin.tied_nobody")))


def show_trail(events: list[audit.Event], checked: audit.Verification) -> None:
    """Show the newest events, and the hash to keep elsewhere."""
    rows = [
        {
            "#": event.id,
            t("admin.when"): formats.moment(event.at),
            t("admin.who"): event.actor,
            t("admin.action"): _words("action", event.action),
            t("admin.object"): f"{_words('kind', event.object_kind)} {event.object_key}",
            t("admin.detail"): _detail(event),
        }
        for event in events
    ]
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, column_config={"#": st.column_config.NumberColumn(width=70)}
    )
    st.caption(t("admin.last_hash", hash=checked.last_hash))


def _detail(event: audit.Event) -> str:
    parts = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in event.detail.items())
    return "; ".join(parts).replace('"', "")


def _words(what: str, code: str) -> str:
    """Return words for an action or a kind; a newer service's is shown by its code until it has words."""
    try:
        return say(current_lang(), f"{what}.{code}")
    except KeyError:
        return code
