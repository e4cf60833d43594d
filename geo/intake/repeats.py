"""Rows of one file with the same key: parts of one thing are put together, anything else is left out."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.domain.kinds import Kind
from geo.intake import areas
from geo.intake.columns import WKT_FIELD
from geo.intake.faults import Faults

Counts = npt.NDArray[np.int64]

BLOCK_SEPARATOR = ";"


def settle(
    table: pd.DataFrame, kind: Kind, key: tuple[str, ...], faults: Faults
) -> tuple[pd.DataFrame, Counts]:
    """Return `table` with parts put into the first of their rows, and the row that each row went into.

    table : (n,) rows of a draft on a 0..n-1 index; rows at fault are passed over
    A row that stands for itself went into itself. Of other rows with one key the first stays and the
    later ones are left out as ``duplicate_key``, naming the first.
    """
    own = np.arange(len(table), dtype=np.int64)
    leader = own.copy()
    good = np.flatnonzero(~faults.bad)
    if WKT_FIELD in table and kind is not Kind.STREETS:
        table = _merge_areas(table, good, faults, leader)
    elif kind is Kind.BEATS:
        table = _merge_block_lists(table, good, faults, leader)
    _reject_repeated(table.loc[~faults.bad & (leader == own), list(key)], faults)
    return table, leader


def _merge_areas(table: pd.DataFrame, good: Counts, faults: Faults, leader: Counts) -> pd.DataFrame:
    shapes = table[WKT_FIELD].to_numpy(dtype=object, copy=True)
    names = table["name"] if "name" in table else pd.Series("", index=table.index)
    own = [column.iloc[good].reset_index(drop=True) for column in (names, table["code"])]
    for parts, area in areas.merge_parts(shapes[good], *own):
        _put_into_first(good[parts], faults, leader)
        shapes[good[parts[0]]] = area
    return table.assign(**{WKT_FIELD: pd.Series(shapes, dtype=object)})


def _merge_block_lists(table: pd.DataFrame, good: Counts, faults: Faults, leader: Counts) -> pd.DataFrame:
    """One row a block is as good a list of a beat's blocks as one cell with all of them."""
    lists = table["block_codes"].to_numpy(dtype=object, copy=True)
    codes = table["code"].iloc[good]
    repeated = codes[codes.duplicated(keep=False)]
    for _, rows in repeated.groupby(repeated, sort=False):
        positions = rows.index.to_numpy(np.int64)
        _put_into_first(positions, faults, leader)
        lists[positions[0]] = BLOCK_SEPARATOR.join(cell for cell in lists[positions] if isinstance(cell, str))
    return table.assign(block_codes=pd.Series(lists, dtype="str"))


def _put_into_first(positions: Counts, faults: Faults, leader: Counts) -> None:
    mask = np.zeros(len(leader), dtype=bool)
    mask[positions] = True
    faults.warn(mask, "parts_merged")
    leader[positions] = positions[0]


def _reject_repeated(keys: pd.DataFrame, faults: Faults) -> None:
    # Only the keys that occur again are looked at one by one.
    repeated = keys.loc[keys.duplicated(keep=False)]
    if not len(repeated):
        return
    words = [" · ".join(map(_key_word, row)) for row in repeated.itertuples(index=False)]
    first: dict[str, int] = {}
    again: dict[int, tuple[str, int]] = {}
    for position, word in zip(repeated.index.tolist(), words, strict=True):
        if word in first:
            again[position] = (word, int(faults.rows[first[word]]))
        else:
            first[word] = position
    mask = np.zeros(len(faults.rows), dtype=bool)
    mask[list(again)] = True
    faults.reject(mask, "duplicate_key", lambda at: dict(zip(("key", "row"), again[at], strict=True)))


def _key_word(word: object) -> str:
    return word.date().isoformat() if isinstance(word, pd.Timestamp) else str(word)
