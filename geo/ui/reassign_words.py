"""What the Reassign page says of a plan: the sentence above the map, faults, and moves with their reasons."""

import numpy as np

from geo.planning import Report
from geo.services import plan_decisions
from geo.ui import formats
from geo.ui.i18n import t
from geo.ui.reassign_work import Work


def verdict(work: Work) -> str:
    """Return the sentence that the page opens with."""
    draft, plan = work.opened.draft, work.plan
    moved = int(plan.moved_units)
    off = int((np.abs(plan.deviation) > work.options.tolerance + 1e-9).sum())
    torn = int((plan.pieces > 1).sum())
    return t(
        "reassign.verdict",
        title=draft.title,
        state=t(f"reassign.state.{draft.state.value}"),
        day=formats.day(draft.effective_on),
        moved=t("reassign.verdict.moves", blocks=formats.number(moved), workload=formats.number(plan.moved_workload),
                share=formats.percent(plan.moved_workload / plan.problem.total)) if moved else t("reassign.verdict.nothing"),
        off=formats.number(off),
        beats=formats.number(len(work.desk.beats)),
        tolerance=formats.percent(work.options.tolerance, 0),
        torn=t("reassign.verdict.torn", n=formats.number(torn)) if torn else t("reassign.verdict.whole"),
    )  # fmt: skip


def report(work: Work) -> Report:
    """Return what the gate would say of the work as it stands."""
    return plan_decisions.report(work.opened, work.owner)
