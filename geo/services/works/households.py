"""Households of a scope, read once: the counts of any day follow from them without asking the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from geo.services.kept import Followed
from geo.store import read_works
from geo.store.engine import data_version

Array = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]

_LIMIT_BYTES = 256 * 1024 * 1024
_SUMS = ("permanent", "temporary", "absent")


@dataclass(frozen=True, eq=False)
class Ledger:
    """Households as they are stored now. Shared: never change them.

    places : block_id (0: none), unit_id, households, permanent, temporary, absent; each pair of ids once
    place, reviewed : (n,) of each household its row in `places`, and the day of its last review
    """

    places: pd.DataFrame
    place: npt.NDArray[np.int32]
    reviewed: npt.NDArray[np.int32]

    @classmethod
    def of(cls, rows: Mapping[str, Array]) -> "Ledger":
        """Return the ledger of `rows` as `read_works.households` gives them."""
        pairs = rows["unit_id"].astype(np.int64) << 32 | rows["block_id"].astype(np.int64)
        place, known = pd.factorize(pairs)
        size = len(known)
        places = pd.DataFrame({
            "block_id": known & 0xFFFFFFFF, "unit_id": known >> 32,
            "households": np.bincount(place, minlength=size),
            **{name: np.bincount(place, rows[name], minlength=size).astype(np.int64) for name in _SUMS},
        })  # fmt: skip
        return cls(places, place.astype(np.int32), rows["reviewed"])

    @property
    def nbytes(self) -> int:
        """Bytes of all columns."""
        return int(self.places.memory_usage(index=False).sum()) + self.place.nbytes + self.reviewed.nbytes

    def renewed(self, units: Sequence[int], rows: Mapping[str, Array]) -> "Ledger":
        """Return this ledger with `rows` in place of all that it held of `units`."""
        stays = ~self.places["unit_id"].isin(units).to_numpy()
        moved_to = np.cumsum(stays, dtype=np.int32) - 1
        kept = stays[self.place]
        new = Ledger.of(rows)
        return Ledger(
            places=pd.concat([self.places[stays], new.places], ignore_index=True),
            place=np.concatenate([moved_to[self.place[kept]], new.place + np.int32(stays.sum())]),
            reviewed=np.concatenate([self.reviewed[kept], new.reviewed]),
        )

    def totals(self, day: int, then: int, fresh_days: int) -> pd.DataFrame:
        """Return `places` with the freshness of `day` and of `then`, an earlier one (days since 1970).

        later : last reviewed after `day` · fresh : reviewed within the `fresh_days` days up to and with it ·
        fresh_30, fresh_60 : of these, still so that many days later · later_then, fresh_then : of `then`
        """
        counts = {}
        for ahead in (0, *read_works.AHEAD_DAYS):
            name = f"fresh_{ahead}" if ahead else "fresh"
            counts["later"], counts[name] = self._of(day, day - fresh_days + ahead)
        counts["later_then"], counts["fresh_then"] = self._of(then, then - fresh_days)
        return self.places.assign(**counts)

    def _of(self, day: int, old: int) -> tuple[Array, Array]:
        """Return how many were last reviewed after `day`, and how many after `old` up to it."""
        known = self.reviewed <= day
        return self._count(~known), self._count(known & (self.reviewed > old))

    def _count(self, wanted: Bools) -> npt.NDArray[np.int64]:
        return np.bincount(self.place[wanted], minlength=len(self.places))


_kept: Followed[Ledger] = Followed(_LIMIT_BYTES, lambda ledger: ledger.nbytes)


def ledger(connection: Connection, scope: tuple[str, str], units: list[int] | None) -> tuple[Ledger, str]:
    """Return the households of a scope and their version; `units` are those in scope, None for all.

    After a change only the units that it touched are read again.
    """
    key = (scope, data_version(connection, ("admin_unit", "unit_lineage")))

    def renew(held: Ledger, changed: list[int]) -> Ledger:
        mine = changed if units is None else sorted({*changed} & {*units})
        return held.renewed(mine, read_works.households(connection, mine)) if mine else held

    return _kept.get(
        connection, (key, "household"), lambda: Ledger.of(read_works.households(connection, units)), renew
    )
