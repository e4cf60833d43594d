"""The wards that the rows of a file name, looked up by what is written and where rows lie."""
# ruff: noqa: S608 (SQL is put together from names of our own tables and functions; values are bound)

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, text

from geo.intake.faults import Faults
from geo.intake.former_wards import districts_and_provinces, that_became
from geo.intake.unit_names import Directory, Meaning, Unit, Written
from geo.services.imports.places import NONE, Areas, Ids

Facts = dict[str, object]

# So many words are told of one by one; the rows of all others are told together.
_WORDS_TOLD = 100
_CANDIDATES_TOLD = 6
_LETTERS_TOLD = 60
_NOTES: Mapping[str, str] = {
    "mended": "unit_code_mended",
    "other_type": "unit_other_type",
    "lineage": "unit_by_lineage",
}


def directory(connection: Connection, *, sees_all: bool) -> Directory:
    """Return every unit that a row could name, also those that the actor does not see.

    Lineage that is stored comes first; the public record of the merger of 2025 stands in for what is not.
    """
    units = "diaban.admin_unit" if sees_all else "diaban.unit_names()"
    lineage = (
        "(SELECT l.*, d.number AS decision FROM diaban.unit_lineage l "
        "LEFT JOIN diaban.legal_document d ON d.id = l.document_id)"
        if sees_all
        else "diaban.unit_successors()"
    )
    rows = {
        row.id: row
        for row in connection.execute(
            text(
                "SELECT id, code, level, name, full_name, parent_id, valid @> current_date AS holds, "
                f"upper(valid) <= current_date AS ended FROM {units} u ORDER BY code, id"
            )
        )
    }
    successors: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(
        text(f"SELECT from_unit_id, to_unit_id, on_date, decision FROM {lineage} l ORDER BY on_date")
    ):
        successors[row.from_unit_id].append(row)
    return _Stored(rows, successors).directory()


@dataclass(frozen=True)
class _Stored:
    """Units of the store by id, and what each went into."""

    rows: Mapping[int, Any]
    successors: Mapping[int, Sequence[Any]]

    def directory(self) -> Directory:
        wards = {id_: row for id_, row in self.rows.items() if row.level == "ward"}
        present = [self._unit(row, (row.code,)) for row in wards.values() if row.holds]
        ended = {row.code: id_ for id_, row in wards.items() if row.ended and self.successors.get(id_)}
        codes = {unit.code for unit in present}
        former = [self._former(id_) for id_ in ended.values()]
        known = [
            Unit(unit.code, unit.names, unit.parents, self._today(unit.became, codes, ended), unit.since)
            for unit in that_became(codes | ended.keys())
            if unit.code not in ended
        ]
        formers = [unit for unit in (*former, *known) if not codes.isdisjoint(unit.became)]
        return Directory([*present, *formers], districts_and_provinces() if known else ())

    def _unit(self, row: Any, became: tuple[str, ...], **since: Any) -> Unit:
        return Unit(row.code, _names(row), tuple(self._parents(row)), became, **since)

    def _former(self, id_: int) -> Unit:
        first = self.successors[id_][0]
        since = {"since": first.on_date, "decision": first.decision or ""}
        return self._unit(self.rows[id_], self._ends(id_), **since)

    def _parents(self, row: Any) -> Iterable[str]:
        above = self.rows.get(row.parent_id)
        while above is not None:
            yield _names(above)[0]
            above = self.rows.get(above.parent_id)

    def _ends(self, id_: int) -> tuple[str, ...]:
        """Codes of what a unit is in the end, through every succession that is stored."""
        open_, seen, ends = [id_], {id_}, set()
        while open_:
            at = open_.pop()
            following = [] if self.rows[at].holds else self.successors.get(at, [])
            if not following:
                ends.add(self.rows[at].code)
            new = {row.to_unit_id for row in following} - seen
            seen |= new
            open_ += new
        return tuple(sorted(ends))

    def _today(self, became: Sequence[str], codes: set[str], ended: Mapping[str, int]) -> tuple[str, ...]:
        followed = {
            end
            for code in became
            for end in (self._ends(ended[code]) if code in ended and code not in codes else (code,))
        }
        return tuple(sorted(followed))


def _names(row: Any) -> tuple[str, ...]:
    return (row.full_name, row.name) if row.full_name else (row.name,)


def look_up(
    columns: Sequence[pd.Series],
    wards: Areas,
    known: Callable[[], Directory],
    faults: Faults,
    held: Ids | None,
) -> Ids:
    """(n,) id of the ward that each row names, NONE where it names none or is left out.

    columns : (n,) words for the ward, and for what it belongs to; wards : those that the actor sees
    held : (n,) the ward that each row lies in; it decides where a name could be several wards'
    """
    codes, distinct = pd.factorize(columns[0])
    found = np.array([*(wards.by_code.get(word, NONE) for word in distinct), NONE], dtype=np.int64)[codes]
    rows = np.flatnonzero((found == NONE) & (codes >= 0))
    if len(rows):
        _Asked(columns, wards, known(), faults, found, held).settle(rows)
    return found


