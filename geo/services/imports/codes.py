"""Codes that the rows of a file give, looked up; those that a spreadsheet took for numbers are put right."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from geo.domain.text import fold
from geo.intake.faults import Faults
from geo.intake.former_wards import former_wards
from geo.intake.unit_names import number_of
from geo.services.imports.places import NONE, Areas, Ids

_CANDIDATES_TOLD = 6
_LETTERS_TOLD = 60
_WARD_DIGITS = 5


class Codes:
    """Codes that there are, found also without the zeros before them ("7", "7.0" for "007")."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._by_value: dict[str, list[str]] = defaultdict(list)
        for code in sorted(self._known):
            value = number_of(code)
            if value is not None:
                self._by_value[value].append(code)

    def meant(self, word: str) -> list[str]:
        """Return the codes that `word` may be: itself, or those of the same number."""
        if word in self._known:
            return [word]
        value = number_of(word)
        return [] if value is None else self._by_value.get(value, [])


def look_up(words: pd.Series, known: Mapping[str, int], faults: Faults, unknown: str) -> Ids:
    """(n,) ids of the codes in `words`, NONE for nothing; rows of other codes are left out as `unknown`."""
    at, distinct = _distinct(words)
    codes = Codes(known)
    meant = [codes.meant(word) for word in distinct]
    found = _of_rows(at, [known[one[0]] if len(one) == 1 else NONE for one in meant])
    told = [
        {"word": _short(word), "candidates": _list(one)} for word, one in zip(distinct, meant, strict=True)
    ]
    _refuse(found, at, distinct, meant, faults, unknown=unknown, several=("ambiguous_code", told))
    _warn_mended(at, distinct, meant, faults)
    return found


def mend(words: pd.Series, known: Iterable[str], faults: Faults) -> pd.Series:
    """Return `words` with each that only lacks its zeros put right; what is not known stays as it is."""
    at, distinct = _distinct(words)
    codes = Codes(known)
    meant = [codes.meant(word) for word in distinct]
    _warn_mended(at, distinct, meant, faults)
    put = [one[0] if len(one) == 1 else word for word, one in zip(distinct, meant, strict=True)]
    return pd.Series(np.array([*put, None], dtype=object)[at], index=words.index, dtype="str")


def mend_lists(lists: Sequence[Sequence[str]], known: Iterable[str], faults: Faults) -> list[list[str]]:
    """Return the lists of codes, one a row, with each code that only lacks its zeros put right."""
    codes = Codes(known)
    meant = [[(code, codes.meant(code)) for code in listed] for listed in lists]
    put = [[one[0] if len(one) == 1 else code for code, one in listed] for listed in meant]
    faults.warn(
        np.array([list(old) != new for old, new in zip(lists, put, strict=True)], dtype=bool),
        "code_mended",
        lambda row: {"word": _short(";".join(lists[row])), "code": _short(";".join(put[row]))},
    )
    return put


def mend_ward_codes(codes: pd.Series, stored: Collection[str], faults: Faults) -> pd.Series:
    """Return the codes of a file of wards with their zeros put back.

    A code is put right where a ward with it is stored, or where five digits make every code of the file an
    official one. Of rows that become one code the one that was right stays, or else the first; the others
    are left out as ``duplicate_key``.
    """
    official = {code for unit in former_wards() for code in unit.became}
    full = codes.map(lambda code: (number_of(code) or "").zfill(_WARD_DIGITS))
    known = {*stored, *(official if full.isin(official).all() else ())}
    mended = mend(codes, known, faults)
    right_first = np.argsort((mended != codes).to_numpy(), kind="stable")
    again = mended.iloc[right_first].duplicated().to_numpy()[np.argsort(right_first)]
    taken = dict(zip(mended[~again], faults.rows[~again].tolist(), strict=True))
    faults.reject(
        again, "duplicate_key", lambda row: {"key": mended.iloc[row], "row": taken[mended.iloc[row]]}
    )
    return mended


