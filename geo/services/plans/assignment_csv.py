"""Who has which block as CSV, out and in: a table to be edited elsewhere, and its faults by row."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geo.analysis.disclosure import shown
from geo.domain.errors import InputError
from geo.domain.roles import Actor, Permission
from geo.intake import delimited
from geo.intake.headers import header_key
from geo.intake.report import Reason
from geo.intake.source import Options, Source
from geo.planning import NOBODY
from geo.services import exports
from geo.services.plans.ground import Ints
from geo.services.plans.records import OpenDraft
from geo.services.release.cells import Cell
from geo.services.release.cells import block as token
from geo.services.release.counts import release_counts
from geo.services.tabular import is_formula, neutral
from geo.store.engine import Database

HEADERS = ("block_code", "block_name", "beat_code", "beat_name", "households")
_BLOCK = tuple(map(header_key, ("block_code", "block", "mã_tổ", "mã_tdp", "tổ")))
_BEAT = tuple(map(header_key, ("beat_code", "beat", "mã_khu_vực", "mã_kv", "khu_vực")))
_MAX_BYTES = 20 * 2**20


@dataclass(frozen=True)
class RowFault:
    """Why a row of the file was not taken; `row` as a spreadsheet counts."""

    row: int
    reason: Reason


@dataclass(frozen=True, eq=False)
class CsvPlan:
    """What a file says about a draft.

    owner : (n,) parts of the draft's desk; blocks that the file does not name, or names wrongly, stay
    rows, changed : rows read; blocks that get another beat than in the draft
    faults : rows that were not taken, each with its reason
    """

    owner: Ints
    rows: int
    changed: int
    faults: tuple[RowFault, ...]


def write_csv(database: Database, actor: Actor, found: OpenDraft, path: Path, *, purpose: str) -> str:
    """Write who has what in a plan as UTF-8 CSV, log it, and return its SHA-256.

    Households are those that may leave: "<5" or "…" where a small count could be worked out. The file gets
    its name when it is complete and logged.
    """
    actor.require(Permission.EXPORT)
    draft = path.with_name(f".{path.name}.part")
    desk = found.desk
    households = _households(database, actor, found)
    try:
        with draft.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADERS)
            for unit, part in enumerate(found.owner):
                beat = ("", "") if part == NOBODY else (desk.beats[part].code, desk.beats[part].name)
                cells = (desk.codes[unit], desk.names[unit], *beat)
                writer.writerow([*map(neutral, cells), households[unit]])
        query = {"plan": found.draft.code}
        sha256 = exports.log(
            database, actor, "assignment.csv", draft, purpose=purpose, query=query, rows=len(desk.codes)
        )
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return sha256


def _households(database: Database, actor: Actor, found: OpenDraft) -> list[int | str]:
    """Return the households of each block as they leave; of the sides of a drawn line nothing is said."""
    ground = found.desk.ground
    whole = [unit for unit, number in enumerate(ground.ids.tolist()) if number > 0]
    cells = [Cell.homes((token(int(ground.ids[unit])),)) for unit in whole]
    said: list[int | str] = ["…"] * len(ground.ids)
    for unit, mark in zip(whole, release_counts(database, actor, cells).marks, strict=True):
        said[unit] = shown(int(ground.households[unit]), mark)
    return said


def read_csv(actor: Actor, found: OpenDraft, path: Path) -> CsvPlan:
    """Return what a CSV with block code and beat code says about a draft; nothing is stored.

    An empty beat leaves the block to nobody. Raises InputError ``plan_csv_columns`` where a column is
    missing, and what cannot be read as CSV at all.
    """
    actor.require(Permission.PLAN)
    source = delimited.read(path, frozenset((*_BLOCK, *_BEAT)), Options(max_bytes=_MAX_BYTES))
    owner, faults = found.owner.copy(), list[RowFault]()
    faults += [RowFault(row, Reason("plan_csv_broken", {"cells": cells})) for row, cells in source.broken]
    seen: dict[str, int] = {}
    for row, block, beat in _pairs(source, path.name):
        fault = _fault(found, block, beat, seen)
        if fault is not None:
            faults.append(RowFault(row, fault))
            continue
        seen[block] = row
        owner[found.desk.unit_of(block)] = found.desk.part_of(beat) if beat else NOBODY
    faults.sort(key=lambda each: each.row)
    rows = len(source.rows) + len(source.broken)
    return CsvPlan(owner, rows, int(np.count_nonzero(owner != found.owner)), tuple(faults))


def _pairs(source: Source, file: str) -> Iterator[tuple[int, str, str]]:
    """Yield (row, block code, beat code); a few thousand rows at most, so one by one."""
    columns = {header_key(str(name)): name for name in source.cells.columns}
    chosen = [next((columns[key] for key in keys if key in columns), None) for keys in (_BLOCK, _BEAT)]
    if None in chosen:
        raise InputError("plan_csv_columns", file=file, found=", ".join(map(str, source.cells.columns)))
    blocks, beats = (source.cells[name].fillna("").astype(str) for name in chosen)
    for row, block, beat in zip(source.rows, blocks, beats, strict=True):
        yield int(row), _code(block), _code(beat)


def _fault(found: OpenDraft, block: str, beat: str, seen: dict[str, int]) -> Reason | None:
    desk = found.desk
    if block not in desk.codes:
        return Reason("plan_no_such_block", {"block": block or "–", "unit": desk.unit_code})
    if beat and beat not in {each.code for each in desk.beats}:
        return Reason("plan_no_such_beat", {"beat": beat})
    if block in seen:
        return Reason("plan_csv_twice", {"block": block, "row": seen[block]})
    unit = desk.unit_of(block)
    wanted = desk.part_of(beat) if beat else NOBODY
    if desk.problem.is_locked[unit] and wanted != desk.problem.owner[unit]:
        return Reason("plan_csv_locked", {"block": block})
    return None


def _code(cell: Any) -> str:
    code = str(cell).strip()
    return code[1:] if code.startswith("'") and is_formula(code[1:]) else code
