"""What each kind asks of its rows beyond types: what may be missing, what is filled in, what contradicts.

One function a kind. Each completes the fields of a draft, so that after it every row that is not at
fault keeps the contract of its kind, and returns what is known of the CRS.
"""

import re
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from geo.domain.kinds import AssignmentRole, IncidentStatus, Kind, Origin
from geo.domain.text import fold
from geo.intake import areas, places, values, vocabulary
from geo.intake.columns import WKT_FIELD
from geo.intake.drafts import Draft
from geo.intake.numbering import numbers_of
from geo.intake.report import CrsFact, Reason

UNCLASSIFIED = "unclassified"
NO_GEOMETRY = CrsFact(None, Reason("crs_none"))

# More people than this at one place is an error of the file, not a building (and more than storage takes).
MAX_RESIDENTS = 32_767
_CODE_LIKE = re.compile(r"^(?=.*\d)[A-Za-z0-9._/-]{1,20}$")


def complete(draft: Draft) -> CrsFact:
    """Apply the rules of the draft's kind to it; return the CRS of its coordinates.

    Raises InputError where the file as a whole lacks what the kind needs.
    """
    return _RULES[draft.kind](draft)


def _wards(draft: Draft) -> CrsFact:
    _code_and_name(draft)
    draft.fields[WKT_FIELD], fact = _borders(draft)
    return fact


def _beats(draft: Draft) -> CrsFact:
    _need_code(draft)
    if not areas.has_shapes(draft):
        draft.need("block_codes")
        return NO_GEOMETRY
    draft.fields[WKT_FIELD], fact = _borders(draft)
    return fact


def _streets(draft: Draft) -> CrsFact:
    _need_code(draft)
    if "name" not in draft.fields:
        draft.fields["name"] = pd.Series([None] * len(draft), dtype="str")
    if "kind" in draft.fields:
        draft.fields["kind"] = _stored(draft.fields["kind"], vocabulary.STREET_KINDS)
    shapes, fact = areas.read_lines(draft)
    draft.fields[WKT_FIELD] = pd.Series(shapes, dtype=object)
    return fact


def _posts(draft: Draft) -> CrsFact:
    _code_and_name(draft)
    return places.locate(draft, needed=True)


def _households(draft: Draft) -> CrsFact:
    _need_code(draft)
    draft.need("permanent")
    draft.reject_missing("permanent")
    for field in ("temporary", "absent"):
        _zero_where_missing(draft, field)
    for field in ("permanent", "temporary", "absent"):
        _check_count(draft, field)
    return places.locate(draft, needed=True)


def _incidents(draft: Draft) -> CrsFact:
    draft.fill("category_code", UNCLASSIFIED, "unclassified")
    draft.fill("origin", Origin.REPORTED.value, "origin_assumed")
    _spell(draft, "origin", vocabulary.ORIGINS)
    _occurred(draft)
    _status(draft)
    fact = places.locate(draft, needed=False)
    _number(draft)
    return fact


def _officers(draft: Draft) -> CrsFact:
    for field in ("service_number", "display_name", "unit_code"):
        draft.need(field)
        draft.reject_missing(field)
    if "beat_days_month" in draft.fields:
        _check_between(draft, "beat_days_month", 0, 31)
    return NO_GEOMETRY


def _assignments(draft: Draft) -> CrsFact:
    for field in ("beat_code", "service_number", "valid_from"):
        draft.need(field)
        draft.reject_missing(field)
    draft.fill("role", AssignmentRole.PRIMARY.value, "role_assumed")
    _spell(draft, "role", vocabulary.ROLES)
    if "valid_to" in draft.fields:
        # The end is the first day no longer held: an end on the first day would be no day at all.
        _check_order(draft, "valid_from", "valid_to", np.less_equal)
    return NO_GEOMETRY


def _need_code(draft: Draft) -> None:
    codes = draft.fields.get("code")
    if (codes is None or codes.isna().all()) and "name" in draft.fields:
        _code_from_name(draft)
    draft.need("code")
    draft.reject_missing("code")


def _code_from_name(draft: Draft) -> None:
    """Take the names for codes where all look like codes ("17", "A-3"): KML has names only."""
    names = draft.fields["name"]
    if names.map(lambda name: isinstance(name, str) and bool(_CODE_LIKE.match(name))).all():
        draft.fields["code"] = names
        draft.faults.warn(np.ones(len(draft), dtype=bool), "code_from_name")


def _code_and_name(draft: Draft) -> None:
    _need_code(draft)
    draft.fill("name", draft.fields["code"], "name_from_code")


def _borders(draft: Draft) -> tuple[pd.Series, CrsFact]:
    shapes, fact = areas.read_borders(draft)
    return pd.Series(shapes, dtype=object), fact