def look_up_blocks(words: pd.Series, blocks: Areas, units: Ids, held: Ids, faults: Faults) -> Ids:
    """(n,) ids of the blocks that `words` name by code or name, NONE for nothing.

    units : (n,) the ward of each row; held : (n,) the block that it lies in. These decide, in this order,
    where several blocks have the name; a name that stays several blocks' leaves its row out.
    """
    at, distinct = _distinct(words)
    codes, named = Codes(blocks.codes), _by_name(blocks)
    by_code = [codes.meant(word) for word in distinct]
    meant = [one or named.get(fold(word), []) for word, one in zip(distinct, by_code, strict=True)]
    found = _of_rows(at, [blocks.by_code[one[0]] if len(one) == 1 else NONE for one in meant])
    _settle_by_place(found, at, meant, blocks, (units, held))
    names = dict(zip(blocks.codes, blocks.names, strict=True))
    told = [
        {"word": _short(word), "candidates": _list([f"{names[code]} [{code}]" for code in one])}
        for word, one in zip(distinct, meant, strict=True)
    ]
    _refuse(found, at, distinct, meant, faults, unknown="unknown_block", several=("ambiguous_block", told))
    _warn_mended(at, distinct, by_code, faults)
    return found


def _settle_by_place(
    found: Ids, at: Ids, meant: Sequence[Sequence[str]], blocks: Areas, place: tuple[Ids, Ids]
) -> None:
    """Fill in the rows of words that several blocks have, one of which is in the row's ward or holds it."""
    units, held = place
    ward = dict(zip(blocks.ids.tolist(), blocks.units.tolist(), strict=True))
    ids = {word: [blocks.by_code[code] for code in one] for word, one in enumerate(meant) if len(one) > 1}
    here = {
        (word, unit): [block for block in some if ward[block] == unit]
        for word, some in ids.items()
        for unit in {ward[block] for block in some}
    }
    rows = np.flatnonzero(np.isin(at, list(ids)))
    # Row by row, among the rows of shared names alone: a dictionary answers quicker than a join would.
    for row, word, unit, block in zip(
        rows.tolist(), at[rows].tolist(), units[rows].tolist(), held[rows].tolist(), strict=True
    ):
        inside = here.get((word, unit), [])
        if len(inside) == 1:
            found[row] = inside[0]
        elif block in (inside or ids[word]):
            found[row] = block


def _refuse(
    found: Ids,
    at: Ids,
    distinct: Sequence[str],
    meant: Sequence[Sequence[str]],
    faults: Faults,
    *,
    unknown: str,
    several: tuple[str, Sequence[Mapping[str, object]]],
) -> None:
    count = _of_rows(at, [len(one) for one in meant])
    open_ = (found == NONE) & (at >= 0)
    code, told = several
    faults.reject(open_ & (count > 1), code, lambda row: told[at[row]])
    faults.reject(open_ & (count == 0), unknown, lambda row: {"code": _short(distinct[at[row]])})


def _warn_mended(at: Ids, distinct: Sequence[str], meant: Sequence[Sequence[str]], faults: Faults) -> None:
    mended = [len(one) == 1 and one[0] != word for word, one in zip(distinct, meant, strict=True)]
    faults.warn(
        _of_rows(at, mended) == 1,
        "code_mended",
        lambda row: {"word": _short(distinct[at[row]]), "code": meant[at[row]][0]},
    )


def _distinct(words: pd.Series) -> tuple[Ids, list[str]]:
    at, distinct = pd.factorize(words)
    return at, [str(word) for word in distinct]


def _of_rows(at: Ids, of_words: Sequence[int]) -> Ids:
    """(n,) the value of each row's word, NONE for rows without one."""
    return np.array([*of_words, NONE], dtype=np.int64)[at]


def _by_name(blocks: Areas) -> Mapping[str, list[str]]:
    named: dict[str, list[str]] = defaultdict(list)
    for code, name in zip(blocks.codes, blocks.names, strict=True):
        named[fold(name)].append(code)
    return named


def _short(word: str) -> str:
    return word[:_LETTERS_TOLD]


def _list(names: Sequence[str]) -> str:
    more = len(names) - _CANDIDATES_TOLD
    return "; ".join([*names[:_CANDIDATES_TOLD], *([f"… (+{more})"] if more > 0 else [])])
