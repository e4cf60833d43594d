"""A block is in a beat of its own ward: what the database refuses, said in the reader's language.

The rule itself is diaban.one_ward: the same unit, one above it, one that it came from or went into, or two
wards that an approved plan takes as one.
"""

import re

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from geo.domain.errors import ConflictError

_CONSTRAINT = "ck_beat_block_one_ward"
_SAID = re.compile("block (.+) is of another ward than beat (.+)")


def holds(connection: Connection, beat_unit: int, block_unit: int) -> bool:
    """Say whether a beat of one unit may have a block of the other from today on; ids of units."""
    return bool(
        connection.execute(
            text("SELECT diaban.one_ward(:beat, :block, current_date)"),
            {"beat": beat_unit, "block": block_unit},
        ).scalar_one()
    )


def refusal(fault: IntegrityError) -> ConflictError | None:
    """Return ConflictError ``block_of_another_ward`` where that is what `fault` says, else None."""
    diagnosis = getattr(fault.orig, "diag", None)
    if getattr(diagnosis, "constraint_name", None) != _CONSTRAINT:
        return None
    said = _SAID.fullmatch(str(getattr(diagnosis, "message_primary", "")))
    block, beat = said.groups() if said else ("?", "?")
    return ConflictError("block_of_another_ward", block=block, beat=beat)
