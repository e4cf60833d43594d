"""Who has which block as a table that a spreadsheet opens: out of a plan, and back into one."""

import csv
import io
from typing import Any

from geo.domain.errors import InputError
from geo.intake.encodings import decode
from geo.planning import NOBODY
from geo.services.plan_files import owner_by_code
from geo.services.plan_ground import Ints
from geo.services.plan_problem import Desk

COLUMNS = (
    "block_code",
    "block_name",
    "households",
    "residents",
    "beat_today",
    "beat_code",
    "beat_name",
    "officer",
)
_BLOCK, _BEAT = "block_code", "beat_code"
_MOST_FAULTS = 5


def written(desk: Desk, owner: Any) -> bytes:
    """Return the table of an owner vector, (n,), as UTF-8 with a mark that spreadsheets need."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    ground = desk.ground
    for unit, part in enumerate(owner):
        beat, today = None if part == NOBODY else desk.beats[part], desk.problem.owner[unit]
        row = (
            desk.codes[unit], desk.names[unit], ground.households[unit], ground.residents[unit],
            "" if today == NOBODY else desk.beats[today].code,
            beat.code if beat else "", beat.name if beat else "", (beat.officer if beat else None) or "",
        )  # fmt: skip
        table.writerow([_harmless(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def read(desk: Desk, content: bytes) -> Ints:
    """Return the owner vector, (n,), of a table with the columns ``block_code`` and ``beat_code``.

    Blocks that are not in it stay with whom they are today; an empty beat gives the block to nobody.
    Raises InputError ``plan_csv_columns``, ``plan_csv_rows`` (block or beat unknown, by line, all together),
    ``plan_csv_twice``.
    """
    text = (decode(content)[0] or "").lstrip("\ufeff")
    head = text.split("\n", 1)[0]
    rows = list(csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=head.count)))
    if not rows or not {_BLOCK, _BEAT} <= set(rows[0]):
        raise InputError("plan_csv_columns", columns=f"{_BLOCK}, {_BEAT}")
    blocks, beats = set(desk.codes), {beat.code for beat in desk.beats}
    found: dict[str, str | None] = {}
    faults = []
    for line, row in enumerate(rows, start=2):
        block, beat = (row[_BLOCK] or "").strip(), (row[_BEAT] or "").strip()
        if block in found:
            raise InputError("plan_csv_twice", line=line, block=block)
        if block not in blocks or (beat and beat not in beats):
            faults.append(f"{line} ({block} → {beat})")
        found[block] = beat or None
    if faults:
        more = " …" if len(faults) > _MOST_FAULTS else ""
        raise InputError("plan_csv_rows", n=len(faults), rows=", ".join(faults[:_MOST_FAULTS]) + more)
    return owner_by_code(desk, found)


def _harmless(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")) else value
