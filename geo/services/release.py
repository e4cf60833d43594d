"""Counts of incidents that leave: withheld where all that ever left would give away a small one.

Every cell that ever left is remembered by what it counts (units, days, category, origin) and how it left,
without its value. A new table is decided upon with all of these that touch it, over atoms of ward, days that
no figure tells apart, kinds and origins, and remembered in the same transaction; two exports at the same
time wait for each other, or each would be harmless alone.

Limits, besides those of `geo.analysis.disclosure`: the values of earlier cells are those of today's data
(an incident entered late changes them: who compares two printouts of the same question sees that change),
cells of units that are no more are forgotten; what was read on the screen or left as a picture of a density
is no cell. Counted in full, over all
units, whatever the reader's scope: earlier exports were others'. Nothing of that is shown.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from sqlalchemy import Connection, text

from geo.analysis.disclosure import Mark, Release, protect
from geo.domain.kinds import OriginFilter
from geo.domain.roles import OPERATOR, Actor, Permission
from geo.services.categories import with_those_below
from geo.services.days import local_days, utc_bounds
from geo.services.hotspots import Asked, HotspotQuery, asked
from geo.store.engine import Database, transaction

TOPIC = "incidents"
_LOCK = 7_340_117  # of this table: one decision at a time
_EPOCH = date(1970, 1, 1)
_SCHEMA = 1

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cell:
    """What one figure counts: incidents in `units` (codes; "*" is every ward) from `start` to `end`."""

    units: tuple[str, ...]
    start: date
    end: date
    category: str | None = None
    origin: OriginFilter = OriginFilter.REPORTED

    @classmethod
    def of(cls, query: HotspotQuery, units: tuple[str, ...]) -> "Cell":
        """Return the cell of `query` in these units."""
        return cls(units, query.start, query.end, query.category, query.origin)


def release_incidents(database: Database, actor: Actor, cells: Sequence[Cell]) -> Release:
    """Decide how the cells of one table leave, and remember it. Call it when the table is to leave.

    cells : all figures of the table, its totals among them
    Raises InputError ``unknown_unit``, ``unknown_category``.
    """
    actor.require(Permission.EXPORT)
    full = _in_full(database, cells)
    with transaction(database, actor) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        known = {"*", *(unit.code for unit in full.wards.units)}
        held = {cell: mark for cell, mark in _remembered(connection).items() if known.issuperset(cell.units)}
        before = _touching(cells, held)
        atoms = _Atoms(full, [*cells, *before])
        found = protect(
            atoms.counts,
            atoms.rows(cells),
            atoms.rows(list(before)) if before else None,
            tuple(before.values()),
        )
        _remember(connection, actor, cells, found.marks)
    return found


def _in_full(database: Database, cells: Sequence[Cell]) -> Asked:
    """Return all incidents and wards; what is counted of them never leaves this module but as marks."""
    first, last = min(cell.start for cell in cells), max(cell.end for cell in cells)
    return asked(database, OPERATOR, HotspotQuery(first, last, origin=OriginFilter.ALL))


def _remembered(connection: Connection) -> dict[Cell, Mark]:
    """Return every cell that left, with the most that was said of it."""
    said: dict[Cell, Mark] = {}
    order = (Mark.WITHHELD, Mark.SMALL, Mark.GIVEN)
    for (held,) in connection.execute(
        text("SELECT cells FROM diaban.disclosure WHERE topic = :topic ORDER BY id"), {"topic": TOPIC}
    ):
        for entry, mark in zip(held["cells"], held["marks"], strict=True):
            cell, now = _read(entry), Mark(mark)
            said[cell] = max(said.get(cell, now), now, key=order.index)
    return said


def _touching(cells: Sequence[Cell], held: dict[Cell, Mark]) -> dict[Cell, Mark]:
    """Return the cells of `held` whose days meet those of `cells`, by way of one another."""
    start, end = min(cell.start for cell in cells), max(cell.end for cell in cells)
    while True:
        near = {c: mark for c, mark in held.items() if c.start <= end and c.end >= start}
        wider = min([start, *(c.start for c in near)]), max([end, *(c.end for c in near)])
        if wider == (start, end):
            return near
        start, end = wider


def _remember(connection: Connection, actor: Actor, cells: Sequence[Cell], marks: Sequence[Mark]) -> None:
    held = {"schema": _SCHEMA, "cells": [_written(cell) for cell in cells], "marks": list(marks)}
    connection.execute(
        text(
            "INSERT INTO diaban.disclosure (account_id, topic, cells) VALUES (:id, :topic, CAST(:c AS jsonb))"
        ),
        {"id": actor.account_id, "topic": TOPIC, "c": json.dumps(held)},
    )


def _written(cell: Cell) -> list[Any]:
    return [
        list(cell.units), cell.start.isoformat(), cell.end.isoformat(), cell.category, cell.origin.value,
    ]  # fmt: skip


def _read(entry: list[Any]) -> Cell:
    units, start, end, category, origin = entry
    return Cell(
        tuple(units), date.fromisoformat(start), date.fromisoformat(end), category, OriginFilter(origin)
    )


class _Atoms:
    """The finest parts that the cells tell apart, counted: ward x stretch of days x kind x origin."""

    def __init__(self, full: Asked, cells: Sequence[Cell]) -> None:
        self._full = full
        borders = {_day(c.start) for c in cells} | {_day(c.end) + 1 for c in cells}
        self._borders = np.array(sorted(borders))
        kinds = sorted({c.category for c in cells if c.category is not None})
        self._kinds = self._kinds_of(kinds)
        self._of_units: dict[tuple[str, ...], Positions] = {}
        self._shape = (len(full.wards), len(self._borders) - 1, self._top_kind() + 1, 2)
        self.counts = self._counted()

    def _kinds_of(self, asked_kinds: Iterable[str]) -> dict[int, int]:
        """Number the categories by which of the asked ones they belong to."""
        sets = [(code, with_those_below(self._full.categories, code)) for code in asked_kinds]
        signature = {
            category.id: frozenset(code for code, ids in sets if category.id in ids)
            for category in self._full.categories
        }
        number = {held: i for i, held in enumerate(sorted(set(signature.values()), key=sorted))}
        self._codes = {i: held for held, i in number.items()}
        return {category_id: number[held] for category_id, held in signature.items()}

    def _top_kind(self) -> int:
        return max(self._kinds.values(), default=0)

    def _counted(self) -> npt.NDArray[np.int64]:
        columns = self._full.columns
        first, last = (_EPOCH + timedelta(days=int(day)) for day in (self._borders[0], self._borders[-1] - 1))
        part = columns.between(*utc_bounds(first, last))
        rows = np.arange(part.start, part.stop)
        ward = self._full.ward_of(rows)
        rows, ward = rows[ward >= 0], ward[ward >= 0]
        days = local_days(columns.occurred[rows])
        stretch = np.searchsorted(self._borders, days, side="right") - 1
        kind_of = np.zeros(max([int(columns.category_id.max(initial=0)), *self._kinds]) + 1, dtype=np.int64)
        for category_id, kind in self._kinds.items():
            kind_of[category_id] = kind
        place = np.ravel_multi_index(
            (ward, stretch, kind_of[columns.category_id[rows]], columns.discovered[rows].astype(np.int64)),
            self._shape,
        )
        return np.bincount(place, minlength=int(np.prod(self._shape))).astype(np.int64)

    def rows(self, cells: Sequence[Cell]) -> csr_array:
        """Return (cells, atoms) of 0 and 1."""
        held = [self._atoms_of(cell) for cell in cells]
        pointer = np.concatenate([[0], np.cumsum([len(one) for one in held])])
        index = np.concatenate(held)
        return csr_array((np.ones(len(index)), index, pointer), shape=(len(cells), len(self.counts)))

    def _atoms_of(self, cell: Cell) -> Positions:
        first, stop = np.searchsorted(self._borders, [_day(cell.start), _day(cell.end) + 1])
        kinds = [i for i, codes in self._codes.items() if cell.category is None or cell.category in codes]
        origins = {OriginFilter.REPORTED: [0], OriginFilter.DISCOVERED: [1]}.get(cell.origin, [0, 1])
        where = np.ix_(self._wards_of(cell.units), np.arange(first, stop), np.array(kinds), np.array(origins))
        return np.sort(np.ravel_multi_index(where, self._shape).ravel())

    def _wards_of(self, units: tuple[str, ...]) -> Positions:
        if units not in self._of_units:
            held = [self._full.wards.positions(None if code == "*" else code) for code in units]
            self._of_units[units] = np.unique(np.concatenate(held))
        return self._of_units[units]


def _day(day: date) -> int:
    return (day - _EPOCH).days
