"""Officers, who held which beat when, and the decisions it rests on.

Everything here is counted in beats, of which there are tens or hundreds: plain loops are clear enough.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.demo.areas import Areas
from geo.demo.columns import days, numbered, picked
from geo.demo.tables import figures
from geo.domain.kinds import AssignmentRole

Ints = npt.NDArray[np.int64]

_RANKS = ("Thiếu uý", "Trung uý", "Thượng uý", "Đại uý", "Thiếu tá")
_SPARE_OFFICERS = 2  # a ward has two officers more than beats: one moves in later, one acts for others
_SWAPPING_SHARE = 0.6
_WARDS_A_VACANCY = 3
_DECISION, _RESOLUTION = "decision", "resolution"


@dataclass(frozen=True)
class Duty:
    """One assignment: positions of beat and officer, days ``[start, end)``, position of its decision."""

    beat: int
    officer: int
    role: AssignmentRole
    start: date
    end: date | None
    decision: int


@dataclass
class Roster:
    """The history while it is written."""

    duties: list[Duty] = field(default_factory=list)
    documents: list[tuple[date, str, str]] = field(default_factory=list)  # issued_on, kind, title

    def decide(self, day: date, title: str, kind: str = _DECISION) -> int:
        """Add a document issued three days before `day`; return its position."""
        self.documents.append((day - timedelta(days=3), kind, title))
        return len(self.documents) - 1


@dataclass(frozen=True)
class Staff:
    """Ward of each officer (o,), duties, documents and their numbers by the position duties refer to.

    merge_document, move_document : numbers of the one that founded the merged ward and of the one that
    moved blocks between beats on `moved_on`
    """

    officer_ward: Ints
    duties: list[Duty]
    numbers: list[str]
    documents: pd.DataFrame
    merge_document: str
    move_document: str
    moved_on: date


def history_start(today: date) -> date:
    """Return the day on which the city's record of beats begins: two to three years of it."""
    return date(today.year - 3, 1, 1)


def employ(areas: Areas, ward_names: list[str], today: date, rng: np.random.Generator) -> Staff:
    """Give every beat its officers over time.

    In every ward pairs of officers swap beats and one is replaced; one beat of the last ward and of every
    third is vacant on `today` (and has no acting officer), one beat of the city was held by an acting officer
    for 45 days, and every second ward has an officer who also helps in another beat.
    """
    roster = Roster()
    merged_on = figures()["place"]["merged_on"]
    merge = roster.decide(merged_on, f"Thành lập {ward_names[0]} do sáp nhập", _RESOLUTION)
    moved_on = today - timedelta(days=200)
    move = roster.decide(moved_on, "Điều chỉnh tổ dân phố giữa các khu vực")
    officer_ward: list[int] = []
    wards = len(ward_names)
    for ward in range(wards):
        beats = np.flatnonzero(areas.beat_ward == ward)
        staff = len(officer_ward) + np.arange(len(beats) + _SPARE_OFFICERS)
        officer_ward += [ward] * len(staff)
        quiet, busy = _man_ward(roster, ward_names[ward], beats, staff=staff, today=today, rng=rng)
        if ward == 0:
            _let_act(roster, quiet, int(staff[-1]), today)
        if ward == wards - 1 or ward % _WARDS_A_VACANCY == 1:
            _vacate(roster, quiet, today - timedelta(days=24 + 11 * ((wards - 1 - ward) % 9)))
        if ward % 2 == 0:
            _help_out(roster, busy, int(staff[-1]), today)
    numbers = _numbers(roster.documents)
    return Staff(
        officer_ward=np.array(officer_ward),
        duties=roster.duties,
        numbers=numbers,
        documents=_documents(roster.documents, numbers),
        merge_document=numbers[merge],
        move_document=numbers[move],
        moved_on=moved_on,
    )


