"""Admin: accounts, and the audit trail with its chain checked."""

import streamlit as st

from geo.domain.roles import Permission
from geo.services import accounts, audit
from geo.services.overview import overview
from geo.ui import admin_view, clock, guard
from geo.ui.i18n import t

actor = guard.current_actor()
guard.require(actor, Permission.MANAGE_ACCOUNTS)
database = guard.database()

top = st.empty()
known_tab, audit_tab = st.tabs([t("admin.accounts"), t("admin.audit")])
with known_tab:
    table, forms = st.columns([3, 2], gap="large")
    with forms:
        with st.expander(t("admin.add"), expanded=True):
            wards = overview(database, actor, clock.today()).wards
            admin_view.show_add(actor, {ward.code: ward.name for ward in wards})
        with st.expander(t("admin.change")):
            admin_view.show_change(actor, accounts.accounts(database, actor))
    with table:  # after the forms: it shows what they have just changed
        known = accounts.accounts(database, actor)
        admin_view.show_accounts(known)
checked = audit.verify(database, actor)
with audit_tab:
    admin_view.show_trail(audit.trail(database, actor), checked)
top.html(f'<p class="db-verdict">{admin_view.verdict(known, checked)}</p>')
