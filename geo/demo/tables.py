"""The demo city's own small tables under ``data/demo``: figures, categories, profiles, words for names."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

_FOLDER = Path(__file__).resolve().parents[2] / "data" / "demo"

Floats = npt.NDArray[np.float64]


@lru_cache(maxsize=1)
def figures() -> dict[str, Any]:
    """Return ``city.toml``: place, size, households, incidents and hotspots."""
    with (_FOLDER / "city.toml").open("rb") as file:
        return tomllib.load(file)


def categories() -> pd.DataFrame:
    """Return ``categories.csv``: the tree, and how each leaf behaves (share, hours, delays)."""
    return pd.read_csv(_FOLDER / "categories.csv", dtype={"parent_code": "str"})


def leaf_categories() -> pd.DataFrame:
    """Return the categories that incidents have: those with a parent, positions 0..n-1."""
    table = categories()
    return table[table["parent_code"].notna()].reset_index(drop=True)


def profile(name: str) -> dict[str, Floats]:
    """Return the rows of ``hours.csv`` or ``weekdays.csv`` by profile, each scaled to a mean of 1."""
    table = pd.read_csv(_FOLDER / f"{name}.csv", index_col="profile")
    return {str(key): row / row.mean() for key, row in zip(table.index, table.to_numpy(float), strict=True)}


def words(use: str) -> list[str]:
    """Return the words for names of `use` (ward, former, major, minor, bridge), in the file's order."""
    table = pd.read_csv(_FOLDER / "words.csv", dtype="str")
    return table.loc[table["use"] == use, "word"].tolist()
