"""``geo rebalance`` and ``geo plan submit|approve|reject|apply|rollback|handover PLAN``."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo.cli.output import Day, answers, say
from geo.domain.messages import Lang
from geo.domain.roles import OPERATOR

if TYPE_CHECKING:
    from geo.services.plans.records import Draft
    from geo.store.engine import Database

_PLAN = click.argument("plan", metavar="PLAN")
_MINUTES_10 = 600.0
_DAYS_AWAY = 30


@click.command()
@click.option("--unit", required=True, help="Code of the ward.")
@click.option("--tolerance", type=float, default=0.05, show_default=True, help="0.05 allows ±5 %.")
@click.option("--absent", default=None, metavar="OFFICER", help="Service number of who is away.")
@click.option(
    "--until",
    type=Day(),
    default=None,
    help=f"First day back, when everything returns by itself; {_DAYS_AWAY} days later without it.",
)
@click.option("--for-good", is_flag=True, help="The absent officer does not come back.")
@click.option("--from", "day", type=Day(), default=None, help="First day of the plan; tomorrow without it.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option(
    "--time-limit", type=click.FloatRange(0, _MINUTES_10, min_open=True), default=10.0, show_default=True
)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@answers
def rebalance(
    *,
    unit: str,
    tolerance: float,
    absent: str | None,
    until: date | None,
    for_good: bool,
    day: date | None,
    seed: int,
    time_limit: float,
    out: Path,
) -> dict[str, Any]:
    """Find the smallest change that restores balance, and write it with its moves and what is proved."""
    from geo.services.days import today
    from geo.services.deployment import deployment
    from geo.services.plans import files as plan_files
    from geo.services.plans import solve as plan_solve
    from geo.services.plans.options import Absence, PlanOptions, with_absence
    from geo.services.plans.problem import beat_of_officer, desk

    first = day or today() + timedelta(days=1)
    with deployment() as database:
        options = PlanOptions(tolerance=tolerance, seed=seed)
        found = desk(database, OPERATOR, unit, first, options)
        if absent is not None:
            back = None if for_good else until or first + timedelta(days=_DAYS_AWAY)
            absence = Absence(beat_of_officer(found, absent), back)
            found = desk(database, OPERATOR, unit, first, with_absence(options, absence))
        suggestion = plan_solve.rebalance(OPERATOR, found, time_limit_s=time_limit)
        written = plan_files.as_file(suggestion)
    out.write_text(json.dumps(written, ensure_ascii=False, indent=1), encoding="utf-8")
    say(f"Đã ghi phương án vào {out}", f"Wrote the plan to {out}")
    return {
        "unit": unit,
        "from": first,
        "until": found.options.until,
        "file": out,
        "beats": len(found.beats),
        **suggestion.summary(),
    }


@click.group()
def plan() -> None:
    """Trình, duyệt, áp dụng, hoàn tác phương án. / Submit, approve, apply, roll back a plan."""


@plan.command()
@_PLAN
@click.option("--title", default=None, help="Title of a plan that comes from a file.")
@click.option("--document", default=None, help="Number of the legal document that it rests on.")
@answers
def submit(*, plan: str, title: str | None, document: str | None) -> dict[str, Any]:
    """Hand a draft in, or a plan.json, which is stored as a draft first; its code is put into the file."""
    from geo.services.plans import decisions as plan_decisions

    with _found(plan, title=title) as (database, draft):
        if draft.moved == 0:
            say(f"Phương án {draft.code} chưa đổi gì.", f"The plan {draft.code} changes nothing yet.")
        return _told(plan_decisions.submit(database, OPERATOR, draft, document=document))


@plan.command()
@_PLAN
@click.option("--reason", default=None)
@answers
def approve(*, plan: str, reason: str | None) -> dict[str, Any]:
    """Approve a submitted plan."""
    from geo.services.plans import decisions as plan_decisions

    with _found(plan) as (database, draft):
        return _told(plan_decisions.approve(database, OPERATOR, draft, reason))


@plan.command()
@_PLAN
@click.option("--reason", default="", help="Why; without it nothing is sent back.")
@answers
def reject(*, plan: str, reason: str) -> dict[str, Any]:
    """Send a submitted plan back with a reason."""
    from geo.services.plans import decisions as plan_decisions

    with _found(plan) as (database, draft):
        return _told(plan_decisions.reject(database, OPERATOR, draft, reason))


@plan.command()
@_PLAN
@click.option("--document", default=None, help="Number of the legal document, where the plan has none.")
@answers
def apply(*, plan: str, document: str | None) -> dict[str, Any]:
    """Bring an approved plan into force from its day on."""
    from geo.services.plans import decisions as plan_decisions

    with _found(plan) as (database, draft):
        # Whoever runs the machine answers for it: the audit says under which document, or that there is none.
        done = plan_decisions.apply(database, OPERATOR, draft, document=document, needs_document=False)
    if done.document is None:
        say(
            "CẢNH BÁO: phương án có hiệu lực mà không có số quyết định làm căn cứ; nhật ký ghi rõ điều này. "
            "Hãy dùng --document SỐ.",
            "WARNING: the plan is in force without a legal document, and the audit says so. "
            "Use --document NUMBER.",
        )
    return _told(done)


@plan.command()
@_PLAN
@click.option("--reason", default=None)
@answers
def rollback(*, plan: str, reason: str | None) -> dict[str, Any]:
    """Take back what a plan in force changed."""
    from geo.services.plans import decisions as plan_decisions

    with _found(plan) as (database, draft):
        return _told(plan_decisions.rollback(database, OPERATOR, draft, reason))


@plan.command()
@_PLAN
@click.option(
    "--out",
    default=None,
    type=click.Path(dir_okay=False, path_type=Path),
    help=".xlsx or .pdf; handover-PLAN.xlsx without it.",
)
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@answers
def handover(*, plan: str, out: Path | None, lang: Lang) -> dict[str, Any]:
    """Write who hands over what to whom: blocks, households, open incidents, open tasks."""
    from geo.briefing.handover_out import write_handover

    with _found(plan) as (database, draft):
        path = out or Path(f"handover-{draft.code}.xlsx")
        written = write_handover(database, OPERATOR, draft.code, path, purpose="command line", lang=lang)
    return {"plan": draft.code, **written}


@contextmanager
def _found(plan: str, title: str | None = None) -> "Iterator[tuple[Database, Draft]]":
    """The plan of a code, or of a plan.json: stored as a draft now unless it has a code already."""
    from geo.services.deployment import deployment
    from geo.services.plans import drafts as plan_drafts
    from geo.services.plans import files as plan_files

    file = Path(plan)
    with deployment() as database:
        if file.suffix != ".json":
            yield database, plan_drafts.load(database, OPERATOR, plan).draft
            return
        written = plan_files.read(file)
        code = written.get("code")
        if code is None:
            draft = plan_files.store(database, OPERATOR, written, title).draft
            file.write_text(
                json.dumps({"code": draft.code, **written}, ensure_ascii=False, indent=1), encoding="utf-8"
            )
        else:
            draft = plan_drafts.load(database, OPERATOR, code).draft
        yield database, draft


def _told(draft: "Draft") -> dict[str, Any]:
    return {
        "plan": draft.code,
        "unit": draft.unit_code,
        "title": draft.title,
        "state": str(draft.state),
        "from": draft.effective_on,
        "document": draft.document,
        "moved": draft.moved,
    }


COMMANDS = (rebalance, plan)
