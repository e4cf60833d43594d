"""The finest parts that cells tell apart, counted: places that lie in the same areas, by days and kinds.

Read in full, over all units, whatever the reader's scope: earlier exports were others'. Nothing of that is
shown.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from sqlalchemy import Connection

from geo import settings
from geo.analysis.disclosure_sums import NONE, classes
from geo.domain.errors import InputError
from geo.domain.kinds import OriginFilter
from geo.services.categories import read_categories, with_those_below
from geo.services.coverage.on_a_day import FRESH_DAYS
from geo.services.days import day_number
from geo.services.release.cells import EVERY_WARD, EVERYTHING, Area, Cell, Measure, Part
from geo.store import read_release

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_FLAGS = (0, 1, 2)


class Atoms:
    """The atoms of `cells`, all of one measure. counts : (atoms,); rows : (cells, atoms) of 0 and 1."""

    def __init__(self, connection: Connection, cells: Sequence[Cell]) -> None:
        measure = cells[0].measure
        first, last = min(cell.start for cell in cells), max(cell.end for cell in cells)
        found = read_release.counted(connection, measure.value, _params(first, last))
        places = _Places(connection, cells, found)
        kinds = _Kinds(connection, cells)
        conditions = list(dict.fromkeys(_condition(cell) for cell in cells))
        found = found.assign(category_id=kinds.of(found["category_id"].to_numpy()))
        # What no record is of is an atom as well, of none: who attacks does not know that it is.
        possible = _possible(cells, conditions, kinds.numbers())
        told = np.concatenate([_bits(conditions, kinds, found), _bits(conditions, kinds, possible)])
        kept, signature = np.unique(told, axis=0, return_inverse=True)
        signature = signature.ravel()[: len(found)]
        size = (places.size, len(kept))
        flat = np.bincount(
            places.of_record * size[1] + signature, weights=found["n"].to_numpy(), minlength=size[0] * size[1]
        )
        self.counts: Ints = flat.astype(np.int64)
        self.rows = _rows(
            cells, places, {c: np.flatnonzero(kept[:, i]) for i, c in enumerate(conditions)}, size
        )


def _params(first: date, last: date) -> dict[str, Any]:
    zone = settings.load().timezone
    return {
        "zone": str(zone), "start": datetime.combine(first, time(), zone), "day": day_number(first),
        "stop": datetime.combine(last + timedelta(days=1), time(), zone), "date": first,
        "fresh_days": FRESH_DAYS,
    }  # fmt: skip


_Condition = tuple[date, date, str | None, OriginFilter, Part]


def _condition(cell: Cell) -> _Condition:
    return cell.start, cell.end, cell.category, cell.origin, cell.part


class _Kinds:
    """Categories numbered by which of the asked ones they belong to."""

    def __init__(self, connection: Connection, cells: Iterable[Cell]) -> None:
        codes = sorted({cell.category for cell in cells if cell.category is not None})
        categories = read_categories(connection) if codes else ()
        sets = [(code, with_those_below(categories, code)) for code in codes]
        signature = {c.id: frozenset(code for code, ids in sets if c.id in ids) for c in categories}
        # Where the asked ones are all there are, nothing is of another: who knows the list knows that too.
        distinct = sorted(set(signature.values()) or {frozenset()}, key=sorted)
        self._codes = dict(enumerate(distinct))
        number = {held: i for i, held in self._codes.items()}
        self._number = {category: number[held] for category, held in signature.items()}

    def of(self, categories: Ints) -> Ints:
        known = pd.Series(categories).map(self._number).fillna(0).to_numpy(np.int64)
        return np.asarray(known, dtype=np.int64)

    def numbers(self) -> list[int]:
        return list(self._codes)

    def under(self, code: str) -> list[int]:
        return [number for number, codes in self._codes.items() if code in codes]


def _possible(cells: Sequence[Cell], conditions: Sequence[_Condition], kinds: list[int]) -> pd.DataFrame:
    """Return one of each that the conditions may tell apart, whether there is any or not."""
    starts = sorted(
        {day for start, end, *_ in conditions for day in (day_number(start), day_number(end) + 1)}
    )
    ends = sorted({day_number(end) for _, end, _, _, part in conditions if part is Part.CLEARED})
    parts = {cell.part for cell in cells}
    done = [*ends, read_release.NEVER] if ends else [read_release.NEVER]
    flags = _FLAGS if parts - {Part.ALL, Part.CLEARED} else (0,)
    overdue = cells[0].measure is Measure.OVERDUE
    rows = product(starts, kinds, (0, 1), done, (1,) if overdue else flags)
    found = pd.DataFrame(list(rows), columns=["day", "category_id", "discovered", "done", "flag"])
    # What is resolved before it occurs is no secret: there is none, and whoever attacks knows that.
    return found[found["done"] >= found["day"]] if cells[0].measure is Measure.INCIDENTS else found


def _bits(conditions: Sequence[_Condition], kinds: _Kinds, rows: pd.DataFrame) -> Mask:
    """Return (rows, conditions): which row counts to which condition."""
    day, kind, done, flag = (rows[name].to_numpy() for name in ("day", "category_id", "done", "flag"))
    discovered = rows["discovered"].to_numpy() == 1
    told = np.zeros((len(rows), len(conditions)), dtype=bool)
    for i, (start, end, category, origin, part) in enumerate(conditions):
        held = (day >= day_number(start)) & (day <= day_number(end))
        if category is not None:
            held &= np.isin(kind, kinds.under(category))
        if origin is not OriginFilter.ALL:
            held &= discovered == (origin is OriginFilter.DISCOVERED)
        if part is Part.CLEARED:
            held &= done <= day_number(end)
        elif part in {Part.ON_TIME, Part.FRESH}:
            held &= flag == 1
        elif part is Part.STALE:
            held &= flag == 0
        elif part is Part.LATER:
            held &= flag == 2
        elif part is Part.KNOWN:
            held &= flag != 2
        told[:, i] = held
    return told


class _Places:
    """Places put together that no area tells apart. of_record : (records,) place; of_area : its places."""

    def __init__(self, connection: Connection, cells: Sequence[Cell], found: pd.DataFrame) -> None:
        areas = list(dict.fromkeys(cell.units for cell in cells))
        finer = any(token.lstrip("-")[0] in "~#" for area in areas for token in area)
        if not finer:
            found = found.assign(block_id=0)
        units = read_release.units(connection)
        blocks = read_release.blocks(connection) if finer else pd.DataFrame({"id": [], "unit_id": []})
        # What has none of anything is a place as well; but that nothing is kept under a province itself, or
        # in a ward outside of all its blocks, is no secret.
        bare = units.loc[(units["ward"] == 1) & ~units["id"].isin(blocks["unit_id"]), "id"]
        places = [
            found[["unit_id", "block_id"]],
            pd.DataFrame({"unit_id": bare, "block_id": 0}),
            blocks.rename(columns={"id": "block_id"}).astype("int64"),
        ]
        every = pd.concat(places, ignore_index=True).drop_duplicates(ignore_index=True)
        tokens = _Tokens(connection, units, every, areas)
        held = [tokens.of(area) for area in areas]
        pointer = np.concatenate([[0], np.cumsum([len(one) for one in held])])
        index = np.concatenate(held) if held else np.zeros(0, dtype=np.int64)
        label = classes(csr_array((np.ones(len(index)), index, pointer), shape=(len(areas), len(every))))
        self.size = int(label.max(initial=NONE)) + 1
        if (label == NONE).any():  # what no area holds is one place more
            label = np.where(label == NONE, self.size, label)
            self.size += 1
        position = pd.MultiIndex.from_frame(every).get_indexer(
            pd.MultiIndex.from_frame(found[["unit_id", "block_id"]])
        )
        self.of_record: Ints = label[position]
        self.of_area = {area: np.unique(label[one]) for area, one in zip(areas, held, strict=True)}


class _Tokens:
    """Which of `places` (unit_id, block_id) a token names."""

    def __init__(
        self, connection: Connection, units: pd.DataFrame, places: pd.DataFrame, areas: Sequence[Area]
    ) -> None:
        self._unit, self._block = (places[name].to_numpy() for name in ("unit_id", "block_id"))
        self._units = units
        self._below: dict[int, list[int]] = {}
        for unit, parent in zip(units["id"].tolist(), units["parent_id"].tolist(), strict=True):
            self._below.setdefault(parent, []).append(unit)
        self._blocks_of = _members(connection, areas)
        self._known: dict[str, Ints] = {}

    def of(self, area: Area) -> Ints:
        held: Mask = np.zeros(len(self._unit), dtype=bool)
        for token in sorted(area, key=lambda name: name.startswith("-")):
            held[self._of(token.removeprefix("-"))] = not token.startswith("-")
        return np.flatnonzero(held)

    def _of(self, token: str) -> Ints:
        if token not in self._known:
            self._known[token] = np.flatnonzero(self._mask(token))
        return self._known[token]

    def _mask(self, token: str) -> Mask:
        if token == EVERYTHING:
            return np.ones(len(self._unit), dtype=bool)
        if token == EVERY_WARD:
            return np.asarray(np.isin(self._unit, self._units.loc[self._units["ward"] == 1, "id"]))
        if token.startswith("~"):
            return np.asarray(np.isin(self._block, self._blocks_of.get(token, [])) & (self._block != 0))
        if token.startswith("#"):
            return np.asarray(self._block == int(token[1:]))
        roots = self._units.loc[self._units["code"] == token, "id"].tolist()
        if not roots:
            raise InputError("unknown_unit", code=token)
        inside, open_ones = set(roots), list(roots)
        while open_ones:
            more = [unit for unit in self._below.get(open_ones.pop(), []) if unit not in inside]
            inside |= set(more)
            open_ones += more
        held: Mask = np.isin(self._unit, list(inside))
        return held


def _members(connection: Connection, areas: Sequence[Area]) -> dict[str, list[int]]:
    """Return the blocks of each token of a beat."""
    wanted: dict[str, set[str]] = {}
    for token in {token.removeprefix("-") for area in areas for token in area}:
        if token.startswith("~"):
            code, _, day = token[1:].rpartition("@")
            wanted.setdefault(day, set()).add(code)
    found: dict[str, list[int]] = {}
    for day, codes in wanted.items():
        rows = read_release.members(connection, sorted(codes), day)
        for code, number in zip(rows["code"], rows["block_id"].tolist(), strict=True):
            found.setdefault(f"~{code}@{day}", []).append(number)
    return found


def known_units(connection: Connection) -> set[str]:
    """Return the codes of all units that there are."""
    return set(read_release.units(connection)["code"])


def _rows(
    cells: Sequence[Cell], places: _Places, told: dict[_Condition, Ints], size: tuple[int, int]
) -> csr_array:
    held = [
        (places.of_area[cell.units][:, None] * size[1] + told[_condition(cell)][None, :]).ravel()
        for cell in cells
    ]
    pointer = np.concatenate([[0], np.cumsum([len(one) for one in held])])
    index = np.concatenate(held)
    return csr_array((np.ones(len(index)), index, pointer), shape=(len(cells), size[0] * size[1]))
