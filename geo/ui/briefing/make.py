"""Choose what goes to the meeting and as what; the file is made beside the pages, with progress."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import streamlit as st

from geo.briefing import making
from geo.briefing.deck import Cancelled, DeckKind, Progress
from geo.briefing.jobs import Job, State, jobs
from geo.briefing.making import MIME, Format, Order, Ready, Request
from geo.domain.errors import DiaBanError
from geo.domain.messages import Lang
from geo.domain.roles import Actor
from geo.services import exports
from geo.services.briefings import Briefing
from geo.services.hotspots.review import choices
from geo.ui import clock, guard
from geo.ui.briefing.add import labels
from geo.ui.i18n import current_lang, say, t

_OWN = "own"
_CLASSES = ("internal", "open", "confidential", "secret")
_LANGUAGES: dict[Lang, str] = {"vi": "Tiếng Việt", "en": "English"}
_ALL = ""
_WEEK = timedelta(days=6)


@dataclass(frozen=True)
class _Chosen:
    title: str
    make: Callable[[Order, Path, Progress, Cancelled], Path]


def show(actor: Actor, known: list[Briefing]) -> None:
    """Draw the form and the list of files."""
    st.subheader(t("briefing.make"))
    what = st.segmented_control(
        t("briefing.what"), [_OWN, *DeckKind], default=_OWN if known else DeckKind.WEEKLY, required=True,
        format_func=lambda one: t(f"briefing.{one}"), key="briefing.what",
    )  # fmt: skip
    chosen = _own(actor, known) if what == _OWN else _ready(actor, DeckKind(what or DeckKind.WEEKLY))
    order = _order()
    if st.button(t("briefing.start"), type="primary", key="briefing.start"):
        _start(actor, chosen, order)
    _files(_owner(actor))


def _own(actor: Actor, known: list[Briefing]) -> _Chosen | None:
    if not known:
        return None
    by_code, names = {one.code: one for one in known}, labels(known)
    code = st.selectbox(
        t("briefing.which"), list(names), format_func=names.__getitem__, key="briefing.make.which"
    )
    found, database = by_code[code], guard.database()
    return _Chosen(
        found.title,
        lambda order, folder, progress, cancelled: making.make_own(
            Request(database, actor, order, clock.now(), folder, progress, cancelled), found
        ),
    )


def _ready(actor: Actor, kind: DeckKind) -> _Chosen:
    database = guard.database()
    found = choices(database, actor)
    names = {_ALL: t("briefing.all_units"), **{unit.code: unit.name for unit in found.wards.units}}
    left, right = st.columns(2)
    unit = left.selectbox(
        t("briefing.unit"), list(names), format_func=names.__getitem__, key="briefing.make.unit"
    )
    newest = min(found.last_day or clock.today(), clock.today())
    period = right.date_input(
        t("briefing.period"), (newest - _WEEK, newest), format="DD/MM/YYYY", key="briefing.make.period"
    )
    plan = None
    if kind is DeckKind.REASSIGNMENT:
        plan = st.text_input(t("briefing.plan"), max_chars=40, key="briefing.make.plan").strip() or None
    which = Ready(kind, unit or None, _days(period, newest), plan)
    return _Chosen(
        t(f"briefing.{kind.value}"),
        lambda order, folder, progress, cancelled: making.make_ready(
            Request(database, actor, order, clock.now(), folder, progress, cancelled), which
        ),
    )


def _days(period: object, newest: date) -> tuple[date, date]:
    """The two days of a period; while only one is picked, that one."""
    days = [day for day in period if isinstance(day, date)] if isinstance(period, tuple) else []
    return (days[0], days[-1]) if days else (newest - _WEEK, newest)


def _order() -> Order:
    left, middle, right = st.columns((1, 1.3, 1.2))
    lang: Lang = left.selectbox(
        t("briefing.lang"), list(_LANGUAGES), format_func=_LANGUAGES.__getitem__, key="briefing.make.lang",
        index=list(_LANGUAGES).index(current_lang()),
    )  # fmt: skip
    kind = middle.selectbox(
        t("briefing.format"), list(Format), format_func=lambda one: t(f"briefing.format.{one.value}"),
        key="briefing.make.format",
    )  # fmt: skip
    mark = right.selectbox(
        t("briefing.classification"), _CLASSES, format_func=lambda one: t(f"briefing.class.{one}"),
        key="briefing.make.class",
    )  # fmt: skip
    purpose = st.text_input(
        t("briefing.purpose"), max_chars=exports.LONGEST_PURPOSE, help=t("briefing.purpose_help"),
        key="briefing.make.purpose",
    )  # fmt: skip
    return Order(kind or Format.PPTX_WIDE, lang, say(lang, f"briefing.class.{mark}"), purpose)


def _owner(actor: Actor) -> str:
    return f"{actor.account_id}:{actor.name}"


def _start(actor: Actor, chosen: _Chosen | None, order: Order) -> None:
    if chosen is None:
        st.info(t("briefing.verdict_none"))
        return
    try:
        exports.require_purpose(order.purpose)
        title = f"{chosen.title} · {t(f'briefing.format.{order.format.value}')}"
        jobs().start(
            _owner(actor),
            title,
            lambda folder, progress, cancelled: chosen.make(order, folder, progress, cancelled),
        )
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
    else:
        st.success(t("briefing.made_soon"))


def _files(owner: str) -> None:
    """List the files; while one is open the list looks again by itself."""
    st.markdown(f"**{t('briefing.jobs')}**")
    busy = any(job.open for job in jobs().of(owner))
    st.fragment(_listed, run_every=1.0 if busy else None)(owner)


def _listed(owner: str) -> None:
    held = jobs().of(owner)
    if not held:
        st.caption(t("briefing.no_jobs"))
    for job in held:
        _row(owner, job)
    if held and not any(job.open for job in held) and st.session_state.get("briefing.busy"):
        st.session_state["briefing.busy"] = False
        st.rerun()  # nothing is open any more: stop looking again
    st.session_state["briefing.busy"] = any(job.open for job in held)


def _row(owner: str, job: Job) -> None:
    words, button = st.columns((4, 1.2), vertical_alignment="center")
    with words:
        state = t(f"briefing.state.{job.state.value}", done=job.done, total=job.total or "?")
        if job.open:
            st.progress(job.share, text=f"{job.title}: {state}")
        else:
            said = f": {job.said(current_lang())}" if job.state is State.FAILED else ""
            st.markdown(f"{job.title}: {state}{said}")
    with button:
        if job.open and st.button(t("briefing.cancel"), key=f"cancel.{job.code}", width="stretch"):
            jobs().cancel(owner, job.code)
        elif job.state is State.DONE and job.result is not None:
            st.download_button(
                t("briefing.get"), job.result.read_bytes, file_name=job.result.name,
                mime=MIME[job.result.suffix], key=f"get.{job.code}", on_click="ignore", width="stretch",
            )  # fmt: skip