def _man_ward(
    roster: Roster, name: str, beats: Ints, *, staff: Ints, today: date, rng: np.random.Generator
) -> tuple[int, int]:
    """Write the primaries of one ward; return a beat that never changed hands and one that did."""
    start = history_start(today)
    first = roster.decide(start, f"Phân công phụ trách khu vực, {name}")
    order = rng.permutation(len(beats))
    swapping = min(int(len(beats) * _SWAPPING_SHARE) // 2 * 2, len(beats) - 2)
    for left, right in order[: max(0, swapping)].reshape(-1, 2):
        day = _some_day(start, today, rng)
        decision = roster.decide(day, f"Hoán đổi khu vực giữa hai cán bộ, {name}")
        for own, other in ((left, right), (right, left)):
            _hold(roster, int(beats[own]), int(staff[own]), first, start=start, end=day)
            _hold(roster, int(beats[own]), int(staff[other]), decision, start=day)
    replaced, *quiet = (int(k) for k in order[max(0, swapping) :])
    day = _some_day(start, today, rng)
    decision = roster.decide(day, f"Bàn giao khu vực cho cán bộ mới, {name}")
    _hold(roster, int(beats[replaced]), int(staff[replaced]), first, start=start, end=day)
    _hold(roster, int(beats[replaced]), int(staff[len(beats)]), decision, start=day)
    for own in quiet:
        _hold(roster, int(beats[own]), int(staff[own]), first, start=start)
    return int(beats[quiet[0]]), int(beats[replaced])


def _some_day(start: date, today: date, rng: np.random.Generator) -> date:
    return start + timedelta(days=int(rng.integers(90, (today - start).days - 60)))


def _hold(
    roster: Roster, beat: int, officer: int, decision: int, *, start: date, end: date | None = None
) -> None:
    roster.duties.append(Duty(beat, officer, AssignmentRole.PRIMARY, start, end, decision))


def _end_duty(roster: Roster, beat: int, day: date) -> Duty:
    """End the open primary duty of `beat` on `day`; return it as it was."""
    position = next(
        k
        for k, duty in enumerate(roster.duties)
        if duty.beat == beat and duty.role == AssignmentRole.PRIMARY and duty.end is None
    )
    duty = roster.duties[position]
    roster.duties[position] = Duty(beat, duty.officer, duty.role, duty.start, day, duty.decision)
    return duty


def _let_act(roster: Roster, beat: int, deputy: int, today: date) -> None:
    leave, back = today - timedelta(days=150), today - timedelta(days=105)
    duty = _end_duty(roster, beat, leave)
    decision = roster.decide(leave, "Tạm giao phụ trách khu vực trong thời gian cán bộ đi học")
    roster.duties.append(Duty(beat, deputy, AssignmentRole.ACTING, leave, back, decision))
    again = roster.decide(back, "Nhận lại khu vực sau khi đi học")
    _hold(roster, beat, duty.officer, again, start=back)


def _vacate(roster: Roster, beat: int, day: date) -> None:
    """Leave `beat` without an officer from `day` on; the decision that ended the duty is in the documents."""
    _end_duty(roster, beat, day)
    roster.decide(day, "Thôi phụ trách khu vực do điều động; chưa phân công cán bộ thay")


def _help_out(roster: Roster, beat: int, deputy: int, today: date) -> None:
    day = today - timedelta(days=60)
    decision = roster.decide(day, "Phân công kiêm nhiệm hỗ trợ khu vực")
    roster.duties.append(Duty(beat, deputy, AssignmentRole.CONCURRENT, day, None, decision))


def _numbers(documents: list[tuple[date, str, str]]) -> list[str]:
    """Return "<number in year>/<year>/..." for each document, counted in the order of issue."""
    order = sorted(range(len(documents)), key=lambda k: (documents[k][0], k))
    in_year: dict[int, int] = {}
    numbers = [""] * len(documents)
    for k in order:
        issued_on, kind, _ = documents[k]
        in_year[issued_on.year] = in_year.get(issued_on.year, 0) + 1
        short = "NQ" if kind == _RESOLUTION else "QĐ"
        numbers[k] = f"{in_year[issued_on.year]:02d}/{issued_on.year}/{short}-MẪU"
    return numbers


def _documents(documents: list[tuple[date, str, str]], numbers: list[str]) -> pd.DataFrame:
    place = figures()["place"]
    frame = pd.DataFrame(
        {
            "number": pd.array(numbers, dtype="str"),
            "issuer": pd.array(
                [place["council" if kind == _RESOLUTION else "issuer"] for _, kind, _ in documents],
                dtype="str",
            ),
            "kind": pd.array([kind for _, kind, _ in documents], dtype="str"),
            "issued_on": days([issued_on for issued_on, _, _ in documents]),
            "title": pd.array([title for _, _, title in documents], dtype="str"),
        }
    )
    return frame.sort_values(["issued_on", "number"]).reset_index(drop=True)


def officers_frame(
    staff: Staff,
    service_numbers: pd.api.extensions.ExtensionArray,
    ward_codes: list[str],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return officers by the contract; names are labels with a number, no names of people."""
    n = len(staff.officer_ward)
    return pd.DataFrame(
        {
            "service_number": service_numbers,
            "display_name": numbered("Cán bộ M-", np.arange(1, n + 1), 3),
            "rank": picked(_RANKS, rng.choice(len(_RANKS), n, p=(0.1, 0.2, 0.3, 0.28, 0.12))),
            "unit_code": picked(ward_codes, staff.officer_ward),
            "beat_days_month": rng.integers(10, 21, n),
        }
    )


def assignments_frame(
    staff: Staff,
    service_numbers: pd.api.extensions.ExtensionArray,
    beat_codes: pd.api.extensions.ExtensionArray,
) -> pd.DataFrame:
    """Return assignments by the contract, in the order of beat and day."""
    duties = sorted(staff.duties, key=lambda duty: (duty.beat, duty.start, duty.role))
    return pd.DataFrame(
        {
            "beat_code": beat_codes.take([duty.beat for duty in duties]),
            "service_number": service_numbers.take([duty.officer for duty in duties]),
            "role": pd.array([duty.role.value for duty in duties], dtype="str"),
            "valid_from": days([duty.start for duty in duties]),
            "valid_to": days([duty.end for duty in duties]),
            "decision": pd.array([staff.numbers[duty.decision] for duty in duties], dtype="str"),
        }
    )
