"""The handover list of a plan as a workbook or a PDF, logged with its purpose before it is handed out."""

from pathlib import Path
from typing import Any

from geo.briefing import handover_pdf, handover_xlsx
from geo.domain.errors import InputError
from geo.domain.messages import Lang
from geo.domain.roles import Actor, Permission
from geo.services import exports
from geo.services.plans.handover import handover
from geo.store.engine import Database

_WRITERS = {".xlsx": handover_xlsx.write, ".pdf": handover_pdf.write}


def write_handover(
    database: Database, actor: Actor, plan: str, out: Path, *, purpose: str, lang: Lang = "vi"
) -> dict[str, Any]:
    """Write the handover list of a plan (its code) to `out` by its ending, .xlsx or .pdf, and log it.

    Households are exact: the list is for those who hand over and take over, and only who plans or approves
    makes it. The file gets its name when it is complete and logged. Raises InputError ``unknown_out_format``,
    ``plan_unknown``.
    """
    ending = out.suffix.lower()
    if ending not in _WRITERS:
        raise InputError("unknown_out_format", path=out.name, known=", ".join(_WRITERS))
    if not actor.may(Permission.APPROVE):
        actor.require(Permission.PLAN)
    found = handover(database, actor, plan)
    draft = out.with_name(f".{out.name}.part{ending}")
    try:
        _WRITERS[ending](found, draft, lang)
        sha256 = exports.log(
            database,
            actor,
            f"handover{ending}",
            draft,
            purpose=purpose,
            query={"plan": plan},
            rows=found.blocks,
        )
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return {"out": str(out), "sha256": sha256, "beats": len(found.sheets), "blocks": found.blocks}