def _zero_where_missing(draft: Draft, field: str) -> None:
    counts = draft.fields.get(field, pd.Series(pd.NA, index=range(len(draft)), dtype="Int64"))
    missing = counts.isna().to_numpy() & ~draft.faults.bad
    draft.faults.warn(missing, f"{field}_assumed_zero")
    draft.fields[field] = counts.fillna(0)


def _check_count(draft: Draft, field: str) -> None:
    _check_between(draft, field, 0, MAX_RESIDENTS)


def _check_between(draft: Draft, field: str, low: int, high: int) -> None:
    counts, header = draft.fields[field], draft.header(field)
    outside = ((counts < low) | (counts > high)).fillna(value=False).to_numpy(bool)
    draft.faults.reject(
        outside,
        "number_out_of_range",
        lambda at: {"column": header, "value": str(counts.iloc[at]), "low": low, "high": high},
    )


def _occurred(draft: Draft) -> None:
    if "occurred_from" not in draft.fields:
        draft.fields["occurred_from"] = pd.Series(
            pd.NaT, index=range(len(draft)), dtype="datetime64[us, UTC]"
        )
    start = draft.fields["occurred_from"]
    draft.faults.warn(start.isna().to_numpy() & ~draft.faults.bad, "no_time")
    end = draft.fields.get("occurred_to", start)
    if draft.interval_ends is not None:
        end = draft.interval_ends.where(draft.interval_ends.notna(), end)
    _check_order_of(draft, start, end, np.less)
    draft.fields["occurred_to"] = end.where(end.notna(), start)


def _status(draft: Draft) -> None:
    resolved_at = draft.fields.get("resolved_at")
    if "status" not in draft.fields and resolved_at is not None:
        resolved = resolved_at.notna()
        draft.fields["status"] = pd.Series(IncidentStatus.RECEIVED.value, index=resolved.index, dtype="str")
        draft.fields["status"] = draft.fields["status"].where(~resolved, IncidentStatus.RESOLVED.value)
    draft.fill("status", IncidentStatus.RECEIVED.value, "status_assumed")
    _spell(draft, "status", vocabulary.STATUSES)


def _number(draft: Draft) -> None:
    """Give a number of their content to the rows that have none."""
    fields = draft.fields
    if "code" not in fields:
        fields["code"] = pd.Series([None] * len(draft), dtype="str")
    missing = fields["code"].isna()
    if not missing.any():
        return
    content = [
        fields[name][missing].reset_index(drop=True)
        for name in ("occurred_from", "lon", "lat", "category_code")
    ]
    made = numbers_of(*content).set_axis(fields["code"].index[missing])
    fields["code"] = made.reindex(fields["code"].index).where(missing, fields["code"])
    draft.faults.warn(missing.to_numpy(), "number_made")


def _spell(draft: Draft, field: str, table: Mapping[str, str]) -> None:
    """Put the stored value for each spelling; leave out the rows whose word is not known."""
    written, header = draft.fields[field], draft.header(field)
    stored = _stored(written, table)
    unknown = (stored.isna() & written.notna()).to_numpy()
    draft.faults.reject(
        unknown,
        "unknown_word",
        lambda at: {
            "column": header,
            "value": values.shown(written)(at),
            "known": ", ".join(dict.fromkeys(table.values())),
        },
    )
    draft.fields[field] = stored


def _stored(written: pd.Series, table: Mapping[str, str]) -> pd.Series:
    """The stored value of each (n,) word, missing where it is not in `table`; each word is folded once."""
    codes, distinct = pd.factorize(written)
    known = np.array([*(table.get(fold(str(word))) for word in distinct), None], dtype=object)
    return pd.Series(known[codes], index=written.index).astype("str")


def _check_order(draft: Draft, start: str, end: str, wrong: Callable[..., object]) -> None:
    _check_order_of(draft, draft.fields[start], draft.fields[end], wrong)


def _check_order_of(draft: Draft, start: pd.Series, end: pd.Series, wrong: Callable[..., object]) -> None:
    reversed_ = np.asarray(wrong(end, start), dtype=bool)
    draft.faults.reject(
        reversed_, "end_before_start", lambda at: {"start": str(start.iloc[at]), "end": str(end.iloc[at])}
    )


_RULES: dict[Kind, Callable[[Draft], CrsFact]] = {
    Kind.WARDS: _wards,
    Kind.BLOCKS: _wards,
    Kind.HOUSEHOLDS: _households,
    Kind.INCIDENTS: _incidents,
    Kind.OFFICERS: _officers,
    Kind.BEATS: _beats,
    Kind.ASSIGNMENTS: _assignments,
    Kind.POSTS: _posts,
    Kind.STREETS: _streets,
}