@dataclass
class _Asked:
    """The rows of a file while what they say of their ward is looked up; `found` is filled in."""

    columns: Sequence[pd.Series]
    wards: Areas
    directory: Directory
    faults: Faults
    found: Ids
    held: Ids | None
    refused: dict[str, dict[int, Facts]] = field(default_factory=lambda: defaultdict(dict))
    noted: list[tuple[Ids, str, Facts]] = field(default_factory=list)

    def settle(self, rows: Ids) -> None:
        group, asked = _distinct(self.columns, rows)
        order = np.argsort(group, kind="stable")
        ends = np.searchsorted(group[order], np.arange(len(asked) + 1))
        which = np.full(len(self.found), NONE, dtype=np.int64)
        which[rows] = group
        for at, (one, meaning) in enumerate(zip(asked, self.directory.find_all(asked), strict=True)):
            self._settle_word(at, one, meaning, rows[order[ends[at] : ends[at + 1]]])
        self._refuse(which)
        self._note()

    def _settle_word(self, at: int, asked: Written, meaning: Meaning, rows: Ids) -> None:
        word = asked.word[:_LETTERS_TOLD]
        if meaning.certain:
            self._settle_certain(at, word, meaning, rows)
        elif meaning.how == "unknown":
            self.refused["unknown_unit"][at] = {"code": word}
        elif meaning.how == "elsewhere":
            said = ", ".join((word, *asked.parents))
            candidates = self._candidates(meaning.units)
            self.refused["unit_elsewhere"][at] = {"word": said, "candidates": candidates}
        else:
            self._settle_by_place(at, word, meaning, rows)

    def _settle_certain(self, at: int, word: str, meaning: Meaning, rows: Ids) -> None:
        code = meaning.codes[0]
        ward = self.wards.by_code.get(code, NONE)
        facts: Facts = {"word": word, "code": code, "unit": self._name(code)}
        if ward == NONE:
            self.refused["unit_outside_scope"][at] = facts
            return
        self.found[rows] = ward
        if meaning.how in _NOTES:
            self.noted.append((rows, _NOTES[meaning.how], facts | _before(meaning.units[0])))
        gone = tuple(unit for unit in meaning.rivals if code not in unit.became)
        if gone:
            self.noted.append((rows, "unit_named_as_before", facts | {"candidates": self._candidates(gone)}))

    def _settle_by_place(self, at: int, word: str, meaning: Meaning, rows: Ids) -> None:
        candidates: Facts = {"word": word, "candidates": self._candidates(meaning.units)}
        split = len(meaning.units) == 1
        facts: Facts = candidates | (_before(meaning.units[0]) if split else {})
        self.refused["unit_split" if split else "ambiguous_unit"][at] = facts
        if self.held is None:
            return
        for code in meaning.codes:
            ward = self.wards.by_code.get(code, NONE)
            inside = rows[self.held[rows] == ward] if ward != NONE else rows[:0]
            if len(inside):
                self.found[inside] = ward
                self.noted.append(
                    (inside, "unit_by_place", candidates | {"code": code, "unit": self._name(code)})
                )

    def _refuse(self, which: Ids) -> None:
        """Leave out the rows that found nothing, each with the reason of its word."""
        for code, facts in self.refused.items():
            mask = np.isin(which, list(facts)) & (self.found == NONE)
            self.faults.reject(mask, code, lambda row, facts=facts: facts[int(which[row])])  # type: ignore[misc]

    def _note(self) -> None:
        first, rest = self.noted[:_WORDS_TOLD], self.noted[_WORDS_TOLD:]
        for rows, code, facts in first:
            self._warn(code, [(rows, facts)])
        for code in dict.fromkeys(code for _, code, _ in rest):
            self._warn(code, [(rows, facts) for rows, other, facts in rest if other == code])

    def _warn(self, code: str, told: Sequence[tuple[Ids, Facts]]) -> None:
        mask = np.zeros(len(self.found), dtype=bool)
        which: dict[int, int] = {}
        for at, (rows, _) in enumerate(told):
            mask[rows] = True
            which |= dict.fromkeys(rows.tolist(), at) if len(told) > 1 else {}

        @cache
        def facts(at: int) -> Facts:
            rows, words = told[at]
            # Asked for when all rows are judged: those left out for another reason do not count.
            return {**words, "rows": int((~self.faults.bad[rows]).sum())}

        self.faults.warn(mask, code, lambda row: facts(which.get(row, 0)))

    def _name(self, code: str) -> str:
        return self.directory[code].shown if code in self.directory else "…"

    def _candidates(self, units: Sequence[Unit]) -> str:
        """The units with their codes; of a former one also what it became."""
        told = [self._candidate(unit) for unit in units[:_CANDIDATES_TOLD]]
        more = len(units) - len(told)
        return "; ".join([*told, *([f"… (+{more})"] if more else [])])

    def _candidate(self, unit: Unit) -> str:
        codes = ", ".join(f"{self._name(code)} [{code}]" for code in unit.became)
        return f"{unit.shown} → {codes}" if unit.since else codes


def _before(unit: Unit) -> Facts:
    return {
        "before": unit.shown,
        "since": unit.since.isoformat() if unit.since else "",
        "decision": f" ({unit.decision})" if unit.decision else "",
    }


def _distinct(columns: Sequence[pd.Series], rows: Ids) -> tuple[npt.NDArray[np.int64], list[Written]]:
    """(m,) which of the distinct things said each of `rows` says, and these."""
    combined = np.zeros(len(rows), dtype=np.int64)
    for column in columns:
        codes, distinct = pd.factorize(column.iloc[rows])
        # Numbered anew after each column, so that the product of three counts cannot run over.
        combined, _ = pd.factorize(combined * (len(distinct) + 1) + codes + 1)
    first = np.unique(combined, return_index=True)[1]
    said = [
        [None if pd.isna(cell) else str(cell) for cell in column.iloc[rows[first]].tolist()]
        for column in columns
    ]
    return combined.astype(np.int64), [
        Written(str(word), tuple(parent for parent in parents if parent))
        for word, *parents in zip(*said, strict=True)
    ]
