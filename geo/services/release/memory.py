"""The memory of what left: cells and how they left, never their values. Read as far as a release needs it."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection, text

from geo.analysis.disclosure import Mark
from geo.domain.kinds import OriginFilter
from geo.domain.roles import Actor
from geo.services.release.cells import Area, Cell, Measure, Part

MOST = 1_000  # cells that one decision follows a chain of overlapping periods to; beyond, it is cut
_SAID = (Mark.WITHHELD, Mark.SMALL, Mark.GIVEN)
Days = tuple[date, date]

_NEAR = """
SELECT a.tokens, c.first_day, c.last_day, c.category, c.origin, c.part, c.mark
FROM diaban.disclosure_cell c JOIN diaban.disclosure_area a ON a.key = c.area
WHERE c.measure = :measure AND c.last_day >= :first AND c.first_day <= :last ORDER BY c.id"""

# One step of the chain: the days of what meets these days.
_REACH = """
SELECT count(DISTINCT (area, first_day, last_day, category, origin, part)), min(first_day), max(last_day)
FROM diaban.disclosure_cell
WHERE measure = :measure AND last_day >= :first AND first_day <= :last"""


def touching(connection: Connection, measure: Measure, days: Days) -> dict[Cell, Mark]:
    """Return the remembered cells whose days meet `days`, by way of one another, with the most said of each.

    A chain of periods that overlap has no end: beyond `MOST` cells it is followed one step, and no further.
    """
    _, wider = _reach(connection, measure, days)
    while wider != days:
        cells, farther = _reach(connection, measure, wider)
        if cells > MOST:
            break
        days, wider = wider, farther
    return _read(connection, measure, days)


def _reach(connection: Connection, measure: Measure, days: Days) -> tuple[int, Days]:
    """Return how many cells meet `days`, and the days of all of these."""
    params = {"measure": measure.value, "first": days[0], "last": days[1]}
    cells, low, high = connection.execute(text(_REACH), params).one()
    return cells, (min(days[0], low), max(days[1], high)) if cells else days


def _read(connection: Connection, measure: Measure, days: Days) -> dict[Cell, Mark]:
    said: dict[Cell, Mark] = {}
    rows = connection.execute(text(_NEAR), {"measure": measure.value, "first": days[0], "last": days[1]})
    for tokens, first, last, category, origin, part, mark in rows:
        cell = Cell(tuple(tokens), first, last, category or None, OriginFilter(origin), measure, Part(part))
        said[cell] = max(said.get(cell, Mark(mark)), Mark(mark), key=_SAID.index)
    return said


def remember(connection: Connection, actor: Actor, cells: Sequence[Cell], marks: Iterable[Mark]) -> None:
    """Remember how cells leave; what left the same way before is not written again."""
    areas = {cell.units: _key(cell.units) for cell in cells}
    connection.execute(
        text(
            "INSERT INTO diaban.disclosure_area (key, tokens) VALUES (:key, :tokens) ON CONFLICT DO NOTHING"
        ),
        [{"key": key, "tokens": list(tokens)} for tokens, key in areas.items()],
    )
    connection.execute(
        text("""
            INSERT INTO diaban.disclosure_cell
                (account_id, measure, area, first_day, last_day, category, origin, part, mark)
            VALUES (:account, :measure, :area, :first, :last, :category, :origin, :part, :mark)
            ON CONFLICT DO NOTHING"""),
        [
            {
                "account": actor.account_id, "measure": cell.measure.value, "area": areas[cell.units],
                "first": cell.start, "last": cell.end, "category": cell.category or "",
                "origin": cell.origin.value, "part": cell.part.value, "mark": mark.value,
            }
            for cell, mark in zip(cells, marks, strict=True)
        ],
    )  # fmt: skip


def _key(tokens: Area) -> str:
    return hashlib.md5(",".join(tokens).encode(), usedforsecurity=False).hexdigest()
