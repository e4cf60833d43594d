"""Plans as files: the JSON that ``rebalance`` writes and ``plan submit`` takes."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from geo.domain.errors import InputError
from geo.domain.roles import Actor
from geo.planning import NOBODY
from geo.services.plans import drafts as plan_drafts
from geo.services.plans.ground import Ints
from geo.services.plans.options import from_json
from geo.services.plans.problem import Desk, desk
from geo.services.plans.records import OpenDraft
from geo.services.plans.solve import Suggestion
from geo.store.engine import Database


def as_file(suggestion: Suggestion) -> dict[str, Any]:
    """Return a suggestion in JSON's types: who gets what by codes, each move with its reason."""
    found, moves = suggestion.desk, suggestion.proposal.moves
    said = {lang: suggestion.moves(lang) for lang in ("vi", "en")}
    return {
        "unit": found.unit_code,
        "from": found.day.isoformat(),
        "options": found.options.as_json(),
        "proposal": suggestion.summary(),
        "owner": {code: _beat(found, part) for code, part in zip(found.codes, suggestion.owner, strict=True)},
        "moves": [
            {
                "block": found.codes[move.unit],
                "workload": move.workload,
                "from": _beat(found, move.source),
                "to": _beat(found, move.target),
                "reason": {"vi": vi, "en": en},
            }
            for move, vi, en in zip(moves, said["vi"], said["en"], strict=True)
        ],
    }


def read(file: Path) -> dict[str, Any]:
    """Return what a plan.json holds; raises InputError ``no_such_file``, ``plan_bad_file``."""
    if not file.is_file():
        raise InputError("no_such_file", path=str(file))
    try:
        written = json.loads(file.read_text(encoding="utf-8"))
        fits = isinstance(written["owner"], dict) and isinstance(written["options"], dict)
        date.fromisoformat(written["from"])
    except (ValueError, KeyError, TypeError) as fault:
        raise InputError("plan_bad_file", path=file.name, fault=str(fault)) from fault
    if not fits:
        raise InputError("plan_bad_file", path=file.name, fault="owner, options")
    return dict(written)


def store(
    database: Database, actor: Actor, written: Mapping[str, Any], title: str | None = None
) -> OpenDraft:
    """Store a plan.json as a draft and return it.

    Raises InputError ``plan_no_such_block``, ``plan_no_such_beat`` where the data has changed since, and what
    `plan_drafts.create` raises.
    """
    day = date.fromisoformat(written["from"])
    options = from_json(written["options"])
    name = title or written.get("title") or f"{written['unit']} {day:%d/%m/%Y}"
    found = desk(
        database, actor, written["unit"], day, options
    )  # before anything is stored: it may be refused
    owner = owner_by_code(found, written["owner"])
    made = plan_drafts.create(database, actor, written["unit"], title=name, effective_on=day, options=options)
    return plan_drafts.save(database, actor, made, owner, proposal=written.get("proposal"))


def owner_by_code(found: Desk, codes: Mapping[str, str | None]) -> Ints:
    """Return the owner vector, (n,), of block code -> beat code; blocks that are not named stay as today."""
    owner = found.problem.owner.copy()
    for block, beat in codes.items():
        owner[found.unit_of(block)] = NOBODY if beat is None else found.part_of(beat)
    return owner


def _beat(found: Desk, part: int) -> str | None:
    return None if part == NOBODY else found.beats[part].code
