"""What a planner sets for a draft: workload, tolerance, locks, and events such as an absence; kept with it.

Events are settings, not states: taking one out of the options takes it back.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Literal

from geo.domain.errors import InputError

INCIDENT_DAYS = 365

Targets = Literal["equal", "days"]
Ways = Literal["middle", "post"]


@dataclass(frozen=True)
class Workload:
    """How a block's workload is counted: so much for each household, resident and incident.

    residents are permanent and temporary ones; incidents those of the `INCIDENT_DAYS` days before the plan.
    """

    households: float = 1.0
    residents: float = 0.0
    incidents: float = 0.0

    @property
    def counted(self) -> str:
        """What a unit of workload is: ``households``, ``residents``, ``incidents`` or ``mixed``."""
        each = {"households": self.households, "residents": self.residents, "incidents": self.incidents}
        counted = [name for name, weight in each.items() if weight]
        return counted[0] if len(counted) == 1 and each[counted[0]] == 1 else "mixed"


@dataclass(frozen=True)
class Wishes:
    """What a plan should be good at within its limits, each from 0, it does not matter, to 3, above all.

    moved : few households in other hands · touched : few beats that change
    compact : beats of a compact shape · distance : short ways, see `PlanOptions.ways`
    groups : whether khu phố stay with one beat: 0 it does not matter, 1 rather, 2 they must
    """

    moved: int = 2
    touched: int = 1
    compact: int = 1
    distance: int = 0
    groups: int = 1


HOUSEHOLDS = Workload()
RESIDENTS = Workload(0.0, 1.0, 0.0)
INCIDENTS = Workload(0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Absence:
    """The primary officer of a beat is away from the day of the plan; until None it is for good.

    until : first day on which the officer has the beat again, and every block is back by itself
    """

    beat: str
    until: date | None = None


@dataclass(frozen=True)
class NewBeat:
    """A beat that is founded by the plan, for an officer or vacant; `blocks` are the codes given to it."""

    code: str
    name: str
    officer: str | None = None
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True)
class StandIn:
    """An officer (service number) who acts for a beat from the day of the plan until another."""

    beat: str
    officer: str
    until: date


@dataclass(frozen=True)
class PlanOptions:
    """Settings of a draft.

    tolerance : 0.05 allows ±5 % of each beat's target
    targets : ``equal``, or in proportion to the officers' beat days a month
    norm : most workload for one beat day a month; None for no limit
    wishes : what makes one plan better than another that holds as well
    locked_beats, locked_blocks : codes; nothing of them moves
    added : code of a block -> workload that comes with new buildings
    absent, new_beats : events
    stand_ins : who acts for a beat as it is; who takes an absent officer's blocks acts for that beat besides
    granted : share of the fewest households that may move besides, for a better shape
    ways : what a block's distance is to: the ``middle`` of its beat, or the ``post`` of the unit that lies
        best for its beat; a unit without posts has middles only
    merge_with : code of a ward whose blocks and beats are planned together with the unit's
    """

    tolerance: float = 0.05
    seed: int = 0
    workload: Workload = HOUSEHOLDS
    targets: Targets = "equal"
    norm: float | None = None
    locked_beats: tuple[str, ...] = ()
    locked_blocks: tuple[str, ...] = ()
    added: Mapping[str, float] = field(default_factory=dict)
    absent: tuple[Absence, ...] = ()
    new_beats: tuple[NewBeat, ...] = ()
    stand_ins: tuple[StandIn, ...] = ()
    merge_with: str | None = None
    wishes: Wishes = field(default_factory=Wishes)
    granted: float = 0.0
    ways: Ways = "middle"

    @property
    def until(self) -> date | None:
        """The day on which the whole plan ends by itself: the last return, where all come back; else None."""
        returns = [absence.until for absence in self.absent]
        return max((day for day in returns if day), default=None) if None not in returns else None

    def as_json(self) -> dict[str, Any]:
        """Return the settings in JSON's types."""
        found = asdict(self)
        found["absent"] = [
            {"beat": absence.beat, "until": absence.until and absence.until.isoformat()}
            for absence in self.absent
        ]
        found["stand_ins"] = [{**asdict(each), "until": each.until.isoformat()} for each in self.stand_ins]
        return found


def from_json(stored: Mapping[str, Any]) -> PlanOptions:
    """Return the settings kept as `as_json` wrote them; what is missing has its default.

    Raises InputError ``plan_bad_options`` naming the field that cannot be read.
    """
    known = {name: stored[name] for name in PlanOptions.__dataclass_fields__ if name in stored}
    try:
        if "workload" in known:
            known["workload"] = Workload(**known["workload"])
        if "wishes" in known:
            known["wishes"] = Wishes(**known["wishes"])
        for name in ("locked_beats", "locked_blocks"):
            known[name] = tuple(known.get(name, ()))
        known["absent"] = tuple(
            Absence(each["beat"], date.fromisoformat(each["until"]) if each.get("until") else None)
            for each in known.get("absent", ())
        )
        known["new_beats"] = tuple(
            NewBeat(each["code"], each["name"], each.get("officer"), tuple(each.get("blocks", ())))
            for each in known.get("new_beats", ())
        )
        known["stand_ins"] = tuple(
            StandIn(each["beat"], each["officer"], date.fromisoformat(each["until"]))
            for each in known.get("stand_ins", ())
        )
        options = PlanOptions(**known)
        if not 0 <= options.tolerance < 1:
            raise InputError("plan_bad_tolerance", tolerance=options.tolerance)
        _check_balance(options)
    except (TypeError, KeyError, ValueError, AttributeError) as fault:
        raise InputError("plan_bad_options", fault=str(fault)) from fault
    return options


def _check_balance(options: PlanOptions) -> None:
    weights, wishes = asdict(options.workload), asdict(options.wishes)
    if any(not 0 <= weight < math.inf for weight in weights.values()) or not any(weights.values()):
        raise InputError("plan_bad_options", fault=f"workload {weights}")
    if not 0 <= options.granted <= 1:
        raise InputError("plan_bad_granted", value=options.granted)
    if options.norm is not None and not 0 < options.norm < math.inf:
        raise InputError("plan_bad_options", fault=f"norm {options.norm}")
    if options.ways not in {"middle", "post"}:
        raise InputError("plan_bad_options", fault=f"ways {options.ways}")
    if any(wish not in range(4) for wish in wishes.values()) or options.wishes.groups not in range(3):
        raise InputError("plan_bad_options", fault=f"wishes {wishes}")


def locked(options: PlanOptions, beat: str, hold: bool = True) -> PlanOptions:
    """Return the settings with the beat of code `beat` held, or let go."""
    others = tuple(code for code in options.locked_beats if code != beat)
    return replace(options, locked_beats=(*others, beat) if hold else others)


def with_building(options: PlanOptions, block: str, workload: float) -> PlanOptions:
    """Return the settings with `workload` more in a block, for a new building; below 0 for one emptied."""
    return replace(options, added={**options.added, block: options.added.get(block, 0.0) + workload})


def with_new_beat(options: PlanOptions, beat: NewBeat) -> PlanOptions:
    """Return the settings with a beat more."""
    return replace(options, new_beats=(*options.new_beats, beat))


def with_absence(options: PlanOptions, absence: Absence) -> PlanOptions:
    """Return the settings with a beat's officer away."""
    others = tuple(each for each in options.absent if each.beat != absence.beat)
    return replace(options, absent=(*others, absence))
