"""Counts that leave: withheld where all that ever left would give away a small one.

Every cell that ever left is remembered by what it counts (measure, places, days, category, origin, part) and
how it left, without its value. A new table is decided upon with all of these that touch it, over atoms of
place, days that no figure tells apart, kinds and origins, and remembered in the same transaction; two
exports at the same time wait for each other, or each would be harmless alone. Places are wards, beats of a
day and blocks alike: the parts of one ground, so that a ward less its beats is no secret either.

Limits, besides those of `geo.analysis.disclosure`: the values of earlier cells are those of today's data
(an incident entered late changes them: who compares two printouts of the same question sees that change);
cells of units that are no more are forgotten; measures are systems of their own (that what is overdue
occurred some day is not used); a chain of overlapping periods longer than `release_memory.MOST` cells is cut.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from sqlalchemy import Connection, text

from geo.analysis.disclosure import Mark, protect
from geo.domain.roles import OPERATOR, Actor, Permission
from geo.services.release import memory
from geo.services.release.atoms import Atoms, known_units
from geo.services.release.cells import AS_OF_DAY, Cell, Measure
from geo.store.engine import Database, transaction

__all__ = ["Cell", "Released", "release_counts"]

_LOCK = 7_340_117  # of the memory: one decision at a time


@dataclass(frozen=True)
class Released:
    """How cells leave, in their order. sums : what each counts today; not to be shown unless it is given."""

    marks: tuple[Mark, ...]
    sums: tuple[int, ...]


def release_counts(database: Database, actor: Actor, cells: Sequence[Cell]) -> Released:
    """Decide how the cells of one file leave, and remember it. Call it when the file is to leave.

    cells : all figures of the file, its totals among them
    A cell of a place that cannot be counted (a beat drawn without blocks) is withheld.
    Raises InputError ``unknown_unit``, ``unknown_category``.
    """
    actor.require(Permission.EXPORT)
    marks: dict[Cell, tuple[Mark, int]] = {}
    wanted = list(dict.fromkeys(cells))
    with transaction(database, actor) as connection, transaction(database, OPERATOR) as full:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        known = known_units(full)
        for asked in _systems(wanted):
            days = min(cell.start for cell in asked), max(cell.end for cell in asked)
            held = memory.touching(connection, asked[0].measure, days)
            held = {cell: mark for cell, mark in held.items() if _still_is(cell, known)}
            found = _decide(full, asked, held)
            memory.remember(connection, actor, asked, [mark for mark, _ in found])
            marks |= dict(zip(asked, found, strict=True))
    found = [marks[cell] for cell in cells]
    return Released(tuple(mark for mark, _ in found), tuple(total for _, total in found))


def _systems(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """Yield the cells that are decided upon together: of one measure, and of one day where it is of a day."""
    found: dict[tuple[Measure, date | None], list[Cell]] = {}
    for cell in cells:
        found.setdefault((cell.measure, cell.start if cell.measure in AS_OF_DAY else None), []).append(cell)
    yield from found.values()


def _still_is(cell: Cell, known: set[str]) -> bool:
    names = (token.lstrip("-") for token in cell.units)
    return all(name[0] in "*~#" or name in known for name in names)


def _decide(full: Connection, asked: list[Cell], before: dict[Cell, Mark]) -> list[tuple[Mark, int]]:
    atoms = Atoms(full, [*asked, *before])
    sums = (atoms.rows @ atoms.counts).astype(np.int64)
    filled = np.diff(atoms.rows.indptr) > 0
    near = _connected(atoms.rows, len(asked)) & filled
    ours = np.flatnonzero(near[: len(asked)])
    earlier = np.flatnonzero(near[len(asked) :])
    marks = [Mark.WITHHELD] * len(asked)
    if len(ours):
        remembered = list(before.values())
        of_category = np.array([cell.category is not None for cell in (*asked, *before)])
        decided = protect(
            atoms.counts,
            atoms.rows[ours],
            atoms.rows[earlier + len(asked)] if len(earlier) else None,
            tuple(remembered[i] for i in earlier),
            of_category[np.concatenate([ours, earlier + len(asked)])],
        )
        for row, mark in zip(ours.tolist(), decided.marks, strict=True):
            marks[row] = mark
    return list(zip(marks, sums[: len(asked)].tolist(), strict=True))


def _connected(rows: csr_array, asked: int) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Say of each row whether it shares atoms with one of the first `asked`, by way of others."""
    m, n = rows.shape
    coordinates = rows.tocoo()
    graph = csr_array(
        (np.ones(len(coordinates.data)), (coordinates.coords[0], coordinates.coords[1] + m)),
        shape=(m + n, m + n),
    )
    _, label = connected_components(graph, directed=False)
    near: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.isin(label[:m], label[:asked])
    return near
