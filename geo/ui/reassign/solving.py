"""A solve beside the desk: its phase, the best so far and its gap each second; taken as it is, or dropped."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.roles import Actor
from geo.planning import Control, Progress
from geo.services.plans import running as plan_running
from geo.services.plans.running import Solve
from geo.ui import formats
from geo.ui.i18n import current_lang, t
from geo.ui.reassign import state as reassign_state

_SOLVING = "reassign.solving"
_LIMIT_S = 30.0  # the planner sees how far it is and may end it before
_EVERY_S = 1.0
_BRIEF_S = 0.3  # what is done by then needs no status
_PATIENCE_S = 1.5  # so long the page waits for the best so far; then it looks again each second


@dataclass(frozen=True, eq=False)
class Ended:
    """A solve that came to its end. what, asked : as begun; result : None where there is a fault."""

    what: str
    asked: Any
    result: Any
    fault: DiaBanError | None


@dataclass(frozen=True, eq=False)
class _Solving:
    what: str
    asked: Any
    counted: str
    solve: Solve
    stopping: bool = False


def begin(actor: Actor, what: str, asked: Any, solve: Callable[[Control, float], Any], counted: str) -> None:
    """Begin a solve: ``solve(control, limit_s)``; `asked` comes back with its end, `counted` is its unit."""
    before = _now()
    if before is not None:
        before.solve.drop()
    try:
        begun = plan_running.begin(actor, what, lambda control: solve(control, _LIMIT_S))
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
        return
    st.session_state[_SOLVING] = _Solving(what, asked, counted, begun)
    begun.wait(_BRIEF_S)
    st.rerun(scope="app")  # so that the buttons are at rest while it goes on


def busy() -> bool:
    """Say whether a solve of this visit goes on."""
    solving = _now()
    return solving is not None and solving.solve.open


def ended() -> Ended | None:
    """Return what has ended since it was asked last."""
    solving = _now()
    if solving is None or solving.solve.open:
        return None
    del st.session_state[_SOLVING]
    return Ended(solving.what, solving.asked, solving.solve.result, solving.solve.fault)


def show() -> None:
    """Say how far it is, while it goes on."""
    if busy():
        st.fragment(_status, run_every=_EVERY_S)()


def _status() -> None:
    solving = _now()
    if solving is None or not solving.solve.open:
        st.rerun(scope="app")
    with st.container(key="reassign_solving", gap="xsmall"):
        lines = "".join(f"<li>{escape(line)}</li>" for line in _lines(solving))
        head = escape(t(f"reassign.solving.{solving.what}"))
        st.html(f'<p class="rs-head">{head}</p><ul class="rs-solving" aria-live="polite">{lines}</ul>')
        words = (
            "stopping" if solving.stopping else "take"
        )  # until it has ended, which the first plan may delay
        if st.button(
            t(f"reassign.solving.{words}"), key="reassign.solving.take", width="stretch", type="primary",
            disabled=solving.stopping,
        ):  # fmt: skip
            solving.solve.take_best()
            st.session_state[_SOLVING] = replace(solving, stopping=True)
            solving.solve.wait(_PATIENCE_S)
            if solving.solve.open:
                reassign_state.again()
            st.rerun(scope="app")
        if st.button(t("reassign.solving.drop"), width="stretch"):
            solving.solve.drop()
            del st.session_state[_SOLVING]
            st.rerun(scope="app")


def _lines(solving: _Solving) -> list[str]:
    found = solving.solve.progress
    phase = "waiting" if solving.solve.waiting else found.phase
    first = t(f"reassign.phase.{phase}", seconds=formats.number(found.seconds, 0), limit=f"{_LIMIT_S:.0f}")
    return [first, *_best(found, t(f"reassign.counted.{solving.counted}"))]


def _best(found: Progress, counted: str) -> list[str]:
    if found.moved_workload is None or found.deviation is None:
        return [t("reassign.solving.none")]
    key = "reassign.solving.best" if found.holds else "reassign.solving.at_hand"
    moved = formats.number(found.moved_workload)
    said = [t(key, moved=moved, counted=counted, off=formats.percent(found.deviation))]
    if found.bound is not None and found.gap is not None:
        bound, gap = formats.number(found.bound), formats.percent(found.gap)
        said.append(t("reassign.solving.gap", bound=bound, gap=gap))
    return said


def _now() -> _Solving | None:
    found = st.session_state.get(_SOLVING)
    return found if isinstance(found, _Solving) else None
