"""What the demo city's beats reported month by month, and the targets that its plan of work sets."""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.demo.areas import Areas
from geo.demo.columns import days, picked
from geo.demo.households import Households
from geo.demo.tables import figures

Ints = npt.NDArray[np.int64]

_MONTHS = 14
_REPORTED_SHARE = 0.94
_DUE_DAYS = 6  # reports come in within the first days of the month after
_GROWTH_A_MONTH = 0.0015
_ISSUED_BEFORE = timedelta(days=20)


def beat_reports_frame(
    areas: Areas,
    beat_codes: pd.api.extensions.ExtensionArray,
    settled: Households,
    counts: Ints,
    *,
    today: date,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return beat_code, month (its first day), households, permanent, temporary, absent, reported_on.

    Nearly every beat has reported for each of the last months; the counts grew a little towards today's.
    """
    beat = areas.beat[np.repeat(np.arange(len(counts)), counts)]
    beats = len(areas.beat_ward)
    columns = (np.ones(len(beat)), settled.permanent, settled.temporary, settled.absent)
    now = np.column_stack([np.bincount(beat, weights=values, minlength=beats) for values in columns])
    month = np.repeat(np.datetime64(today, "M") - np.arange(_MONTHS, 0, -1), beats)
    which = np.tile(np.arange(beats), _MONTHS)
    reported_on = (month + 1).astype("datetime64[D]") + rng.integers(0, _DUE_DAYS, len(which))
    age = (np.datetime64(today, "M") - month).astype(np.int64)
    reported = np.round(now[which] * (1 - _GROWTH_A_MONTH * age)[:, None]).astype(np.int64)
    there = (rng.random(len(which)) < _REPORTED_SHARE) & (reported_on < np.datetime64(today))
    names = ("households", "permanent", "temporary", "absent")
    return pd.DataFrame(
        {
            "beat_code": picked(beat_codes, which[there]),
            "month": days(month[there].astype("datetime64[D]")),
            **{name: reported[there, column] for column, name in enumerate(names)},
            "reported_on": days(reported_on[there]),
        }
    )


def earlier_reviews(households: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return household_code, before, after: the review before the last, 40 to 109 days before it."""
    reviewed = households.loc[households["reviewed_on"].notna(), ["code", "reviewed_on"]]
    ago = pd.to_timedelta(rng.integers(40, 110, len(reviewed)), unit="D")
    return pd.DataFrame({
        "household_code": reviewed["code"].array,
        "before": (reviewed["reviewed_on"] - ago).astype("datetime64[us]").array,
        "after": reviewed["reviewed_on"].array,
    })  # fmt: skip


def targets_frame(today: date) -> pd.DataFrame:
    """Return measure, value, valid_from, decision: the targets of the year, all by one document."""
    values = figures()["targets"]
    start = date(today.year, 1, 1)
    return pd.DataFrame(
        {
            "measure": pd.array(list(values), dtype="str"),
            "value": np.array(list(values.values()), dtype=np.float64),
            "valid_from": days([start] * len(values)),
            "decision": pd.array([_number(start)] * len(values), dtype="str"),
        }
    )


def target_document(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the one document that `targets` rest on, in the columns of the city's legal documents."""
    start = targets["valid_from"].iloc[0].date()
    row = {
        "number": str(targets["decision"].iloc[0]),
        "issuer": str(figures()["place"]["issuer"]),
        "kind": "plan",
        "title": f"Giao chỉ tiêu bốn mặt công tác năm {start.year} (mô phỏng)",
    }
    text = {name: pd.array([value], dtype="str") for name, value in row.items()}
    return pd.DataFrame({**text, "issued_on": days([start - _ISSUED_BEFORE])})


def _number(start: date) -> str:
    return f"01/{start.year}/KH-MẪU"
